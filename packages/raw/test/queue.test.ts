// What waits for the flush: bounds, whose loss it is, what handlers may do. Filters, on the way into it.
import { bpf } from '@tiny/bpf'
import { ENOBUFS, EPERM, type Filter, type PacketInfo } from '@tiny/core'

import { describe, expect, it } from 'vitest'
import { random } from '../../ipv4/test/machine.ts'
import { cut, echo, icmpError, mend, OWN, octets, PEER, packet } from '../../ipv4/test/packet.ts'
import { attach, lock } from '../src/attach.ts'
import { connect, hear, types } from '../src/connect.ts'
import { RAW_FULL } from '../src/ids.ts'
import { has, keeps, open, recordsOf, withRaw } from './open.ts'

// A datagram of 28 octets takes 44 of a queue.
const TAKES = 44
const TO = Uint8Array.of(10, 0, 0, 9)

/** Hands datagrams up without a poll between them. */
function burst(m: ReturnType<typeof withRaw>, list: Uint8Array[]): void {
  for (const b of list) m.link.recv(b.slice(), 0, b.length, 0)
}

describe('bounds', () => {
  it('a full queue loses the newest, is told once a turn, and costs the neighbour nothing', () => {
    const m = withRaw()
    const slow = open(m, 89, { queue: 2 * TAKES + 1 })
    const other = open(m, 89)
    const list = [1, 2, 3, 4].map(x => packet({ proto: 89, payload: octets(8).map(v => v ^ x) }))
    burst(m, list)
    m.h.poll()
    expect(slow.datagrams).toEqual(list.slice(0, 2))
    expect(other.datagrams).toEqual(list)
    expect([slow.s.lost, other.s.lost, slow.errors, other.errors]).toEqual([2, 0, [`-${ENOBUFS}`], []])
    expect(m.drops()).toEqual([RAW_FULL, RAW_FULL])
    m.h.poll()
    expect(slow.errors.length).toBe(1)
    burst(m, list)
    m.h.poll()
    expect([slow.s.lost, slow.errors.length, slow.datagrams.length]).toEqual([4, 2, 4])
  })

  it('a queue of exactly one datagram holds it, of one octet less does not', () => {
    for (const less of [0, 1]) {
      const m = withRaw()
      const t = open(m, 89, { queue: 1016 - less })
      m.receive(packet({ proto: 89, payload: octets(980) }))
      expect(t.datagrams.length).toBe(1 - less)
    }
  })

  it('an exhausted pool loses it, and nothing is left when all is given back', () => {
    const m = withRaw({ pool: 1000 })
    const a = open(m, 89, { queue: 900 })
    const b = open(m, 89, { queue: 900 })
    m.receive(packet({ proto: 89 }))
    expect([a.datagrams.length, b.datagrams.length, b.errors]).toEqual([1, 0, [`-${ENOBUFS}`]])
    m.r.close(a.s)
    m.receive(packet({ proto: 89 }))
    expect(b.datagrams.length).toBe(1)
    m.r.close(b.s)
    expect(m.h.pool.used).toBe(0)
  })

  it('its memory goes back a second after the last datagram, and not before', () => {
    const m = withRaw()
    open(m, 89)
    m.receive(packet({ proto: 89 }))
    m.run(500)
    m.receive(packet({ proto: 89 }))
    m.run(999)
    expect([m.h.pool.used, m.h.wait()]).toEqual([4096, 1])
    m.run(1)
    expect([m.h.pool.used, m.h.wait()]).toEqual([0, -1])
  })
})

describe('handlers', () => {
  it('are called from poll only, oldest first; a handler that throws costs the others nothing', () => {
    const m = withRaw()
    const order: number[] = []
    const bad = open(
      m,
      89,
      {},
      {
        onDatagram(_s, b, o) {
          order.push(b[o + 20]!)
          throw new Error(`thrown ${b[o + 20]}`)
        },
      },
    )
    const good = open(m, 89)
    burst(m, [packet({ proto: 89, payload: [1] }), packet({ proto: 89, payload: [2] })])
    expect(good.datagrams).toEqual([])
    expect(() => m.h.poll()).toThrow('thrown 1')
    expect([order, bad.datagrams.length, good.datagrams.length]).toEqual([[1, 2], 2, 2])
  })

  it('may close their socket, open another in its place, and send', () => {
    const m = withRaw({}, 1)
    let later: ReturnType<typeof open> | undefined
    const t = open(
      m,
      89,
      {},
      {
        onDatagram(s, b, o, n, a) {
          m.r.send(s, b, o, n, b, a)
          m.r.close(s)
          later = open(m, 90)
        },
      },
    )
    burst(m, [packet({ proto: 89 }), packet({ proto: 89 }), packet({ proto: 90 })])
    m.h.poll()
    expect([t.datagrams.length, later!.datagrams.length]).toEqual([1, 0])
    expect(m.take()).toMatchObject(
      [
        { proto: 89, dst: PEER, payload: packet({ proto: 89 }) },
        { type: 3, code: 2 },
      ].reverse(),
    )
    m.receive(packet({ proto: 90 }))
    expect(later!.datagrams.length).toBe(1)
  })

  it('the application s field is its own', () => {
    const m = withRaw()
    const s = m.r.open<number>(89, {
      onDatagram(x) {
        x.app = (x.app ?? 0) + 1
      },
    })
    if (typeof s === 'number') throw new Error(`${s}`)
    m.receive(packet({ proto: 89 }))
    m.receive(packet({ proto: 89 }))
    expect(s.app).toBe(2)
  })
})

describe('filters', () => {
  it('a verdict of 0 leaves it out, one of n keeps n octets, one above its length all of it', () => {
    const m = withRaw()
    const t = open(m, 89)
    const b = packet({ proto: 89, payload: octets(30) })
    for (const k of [0, 1, 19, 20, 49, 50, 51, 0x7fffffff, 0x80000000, 0xffffffff]) {
      expect(attach(t.s, keeps(k))).toBe(0)
      m.receive(b)
      expect(t.datagrams.splice(0), `${k}`).toEqual(k ? [b.subarray(0, k)] : [])
    }
    // The pair was there, however little was kept.
    expect(new Set(t.pairs)).toEqual(new Set(['10.0.0.9.10.0.0.2']))
    expect([t.errors, t.s.lost, m.drops(), m.take()]).toEqual([[], 0, [], []])
  })

  it('a packet that is left out, or cut, takes the less of the queue', () => {
    const m = withRaw()
    const t = open(m, 89, { queue: 100 })
    attach(t.s, keeps(20))
    const big = packet({ proto: 89, payload: octets(1000) })
    burst(m, [big, big, big])
    m.h.poll()
    expect([t.datagrams.length, t.s.lost]).toEqual([2, 1])
    attach(t.s, keeps(0))
    burst(m, [big, big, big, big])
    m.h.poll()
    expect([t.datagrams.length, t.s.lost]).toEqual([2, 1])
  })

  it('it sees the datagram from its header on, and whom the link sent it to', () => {
    const m = withRaw()
    const t = open(m, 0)
    attach(t.s, has(9, 90))
    for (const proto of [89, 90, 91]) m.receive(packet({ proto }))
    expect(t.datagrams).toEqual([packet({ proto: 90 })])
    const seen: unknown[] = []
    const spy: Filter = {
      bpf: new Int32Array(0),
      run(_b, _o, n, info?: PacketInfo) {
        seen.push(n, { ...info })
        return 0
      },
    }
    attach(t.s, spy)
    m.receive(packet())
    m.receive(packet({ dst: '10.0.0.255' }), 1)
    m.receive(packet({ dst: '224.0.0.1' }), 2)
    const info = { network: 0, link: undefined, protocol: 0x800, ifindex: 1, vlan: undefined }
    expect(seen).toEqual([28, { ...info, kind: 0 }, 28, { ...info, kind: 1 }, 28, { ...info, kind: 2 }])
  })

  it('it is replaced and removed while packets flow; what waits stays', () => {
    const m = withRaw()
    const t = open(m, 89)
    const b = packet({ proto: 89 })
    attach(t.s, keeps(0))
    burst(m, [b])
    attach(t.s, keeps(24))
    burst(m, [b])
    attach(t.s, null)
    burst(m, [b])
    expect(t.s.filter).toBe(null)
    attach(t.s, keeps(0))
    m.h.poll()
    expect(t.datagrams).toEqual([b.subarray(0, 24), b])
  })

  it('a locked one stays, and so does having none', () => {
    const m = withRaw()
    const t = open(m, 89)
    const none = open(m, 89)
    const f = keeps(24)
    attach(t.s, f)
    lock(t.s)
    lock(none.s)
    for (const s of [t.s, none.s]) expect([attach(s, keeps(1)), attach(s, null)]).toEqual([-EPERM, -EPERM])
    expect([t.s.filter, t.s.isLocked, none.s.filter]).toEqual([f, true, null])
    m.receive(packet({ proto: 89 }))
    expect([t.datagrams[0]!.length, none.datagrams[0]!.length]).toEqual([24, 28])
  })

  it('what is no filter is misuse, and one that fails validation leaves the old one in place', () => {
    const m = withRaw()
    const { s } = open(m, 89)
    const f = keeps(24)
    attach(s, f)
    for (const x of [undefined, {}, [6, 0, 0, 0], () => 0, 'ip', 0, true, { run: () => 0 }])
      expect(() => attach(s, x as unknown as Filter)).toThrow(
        new RangeError('raw: attach wants bpf(program) of @tiny/bpf'),
      )
    expect(() => attach(s, bpf([5, 0, 0, 9]))).toThrow(RangeError)
    expect(s.filter).toBe(f)
  })
})

describe('connect', () => {
  it('one peer, one own address or group, some ICMP types: each narrows what was there', () => {
    const m = withRaw()
    const peer = open(m, 89)
    const group = open(m, 89)
    const both = open(m, 89)
    connect(peer.s, TO)
    hear(group.s, Uint8Array.of(224, 0, 0, 5))
    connect(both.s, TO)
    hear(both.s, Uint8Array.of(10, 0, 0, 2))
    m.join('224.0.0.5')
    const list = [
      packet({ proto: 89 }),
      packet({ proto: 89, src: '10.0.0.7' }),
      packet({ proto: 89, dst: '224.0.0.5' }),
    ]
    for (const b of list) m.receive(b)
    expect(peer.datagrams).toEqual([list[0], list[2]])
    expect(group.datagrams).toEqual([list[2]])
    expect(both.datagrams).toEqual([list[0]])
    both.s.accept = null
    for (const b of list) m.receive(b)
    expect(both.datagrams.length).toBe(4)
  })

  it('the address is copied, and must be one', () => {
    const m = withRaw()
    const t = open(m, 89)
    const k = TO.slice()
    connect(t.s, k)
    k.fill(0)
    m.receive(packet({ proto: 89 }))
    expect(t.datagrams.length).toBe(1)
    for (const f of [connect, hear])
      for (const n of [0, 3, 5, 17]) expect(() => f(t.s, new Uint8Array(n))).toThrow(`raw: ${n} octets of address`)
  })

  it('types leaves out other ICMP messages, and nothing of other protocols', () => {
    const m = withRaw()
    const t = open(m, 0)
    types(t.s, [8, 11])
    const list = [
      echo(octets(3)),
      icmpError(11, 0, 0, packet({ src: OWN, dst: PEER })),
      icmpError(3, 1, 0, packet({ src: OWN, dst: PEER })),
      packet({ proto: 89, payload: [3, 0] }),
      packet({ proto: 1, payload: [43, 0, 0xd4, 0xff, 0, 0, 0, 0] }),
    ]
    for (const b of list) m.receive(b)
    expect(t.datagrams).toEqual([list[0], list[1], list[3]])
    for (const type of [-1, 32, 0.5]) expect(() => types(t.s, [type])).toThrow(`raw: ICMP type ${type}`)
  })
})

it('random datagrams, filters and verbs never throw, and leave nothing behind', () => {
  const seed = 0xace5
  console.log(`seed ${seed}`)
  const rand = random(seed)
  const pick = <T>(list: readonly T[]): T => list[(rand() >>> 1) % list.length]!
  const m = withRaw({ pool: 8192 }, 4)
  const before = recordsOf(m.h)
  const sockets: ReturnType<typeof open>[] = []
  let told = 0
  let cutShort = 0
  for (let i = 0; i < 20000; i++) {
    const act = rand() & 63
    if (act < 4 && m.r.used() < 4) sockets.push(open(m, pick([0, 1, 2, 89]), { queue: pick([64, 300, 4096]) }))
    const t = sockets.length ? pick(sockets) : open(m, 0)
    if (sockets.indexOf(t) < 0) sockets.push(t)
    if (act === 4) {
      m.r.close(t.s)
      sockets.splice(sockets.indexOf(t), 1)
    }
    if (act === 5) attach(t.s, pick([null, keeps(rand() & 63), keeps(-1 >>> 0), has(rand() & 31, rand() & 255)]))
    // The fake link judges ICMP messages.
    if (act === 6 && t.s.proto !== 1) m.r.send(t.s, octets(16), 0, rand() & 15, TO, 0)
    if (act === 7) {
      const b = packet({ src: OWN, dst: PEER, id: 1 })
      b[(rand() >>> 1) % 9] = rand()
      m.r.sendWhole(t.s, b, 0, 28)
    }
    for (const b of cut(
      { proto: pick([2, 6, 89]), payload: octets(rand() & 127), id: i & 0xffff },
      ...(act & 1 ? [8] : []),
    )) {
      if (act & 2) b[(rand() >>> 1) % b.length] = rand()
      m.link.recv(act & 4 ? mend(b) : b, 0, b.length, rand() & 3)
    }
    if (!(act & 7)) {
      m.h.poll()
      for (const x of sockets) {
        told += x.datagrams.length
        for (const b of x.datagrams.splice(0)) {
          if (b.length > 19 && b[2]! * 256 + b[3]! < b.length) throw new Error(`longer than it is: ${b}`)
          if (b.length < 20 || b[2]! * 256 + b[3]! > b.length) cutShort++
        }
      }
      m.take()
    }
  }
  expect(told).toBeGreaterThan(1500)
  expect(cutShort).toBeGreaterThan(50)
  expect(new Set(m.drops())).toContain(RAW_FULL)
  for (const { s } of sockets) m.r.close(s)
  m.run(70000)
  expect([m.r.used(), m.h.pool.used]).toEqual([0, 0])
  expect(recordsOf(m.h)).toBeLessThanOrEqual(before)
})
