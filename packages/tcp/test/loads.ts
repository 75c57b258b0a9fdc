// What two stacks do all day, for tools/heap: octets from one to the other, back and forth, and what is dropped.
import { type Host, host, type Link } from '@tiny/core'
import { ipv4 } from '@tiny/ipv4'
import { type Connection, type Handlers, type Tcp, tcp, tune } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { type Load, measure } from '../../../tools/heap/measure.ts'
import { octets, segment } from './segment.ts'

const SLOTS = 64

/** Two hosts back to back: what one sends is delivered to the other by turn(). */
function both(timeWaits: number, hasOptions = false): { hosts: Host[]; tcps: Tcp[]; links: Link[]; turn: () => void } {
  let now = 0x7ffff000 | 0
  let seed = 1
  const hosts: Host[] = []
  const tcps: Tcp[] = []
  const links: Link[] = []
  const queues = [0, 1].map(() => ({ n: 0, sizes: new Int32Array(SLOTS), b: new Uint8Array(SLOTS * 1600) }))
  for (let i = 0; i < 2; i++) {
    const h = host({ now: () => now, rand: () => (seed = Math.imul(seed, 0x9e3779b1) + 1) | 0 }, { pool: 1 << 20 })
    const q = queues[i]
    links[i] = {
      type: 101,
      mtu: 1500,
      caps: 0,
      send(b, o, n) {
        const at = q.n * 1600
        for (let k = 0; k < n; k++) q.b[at + k] = b[o + k]
        q.sizes[q.n++] = n
        return 0
      },
      recv() {},
    }
    hosts[i] = h
    const ip = ipv4(h, links[i], { address: { address: Uint8Array.of(10, 0, 0, 1 + i), length: 24 } })
    const slots = hasOptions ? { windowScale: wscale(), timestamps: timestamps(), sack: sack() } : {}
    const size = hasOptions ? 131072 : 16384
    tcps[i] = tcp(ip, { timeWaits, timeWait: 1000, sendBuffer: size, receiveBuffer: size, ...slots })
  }
  let count = 0
  return {
    hosts,
    tcps,
    links,
    turn() {
      if ((++count & 63) === 0) now = (now + 1) | 0
      for (let round = 0; round < 4; round++)
        for (let i = 0; i < 2; i++) {
          hosts[i].poll()
          const q = queues[i]
          for (let k = 0; k < q.n; k++) links[1 - i].recv(q.b, 1600 * k, q.sizes[k], 0)
          q.n = 0
        }
    },
  }
}

/** n octets a call from one to the other; or back as well. */
const stream =
  (n: number, isEcho: boolean, hasOptions = false): Load =>
  () => {
    const { tcps, turn } = both(16, hasOptions)
    const b = Uint8Array.from(octets(n))
    const into = new Uint8Array(16384)
    const reading = (t: Tcp): Handlers => ({
      onReadable(c) {
        const k = t.read(c, into, 0, 16384)
        if (isEcho && t === tcps[1]) t.write(c, into, 0, k)
      },
    })
    tcps[1].listen(80, reading(tcps[1]))
    const c = tcps[0].connect(Uint8Array.of(10, 0, 0, 2), 80, reading(tcps[0])) as Connection
    turn()
    tune(tcps[0], c, { noDelay: true })
    return () => {
      if (tcps[0].write(c, b, 0, n) !== n) throw new Error('the window is full')
      turn()
    }
  }

const dropped =
  (list: Uint8Array[]): Load =>
  () => {
    const { hosts, links, turn } = both(16)
    let i = 0
    return () => {
      const b = list[i++ % list.length]
      links[1].recv(b, 0, b.length, 0)
      hosts[1].poll()
      if ((i & 63) === 0) turn()
    }
  }

const f = { src: '10.0.0.1', dst: '10.0.0.2', srcPort: 5, dstPort: 6 }
measure({
  bulk: stream(64, false),
  echo: stream(64, true),
  'large bulk': stream(1460, false),
  'echo with options': stream(64, true, true),
  dropped: dropped([
    segment({ ...f, flags: 'A', sum: 1 }),
    segment({ ...f, flags: 'R' }),
    segment({ ...f, flags: 'S', offset: 4 }),
  ]),
  refused: dropped([segment({ ...f, flags: 'S' })]),
})
