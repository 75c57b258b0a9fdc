// A host with an Ip that keeps what is sent, on a clock of the test's own. It delivers nothing by itself.
import { get16, HEAD, type Host, host, type Ip, put16, type SendOptions, sum, type Transport } from '@tiny/core'
import { address } from '@tiny/core/text'
import { rand } from '@tiny/sim'
import { type Udp, type UdpOptions, udp } from '../src/index.ts'

export const OWN: Uint8Array = address('10.0.0.2')
export const PEER: Uint8Array = address('10.0.0.1')
export const OTHER: Uint8Array = address('10.0.0.9')
export const GROUP: Uint8Array = address('224.0.0.251')
export const ALL: Uint8Array = address('255.255.255.255')

export interface Sent {
  proto: number
  pair: Uint8Array
  b: Uint8Array
  options: SendOptions | null
}

export interface Machine {
  h: Host
  ip: Ip & { caps: number; epoch: number }
  t: Transport
  u: Udp
  clock: { now: number; rand: () => number }
  own: Uint8Array[]
  sent: Sent[]
  drops: number[]
  /** What ip.send and ip.source answer. */
  answers: { send: number; source: number; mss: number }
}

const same = (x: Uint8Array, b: Uint8Array, o: number): boolean => x.every((v, i) => b[o + i] === v)

export function machine(options?: UdpOptions & { pool?: number; room?: number; start?: number }): Machine {
  const clock = { now: options?.start ?? 0, rand: rand(7) }
  const drops: number[] = []
  const sent: Sent[] = []
  const answers = { send: 0, source: 0, mss: 1480 }
  const own = [OWN]
  const h = host(
    { now: () => clock.now, rand: () => clock.rand() },
    {
      observer: { drop: id => void drops.push(id) },
      pool: options?.pool ?? 65536,
      room: options?.room ?? 1500,
    },
  )
  let t: Transport | undefined
  const ip: Ip & { caps: number; epoch: number } = {
    alen: 4,
    host: h,
    caps: 0,
    epoch: 0,
    mmsR: 1480,
    add(x) {
      t = x
    },
    mss: () => answers.mss,
    source(_dst, _d, k, a) {
      if (!answers.source) k.set(own[0], a)
      return answers.source
    },
    isOwn: (b, o) => own.some(x => same(x, b, o)),
    isGroup: (b, o) => b[o] >> 4 === 14 || same(ALL, b, o),
    send(proto, n, k, a, opt) {
      sent.push({ proto, pair: k.slice(a, a + 8), b: h.tx.slice(HEAD, HEAD + n), options: opt })
      return answers.send
    },
    advise() {},
  }
  const u = udp(ip, options?.sockets === undefined ? {} : { sockets: options.sockets })
  if (!t) throw new Error('udp did not add itself')
  return { h, ip, t, u, clock, own, sent, drops, answers }
}

export interface Datagram {
  src?: Uint8Array
  dst?: Uint8Array
  port: number
  peerPort?: number
  data?: Uint8Array
  /** In place of the real length, or the right sum. */
  length?: number
  sum?: number
  ttl?: number
  tos?: number
  options?: Uint8Array
  /** Octets behind the datagram in its packet. */
  behind?: number
  flags?: number
}

const sumOf = (b: Uint8Array, o: number, n: number, a: number): number => sum(b, o, n, sum(b, a, 8, 17 + n)) ^ 0xffff

/** Writes an IP header and the datagram at o of a new buffer full of rubbish. */
export function build(d: Datagram): { b: Uint8Array; o: number; n: number; a: number } {
  const data = d.data ?? new Uint8Array(0)
  const options = d.options ?? new Uint8Array(0)
  const start = 14
  const o = start + 20 + options.length
  const n = 8 + data.length + (d.behind ?? 0)
  const b = new Uint8Array(o + n + 9).fill(0xa5)
  b[start] = 0x45 + options.length / 4
  b[start + 1] = d.tos ?? 0
  put16(b, start + 2, o - start + n)
  b[start + 8] = d.ttl ?? 64
  b[start + 9] = 17
  const a = start + 12
  b.set(d.src ?? PEER, a)
  b.set(d.dst ?? OWN, a + 4)
  b.set(options, a + 8)
  put16(b, o, d.peerPort ?? 4000)
  put16(b, o + 2, d.port)
  put16(b, o + 4, d.length ?? 8 + data.length)
  put16(b, o + 6, 0)
  b.set(data, o + 8)
  put16(b, o + 6, d.sum ?? (sumOf(b, o, 8 + data.length, a) || 0xffff))
  return { b, o, n, a }
}

/** Hands a datagram up as ip would; the buffer is overwritten right after the call. */
export function receive(m: Machine, d: Datagram): number {
  const { b, o, n, a } = build(d)
  const answer = m.t.input(b, o, n, a, d.flags ?? 0)
  b.fill(0xee)
  return answer
}

/** An ICMP error that quotes a datagram from `port` to `peerPort` of `dst`. */
export function icmp(m: Machine, code: number, port: number, dst: Uint8Array, peerPort: number): boolean {
  const { b, o, a } = build({ src: OWN, dst, port: peerPort, peerPort: port })
  const answer = m.t.error(code, 0, b, o, 8, a)
  b.fill(0xee)
  return answer
}

/** Whether what was sent has the right sum. */
export function isSummed(s: Sent): boolean {
  return get16(s.b, 6) !== 0 && sum(s.b, 0, s.b.length, sum(s.pair, 0, 8, 17 + s.b.length)) === 0xffff
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
