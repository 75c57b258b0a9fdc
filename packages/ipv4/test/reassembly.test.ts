// RFC 791 3.2, RFC 815, RFC 1122 3.3.2, overlaps as RFC 5722 has them for IPv6.
import { prefix } from '@tiny/core/text'
import { configure } from '@tiny/ipv4'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { type Machine, machine, random, transport } from './machine.ts'
import { cut, type Fields, mend, octets, packet, parse, quad } from './packet.ts'

const data = octets(60)
const f: Fields = { payload: data, id: 77 }

function permutations<T>(list: T[]): T[][] {
  if (list.length < 2) return [list]
  return list.flatMap((x, i) => permutations([...list.slice(0, i), ...list.slice(i + 1)]).map(rest => [x, ...rest]))
}

/** Time goes by until whatever was held is given up; nothing may be left. */
function settle(m: Machine): void {
  m.run(200000)
  expect(m.used()).toBe(0)
}

describe('a datagram in fragments', () => {
  it('1122 I16 I112 is delivered whole, in whatever order they come', () => {
    for (const order of permutations(cut(f, 16, 24, 48))) {
      const m = machine()
      const t = transport(m.ip)
      for (const b of order) m.receive(b)
      expect(t.inputs.map(i => i.payload)).toEqual([data])
      expect([m.drops(), m.take(), m.used()]).toEqual([[], [], 0])
    }
  })

  it('comes with the header and the options of its first fragment, put right', () => {
    for (const order of permutations(cut({ ...f, options: [148, 4, 0, 0], tos: 4, ttl: 9 }, 16, 24))) {
      const m = machine()
      const t = transport(m.ip)
      for (const b of order) m.receive(b)
      expect(t.inputs).toMatchObject([{ options: [148, 4, 0, 0], tos: 4, ttl: 9, payload: data, src: '10.0.0.9' }])
      const header = t.inputs[0]!.header
      // Total length, no fragment any more, and a checksum that is right: raw sockets see it, errors quote it.
      expect(parse(Uint8Array.from([...header, ...data]))).toMatchObject({ length: 84, offset: 0, mf: false, id: 77 })
    }
  })

  it('ends with any number of octets', () => {
    for (let n = 1; n <= 17; n++) {
      const m = machine()
      const t = transport(m.ip)
      const payload = octets(16 + n)
      for (const b of cut({ payload }, 8, 16).reverse()) m.receive(b)
      expect(t.inputs.map(i => i.payload)).toEqual([payload])
    }
  })

  it('is told apart by source, destination, identification and protocol', () => {
    const m = machine({ reassemblies: 16 })
    const all = transport(m.ip, 0)
    const kinds: Fields[] = [{}, { src: '10.0.0.8' }, { dst: '255.255.255.255' }, { id: 78 }, { proto: 17 }]
    const lists = kinds.map((kind, i) => cut({ ...f, ...kind, payload: octets(24, i) }, 16))
    for (const list of lists) m.receive(list[1]!)
    for (const list of lists) m.receive(list[0]!)
    expect(all.inputs.map(i => i.payload)).toEqual(kinds.map((_, i) => octets(24, i)))
    expect(m.drops()).toEqual([])
  })

  it('two at a time with the same identification from two hosts do not mix', () => {
    const m = machine()
    const t = transport(m.ip)
    const a = cut({ ...f, src: '10.0.0.8', payload: octets(32, 1) }, 8, 16)
    const b = cut({ ...f, src: '10.0.0.9', payload: octets(32, 2) }, 8, 16)
    for (let i = 0; i < 3; i++) {
      m.receive(a[i]!)
      m.receive(b[2 - i]!)
    }
    expect(t.inputs.map(i => i.payload)).toEqual([octets(32, 1), octets(32, 2)])
  })

  it('the next one with the same identification starts anew', () => {
    const m = machine()
    const t = transport(m.ip)
    for (const first of [1, 2, 3]) for (const b of cut({ ...f, payload: octets(40, first) }, 8, 16)) m.receive(b)
    expect(t.inputs.map(i => i.payload)).toEqual([octets(40, 1), octets(40, 2), octets(40, 3)])
  })

  it('from the broadcast comes with the flag of one', () => {
    const m = machine()
    const t = transport(m.ip)
    for (const b of cut({ ...f, dst: '10.0.0.255' }, 8)) m.receive(b, 1)
    expect(t.inputs).toMatchObject([{ dst: '10.0.0.255', flags: 9 }])
  })

  it('one that the link sent to all taints the whole', () => {
    const m = machine()
    transport(m.ip).answer = 1
    const [a, b] = cut({ ...f, dst: '10.0.0.255' }, 8)
    m.receive(a!, 1)
    m.receive(b!, 0)
    expect(m.take()).toEqual([])
  })
})

describe('what comes twice', () => {
  it('an exact duplicate is ignored', () => {
    const list = cut(f, 16, 24, 48)
    for (const order of permutations(list))
      for (let i = 0; i < 3; i++) {
        const m = machine()
        const t = transport(m.ip)
        for (const [j, b] of order.entries()) {
          m.receive(b)
          if (j <= i && j < 3) m.receive(order[i - j]! === b || j === 0 ? b : order[0]!)
        }
        expect(t.inputs.map(x => x.payload)).toEqual([data])
        expect(m.drops().every(id => id === ids.FRAGMENT_DUPLICATE)).toBe(true)
        expect(m.used()).toBe(0)
      }
  })

  it('what came first stands, also when a duplicate says something else', () => {
    const m = machine()
    const t = transport(m.ip)
    const [a, b] = cut(f, 16)
    m.receive(a!)
    m.receive(cut({ ...f, payload: new Uint8Array(60) }, 16)[0]!)
    m.receive(b!)
    expect(t.inputs.map(i => i.payload)).toEqual([data])
    expect(m.drops()).toEqual([ids.FRAGMENT_DUPLICATE])
  })

  it('a partial overlap drops the datagram, and the fragments that follow make none', () => {
    const part = (from: number, to: number, mf = true): Uint8Array =>
      packet({ ...f, offset: from, mf, payload: data.subarray(from, to) })
    const overlaps: [Uint8Array[], string][] = [
      [[part(0, 16), part(8, 24)], 'its beginning'],
      [[part(16, 32), part(8, 24)], 'its end'],
      [[part(8, 16), part(0, 24)], 'its middle, both sides new'],
      [[part(0, 8), part(16, 24), part(0, 24)], 'two with a hole between'],
      [[part(48, 60, false), part(40, 56)], 'the last one'],
      [[part(16, 32), part(24, 60, false)], 'by the last one'],
    ]
    for (const [list, what] of overlaps) {
      const m = machine()
      const t = transport(m.ip)
      for (const b of list) m.receive(b)
      expect(m.used(), what).toBe(0)
      expect(m.drops(), what).toContain(ids.FRAGMENT_OVERLAP)
      // The rest of the datagram is not enough, whatever was there before.
      for (const b of [part(24, 32), part(32, 40), part(40, 48)]) m.receive(b)
      m.run(200000)
      expect(t.inputs, what).toEqual([])
      expect(m.used()).toBe(0)
    }
  })

  it('no order of overlapping fragments makes a datagram of two contents', () => {
    // Teardrop and its kin: pieces of two versions of one datagram, A and B, cut at different places.
    const A = new Uint8Array(48).fill(0xaa)
    const B = new Uint8Array(48).fill(0xbb)
    const pieces = [...cut({ ...f, payload: A }, 16, 32), ...cut({ ...f, payload: B }, 8, 24)]
    for (const order of permutations(pieces)) {
      const m = machine()
      const t = transport(m.ip)
      for (const b of order) m.receive(b)
      for (const { payload } of t.inputs) expect(new Set(payload).size).toBe(1)
      m.run(200000)
      expect(m.used()).toBe(0)
    }
  })
})

describe('the end', () => {
  it('two ends, or octets behind the end, drop the datagram', () => {
    const end = (from: number, n: number): Uint8Array => packet({ ...f, offset: from, payload: octets(n) })
    const more = (from: number, n: number): Uint8Array => packet({ ...f, offset: from, mf: true, payload: octets(n) })
    for (const list of [
      [end(16, 8), end(32, 8)],
      [end(32, 8), end(16, 8)],
      [end(16, 8), more(24, 8)],
      [more(24, 8), end(8, 8)],
      [end(16, 5), more(16, 16)],
      [end(16, 5), end(16, 7)],
    ]) {
      const m = machine()
      const t = transport(m.ip)
      for (const b of list) m.receive(b)
      expect([m.used(), t.inputs]).toEqual([0, []])
      expect(m.drops()).toContain(ids.FRAGMENT_END)
    }
  })

  it('a fragment that is not a multiple of eight octets, or empty, is malformed', () => {
    for (const b of [
      packet({ ...f, mf: true, payload: octets(9) }),
      packet({ ...f, mf: true, offset: 8, payload: octets(7) }),
      packet({ ...f, mf: true, payload: [] }),
      packet({ ...f, offset: 8, payload: [] }),
    ]) {
      const m = machine()
      m.receive(b)
      expect([m.drops(), m.used(), m.take()]).toEqual([[ids.FRAGMENT_MALFORMED], 0, []])
    }
  })

  it('a malformed one leaves the datagram alone', () => {
    const m = machine()
    const t = transport(m.ip)
    const [a, b] = cut(f, 16)
    m.receive(a!)
    m.receive(packet({ ...f, offset: 16, mf: true, payload: octets(9) }))
    m.receive(mend(Uint8Array.from(b!).fill(3, 40)).subarray(0, 40))
    m.receive(b!)
    expect(t.inputs.map(i => i.payload)).toEqual([data])
  })
})

describe('size', () => {
  const sized = (m: Machine, n: number, options: number[] = []): void => {
    for (const b of cut({ payload: octets(n), options }, 8, 512)) m.receive(b)
  }

  it('1122 I113 datagrams of 576 octets are reassembled', () => {
    const m = machine({ maxDatagram: 576 })
    const t = transport(m.ip)
    sized(m, 556)
    expect(t.inputs.map(i => i.payload.length)).toEqual([556])
  })

  it('1122 I114 maxDatagram says how large a datagram may be', () => {
    for (const maxDatagram of [576, 577, 1500, 3999, 4000]) {
      const m = machine({ maxDatagram })
      const t = transport(m.ip)
      sized(m, maxDatagram - 20)
      expect(t.inputs.map(i => i.payload.length)).toEqual([maxDatagram - 20])
      sized(m, maxDatagram - 19)
      expect(t.inputs).toHaveLength(1)
      expect(m.drops()).toContain(ids.FRAGMENT_TOO_BIG)
      settle(m)
    }
    for (const maxDatagram of [575, 0, 65536, 4021]) expect(() => machine({ maxDatagram })).toThrow(RangeError)
  })

  it('RFC 791 3.2 fragments with DF, as some senders make them, are put together, and so are those of unlike TTL and TOS', () => {
    const m = machine()
    const t = transport(m.ip)
    const payload = octets(40)
    m.receive(packet({ df: true, ttl: 9, tos: 4, offset: 16, payload: payload.subarray(16) }))
    m.receive(packet({ df: true, ttl: 7, tos: 8, mf: true, payload: payload.subarray(0, 16) }))
    expect(t.inputs).toMatchObject([{ payload, ttl: 7, tos: 8 }])
    settle(m)
  })

  it('the options of the first fragment count', () => {
    const m = machine({ maxDatagram: 576 })
    const t = transport(m.ip)
    for (const b of cut({ payload: octets(556), options: [148, 4, 0, 0] }, 8, 512).reverse()) m.receive(b)
    expect([t.inputs, m.drops()]).toEqual([[], [ids.FRAGMENT_TOO_BIG]])
    for (const b of cut({ payload: octets(552), options: [148, 4, 0, 0] }, 8, 512).reverse()) m.receive(b)
    expect(t.inputs).toHaveLength(1)
    // Those of the others do not: they are in no header of the datagram (RFC 791 3.2).
    m.receive(packet({ offset: 512, options: Array(40).fill(1), payload: octets(44) }))
    m.receive(packet({ mf: true, payload: octets(512) }))
    expect(t.inputs.map(i => i.payload.length)).toEqual([552, 556])
    settle(m)
  })

  it('1122 I115 transports learn how much can be received', () => {
    expect(machine({ maxDatagram: 576 }).ip.mmsR).toBe(556)
    expect(machine().ip.mmsR).toBe(1480)
    expect(machine({ room: 65535, maxDatagram: 65535 }).ip.mmsR).toBe(65515)
  })

  it('64 KB and one octet are never reassembled (the ping of death)', () => {
    const m = machine({ room: 65535, maxDatagram: 65535 })
    const t = transport(m.ip, 0)
    m.receive(packet({ mf: true, payload: octets(1480) }))
    m.receive(packet({ offset: 65528, payload: octets(8) }))
    m.receive(packet({ offset: 65528, payload: octets(1480) }))
    m.receive(packet({ offset: 65512, payload: octets(4) }))
    expect(m.drops()).toEqual(Array(3).fill(ids.FRAGMENT_TOO_BIG))
    expect(t.inputs).toEqual([])
    // The last octet that there can be.
    m.receive(packet({ offset: 65512, payload: octets(3) }))
    for (let from = 1480; from < 65512; from += 1480)
      m.receive(packet({ offset: from, mf: true, payload: octets(Math.min(1480, 65512 - from)) }))
    expect(t.inputs.map(i => i.payload.length)).toEqual([65515])
    expect(m.used()).toBe(0)
  })
})

describe('time', () => {
  it('1122 3.2.2 what is given up draws no error where its source has become a broadcast address since', () => {
    const m = machine()
    const [first] = cut({ ...f, src: '10.0.0.255' }, 16, 24)
    configure(m.ip, prefix('10.0.0.2/16'))
    m.receive(first!)
    expect(m.used()).toBe(1)
    configure(m.ip, prefix('10.0.0.2/24'))
    m.run(60000)
    expect([m.take(), m.used()]).toEqual([[], 0])
  })

  it('1122 I116 I117 given up after 60 seconds, with a time exceeded if the first fragment came', () => {
    for (const start of [0, 0x7fffff00]) {
      const m = machine({ start })
      const t = transport(m.ip)
      const [first, , last] = cut(f, 16, 24)
      m.receive(first!)
      m.run(30000)
      // The timer is not restarted by what comes later (RFC 1122 3.3.2: 60 to 120 seconds, fixed).
      m.receive(last!)
      m.run(29999)
      expect([m.take(), m.used()]).toEqual([[], 1])
      m.run(1)
      const [error] = m.take()
      expect(error).toMatchObject({ type: 11, code: 1, dst: '10.0.0.9', info: 0 })
      // The first fragment's header as it came, and eight octets at least.
      expect(error!.data.length).toBeGreaterThanOrEqual(28)
      expect(error!.data).toEqual(first!.subarray(0, error!.data.length))
      expect([m.drops(), m.used(), t.inputs]).toEqual([[ids.FRAGMENT_TIMEOUT], 0, []])
    }
  })

  it('the first one missing: given up without a word', () => {
    const m = machine()
    for (const b of cut(f, 16, 24).slice(1)) m.receive(b)
    settle(m)
    expect([m.drops(), m.take()]).toEqual([[ids.FRAGMENT_TIMEOUT], []])
  })

  it('no time exceeded to several hosts', () => {
    const m = machine()
    m.receive(cut({ ...f, dst: '255.255.255.255' }, 16)[0]!)
    settle(m)
    expect(m.take()).toEqual([])
  })

  it('no time exceeded about an ICMP error', () => {
    const m = machine()
    for (const type of [3, 4, 5, 11, 12])
      m.receive(packet({ ...f, id: type, proto: 1, mf: true, payload: [type, 0, 0, 0, 0, 0, 0, 0] }))
    m.receive(packet({ ...f, id: 8, src: '10.0.0.8', proto: 1, mf: true, payload: [8, 0, 0, 0, 0, 0, 0, 0] }))
    settle(m)
    expect(m.take()).toMatchObject([{ type: 11, code: 1, dst: '10.0.0.8' }])
  })

  it('a poll that is ten seconds late gives up then', () => {
    const m = machine({ start: 0x7fffff00 })
    m.receive(cut(f, 16)[0]!)
    m.sleep(70000)
    m.h.poll()
    expect([m.take().length, m.used()]).toEqual([1, 0])
  })

  it('what is asked for is a poll at that time, and none afterwards', () => {
    const m = machine()
    expect(m.h.wait()).toBe(-1)
    m.receive(cut(f, 16)[0]!)
    expect(m.h.wait()).toBe(60000)
    m.run(60000)
    expect(m.h.wait()).toBe(-1)
  })
})

describe('bounds', () => {
  const source = (i: number): string => `10.0.0.${10 + i}`
  const pieces = (i: number, id = i): Uint8Array[] => cut({ ...f, src: source(i), id }, 16)

  it('a flood from everywhere holds as many datagrams as there is place for, and the newest is among them', () => {
    const m = machine({ reassemblies: 4 })
    const t = transport(m.ip)
    for (let i = 0; i < 200; i++) {
      m.receive(pieces(i)[0]!)
      m.run(1)
      expect(m.used()).toBeLessThanOrEqual(4)
    }
    expect(m.drops()).toEqual(Array(196).fill(ids.FRAGMENT_EVICTED))
    m.receive(pieces(199)[1]!)
    expect(t.inputs.map(i => i.src)).toEqual([source(199)])
    settle(m)
  })

  it('one source has half of the places at most, and its oldest makes room', () => {
    for (const reassemblies of [2, 4, 8]) {
      const m = machine({ reassemblies })
      const t = transport(m.ip)
      const half = reassemblies / 2
      for (let id = 0; id < 100; id++) {
        m.receive(pieces(9, id)[0]!)
        m.run(1)
        expect(m.used()).toBeLessThanOrEqual(half)
      }
      for (let id = 100 - half; id < 100; id++) m.receive(pieces(9, id)[1]!)
      expect(t.inputs.map(i => i.header[5])).toEqual(Array.from({ length: half }, (_, i) => 100 - half + i))
      settle(m)
    }
  })

  it('of an odd number of places one source has the larger half or the smaller', () => {
    const most = new Set<number>()
    for (let seed = 1; seed < 20; seed++) {
      const m = machine({ reassemblies: 5, seed })
      for (let id = 0; id < 9; id++) m.receive(pieces(9, id)[0]!)
      most.add(m.used())
    }
    expect([...most].sort()).toEqual([2, 3])
  })

  it('a flood from one source leaves half of the others alone', () => {
    let survived = 0
    for (let i = 0; i < 60; i++) {
      const m = machine({ seed: i + 1 })
      const t = transport(m.ip)
      m.receive(pieces(1)[0]!)
      for (let id = 0; id < 50; id++) {
        m.run(1)
        m.receive(pieces(2, id)[0]!)
      }
      m.receive(pieces(1)[1]!)
      survived += t.inputs.length
    }
    expect(survived).toBeGreaterThan(15)
  })

  it('the oldest is told by difference, also when the clock wraps', () => {
    for (let seed = 1; seed < 20; seed++) {
      const m = machine({ reassemblies: 4, start: 0x7fffffff - 60001, seed })
      const t = transport(m.ip)
      for (let id = 0; id < 3; id++) {
        m.receive(pieces(1, id)[0]!)
        m.run(1)
      }
      for (let id = 1; id < 3; id++) m.receive(pieces(1, id)[1]!)
      expect(t.inputs.map(i => i.header[5])).toEqual([1, 2])
    }
  })

  it('a refused number of places is a RangeError', () => {
    for (const reassemblies of [0, -2, 1, 2.5, 65, Number.NaN])
      expect(() => machine({ reassemblies })).toThrow(RangeError)
  })

  it('evicting calls forth nothing', () => {
    const m = machine({ reassemblies: 2 })
    for (let i = 0; i < 50; i++) m.receive(cut({ ...f, id: i, src: `10.0.0.${20 + i}` }, 16)[0]!)
    expect(m.take()).toEqual([])
  })
})

it('after a change of address nothing is delivered to the old one', () => {
  const m = machine()
  const t = transport(m.ip, 0)
  const [a, b] = cut(f, 16)
  m.receive(a!)
  m.configure({ address: '10.0.0.3/24' })
  m.receive(b!)
  m.run(200000)
  expect([t.inputs, m.used()]).toEqual([[], 0])
  expect(quad('10.0.0.3')).toEqual([10, 0, 0, 3])
})

describe('at random', () => {
  const SEED = 815

  it(`datagrams in fragments of any size, in any order, some twice, some lost, some of them mixed, seed ${SEED}`, () => {
    const rand = random(SEED)
    const upTo = (n: number): number => (rand() >>> 8) % n
    for (let round = 0; round < 1000; round++) {
      const m = machine({ reassemblies: 8, maxDatagram: 4000, seed: round + 1 })
      const t = transport(m.ip)
      const expected: Uint8Array[] = []
      const queue: Uint8Array[] = []
      for (let id = 0; id < 3; id++) {
        const payload = octets(17 + upTo(id ? 300 : 3900), id)
        const at = Array.from({ length: upTo(8) }, () => 8 * (1 + upTo((payload.length - 1) >> 3)))
        const list = cut({ payload, id, src: `10.0.0.${20 + id}` }, ...[...new Set(at)].sort((a, b) => a - b))
        if (upTo(4)) expected.push(payload)
        else list.splice(upTo(list.length), 1)
        // Twice, the second time before the datagram is whole or there is a new one.
        for (const b of list) queue.splice(upTo(queue.length + 1), 0, b)
        if (list.length > 1) queue.splice(queue.indexOf(list[upTo(list.length)]!), 0, list[upTo(list.length)]!)
      }
      for (const b of queue) m.receive(b)
      const got = t.inputs.map(i => i.payload.join())
      for (const payload of expected) expect(got, `round ${round}`).toContain(payload.join())
      expect(new Set(got).size, `round ${round}`).toBe(expected.length)
      settle(m)
    }
  })

  it(`what one machine sends in fragments another puts together, seed ${SEED}`, () => {
    const rand = random(SEED)
    const upTo = (n: number): number => (rand() >>> 8) % n
    for (let round = 0; round < 500; round++) {
      const a = machine({ address: '10.0.0.9/24', mtu: 68 + upTo(1500), maxDatagram: 4000, seed: round })
      const b = machine({ maxDatagram: 4000 })
      const t = transport(b.ip)
      const options = new Uint8Array(4 * upTo(11)).fill(1)
      const payload = octets(upTo(3900), round)
      expect(a.send('10.0.0.2', payload, { options, tos: 4 })).toBe(0)
      const list = a.take()
      for (const i of list.keys()) {
        const j = upTo(list.length)
        ;[list[i], list[j]] = [list[j]!, list[i]!]
      }
      for (const p of list) b.receive(p.octets)
      expect(t.inputs.map(i => [i.payload, i.options, i.tos])).toEqual([[payload, [...options], 4]])
    }
  })
})
