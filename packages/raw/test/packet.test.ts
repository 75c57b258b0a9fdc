// Packet sockets: on a Dev under a whole stack, on a Link, and on a Dev that does nothing.
import {
  type Dev,
  DLT_EN10MB,
  EDESTADDRREQ,
  EINVAL,
  EMSGSIZE,
  ENOBUFS,
  ENOTCONN,
  EOPNOTSUPP,
  EPERM,
  HEAD,
  type Host,
  host,
  type Link,
  type PacketInfo,
} from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { ping } from '@tiny/ping'
import { sim } from '@tiny/sim'
import { describe, expect, it } from 'vitest'
import { random } from '../../ipv4/test/machine.ts'
import { packet as datagram, octets } from '../../ipv4/test/packet.ts'
import { attach, lock } from '../src/attach.ts'
import { PACKET_FULL } from '../src/ids.ts'
import { type Packet, type PacketOptions, type PacketSocket, packet } from '../src/packet.ts'
import { has, keeps } from './open.ts'

const MAC = Uint8Array.of(2, 0, 0, 0, 0, 1)
const OTHER = Uint8Array.of(2, 0, 0, 0, 0, 9)
const ALL = Uint8Array.of(255, 255, 255, 255, 255, 255)
const GROUP = Uint8Array.of(1, 0, 0x5e, 0, 0, 5)

const frame = (type: number, n = 46, to: Uint8Array = MAC): Uint8Array =>
  Uint8Array.from([...to, ...OTHER, type >> 8, type & 255, ...octets(n)])

interface Bench<D extends Dev | Link> {
  h: Host
  p: Packet<D>
  below: D & { answer: number; sent: Uint8Array[]; promiscuous: boolean[] }
  up: Uint8Array[]
  drops: number[]
  clock: { now: number; micros: number }
}

function bench(options?: PacketOptions & { pool?: number; isSlow?: boolean; room?: number }): Bench<Dev> {
  const clock = { now: 5, micros: 5000 }
  const drops: number[] = []
  const rand = random(3)
  const h = host(
    options?.isSlow ? { now: () => clock.now, rand } : { now: () => clock.now, micros: () => clock.micros, rand },
    { observer: { drop: id => void drops.push(id) }, pool: options?.pool ?? 65536, room: options?.room ?? 1500 },
  )
  const below = {
    type: DLT_EN10MB,
    mtu: 1500,
    mac: MAC,
    caps: 0,
    answer: 0,
    sent: [] as Uint8Array[],
    promiscuous: [] as boolean[],
    send(b: Uint8Array, o: number, n: number) {
      if (!below.answer) below.sent.push(b.slice(o, o + n))
      return below.answer
    },
    recv() {},
    promisc(on: boolean) {
      below.promiscuous.push(on)
      return 0
    },
  }
  const p = packet<Dev>(h, below, options?.sockets === undefined ? {} : { sockets: options.sockets })
  const up: Uint8Array[] = []
  p.device.recv = (b, o, n) => void up.push(b.slice(o, o + n))
  return { h, p, below, up, drops, clock }
}

interface Seen {
  s: PacketSocket
  frames: Uint8Array[]
  about: number[][]
  errors: number[]
}

function open(p: Packet<Dev> | Packet<Link>, type: number, queue?: number): Seen {
  const seen = { frames: [] as Uint8Array[], about: [] as number[][], errors: [] as number[] }
  const s = p.open(
    type,
    {
      onFrame(_s, b, o, n, length, kind, micros) {
        seen.frames.push(b.slice(o, o + n))
        seen.about.push([length, kind, micros])
      },
      onError: (_s, code) => void seen.errors.push(code),
    },
    queue === undefined ? {} : { queue },
  )
  if (typeof s === 'number') throw new Error(`open: ${s}`)
  return { s, ...seen }
}

/** A frame comes in, from a buffer that is overwritten right after the call. */
function receive(m: { below: Dev | Link }, f: Uint8Array, flags = 0): void {
  const b = new Uint8Array(f.length + 9).fill(0x5a)
  b.set(f, 4)
  m.below.recv(b, 4, f.length, flags)
  b.fill(0xa5)
}

describe('on a Dev', () => {
  it('all frames or those of a type, both ways, with kind, length and time', () => {
    const m = bench()
    const all = open(m.p, 0)
    const arp = open(m.p, 0x806)
    const list = [frame(0x800), frame(0x806), frame(0x806, 46, ALL), frame(0x88cc, 1, GROUP), frame(0x800, 2, OTHER)]
    list.forEach((f, i) => {
      m.clock.micros = 7000 + i
      receive(m, f)
    })
    m.clock.micros = -1
    expect(m.p.device.send(list[1]!, 0, 60)).toBe(0)
    m.h.poll()
    expect(all.frames).toEqual([...list, list[1]])
    expect(all.about).toEqual([
      [60, 0, 7000],
      [60, 0, 7001],
      [60, 1, 7002],
      [15, 2, 7003],
      [16, 3, 7004],
      [60, 4, -1],
    ])
    expect(arp.frames).toEqual([list[1], list[2], list[1]])
    // All of it went its way.
    expect([m.up, m.below.sent]).toEqual([list, [list[1]]])
  })

  it('a clock of milliseconds makes do, and wraps', () => {
    const m = bench({ isSlow: true })
    const all = open(m.p, 0)
    m.clock.now = 0x7fffffff
    m.h.poll()
    receive(m, frame(0x800))
    m.h.poll()
    expect(all.about).toEqual([[60, 0, Math.imul(0x7fffffff, 1000)]])
  })

  it('a frame shorter than its header is of no type, and seen by those of all', () => {
    const m = bench()
    const all = open(m.p, 0)
    const some = open(m.p, 0x800)
    for (const n of [1, 13]) m.below.recv(frame(0x800), 0, n, 0)
    m.h.poll()
    expect([all.frames.map(f => f.length), some.frames]).toEqual([[1, 13], []])
  })

  it('what is sent is not echoed to who sends it, but seen by others; what the device refuses by nobody', () => {
    const m = bench()
    const a = open(m.p, 0)
    const b = open(m.p, 0)
    const f = frame(0x88cc)
    expect(m.p.send(a.s, f, 0, 60)).toBe(60)
    // Sent outside of a poll: one is asked for.
    expect(m.h.wait()).toBe(0)
    m.h.poll()
    m.below.answer = -ENOBUFS
    expect([m.p.send(a.s, f, 0, 60), m.p.device.send(f, 0, 60)]).toEqual([-ENOBUFS, -ENOBUFS])
    m.h.poll()
    expect([a.frames, b.frames, m.below.sent]).toEqual([[], [f], [f]])
  })

  it('894 what can be sent: from a header to the MTU, of an open socket, within the buffer', () => {
    const m = bench()
    const { s } = open(m.p, 0)
    const b = octets(1600)
    expect([13, 14, 1514, 1515].map(n => m.p.send(s, b, 1, n))).toEqual([-EINVAL, 14, 1514, -EMSGSIZE])
    expect(m.below.sent).toEqual([b.subarray(1, 15), b.subarray(1, 1515)])
    for (const [o, n] of [
      [-1, 20],
      [1590, 20],
      [0, -1],
    ])
      expect(() => m.p.send(s, b, o!, n!)).toThrow(`raw: ${n} octets at ${o} of 1600`)
    m.p.close(s)
    expect(m.p.send(s, b, 0, 60)).toBe(-ENOTCONN)
    // From JavaScript: what open() refused with is no socket.
    expect(m.p.send(-ENOBUFS as unknown as PacketSocket, b, 0, 60)).toBe(-ENOTCONN)
    const narrow = bench({ room: 500 })
    expect(narrow.p.send(open(narrow.p, 0).s, b, 0, 1000)).toBe(-EMSGSIZE)
  })

  it('promiscuous is passed on if the device can', () => {
    const m = bench()
    expect([m.p.promisc(true), m.p.promisc(false), m.below.promiscuous]).toEqual([0, 0, [true, false]])
    const { promisc: _, ...without } = m.below
    expect(packet<Dev>(m.h, without).promisc(true)).toBe(-EOPNOTSUPP)
  })

  it('filters: a verdict of n keeps n octets, and `length` tells the rest; kinds and types are at hand; a lock holds', () => {
    const m = bench()
    const t = open(m.p, 0)
    const seen: PacketInfo[] = []
    attach(t.s, keeps(20))
    receive(m, frame(0x800))
    attach(t.s, keeps(0))
    receive(m, frame(0x800))
    attach(t.s, {
      bpf: new Int32Array(0),
      run: (_b, _o, _n, info) => {
        seen.push({ ...(info as PacketInfo) })
        return 0
      },
    })
    receive(m, frame(0x806, 46, ALL))
    m.p.device.send(frame(0x800), 0, 60)
    const info = { network: 14, link: 0, ifindex: 1, vlan: undefined }
    expect(seen).toEqual([
      { ...info, kind: 1, protocol: 0x806 },
      { ...info, kind: 4, protocol: 0x800 },
    ])
    attach(t.s, has(13, 6))
    lock(t.s)
    expect(attach(t.s, null)).toBe(-EPERM)
    receive(m, frame(0x800))
    receive(m, frame(0x806))
    m.h.poll()
    expect([t.frames, t.about.map(a => a[0])]).toEqual([
      [frame(0x800).subarray(0, 20), frame(0x806)],
      [60, 60],
    ])
    expect([m.drops, m.up.length]).toEqual([[], 5])
  })

  it('bounds: a slow reader loses its own, is told, and gives back what it had', () => {
    const m = bench({ sockets: 2, pool: 12000 })
    const slow = open(m.p, 0, 76)
    const other = open(m.p, 0)
    expect(m.p.open(0, {})).toBe(-ENOBUFS)
    for (let i = 0; i < 3; i++) receive(m, frame(0x800))
    m.h.poll()
    expect([slow.frames.length, slow.s.lost, slow.errors, other.frames.length]).toEqual([1, 2, [-ENOBUFS], 3])
    expect([m.drops, m.up.length]).toEqual([[PACKET_FULL, PACKET_FULL], 3])
    m.clock.now += 1000
    m.h.poll()
    expect(m.h.pool.used).toBe(0)
    receive(m, frame(0x800))
    for (const { s } of [slow, other]) m.p.close(s)
    m.p.close(slow.s)
    m.h.poll()
    expect([m.h.pool.used, m.p.used(), slow.s.proto, slow.frames.length]).toEqual([0, 0, -1, 1])
  })

  it('what a handler sends when it is told of a loss is kept, though the queue was idle for a second', () => {
    const m = bench()
    const small = frame(0x88b5, 6)
    const lengths: number[] = []
    const s = m.p.open(
      0,
      {
        onFrame: (_s, _b, _o, n) => void lengths.push(n),
        onError: () => void m.p.device.send(small.slice(), 0, small.length),
      },
      { queue: 64 },
    )
    if (typeof s === 'number') throw new Error(`open: ${s}`)
    m.below.recv(small.slice(), 0, small.length, 0)
    m.h.poll()
    m.clock.now += 1000
    const large = frame(0x88b5)
    m.below.recv(large, 0, large.length, 0)
    m.h.poll()
    // Without its octets, what is kept in them would be looked for in each flush anew, and no poll would end.
    expect([s.lost, m.h.pool.used, m.h.wait()]).toEqual([1, 64, 0])
    m.h.poll()
    expect(lengths).toEqual([20, 20])
    m.clock.now += 1000
    m.h.poll()
    expect([m.h.pool.used, m.h.wait()]).toEqual([0, -1])
  })

  it('what is out of range is misuse', () => {
    const m = bench()
    for (const type of [-1, 65536]) expect(() => m.p.open(type, {})).toThrow(`raw: protocol ${type}`)
    expect(() => m.p.open(0, {}, { queue: 63 })).toThrow('raw: queue 63')
    expect(() => packet(m.h, m.below, { sockets: 0 })).toThrow('raw: sockets 0')
  })
})

describe('on a Link', () => {
  function line(): Bench<Link> & { hops: number[] } {
    const hops: number[] = []
    const h = host({ now: () => 0, rand: random(3) })
    const below = {
      type: 101,
      mtu: 1500,
      caps: 0,
      answer: 0,
      sent: [] as Uint8Array[],
      promiscuous: [] as boolean[],
      send(b: Uint8Array, o: number, n: number, hop: number) {
        below.sent.push(b.slice(o, o + n))
        // Layers below may write here.
        b.fill(0xee, o - 18, o)
        hops.push(hop)
        return 0
      },
      recv() {},
    }
    const up: Uint8Array[] = []
    const p = packet<Link>(h, below)
    p.device.recv = (b, o, n) => void up.push(b.slice(o, o + n))
    return { h, p, below, up, drops: [], clock: { now: 0, micros: 0 }, hops }
  }

  it('sees datagrams, both ways, and their kind by the flags', () => {
    const m = line()
    const t = open(m.p, 0x800)
    const none = open(m.p, 0x806)
    const b = datagram()
    for (const flags of [0, 1, 2, 4]) receive(m, b, flags)
    m.h.tx.set(b, HEAD)
    m.p.device.send(m.h.tx, HEAD, 28, 77)
    m.h.poll()
    expect(t.frames).toEqual([b, b, b, b, b])
    expect(t.about.map(a => a[1])).toEqual([0, 1, 2, 0, 4])
    expect([none.frames, m.up.length, m.hops]).toEqual([[], 4, [77]])
  })

  it('sends a whole datagram to a neighbour, and the buffer of the caller stays as it is', () => {
    const m = line()
    const { s } = open(m.p, 0)
    const b = datagram({ src: '10.0.0.2', dst: '192.0.2.1' })
    const before = b.slice()
    expect(m.p.send(s, b, 0, 28, address('10.0.0.1'), 0)).toBe(28)
    expect([m.below.sent, m.hops, b]).toEqual([[before], [0x0a000001], before])
    expect(m.p.send(s, b, 0, 19, address('10.0.0.1'), 0)).toBe(-EINVAL)
    expect(m.p.send(s, octets(1501), 0, 1501, address('10.0.0.1'), 0)).toBe(-EMSGSIZE)
    // From JavaScript: to nobody.
    expect((m.p as unknown as Packet<Dev>).send(s, b, 0, 28)).toBe(-EDESTADDRREQ)
    expect(m.p.promisc(true)).toBe(-EOPNOTSUPP)
  })
})

it('under a whole stack: what ARP and ping say to each other is seen, and nothing changes for them', () => {
  const net = sim({ seed: 5 })
  const [near, far] = net.wire({ delay: 2 })
  const machine = (dev: Dev, own: string) => {
    const h = host(net.env())
    const p = packet<Dev>(h, dev)
    const ip = ipv4(h, ethernet(h, p.device), { address: prefix(own) })
    net.host(h, dev)
    return { p, ip }
  }
  machine(far, '10.0.0.2/24')
  const m = machine(near, '10.0.0.1/24')
  const t = open(m.p, 0)
  let replies = 0
  const pings = ping(m.ip)
  const s = pings.open({ onReply: () => void replies++ })
  if (typeof s === 'number') throw new Error(`${s}`)
  for (let i = 0; i < 3; i++) net.after(i * 100, () => void pings.send(s, address('10.0.0.2'), 0))
  net.run(1000)
  expect(replies).toBe(3)
  expect(t.about.map(a => a[1])).toEqual([4, 0, 4, 0, 4, 0, 4, 0])
  expect(t.frames.map(f => f[12]! * 256 + f[13]!)).toEqual([0x806, 0x806, ...Array(6).fill(0x800)])
  // Two milliseconds each way.
  expect((t.about[3]![2]! - t.about[2]![2]!) | 0).toBe(4000)
})
