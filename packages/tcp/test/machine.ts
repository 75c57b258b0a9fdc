// A stack on a fake link and a virtual clock, and its peer, a script: send(segment), expect(segment), wait(ms).
// Everything that the tests of this package know of how a stack is put together stands in this file.
import { type Env, type Host, host, type Link } from '@tiny/core'
import { configure, type Ipv4, ipv4 } from '@tiny/ipv4'
import { gateways } from '@tiny/ipv4/gateway'
import { local } from '@tiny/ipv4/local'
import { type Connection, type Handlers, type Listener, type Tcp, type TcpOptions, tcp } from '@tiny/tcp'
import { expect } from 'vitest'
import { type Fields, mss, OWN, octets, type Parsed, PEER, parse, quad, segment } from './segment.ts'

export const address = (text: string): Uint8Array => Uint8Array.from(quad(text))

// RFC 9293 3.3.2, as Connection.state says it.
export const CLOSED = 0
export const SYN_SENT = 2
export const SYN_RECEIVED = 3
export const ESTABLISHED = 4
export const CLOSE_WAIT = 5
export const FIN_WAIT_1 = 6
export const FIN_WAIT_2 = 7
export const CLOSING = 8
export const LAST_ACK = 9

export interface Setup extends TcpOptions {
  address?: string
  mtu?: number
  caps?: number
  pool?: number
  room?: number
  ttl?: number
  /** What the clock shows at first; one that is about to wrap unless given. */
  start?: number
  seed?: number
  /** What is sent to ourselves comes back. */
  local?: boolean
}

export interface Machine {
  readonly h: Host
  readonly ip: Ipv4
  readonly t: Tcp
  readonly link: Link
  /** Datagrams of TCP that were sent and not yet taken; their time is `at`. */
  readonly sent: (Parsed & { at: number })[]
  readonly dropped: number[]
  readonly counted: number[]
  /** What the application was told, by note(). */
  readonly events: string[]
  /** What the link answers, 0 at first. */
  answer: number
  mtu: number
  /** Milliseconds since the start. */
  now: number
  /** A datagram comes from the link, whose buffer is overwritten as soon as the call returns. */
  receive(b: Uint8Array, flags?: number): void
  poll(): void
  /** Time passes, the machine is polled when it asks for it. */
  run(ms: number): void
  /** Time passes without a poll. */
  sleep(ms: number): void
  take(): (Parsed & { at: number })[]
  /** What the application was told since the last call. */
  told(): string[]
  drops(): number[]
  counts(): number[]
  /** Handlers that note what they are told, and do what is given besides. */
  note(more?: Handlers): Handlers
  /** All that is held: records, octets. */
  used(): number[]
}

/** Random numbers from a seed. */
export function random(seed: number): () => number {
  let s = seed | 0
  return () => {
    s = (s + 0x9e3779b9) | 0
    let x = Math.imul(s ^ (s >>> 16), 0x21f0aaad)
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
    return (x ^ (x >>> 15)) | 0
  }
}

/** Front and back of the buffer that the link hands in, filled with what is no part of the packet. */
const AROUND = 37

export function machine(setup: Setup = {}): Machine {
  const {
    address: own = `${OWN}/24`,
    mtu = 1500,
    caps = 0,
    pool = 1 << 20,
    room = 1500,
    ttl,
    start,
    seed,
    ...rest
  } = setup
  const { local: isLocal, ...options } = rest
  const first = start ?? 0x7fffff00
  const env: Env = { now: () => (first + m.now) | 0, rand: random(seed ?? 1) }
  const dropped: number[] = []
  const counted: number[] = []
  const sent: Machine['sent'] = []
  const events: string[] = []
  const h = host(env, {
    pool,
    room,
    observer: { drop: id => void dropped.push(id), count: id => void counted.push(id) },
  })
  const isInside = false
  const fake: Link = {
    type: 101,
    get mtu() {
      return m.mtu
    },
    caps,
    send(b, o, n) {
      if (isInside) throw new Error('sent within receive')
      if (n > m.mtu) throw new Error(`${n} octets are more than the MTU`)
      const packet = b.slice(o, o + n)
      b.fill(0xee, o - 18, o)
      if (m.answer === 0 && packet[9] === 6) sent.push({ ...parse(packet), at: m.now })
      return m.answer
    },
    recv() {},
  }
  const link = isLocal ? local(h, fake) : fake
  const all = <T>(list: T[]): T[] => list.splice(0, list.length)
  const m: Machine = {
    h,
    ip: null as never,
    t: null as never,
    link,
    sent,
    dropped,
    counted,
    events,
    answer: 0,
    mtu,
    now: 0,
    receive(b, flags = 0) {
      const rx = new Uint8Array(b.length + 2 * AROUND).fill(0x5a)
      rx.set(b, AROUND)
      fake.recv(rx, AROUND, b.length, flags)
      rx.fill(0xa5)
    },
    poll: () => h.poll(),
    run(ms) {
      const end = m.now + ms
      for (let polls = 0; ; polls++) {
        const wait = h.wait()
        if (wait < 0 || m.now + wait > end) break
        if (polls > 20000) throw new Error('polls without end')
        m.now += wait
        h.poll()
      }
      m.now = end
      h.poll()
    },
    sleep(ms) {
      m.now += ms
    },
    take: () => all(sent),
    told: () => all(events),
    drops: () => all(dropped),
    counts: () => all(counted),
    note: (more = {}) => ({
      onReadable(c, n) {
        events.push(`readable ${n}`)
        more.onReadable?.(c, n)
      },
      onWritable(c, n) {
        events.push(`writable ${n}`)
        more.onWritable?.(c, n)
      },
      onEnd(c) {
        events.push('end')
        more.onEnd?.(c)
      },
      onUrgent(c, n) {
        events.push(`urgent ${n}`)
        more.onUrgent?.(c, n)
      },
      onError(c, code) {
        events.push(`error ${code}`)
        more.onError?.(c, code)
      },
      onClose(c, code) {
        events.push(`close ${code}`)
        more.onClose?.(c, code)
      },
    }),
    used: () => [m.t.used(), h.pool.used],
  }
  const [quads = '', length = ''] = own.split('/')
  ;(m as { ip: Ipv4 }).ip = ipv4(h, link, {
    address: { address: address(quads), length: Number(length) },
    gateways: gateways([address('10.0.0.1')]),
    ...(ttl === undefined ? {} : { ttl }),
  })
  ;(m as { t: Tcp }).t = tcp(m.ip, options)
  h.poll()
  return m
}

/** The host has another address now. */
export const move = (m: Machine, to: string): void =>
  configure(m.ip, { address: address(to.split('/')[0]), length: Number(to.split('/')[1]) })

/** What a script says of a segment. Numbers are relative: seq to the sender's ISS, ack to the receiver's. */
export interface Said extends Fields {
  at?: number
}

/** The other end of one connection. */
export interface Peer {
  readonly m: Machine
  /** Initial sequence numbers: its own, and that of the stack once it was seen. */
  iss: number
  own: number
  port: number
  peerPort: number
  address: string
  /** Where its next segment starts, what it acknowledges, what window it offers. */
  nxt: number
  ack: number
  wnd: number
  /** Options of segments of which nothing else is said. */
  options: (flags: string) => readonly number[]
  /** The segment is on its way: no poll. */
  push(flags: string, said?: Said): void
  /** A segment with text of the stream; seq and ack as expected unless said. Then the machine is polled. */
  send(flags: string, said?: Said): void
  /** The next segment that the stack has sent: its flags, and whatever is said of it. */
  expect(flags: string, said?: Partial<Parsed> & { len?: number; at?: number }): Parsed & { at: number }
  /** Nothing (more) was sent. */
  silent(): void
}

export function peer(m: Machine, to: Partial<Pick<Peer, 'iss' | 'port' | 'peerPort' | 'address' | 'wnd'>> = {}): Peer {
  const p: Peer = {
    m,
    iss: 0xfffffff0 | 0,
    own: 0,
    port: 80,
    peerPort: 4000,
    address: PEER,
    nxt: 0,
    ack: 0,
    wnd: 8000,
    options: () => [],
    ...to,
    push(flags, said = {}) {
      const seq = said.seq ?? p.nxt
      const text = said.text ?? []
      const size = text.length + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0)
      if (said.seq === undefined || seq === p.nxt) p.nxt = seq + size
      m.receive(
        segment({
          src: p.address,
          srcPort: p.peerPort,
          dstPort: p.port,
          wnd: p.wnd,
          options: p.options(flags),
          ...said,
          flags,
          seq: (p.iss + seq) | 0,
          ack: flags.includes('A') || said.ack !== undefined ? (p.own + (said.ack ?? p.ack)) | 0 : 0,
        }),
      )
    },
    send(flags, said) {
      p.push(flags, said)
      m.poll()
    },
    expect(flags, said = {}) {
      const s = m.sent.shift()
      if (!s) throw new Error(`expected ${flags}, nothing was sent`)
      if (s.flags.includes('S')) p.own = s.seq
      const seen: Record<string, unknown> = { ...s, len: s.text.length }
      seen['seq'] = (s.seq - p.own) | 0
      seen['ack'] = s.flags.includes('A') ? (s.ack - p.iss) | 0 : s.ack
      const wanted = { flags, dst: p.address, srcPort: p.port, dstPort: p.peerPort, ...said }
      expect(seen).toMatchObject(wanted)
      p.ack = Math.max(p.ack, (seen['seq'] as number) + s.text.length + (/[SF]/.test(flags) ? 1 : 0))
      return { ...s, ...(seen as unknown as typeof s) }
    },
    silent() {
      expect(m.sent.map(s => `${s.flags} seq ${(s.seq - p.own) | 0} len ${s.text.length}`)).toEqual([])
    },
  }
  return p
}

/** A connection that a listener has accepted, and its peer. */
export interface Pair {
  m: Machine
  p: Peer
  c: Connection
  listener: Listener
}

/** The stack listens on port 80, and keeps what is accepted. */
export function listening(m: Machine, more: Handlers = {}): { listener: Listener; accepted: Connection[] } {
  const accepted: Connection[] = []
  const listener = m.t.listen(
    80,
    m.note({
      ...more,
      onWritable(c, n) {
        if (!accepted.includes(c)) accepted.push(c)
        more.onWritable?.(c, n)
      },
    }),
  )
  if (typeof listener === 'number') throw new Error(`listen: ${listener}`)
  return { listener, accepted }
}

export interface Opening {
  setup?: Setup
  /** The peer's. */
  wnd?: number
  iss?: number
  mss?: number
  /** Options of its SYN behind the MSS, and of what follows. */
  options?: readonly number[]
  follow?: Peer['options']
  handlers?: Handlers
}

/** Accepted: ESTABLISHED, nothing in flight. */
export function accept(o: Opening = {}): Pair {
  const m = machine(o.setup)
  const { listener, accepted } = listening(m, o.handlers)
  const p = peer(m, { ...(o.wnd === undefined ? {} : { wnd: o.wnd }), ...(o.iss === undefined ? {} : { iss: o.iss }) })
  p.send('S', { options: [...mss(o.mss ?? 1460), ...(o.options ?? [])] })
  p.expect('SA', { ack: 1 })
  if (o.follow) p.options = o.follow
  p.send('A')
  p.silent()
  expect(accepted[0].state).toBe(ESTABLISHED)
  m.told()
  m.drops()
  return { m, p, c: accepted[0], listener }
}

/** The stack has asked for a connection from port 5000 to port 4000 of the peer: SYN-SENT, the SYN taken. */
export function connecting(o: Opening = {}): Pair {
  const m = machine(o.setup)
  const c = m.t.connect(address(PEER), 4000, m.note(o.handlers), { port: 5000 })
  if (typeof c === 'number') throw new Error(`connect: ${c}`)
  const p = peer(m, {
    port: 5000,
    ...(o.wnd === undefined ? {} : { wnd: o.wnd }),
    ...(o.iss === undefined ? {} : { iss: o.iss }),
  })
  m.poll()
  p.expect('S')
  p.silent()
  return { m, p, c, listener: null as never }
}

/** Connected: ESTABLISHED, nothing in flight. */
export function connect(o: Opening = {}): Pair {
  const all = connecting(o)
  all.p.send('SA', { options: [...mss(o.mss ?? 1460), ...(o.options ?? [])] })
  if (o.follow) all.p.options = o.follow
  all.p.expect('A', { seq: 1, ack: 1 })
  all.p.silent()
  expect(all.c.state).toBe(ESTABLISHED)
  all.m.told()
  all.m.drops()
  return all
}

/** Writes octets of the stream. */
export function write(pair: Pair, n: number, at = 0): number {
  const k = pair.m.t.write(pair.c, Uint8Array.from(octets(n, at)))
  pair.m.poll()
  return k
}

/** Reads up to n octets. */
export function read(pair: Pair, n = 65536): number[] | number {
  const b = new Uint8Array(n)
  const k = pair.m.t.read(pair.c, b)
  pair.m.poll()
  return k < 0 ? k : [...b.subarray(0, k)]
}

/** A start of the clock with which the stack's ISS of the connection of connect() or accept() is just below 2^32 - n. */
export function startFor(kind: typeof accept | typeof connecting, n: number): number {
  const { p } = kind({ setup: { start: 0 } })
  return (((-n - p.own) >>> 0) / 250) | 0
}
