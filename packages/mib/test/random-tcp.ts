// Random steps of a connection.
import { ACK, FIN, frame, icmp, ip, OWN, PEER, PSH, RST, SYN, seen, type TcpFields, tcp, URG } from './frames.ts'
import { accepted, connected, half, ports, text } from './peer.ts'
import type { Dice, Step, World } from './random.ts'
import type { Handle, Subject } from './subject.ts'

/** A connection, as its peer knows it. */
export interface Live {
  readonly from: number
  readonly to: number
  /** The application's, once it stands. */
  c: Handle | undefined
  /** The peer's next number. */
  seq: number
  /** What the machine has sent, and what of it the peer has acknowledged. */
  sent: number
  acked: number
  /** What the machine expects next, as it has said. */
  expected: number
  /** What was sent last with text. */
  last: Uint8Array | undefined
  /** The peer's clock, 0: without timestamps. */
  clock: number
  readonly hasSack: boolean
}

const word = (x: number): number[] => [(x >>> 24) & 255, (x >>> 16) & 255, (x >>> 8) & 255, x & 255]
const stamp = (clock: number): number[] => (clock ? [1, 1, 8, 10, ...word(clock), 0, 0, 0, 0] : [])

/** Takes notice of what the machine has sent. */
function listen(t: Subject, x: Live): void {
  for (const b of t.take()) {
    const s = seen(b)
    if (!s || s.from !== x.to || s.flags & RST) continue
    // After a reset there may be another one.
    if (s.flags & SYN) x.sent = s.seq
    const end = s.seq + s.n + (s.flags & SYN ? 1 : 0) + (s.flags & FIN ? 1 : 0)
    if (((end - x.sent) | 0) > 0) x.sent = end >>> 0
    if (s.flags & SYN) x.acked = x.sent
    if (s.flags & ACK) x.expected = s.ack
    if (s.n) x.last = b
  }
}

/** A segment of the peer, which acknowledges all there is, unless the fields say otherwise. */
async function send(w: World, x: Live, f: TcpFields = {}, time = 1): Promise<void> {
  if (x.clock) x.clock += time
  const tcpOptions = [...stamp(x.clock), ...(f.tcpOptions ?? [])]
  const ack = f.ack ?? x.sent
  await w.t.inject(frame(tcp({ from: x.from, to: x.to, seq: x.seq, flags: ACK, ...f, ack, tcpOptions })))
  if (x.clock && time < 0) x.clock -= time
  if (((ack - x.acked) | 0) > 0 && ((x.sent - ack) | 0) >= 0) x.acked = ack
  listen(w.t, x)
}

async function call(w: World, x: Live, verb: 'read' | 'shutdown' | 'release' | 'abort'): Promise<void> {
  // What has ended by itself has no socket any more.
  if (x.c !== undefined) await w.t[verb](x.c).catch(() => undefined)
  if (verb === 'release' || verb === 'abort') x.c = undefined
  listen(w.t, x)
}

/** How a connection comes about. */
export function opening(d: Dice): Step {
  const hasSack = d.below(2) === 0
  const clock = d.below(3) ? 0 : 1000
  const how = d.pick(['accepted', 'accepted', 'accepted', 'half open', 'connected'] as const)
  const options = [...(hasSack ? [1, 1, 4, 2] : []), ...stamp(clock)]
  const name = `tcp: ${how}${how === 'connected' ? '' : `${hasSack ? ' with SACK' : ''}${clock ? ' with timestamps' : ''}`}`
  return {
    name,
    async run(w) {
      const p =
        how === 'connected'
          ? await connected(w.t)
          : how === 'half open'
            ? await half(w.t, options)
            : await accepted(w.t, options, stamp(clock && clock + 1))
      const { from, to, seq, ack } = p
      const c = 'c' in p ? (p.c as Handle) : undefined
      const isPlain = how === 'connected'
      w.live = {
        ...{ from, to, seq, c, sent: ack, acked: ack, expected: seq, last: undefined },
        ...{ clock: clock && !isPlain ? clock + 1 : 0, hasSack: hasSack && !isPlain },
      }
      w.t.take()
    },
  }
}

/** Ends what is left of it: what the kernel sent later would be counted elsewhere. */
export const end = (t: Subject, x: Live): Promise<void> =>
  t.inject(frame(tcp({ from: x.from, to: x.to, seq: x.expected, flags: RST })))

type Move = (w: World, x: Live) => Promise<unknown>
type Maker = (d: Dice) => [name: string, move: Move]

const isIdle = (x: Live): boolean => x.acked === x.sent

/** Segments of the peer that are as they should be. */
const GOOD: readonly Maker[] = [
  d => {
    const n = d.pick([1, 10, 100])
    return [
      `text of ${n}`,
      async (w, x) => {
        await send(w, x, { flags: PSH | ACK, data: text(n) })
        x.seq += n
      },
    ]
  },
  d => {
    const k = d.below(8)
    return [`out of order by ${k}`, (w, x) => send(w, x, { seq: x.seq + 100 * (k + 1), data: text(100) })]
  },
  () => [
    'the gap is filled',
    async (w, x) => {
      for (let i = 0; i < 9; i++) await send(w, x, { seq: x.seq + 100 * i, data: text(100) })
      x.seq += 900
    },
  ],
  d => {
    const n = d.pick([10, 50, 100])
    return [`old text of ${n}`, (w, x) => send(w, x, { seq: x.seq - n, data: text(n) })]
  },
  () => [
    'text that is partly old',
    async (w, x) => {
      await send(w, x, { seq: x.seq - 10, data: text(100) })
      x.seq += 90
    },
  ],
  () => [
    'urgent text',
    async (w, x) => {
      await send(w, x, { flags: URG | PSH | ACK, up: 5, data: text(10) })
      x.seq += 10
    },
  ],
  () => ['a keep-alive', (w, x) => send(w, x, { seq: x.seq - 1 })],
  () => ['an ACK', (w, x) => send(w, x)],
  () => ['an ACK of half', (w, x) => send(w, x, { ack: x.acked + (((x.sent - x.acked) | 0) >>> 1) })],
  d => {
    const n = 1 + d.below(4)
    return [
      `${n} duplicate ACKs`,
      async (w, x) => {
        for (let i = 0; i < n; i++) await send(w, x, { ack: x.acked })
      },
    ]
  },
  () => [
    'a FIN',
    async (w, x) => {
      await send(w, x, { flags: FIN | ACK })
      x.seq++
    },
  ],
  () => ['a FIN out of order', (w, x) => send(w, x, { seq: x.seq + 100, flags: FIN | ACK })],
  () => [
    'a duplicate is reported',
    async (w, x) => {
      const tcpOptions = [1, 1, 5, 10, ...word(x.acked - 50), ...word(x.acked)]
      if (x.hasSack && x.last && isIdle(x)) await send(w, x, { tcpOptions })
    },
  ],
]

/** Segments that are not. */
const BAD: readonly Maker[] = [
  d => {
    const by = d.pick([-20000, 70000, 200000])
    const n = d.pick([0, 1, 10])
    return [`outside of the window by ${by}, text of ${n}`, (w, x) => send(w, x, { seq: x.seq + by, data: text(n) })]
  },
  d => {
    const by = d.pick([1, 1000, 100000])
    const n = d.pick([0, 10])
    return [
      `an ACK of what was not sent, ${by}, text of ${n}`,
      (w, x) => send(w, x, { ack: x.sent + by, data: text(n) }),
    ]
  },
  () => ['an ACK of long ago', (w, x) => send(w, x, { ack: x.acked - 1000000 })],
  d => {
    const by = d.pick([0, 10, 100, -1, -1000, 70000])
    const flags = d.pick([RST, RST | ACK])
    return [`a reset at ${by}`, (w, x) => send(w, x, { flags, seq: x.seq + by })]
  },
  d => {
    const by = d.pick([0, 10, -2, -1000, 70000])
    const flags = d.pick([SYN, SYN | ACK])
    return [`a SYN at ${by}`, (w, x) => send(w, x, { flags, seq: x.seq + by })]
  },
  d => {
    const n = d.pick([0, 20])
    return [
      `an older timestamp, text of ${n}`,
      async (w, x) => {
        if (x.clock) await send(w, x, { data: text(n) }, -500)
      },
    ]
  },
  d => {
    const flags = d.pick([0, PSH, URG, FIN, FIN | PSH])
    return [`no ACK, flags ${flags}`, (w, x) => send(w, x, { flags })]
  },
  () => ['a wrong checksum', (w, x) => send(w, x, { tcpSum: 0x1234, data: text(10) })],
  d => {
    const dataOffset = d.pick([0, 4, 15])
    return [`a data offset of ${dataOffset}`, (w, x) => send(w, x, { dataOffset })]
  },
  d => {
    const flags = d.pick([ACK, FIN, RST, SYN | ACK, RST | ACK, 0, 63])
    const to = d.pick([80, 81])
    return [
      `flags ${flags} of no connection to ${to}`,
      w => w.t.inject(frame(tcp({ from: ++ports.peer, to, flags, seq: 100, ack: 200 }))),
    ]
  },
  d => {
    const code = d.pick([0, 1, 2, 3, 5, 13])
    const by = d.pick([0, 0, -1, 1000000])
    return [
      `unreachable, code ${code}, about ${by ? 'what is not in flight' : 'what was sent'}`,
      async (w, x) => {
        const quoted = tcp({ src: OWN, dst: PEER, from: x.to, to: x.from, seq: x.acked + by, flags: ACK })
        if (by || !isIdle(x)) await w.t.inject(frame(ip({ proto: 1, payload: icmp(3, code, 0, quoted) })))
      },
    ]
  },
]

/** What the application does. */
const CALLS: readonly Maker[] = [
  d => {
    const n = d.pick([1, 100, 1000])
    return [
      `${n} octets written`,
      async (w, x) => {
        // What waits for an ACK would be put together in other ways.
        if (x.c !== undefined && isIdle(x)) await w.t.write(x.c, n).catch(() => undefined)
        listen(w.t, x)
      },
    ]
  },
  () => ['read', (w, x) => call(w, x, 'read')],
  () => ['shut down', (w, x) => call(w, x, 'shutdown')],
  () => ['let go', (w, x) => call(w, x, 'release')],
  () => ['aborted', (w, x) => call(w, x, 'abort')],
]

export function tcpStep(d: Dice): Step {
  const [name, move] = d.pick(d.pick([GOOD, GOOD, BAD, CALLS]))(d)
  return { name: `tcp: ${name}`, run: async w => w.live && move(w, w.live) }
}
