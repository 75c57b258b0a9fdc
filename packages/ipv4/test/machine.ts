// A machine on a fake link and a virtual clock: everything that the tests of this package know of how a stack is put
// together stands in this file.
import { type Env, HEAD, type Host, host, type Ip, type Link, type SendOptions, type Transport } from '@tiny/core'
import { configure, type Ipv4, ipv4, join, leave } from '@tiny/ipv4'
import { bare } from '@tiny/ipv4/bare'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { local } from '@tiny/ipv4/local'
import { dotted, OWN, type Parsed, PROTO, packet, parse, quad } from './packet.ts'

export interface Setup {
  /** With the length of the prefix; null: none. */
  address?: string | null
  /** null: without the slot. */
  gateways?: string[] | null
  /** Records of redirects and path MTUs. */
  paths?: number
  /** false: without the slot. */
  fragment?: boolean
  /** bare() instead of ipv4(). */
  bare?: boolean
  /** What is sent to ourselves comes back. */
  local?: boolean
  /** Octets of its queue. */
  queue?: number
  maxDatagram?: number
  reassemblies?: number
  ttl?: number
  /** Of the host, octets. */
  room?: number
  pool?: number
  mtu?: number
  caps?: number
  /** What the clock shows at first. */
  start?: number
  seed?: number
  /** Instead of the fake link. */
  link?: (h: Host) => Link
}

export interface Sent extends Parsed {
  /** Next hop as the link got it, in dotted quads; 255.255.255.255 for all. */
  hop: string
  /** Milliseconds since the start. */
  at: number
  octets: Uint8Array
}

export interface Machine {
  readonly h: Host
  readonly ip: Ipv4
  readonly link: Link
  /** What was sent and not yet taken. */
  readonly sent: Sent[]
  /** Ids of what was dropped, of what was counted. */
  readonly dropped: number[]
  readonly counted: number[]
  /** Groups that the link was asked for: joins less leaves. */
  readonly groups: Map<string, number>
  /** What the link answers, 0 at first. */
  answer: number
  mtu: number
  /** Milliseconds since the start. */
  now: number
  /** A datagram comes from the link; its buffer is overwritten as soon as the call returns. Then the machine is polled. */
  receive(b: Uint8Array, flags?: number): void
  /** Time passes, the machine is polled when it asks for it. */
  run(ms: number): void
  /** Time passes without a poll, as when the machine is busy elsewhere. */
  sleep(ms: number): void
  /** What was sent since the last call. */
  take(): Sent[]
  drops(): number[]
  send(dst: string, payload?: ArrayLike<number>, options?: SendOptions | null, src?: string, proto?: number): number
  /** The pair as Ip.send wants it. */
  pair(dst: string, src?: string): Uint8Array
  advise(dst: string, isGood: boolean): void
  mss(dst: string): number
  join(group: string): number
  leave(group: string): number
  /** Changes what is given. */
  configure(to: { address?: string | null; gateways?: string[] }): void
  /** The link has found no neighbour for a datagram that it had taken; null: for one of a protocol that nobody has. */
  lose(hop: string, b: Uint8Array | null): void
  /** Records in use, octets of the pool. */
  used(): number
}

const prefixOf = (text: string | null): { address: Uint8Array; length: number } | null =>
  text === null ? null : { address: Uint8Array.from(quad(text.split('/')[0]!)), length: Number(text.split('/')[1]) }
const numberOf = (text: string): number => quad(text).reduce((n, octet) => (n << 8) | octet, 0)
const listOf = (list: string[]): Uint8Array[] => list.map(text => Uint8Array.from(quad(text)))

/** Random numbers from a seed, for scripts and for env.rand: a permuted counter. */
export function random(seed: number): () => number {
  let s = seed | 0
  return () => {
    s = (s + 0x9e3779b9) | 0
    let x = Math.imul(s ^ (s >>> 16), 0x21f0aaad)
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
    return (x ^ (x >>> 15)) | 0
  }
}

/** Front and back of the buffer that a link hands in, filled with what is no part of the packet. */
const AROUND = 37

export function machine(setup: Setup = {}): Machine {
  const sent: Sent[] = []
  const dropped: number[] = []
  const counted: number[] = []
  const groups = new Map<string, number>()
  const start = setup.start ?? 0
  const env: Env = { now: () => (start + m.now) | 0, rand: random(setup.seed ?? 1) }
  const h = host(env, {
    room: setup.room ?? 4000,
    pool: setup.pool ?? 65536,
    observer: { drop: id => void dropped.push(id), count: id => void counted.push(id) },
  })
  const said = (group: number): string => dotted(Uint8Array.of(group >> 24, group >> 16, group >> 8, group), 0)
  let isInside = false
  const fake: Link = {
    type: 101,
    get mtu() {
      return m.mtu
    },
    caps: setup.caps ?? 0,
    send(b, o, n, hop) {
      if (hop !== (hop | 0)) throw new Error(`hop ${hop} is no int32`)
      if (n < 20 || o < 18 || o + n > b.length) throw new Error(`send ${o} ${n} of ${b.length}`)
      if (n > m.mtu) throw new Error(`${n} octets are more than the MTU`)
      const octets = b.slice(o, o + n)
      // Layers below may write here.
      b.fill(0xee, o - 18, o)
      if (m.answer === 0) sent.push({ ...parse(octets), octets, hop: said(hop), at: m.now })
      return m.answer
    },
    recv() {},
    join(group) {
      groups.set(said(group), (groups.get(said(group)) ?? 0) + 1)
      return 0
    },
    leave(group) {
      groups.set(said(group), (groups.get(said(group)) ?? 0) - 1)
    },
  }
  const below = setup.link ? setup.link(h) : fake
  const link = setup.local ? local(h, below, setup.queue === undefined ? {} : { queue: setup.queue }) : below
  const take = <T>(list: T[]): T[] => list.splice(0, list.length)
  const m: Machine = {
    h,
    ip: null as unknown as Ipv4,
    link,
    sent,
    dropped,
    counted,
    groups,
    answer: 0,
    mtu: setup.mtu ?? 1500,
    now: 0,
    receive(b, flags = 0) {
      const rx = new Uint8Array(b.length + 2 * AROUND).fill(0x5a)
      rx.set(b, AROUND)
      if (isInside) throw new Error('receive inside of receive')
      isInside = true
      below.recv(rx, AROUND, b.length, flags)
      isInside = false
      rx.fill(0xa5)
      h.poll()
    },
    run(ms) {
      const end = m.now + ms
      for (let polls = 0; ; polls++) {
        const wait = h.wait()
        if (wait < 0 || m.now + wait > end) break
        if (polls > 100000) throw new Error('polls without end')
        m.now += wait
        h.poll()
      }
      m.now = end
      h.poll()
    },
    sleep(ms) {
      m.now += ms
    },
    take: () => take(sent),
    drops: () => take(dropped),
    pair: (dst, src) => Uint8Array.from([...quad(dst), ...quad(src ?? (setup.address ?? OWN).split('/')[0]!)]),
    send(dst, payload = [1, 2, 3, 4, 5, 6, 7, 8], options = null, src, proto = PROTO) {
      h.tx.set(Uint8Array.from(payload).subarray(0, h.tx.length - HEAD), HEAD)
      return m.ip.send(proto, payload.length, m.pair(dst, src), 0, options)
    },
    advise: (dst, isGood) => m.ip.advise(m.pair(dst), 0, isGood),
    mss: dst => m.ip.mss(m.pair(dst), 0),
    join: group => join(m.ip, Uint8Array.from(quad(group))),
    leave: group => leave(m.ip, Uint8Array.from(quad(group))),
    configure(to) {
      if (to.address !== undefined) configure(m.ip, prefixOf(to.address))
      if (to.gateways) beyond!.set(listOf(to.gateways))
    },
    lose(hop, b) {
      const lost = b ?? packet({ src: OWN, proto: 99 })
      const held = new Uint8Array(AROUND + lost.length)
      held.set(lost, AROUND)
      below.lost!(held, AROUND, lost.length, numberOf(hop))
      held.fill(0xa5)
    },
    used: () => h.engines.reduce((k, engine) => k + engine.used(), 0) + h.pool.used,
  }
  const { address = `${OWN}/24`, gateways: list = ['10.0.0.1'], maxDatagram, reassemblies, ttl, paths } = setup
  const beyond = list && gateways(listOf(list), paths === undefined ? {} : { paths })
  const options = {
    ...(address === null ? {} : { address: prefixOf(address)! }),
    ...(beyond ? { gateways: beyond } : {}),
    ...(setup.fragment === false ? {} : { fragment: fragment() }),
    ...(ttl === undefined ? {} : { ttl }),
  }
  ;(m as { ip: Ipv4 }).ip = setup.bare
    ? bare(h, link, options)
    : ipv4(h, link, {
        ...options,
        ...(maxDatagram === undefined ? {} : { maxDatagram }),
        ...(reassemblies === undefined ? {} : { reassemblies }),
      })
  h.poll()
  return m
}

export interface Input {
  payload: Uint8Array
  src: string
  dst: string
  ttl: number
  tos: number
  options: number[]
  flags: number
  /** The IP header, whole. */
  header: Uint8Array
}

export interface Failure {
  code: number
  info: number
  own: string
  peer: string
  /** What is at hand of the transport's header and data. */
  data: Uint8Array
}

export interface FakeTransport extends Transport {
  readonly inputs: Input[]
  readonly errors: Failure[]
  /** What input answers, 0 at first; what error answers, true at first. */
  answer: number
  isBelieved: boolean
}

/** A transport that notes what it gets. */
export function transport(ip: Ip, proto: number = PROTO): FakeTransport {
  const t: FakeTransport = {
    proto,
    inputs: [],
    errors: [],
    answer: 0,
    isBelieved: true,
    input(b, o, n, a, flags) {
      const header = b.slice(a - 12, o)
      t.inputs.push({
        payload: b.slice(o, o + n),
        src: dotted(b, a),
        dst: dotted(b, a + 4),
        ttl: header[8]!,
        tos: header[1]!,
        options: Array.from(header.subarray(20)),
        flags,
        header,
      })
      return t.answer
    },
    error(code, info, b, o, n, a) {
      t.errors.push({ code, info, own: dotted(b, a), peer: dotted(b, a + 4), data: b.slice(o, o + n) })
      return t.isBelieved
    },
  }
  ip.add(t)
  return t
}
