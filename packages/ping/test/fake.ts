// A host with an Ip that keeps what is sent, on a clock of the test's own, and the messages that a network answers with.
import { get16, HEAD, type Host, host, type Ip, NO_PROTO, put16, type SendOptions, type Transport } from '@tiny/core'
import { address } from '@tiny/core/text'
import { rand } from '@tiny/sim'
import { type Handlers, type Ping, type PingOptions, ping, type RequestOptions, type Socket } from '../src/index.ts'

export const OWN: Uint8Array = address('10.0.0.2')
export const PEER: Uint8Array = address('10.0.0.1')
export const ROUTER: Uint8Array = address('10.0.0.254')
export const GROUP: Uint8Array = address('224.0.0.1')

export interface Sent {
  proto: number
  pair: Uint8Array
  b: Uint8Array
  options: SendOptions | null
}

export interface Machine {
  h: Host
  ip: Ip
  t: Transport
  p: Ping
  clock: { now: number; micros: number | null; rand: () => number }
  sent: Sent[]
  drops: number[]
  lines: string[]
  handlers: Handlers
  answers: { send: number; source: number }
}

export function machine(options?: PingOptions & { start?: number; room?: number; micros?: boolean }): Machine {
  const clock: Machine['clock'] = { now: options?.start ?? 0, micros: options?.micros ? 0 : null, rand: rand(5) }
  const drops: number[] = []
  const sent: Sent[] = []
  const lines: string[] = []
  const answers = { send: 0, source: 0 }
  const env = { now: () => clock.now, rand: () => clock.rand() }
  const h = host(options?.micros ? { ...env, micros: () => clock.micros ?? 0 } : env, {
    observer: { drop: id => void drops.push(id) },
    room: options?.room ?? 1500,
  })
  let t: Transport | undefined
  const ip: Ip = {
    alen: 4,
    host: h,
    caps: 0,
    epoch: 0,
    mmsR: 1480,
    add(x) {
      t = x
    },
    mss: () => 1480,
    source(_dst, _d, k, a) {
      if (!answers.source) k.set(OWN, a)
      return answers.source
    },
    isOwn: () => false,
    isGroup: (b, o) => b[o] >> 4 === 14,
    send(proto, n, k, a, opt) {
      sent.push({ proto, pair: k.slice(a, a + 8), b: h.tx.slice(HEAD, HEAD + n), options: opt })
      return answers.send
    },
    advise() {},
  }
  const { sockets, requests } = options ?? {}
  const p = ping(ip, { ...(sockets ? { sockets } : {}), ...(requests ? { requests } : {}) })
  if (!t) throw new Error('ping did not add itself')
  const handlers: Handlers = {
    onReply: (_s, seq, rttMs, n) => void lines.push(`${seq} reply ${n} in ${rttMs}`),
    onError: (_s, seq, code, icmp, b, a) =>
      void lines.push(`${seq} error ${code} ${icmp.toString(16)} by ${b.slice(a, a + 4).join('.')}`),
  }
  return { h, ip, t, p, clock, sent, drops, lines, handlers, answers }
}

export function open(m: Machine, handlers: Handlers = m.handlers): Socket {
  const s = m.p.open(handlers)
  if (typeof s === 'number') throw new Error(`open ${s}`)
  return s
}

/** A request that is taken, and what was sent. */
export function ask(m: Machine, s: Socket, options?: RequestOptions, to: Uint8Array = PEER): Sent {
  const seq = m.p.send(s, to, 0, options)
  const sent = m.sent[m.sent.length - 1]
  if (seq < 0 || get16(sent.b, 6) !== seq) throw new Error(`send ${seq}`)
  return sent
}

/** Hands an ICMP message up as ip would, from `src`; the buffer is overwritten right after. */
function input(m: Machine, message: Uint8Array, src: Uint8Array): number {
  const b = new Uint8Array(34 + message.length + 5).fill(0xa5)
  b.set([...src, ...OWN], 26)
  b.set(message, 34)
  const answer = m.t.input(b, 34, message.length, 26, 0)
  b.fill(0xee)
  return answer
}

/** The reply to a request, changed as the test likes; a message of a length of its own. */
export function reply(m: Machine, s: Sent, change?: (b: Uint8Array) => Uint8Array | undefined, src = PEER): number {
  const b = s.b.slice()
  b[0] = 0
  return input(m, change?.(b) ?? b, src)
}

/** An ICMP error about a request: first to error(), then as a message, as ip does it. */
export function icmp(
  m: Machine,
  code: number,
  s: Sent,
  src: Uint8Array = ROUTER,
  change?: (b: Uint8Array) => void,
): boolean {
  const b = new Uint8Array(34 + 8 + 20 + 8).fill(0xa5)
  b.set([...src, ...OWN], 26)
  put16(b, 34, code)
  b[42] = 0x45
  b.set([...OWN, ...s.pair.slice(0, 4)], 54)
  b.set(s.b.slice(0, 8), 62)
  change?.(b)
  const answer = m.t.error(code, 0, b, 62, 8, 54)
  if (m.t.input(b, 34, 36, 26, 0) !== NO_PROTO) throw new Error('an error was taken for a reply')
  b.fill(0xee)
  return answer
}
