import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dev, DLT_EN10MB, DLT_RAW, type Env, type Link } from '@tiny/core'
import { rand, sim } from '@tiny/sim'
import { afterAll, describe, expect, it } from 'vitest'
import { capture, pcap, pcapng, RECEIVED, SENT, UNKNOWN } from './index.js'
import { type CaptureReader, reader, replay, sourceOf } from './read.js'

const folder = mkdtempSync(join(tmpdir(), 'tiny-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

const START = 1_700_000_000_123
const clock = { us: 0 }
const env: Env = { now: () => (clock.us / 1000) | 0, micros: () => clock.us | 0, rand: () => 4 }

interface Seen {
  octets: number[]
  length: number
  time: number
  id: number
  direction: number
}

function all(file: Uint8Array | number[], limit?: number): { packets: Seen[]; r: CaptureReader } {
  const r = reader(sourceOf(Uint8Array.from(file)), limit === undefined ? {} : { limit })
  const packets: Seen[] = []
  while (r.next())
    packets.push({
      octets: Array.from(r.b.subarray(r.o, r.o + r.n)),
      length: r.length,
      time: r.time,
      id: r.id,
      direction: r.direction,
    })
  return { packets, r }
}

/** Three packets of 0, 5 and 300 octets, 1.5 ms apart. */
function written(make: typeof pcap | typeof pcapng, snaplen = 0): number[] {
  const octets: number[] = []
  clock.us = 0
  const sink = (b: Uint8Array, o: number, n: number): void => void octets.push(...b.subarray(o, o + n))
  const isNext = make === pcapng
  const file = make(env, sink, { start: START, ...(isNext || !snaplen ? {} : { snaplen }) })
  const id = file.add(DLT_EN10MB, isNext ? { name: 'größe 😀', snaplen } : {})
  for (const n of [0, 5, 300]) {
    file.packet(
      id,
      new Uint8Array(300).map((_, i) => i ^ n),
      0,
      n,
      isNext && n ? SENT : UNKNOWN,
      isNext && n ? 'a' : '',
    )
    clock.us += 1500
  }
  return octets
}

const bytes = (n: number, x: number): number[] => Array.from({ length: n }, (_, i) => (i ^ x) & 255)
const EXPECTED = [0, 5, 300].map((n, i) => ({ octets: bytes(n, n), length: n, time: START * 1000 + i * 1500, id: 0 }))

/** Numbers in the other order, and what a block is made of. */
const be = (n: number, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** (size - 1 - i)) & 255)
const le = (n: number, size: number): number[] => be(n, size).reverse()
type Put = typeof be
const blockOf = (put: Put, type: number, body: number[]): number[] => {
  const padded = [...body, ...Array.from({ length: -body.length & 3 }, () => 0)]
  return [...put(type, 4), ...put(padded.length + 12, 4), ...padded, ...put(padded.length + 12, 4)]
}
const option = (put: Put, code: number, value: number[]): number[] => [
  ...put(code, 2),
  ...put(value.length, 2),
  ...value,
  ...Array.from({ length: -value.length & 3 }, () => 0),
]
const sectionOf = (put: Put): number[] =>
  blockOf(put, 0x0a0d0d0a, [...put(0x1a2b3c4d, 4), ...put(1, 2), ...put(0, 2), ...be(-1, 8)])
const interfaceOf = (put: Put, type: number, snaplen: number, options: number[] = []): number[] =>
  blockOf(put, 1, [...put(type, 2), ...put(0, 2), ...put(snaplen, 4), ...options])
const packetOf = (put: Put, id: number, time: number, octets: number[], length = octets.length): number[] =>
  blockOf(put, 6, [
    ...put(id, 4),
    ...put(Math.floor(time / 2 ** 32), 4),
    ...put(time % 2 ** 32, 4),
    ...put(octets.length, 4),
    ...put(length, 4),
    ...octets,
  ])

describe('what was written', () => {
  it('pcap is read back', () => {
    const { packets, r } = all(written(pcap))
    expect(packets).toEqual(EXPECTED.map(p => ({ ...p, direction: UNKNOWN })))
    expect(r.interfaces).toEqual([{ type: DLT_EN10MB, snaplen: 262144, name: '' }])
    expect(r.next()).toBe(false)
  })

  it('pcapng is read back, with names and directions', () => {
    const { packets, r } = all(written(pcapng))
    expect(packets).toEqual(EXPECTED.map(p => ({ ...p, direction: p.length ? SENT : UNKNOWN })))
    expect(r.interfaces).toEqual([{ type: DLT_EN10MB, snaplen: 0, name: 'größe 😀' }])
  })

  it('what was cut short tells its length on the wire', () => {
    for (const make of [pcap, pcapng])
      expect(all(written(make, 7)).packets[2]).toMatchObject({ octets: bytes(7, 300), length: 300 })
  })

  it('a source may give an octet at a time', () => {
    const octets = written(pcapng)
    let at = 0
    const r = reader((b, o) => {
      if (at === octets.length) return 0
      b[o] = octets[at++] as number
      return 1
    })
    let n = 0
    while (r.next()) n += r.n
    expect(n).toBe(305)
  })
})

describe('pcap', () => {
  it.each([
    ['big', be],
    ['little', le],
  ] as const)('4 %s-endian, in microseconds and nanoseconds', (_name, put) => {
    for (const [magic, fraction, time] of [
      [0xa1b2c3d4, 250000, 3_250_000],
      [0xa1b23c4d, 250_000_500, 3_250_000.5],
    ] as const) {
      const head = [
        ...put(magic, 4),
        ...put(2, 2),
        ...put(4, 2),
        ...put(0, 8),
        ...put(65535, 4),
        ...put(0x40000000 | 101, 4),
      ]
      const file = [...head, ...put(3, 4), ...put(fraction, 4), ...put(2, 4), ...put(9, 4), 7, 8]
      const { packets, r } = all(file)
      expect(packets).toEqual([{ octets: [7, 8], length: 9, time, id: 0, direction: UNKNOWN }])
      expect(r.interfaces).toEqual([{ type: DLT_RAW, snaplen: 65535, name: '' }])
    }
  })

  it('a version that is not known is refused', () => {
    expect(() => all([...be(0xa1b2c3d4, 4), ...be(3, 2), ...be(0, 18)])).toThrow(
      'version 3.0 of the format, 2 is known',
    )
  })
})

describe('pcapng', () => {
  it.each([
    ['big', be],
    ['little', le],
  ] as const)('4.1 a %s-endian section: packets of three kinds, blocks that are passed over', (_name, put) => {
    const octets = [1, 2, 3, 4, 5]
    const old = [...put(0, 2), ...put(0, 2), ...put(0, 4), ...put(9, 4), ...put(5, 4), ...put(5, 4), ...octets]
    const { packets } = all([
      ...sectionOf(put),
      ...blockOf(put, 0x80000bad, bytes(5000, 1)),
      ...interfaceOf(put, 1, 3),
      ...packetOf(put, 0, 7, octets, 50),
      ...blockOf(put, 2, old),
      ...blockOf(put, 3, [...put(40, 4), 1, 2, 3]),
      ...blockOf(put, 5, []),
    ])
    expect(packets).toEqual([
      { octets, length: 50, time: 7, id: 0, direction: UNKNOWN },
      { octets, length: 5, time: 9, id: 0, direction: UNKNOWN },
      { octets: [1, 2, 3], length: 40, time: 0, id: 0, direction: UNKNOWN },
    ])
  })

  it('4.2 resolutions of time, and its offset', () => {
    for (const [value, unit] of [
      [3, 1000],
      [6, 1],
      [9, 0.001],
      [0, 1e6],
      [0x80 | 10, 1e6 / 1024],
      [0x80, 1e6],
    ] as const) {
      const options = [...option(le, 9, [value]), ...option(le, 14, [...le(100, 4), ...le(0, 4)])]
      const { packets } = all([
        ...sectionOf(le),
        ...interfaceOf(le, 1, 0, options),
        ...packetOf(le, 0, 2 ** 33 + 12345, []),
      ])
      expect(packets[0]?.time).toBeCloseTo((2 ** 33 + 12345) * unit + 100e6, 1)
    }
    const past = option(be, 14, be(2 ** 64 - 2 ** 11, 8))
    expect(all([...sectionOf(be), ...interfaceOf(be, 1, 0, past), ...packetOf(be, 0, 0, [])]).packets[0]?.time).toBe(
      -2048e6,
    )
  })

  it('sections follow each other, each with its order and interfaces of its own', () => {
    const { packets, r } = all([
      ...sectionOf(le),
      ...interfaceOf(le, 1, 0),
      ...packetOf(le, 0, 1, [1]),
      ...sectionOf(be),
      ...interfaceOf(be, 101, 0),
      ...interfaceOf(be, 1, 0, option(be, 2, [0xc3, 0x28, 0xe2, 0x82, 0xff, 0x41, 0xf0, 0x9f])),
      ...packetOf(be, 1, 2, [2]),
    ])
    expect(packets.map(p => [p.id, p.octets[0]])).toEqual([
      [0, 1],
      [2, 2],
    ])
    expect(r.interfaces.map(i => [i.type, i.name])).toEqual([
      [1, ''],
      [101, ''],
      [1, '\ufffd(\ufffd\ufffdA\ufffd'],
    ])
  })

  it.each([
    ['a packet before any interface', [...packetOf(le, 0, 0, [])], /octet 28: a packet of interface 0, which/],
    [
      'an interface of the section before',
      [...interfaceOf(le, 1, 0), ...sectionOf(le), ...packetOf(le, 0, 0, [])],
      /of interface 0, which/,
    ],
    ['an order of octets that is none', [...le(0x0a0d0d0a, 4), ...le(28, 4), ...bytes(20, 0)], /in no order of octets/],
    ['a length below the least', [...le(6, 4), ...le(28, 4), ...bytes(40, 0)], /a block of type 6 and 28 octets/],
    [
      'a length that is no multiple of four',
      [...le(77, 4), ...le(13, 4), ...bytes(40, 0)],
      /a block of type 77 and 13 octets/,
    ],
    ['two lengths', [...interfaceOf(le, 1, 0).slice(0, -4), ...le(24, 4)], /20 octets ends on another length, 24/],
    [
      'two lengths of what is passed over',
      [...blockOf(le, 77, [1]).slice(0, -4), ...le(20, 4)],
      /16 octets ends on another length, 20/,
    ],
    [
      'a packet longer than its block',
      [...interfaceOf(le, 1, 0), ...blockOf(le, 6, [...le(0, 12), ...le(9, 4), ...le(9, 4), 1, 2, 3, 4])],
      /a packet of 9 octets runs past/,
    ],
    [
      'an option longer than its block',
      interfaceOf(le, 1, 0, [...le(2, 2), ...le(5, 2), 1, 2, 3, 4]),
      /option 2 of 5 octets runs past/,
    ],
    [
      'too many interfaces',
      Array.from({ length: 1025 }, () => interfaceOf(le, 1, 0)).flat(),
      /more than 1024 interfaces/,
    ],
    [
      'a version that is not known',
      blockOf(le, 0x0a0d0d0a, [...le(0x1a2b3c4d, 4), ...le(2, 2), ...le(0, 10)]),
      /version 2.0 of the format/,
    ],
  ] as [string, number[], RegExp][])('%s is refused', (_name, blocks, text) => {
    expect(() => all([...sectionOf(le), ...blocks])).toThrow(text)
    expect(() => all([...sectionOf(le), ...blocks])).toThrow(RangeError)
  })
})

describe('hostile files', () => {
  it('that are none, or empty, are refused at once', () => {
    expect(() => reader(sourceOf(new Uint8Array(0)))).toThrow('pcap: octet 0: the file is empty')
    expect(() => reader(sourceOf(Uint8Array.of(1, 2)))).toThrow(
      'the file ends inside the magic number, after 2 octets of 4',
    )
    expect(() => reader(sourceOf(new Uint8Array(100)))).toThrow('neither a pcap nor a pcapng file')
    expect(() => reader(() => 5)).toThrow('the source gave 5 octets of 4')
    for (const limit of [0, 255, 0x1000001, Number.NaN]) expect(() => reader(() => 0, { limit })).toThrow(RangeError)
    expect(() => reader(() => 0, { size: 1 } as object)).toThrow('reader: no option size')
    expect(() => reader(() => 0, { limit: 256.5 })).toThrow(RangeError)
    expect(() => reader(() => 0.5)).toThrow('the source gave 0.5 octets of 4')
    const b = new Uint8Array(10)
    for (const [o, n] of [
      [-1, 2],
      [0, -1],
      [5, 6],
      [NaN, 1],
      [11, undefined],
    ] as const)
      expect(() => sourceOf(b, o, n as number)).toThrow('pcap: ')
    expect(sourceOf(b, 10)(b, 0, 5)).toBe(0)
  })

  it('that end anywhere are refused, but between two records', () => {
    for (const file of [written(pcap), written(pcapng)]) {
      let good = 0
      for (let n = 1; n < file.length; n++)
        try {
          all(file.slice(0, n))
          good++
        } catch (e) {
          expect(e).toBeInstanceOf(RangeError)
          expect(`${e}`).toMatch(
            /octet \d+: the file ends inside .*, (after \d+ octets of \d+|\d+ octets before its end)$/,
          )
        }
      expect(good).toBe(file === undefined ? 0 : file[0] === 0x0a ? 4 : 3)
    }
  })

  it('that promise gigabytes cost nothing, and more than the limit is refused unread', () => {
    const head = [...le(0xa1b2c3d4, 4), ...le(2, 2), ...le(4, 2), ...le(0, 8), ...le(0, 4), ...le(1, 4)]
    const promising = (n: number): number[] => [...head, ...le(0, 8), ...le(n, 4), ...le(n, 4), 1, 2, 3]
    expect(() => all(promising(0xffffffff))).toThrow(
      'octet 24: a packet of 4294967311 octets, 1048576 at most; see limit',
    )
    const source = sourceOf(Uint8Array.from([...promising(0xffff00), ...bytes(400, 0)]))
    let largest = 0
    const r = reader(
      (b, o, n) => {
        largest = Math.max(largest, b.length)
        return source(b, o, n)
      },
      { limit: 0x1000000 },
    )
    expect(() => r.next()).toThrow('the file ends inside a packet, after 419 octets')
    // Nothing was taken for what did not come.
    expect(largest).toBeLessThan(1000)
    expect(all(promising(3), 256).packets.length).toBe(1)
    const long = [...sectionOf(le), ...le(99, 4), ...le(0xfffffff0, 4), 1, 2, 3]
    expect(() => all(long)).toThrow('the file ends inside a block, 4294967265 octets before its end')
  })

  it('damaged at random never do more than be refused', () => {
    const random = rand(17)
    for (let round = 0; round < 20000; round++) {
      const file = Uint8Array.from(round & 1 ? written(pcapng) : written(pcap))
      for (let k = 1 + (random() & 3); k--; ) file[(random() >>> 0) % file.length] = random()
      const limit = 4096
      try {
        const r = reader(sourceOf(file), { limit })
        for (let n = 0; r.next(); n++) {
          if (
            !(
              r.o >= 0 &&
              r.n >= 0 &&
              r.o + r.n <= r.b.length &&
              r.b.length <= limit &&
              n < 1000 &&
              r.id < r.interfaces.length
            )
          )
            throw new Error(`round ${round}: ${r.n} octets at ${r.o} of ${r.b.length}`)
          if (Number.isNaN(r.time)) throw new Error(`round ${round}: time ${r.time}`)
        }
      } catch (e) {
        if (!(e instanceof RangeError) || !e.message.startsWith('pcap: ')) throw e
      }
    }
  })
})

const hasEditcap = spawnSync('editcap', ['--version']).status === 0

describe.skipIf(!hasEditcap)(`files of Wireshark's${hasEditcap ? '' : ' (there is no editcap)'}`, () => {
  it.each(['pcap', 'nsecpcap', 'pcapng'])('%s', format => {
    const [from, to] = [join(folder, 'from.pcapng'), join(folder, `to.${format}`)]
    writeFileSync(from, Uint8Array.from(written(pcapng)))
    expect(spawnSync('editcap', ['-F', format, from, to]).status).toBe(0)
    const { packets } = all(readFileSync(to))
    expect(packets.map(({ octets, length, time, id }) => ({ octets, length, time, id }))).toEqual(EXPECTED)
  })
})

describe('replay', () => {
  const OWN = Uint8Array.of(2, 0, 0, 0, 0, 9)
  function card(type = DLT_EN10MB): { dev: Dev; got: number[] } {
    const got: number[] = []
    const dev: Dev = {
      type,
      mtu: 1500,
      mac: OWN,
      caps: 0,
      send: () => 0,
      recv: (b, o) => void got.push(b[o + 12] as number),
    }
    return { dev, got }
  }
  const frame = (mark: number, from = 7): number[] => [2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, from, mark, 0]
  const file = (...blocks: number[][]): CaptureReader =>
    reader(
      sourceOf(
        Uint8Array.from([...sectionOf(le), ...interfaceOf(le, 1, 0), ...interfaceOf(le, 101, 0), ...blocks.flat()]),
      ),
    )

  it('delivers at the pace of the capture, on the virtual clock', () => {
    const s = sim()
    const { dev, got } = card()
    const times: number[] = []
    const up = dev.recv
    dev.recv = (b, o, n, f) => {
      times.push(s.now())
      up(b, o, n, f)
    }
    let ended = -1
    const r = file(
      ...[5_000_000, 5_000_250, 6_500_250, 6_000_000, 6_500_250].map((t, i) => packetOf(le, 0, t, frame(i))),
    )
    s.after(100, () => replay(s, r, dev, { onEnd: n => (ended = n) }))
    s.run(1599)
    expect([times, ended]).toEqual([[100, 100.25], -1])
    s.run(1000)
    expect([times, got, ended]).toEqual([[100, 100.25, 1600.25, 1600.25, 1600.25], [0, 1, 2, 3, 4], 5])
  })

  it('leaves out what we sent, other link types and other interfaces; cuts pauses', () => {
    const sent = [...option(le, 2, le(SENT, 4))]
    const received = [...option(le, 2, le(RECEIVED, 4))]
    const told = (mark: number, flags: number[]): number[] =>
      blockOf(le, 6, [...le(0, 12), ...le(14, 4), ...le(14, 4), ...frame(mark), 0, 0, ...flags])
    const blocks = [
      told(1, sent),
      told(2, received),
      packetOf(le, 1, 9, frame(3)),
      packetOf(le, 0, 9e9, frame(4)),
      packetOf(le, 0, 9e9, frame(5, 9)),
    ]
    for (const [options, expected] of [
      [{ pause: 3 }, [2, 4]],
      [{ pause: 3, sent: true }, [1, 2, 4]],
      [{ pause: 3, id: 1 }, []],
    ] as const) {
      const s = sim()
      const { dev, got } = card()
      replay(s, file(...blocks), dev, options)
      s.run(3)
      expect(got).toEqual(expected)
    }
    expect(() => replay(sim(), file(), card().dev, { pause: -1 })).toThrow('pcap: pause -1')
    expect(() => replay(sim(), file(), card().dev, { paus: 1 } as object)).toThrow('replay: no option paus')
    for (const id of [-1, 0.5, NaN, 1024])
      expect(() => replay(sim(), file(), card().dev, { id })).toThrow(`pcap: id ${id} is not 0 to 1023`)
  })

  it('what a handler throws comes out of the clock, and the rest is delivered when it goes on', () => {
    const s = sim()
    const { dev, got } = card()
    const up = dev.recv
    let isEnded = false
    dev.recv = (b, o, n, f) => {
      up(b, o, n, f)
      if (got.length === 2) throw new Error('oops')
    }
    replay(s, file(...[1, 2, 3].map(i => packetOf(le, 0, 1000 * i, frame(i)))), dev, { onEnd: () => (isEnded = true) })
    expect(() => s.run(10)).toThrow('oops')
    s.run(10)
    expect([got, isEnded]).toEqual([[1, 2, 3], true])
  })

  it('a Link gets datagrams, whatever moves them below it', () => {
    const s = sim()
    const got: number[] = []
    const link: Link = { type: 1, mtu: 1500, caps: 0, send: () => 0, recv: (b, o) => void got.push(b[o]!) }
    replay(s, file(packetOf(le, 0, 9, frame(3)), packetOf(le, 1, 9, [0x45, 0, 0, 20])), link)
    s.run(3)
    expect(got).toEqual([0x45])
  })

  it('what reads wrong is thrown out of the clock, after what was good', () => {
    const s = sim()
    const { dev, got } = card()
    replay(s, file(packetOf(le, 0, 0, frame(1)), packetOf(le, 0, 1000, frame(2)), [1, 2, 3]), dev)
    expect(() => s.run(10)).toThrow("pcap: octet 164: the file ends inside a block's header, after 3 octets of 8")
    expect(got).toEqual([1, 2])
  })

  it('what a wrapped device recorded is what the next one hears', () => {
    const s = sim()
    const octets: number[] = []
    const [a, b] = s.wire({ delay: 2 })
    const seen = capture(
      b,
      pcapng(s.env(), (x, o, n) => void octets.push(...x.subarray(o, o + n))),
    )
    seen.recv = () => {}
    for (const i of [1, 2, 3]) s.after(i * 100, () => void a.send(Uint8Array.from(frame(i)), 0, 14))
    s.run(1000)
    const { dev, got } = card()
    const then = s.now()
    replay(s, reader(sourceOf(Uint8Array.from(octets))), dev, {
      onEnd: n => expect([n, s.now() - then]).toEqual([3, 200]),
    })
    s.run(1000)
    expect(got).toEqual([1, 2, 3])
  })
})
