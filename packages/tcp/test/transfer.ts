// Two stacks on a bad wire, all of it from one seed: what is sent each way, how the wire treats it, how slowly it is
// read, and what breaks on the way.
import { type Host, host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { wrap } from '@tiny/core/wrap'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type SimDev, sim } from '@tiny/sim'
import {
  type Connection,
  type FastOpenTcp,
  type Handlers,
  type Listener,
  status,
  type TcpOptions,
  tcp,
  tune,
} from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wheel } from '@tiny/tcp/wheel'
import { wscale } from '@tiny/tcp/wscale'
import { connect, serve, tfo } from '@tiny/tfo'
import { address, random } from './machine.ts'
import { type End, end, first, handlers, octet } from './stream.ts'

/** One of the eight subsets of the options. */
export const optionsOf = (bits: number): TcpOptions => ({
  ...(bits & 1 ? { windowScale: wscale() } : {}),
  ...(bits & 2 ? { timestamps: timestamps() } : {}),
  ...(bits & 4 ? { sack: sack() } : {}),
})

export interface Outcome {
  /** What went wrong, empty when nothing did. */
  faults: string[]
  /** Milliseconds until both sides were told. */
  time: number
  /** How it ended, on either side. */
  ends: (number | null)[]
  /** The text of the SYN was taken at once (RFC 7413). */
  isFast: boolean
}

interface Side extends End {
  h: Host
  isOff: boolean
}

/** Milliseconds. */
const HOUR = 3600000

const lineOf = (b: Uint8Array, o: number, n: number): string => {
  const w = (p: number): number => b[o + p] * 256 + b[o + p + 1]
  if (w(12) !== 0x800 || n < 54) return 'other'
  return `flags ${b[o + 47]} seq ${w(38) * 65536 + w(40)} ack ${w(42) * 65536 + w(44)} wnd ${w(48)} len ${w(16) - 20 - (b[o + 46] >> 4) * 4}`
}

/**
 * One transfer.
 *
 * @param isFast with Fast Open, the client knowing a cookie; decided by the seed unless given
 * @param hasWheel with timers on the wheel; decided by the seed unless given
 */
export function transfer(
  seed: number,
  most = 60000,
  trace?: (line: string) => void,
  isFast: boolean = (random(~seed)() & 1) === 0,
  hasWheel: boolean = (random(seed ^ 0x5bd1e995)() & 1) === 0,
): Outcome {
  const next = random(seed)
  /** A whole number from 0 to n - 1. */
  const pick = (n: number): number => (next() >>> 1) % n
  const oneOf = <T>(...list: T[]): T => list[pick(list.length)]
  const start = oneOf(0, 0x7fffff00, 0x7fffd000, -1000, pick(0x40000000))
  const s = sim({
    seed,
    start,
    ...(trace
      ? {
          trace: (at: number, from: number, _to: number, b: Uint8Array, o: number, n: number) =>
            trace(`${at} ${from} ${lineOf(b, o, n)}`),
        }
      : {}),
  })
  const bad = {
    loss: oneOf(0, 0.01, 0.05, 0.1, 0.2, 0.3),
    reorder: oneOf(0, 0, 0.1, 0.3),
    late: oneOf(1, 5, 50),
    duplicate: oneOf(0, 0, 0.05, 0.2),
    corrupt: oneOf(0, 0, 0.02, 0.1),
    delay: oneOf(0.05, 1, 10, 100),
    jitter: oneOf(0, 0, 5),
    bandwidth: oneOf(0, 0, 1e6, 1e7),
  }
  const wire = s.wire(isFast ? {} : bad)
  const sizes = [oneOf(0, 1, pick(2000), pick(most)), oneOf(0, 0, 1, pick(most))]
  const faults: string[] = []
  const chunk = [oneOf(100, 1000, 5000, 100000), oneOf(100, 1000, 5000, 100000)]
  /** Milliseconds before a side reads what has come, octets a time; 0: at once, all of it. */
  const pause = [oneOf(0, 0, 0, 700), oneOf(0, 0, 0, 700)]
  const sip = [oneOf(100000, 1000, 5000), oneOf(100000, 1000, 5000)]
  const isRebooted = pick(12) === 0
  const options = {
    sendBuffer: oneOf(1024, 4096, 16384),
    receiveBuffer: oneOf(1024, 4096, 16384),
    timeWait: oneOf(60000, 240000),
    minRto: oneOf(200, 1000),
  }
  // Each side has its own subset; with window scaling, buffers that need it.
  const subset = [oneOf(0, 7, pick(8)), oneOf(0, 7, pick(8))]
  const b = new Uint8Array(100000)

  function machine(i: number, card: SimDev): Side {
    const h = host(s.env(), { pool: oneOf(1 << 20, subset[i] & 1 ? 1 << 20 : 40000) })
    // A machine that is off neither sends nor hears; the next one takes its card.
    const dev = wrap(
      card,
      (b, o, n) => (side.isOff ? 0 : card.send(b, o, n)),
      (...frame) => dev.recv(...frame),
    )
    const t = tcp(ipv4(h, ethernet(h, dev), { address: prefix(`10.0.0.${i + 1}/24`) }), {
      ...options,
      ...(subset[i] & 1 ? { receiveBuffer: 1 << 17, sendBuffer: 1 << 17 } : {}),
      ...optionsOf(subset[i]),
      ...(isFast ? { fastOpen: tfo() } : {}),
      ...(hasWheel ? { timers: wheel() } : {}),
    })
    s.host(h, dev)
    const side: Side = { ...end(t), h, isOff: false }
    return side
  }

  const use = (i: number): Handlers =>
    handlers(
      s,
      sides[i],
      {
        name: `side ${i}`,
        out: i,
        in: 1 - i,
        size: sizes[i],
        chunk: chunk[i],
        pause: pause[i],
        sip: sip[i],
        settings: { userTimeout: HOUR / 2, keepAlive: 600000, keepInterval: 10000, keepCount: 30 },
      },
      faults,
    )

  /** Fetches a cookie over a good wire, then connects with data over the bad one. */
  function fast(listener: Listener): Connection | number {
    const [client, server] = sides.map(side => side.t as FastOpenTcp)
    const to = address('10.0.0.2')
    serve(server, server.listen(81, {}) as Listener)
    serve(server, listener)
    connect(client, to, 81, { onWritable: c => void client.abort(c) }, Uint8Array.of(1))
    s.run(1000)
    for (const card of wire) card.impair(bad)
    const n = Math.min(sizes[0], chunk[0], options.sendBuffer - 1)
    if (!n) return client.connect(to, 80, use(0))
    for (let k = 0; k < n; k++) b[k] = octet(0, k)
    sides[0].sent = n
    return connect(client, to, 80, use(0), b.subarray(0, n))
  }

  const sides = [machine(0, wire[0]), machine(1, wire[1])]
  const listener = sides[1].t.listen(80, first(sides[1], use(1)))
  const c = isFast ? fast(listener as Listener) : sides[0].t.connect(address('10.0.0.2'), 80, use(0))
  if (typeof c === 'number') return { faults: [`connect ${c}`], time: 0, ends: [], isFast: false }
  tune(sides[0].t, c, { userTimeout: HOUR / 2 })
  // The path changes on the way.
  const mtu = oneOf(1500, 1500, 600, 296)
  s.after(pick(3000), () => {
    wire[0].mtu = wire[1].mtu = mtu
    sides[0].h.poll()
  })
  // The peer fails: for good, or it comes back and knows of nothing.
  let isDead = false
  if (isRebooted)
    s.after(pick(4000), () => {
      if (sides[1].code !== null) return
      sides[1].isOff = isDead = true
      if (pick(3) > 0)
        s.after(1000, () => {
          const { t } = machine(1, wire[1])
          t.listen(80, { onWritable: x => void t.release(x) })
        })
    })
  const wasOver = s.run(5 * HOUR, () => sides[0].code !== null && (isDead || sides[1].code !== null))
  const time = s.now()
  s.run(HOUR)
  for (const [i, side] of sides.entries()) {
    if (side.isOff) continue
    const other = sides[1 - i]
    if (side.code === null) faults.push(`side ${i} was not told`)
    if (side.wrong >= 0) faults.push(`side ${i} octet ${side.wrong} is wrong`)
    if (side.code === 0 && !(side.isEnded && side.got === sizes[1 - i]) && !(isDead && !side.got))
      faults.push(`side ${i} closed with ${side.got} of ${sizes[1 - i]} octets`)
    // An error where nothing failed: only of one whose last ACK was lost for longer than TIME-WAIT.
    if (side.code && !isDead && !(side.code === -104 && other.code === 0 && other.got === sizes[i]))
      faults.push(`side ${i} ended with ${side.code}`)
    if (side.t.used()) faults.push(`side ${i} holds ${side.t.used()} records`)
    if (side.h.pool.used) faults.push(`side ${i} holds ${side.h.pool.used} octets`)
  }
  if (!wasOver) faults.push('five hours were not enough')
  return { faults, time, ends: sides.map(side => side.code), isFast: status(sides[0].t, c).hasFastOpen }
}
