// RFC 2018 and 2883, the receiver's side: SACK absent, refused by the peer, in use. The sender's is in scoreboard.test.ts.
import { status } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { describe, expect, it } from 'vitest'
import {
  accept,
  connect,
  connecting,
  listening,
  machine,
  type Opening,
  type Pair,
  peer,
  type Setup,
  write,
} from './machine.ts'
import { blocksIn, optionsIn, padded, permitted, stamp } from './options.ts'
import { mss, octets } from './segment.ts'

const roles = [
  ['passive', accept],
  ['active', connect],
] as const
const setup = (more: Setup = {}): Setup => ({ sack: sack(), receiveBuffer: 16384, ...more })
const sacking = (open: typeof accept = accept, more: Opening = {}): Pair =>
  open({ setup: setup(more.setup), options: padded(permitted), ...more })

/** Segments of a stream that starts with number 1 arrive, each in a turn of its own. @returns what was answered last */
function arrive(
  x: Pair,
  ...edges: readonly (readonly [number, number])[]
): { ack: number; blocks: [number, number][] } {
  for (const [start, end] of edges) x.p.send('A', { seq: start, text: octets(end - start, start - 1) })
  const all = x.m.take()
  const s = all[all.length - 1]!
  expect(all.length).toBe(edges.length)
  return { ack: (s.ack - x.p.iss) | 0, blocks: blocksIn(s, x.p.iss) }
}

describe('absent', () => {
  it.each(roles)('2 the option does not go out, and what is missing is not reported: %s', (_role, open) => {
    const x = open({ options: padded(permitted) })
    expect(arrive(x, [101, 201])).toEqual({ ack: 1, blocks: [] })
    expect(status(x.m.t, x.c).hasSack).toBe(false)
  })
})

describe('refused', () => {
  it.each(roles)('4 SACK-1 without SACK-permitted of the peer no block is sent: %s', (_role, open) => {
    const x = open({ setup: setup() })
    expect(arrive(x, [101, 201])).toEqual({ ack: 1, blocks: [] })
    expect(status(x.m.t, x.c).hasSack).toBe(false)
  })

  it('2 a SYN without it is answered without it; one with it, with it', () => {
    for (const isOffered of [false, true]) {
      const m = machine(setup())
      listening(m)
      const p = peer(m)
      p.send('S', { options: padded(mss(1460), isOffered ? permitted : []) })
      expect(optionsIn(p.expect('SA')).has(4)).toBe(isOffered)
    }
    const { m, p } = connecting({ setup: setup() })
    m.run(1000)
    expect(optionsIn(p.expect('S')).get(4)).toEqual([])
  })

  it.each([
    ['of three octets', [4, 3, 0]],
    ['that has no length', [1, 1, 1, 4]],
    ['in a segment that is no SYN', []],
  ])('an option %s permits nothing', (_name, option) => {
    const x = accept({ setup: setup(), options: padded(option) })
    x.p.send('A', { options: padded(permitted), text: octets(100) })
    x.m.take()
    expect(arrive(x, [201, 301]).blocks).toEqual([])
  })
})

describe('RFC 2018 7', () => {
  it('case 1: what comes in order is acknowledged without blocks', () => {
    expect(arrive(sacking(), [1, 501], [501, 1001], [1001, 1501], [1501, 2001])).toEqual({ ack: 2001, blocks: [] })
  })

  it.each(roles)('case 2: one block that grows: %s', (_role, open) => {
    const x = sacking(open)
    for (let i = 1; i < 8; i++)
      expect(arrive(x, [500 * i + 1, 500 * i + 501])).toEqual({ ack: 1, blocks: [[501, 500 * i + 501]] })
  })

  it('7 SACK-2 case 3: the newest block first, the others behind it, until the holes are filled', () => {
    const x = sacking()
    expect(arrive(x, [1, 501])).toEqual({ ack: 501, blocks: [] })
    expect(arrive(x, [1001, 1501])).toEqual({ ack: 501, blocks: [[1001, 1501]] })
    expect(arrive(x, [2001, 2501]).blocks).toEqual([
      [2001, 2501],
      [1001, 1501],
    ])
    expect(arrive(x, [3001, 3501]).blocks).toEqual([
      [3001, 3501],
      [2001, 2501],
      [1001, 1501],
    ])
    expect(arrive(x, [1501, 2001])).toEqual({
      ack: 501,
      blocks: [
        [1001, 2501],
        [3001, 3501],
      ],
    })
    expect(arrive(x, [501, 1001])).toEqual({ ack: 2501, blocks: [[3001, 3501]] })
    expect(arrive(x, [2501, 3001])).toEqual({ ack: 3501, blocks: [] })
  })
})

describe('RFC 2018 4', () => {
  it('4 SACK-3 four blocks, three beside timestamps, and no more', () => {
    for (const [more, most] of [
      [{}, 4],
      [
        {
          setup: setup({ timestamps: timestamps() }),
          options: padded(permitted, stamp(1)),
          follow: () => padded(stamp(1)),
        },
        3,
      ],
    ] as const) {
      const x = sacking(accept, more)
      const { blocks } = arrive(x, [201, 301], [401, 501], [601, 701], [801, 901], [1001, 1101], [1201, 1301])
      expect(blocks).toHaveLength(most)
      expect(blocks.slice(0, 3)).toEqual([
        [1201, 1301],
        [1001, 1101],
        [801, 901],
      ])
    }
  })

  it('4 SACK-4 each block is first once and repeated in the two ACKs behind, also where one of them grows', () => {
    const x = sacking()
    arrive(x, [201, 301], [401, 501], [601, 701], [801, 901], [1001, 1101])
    expect(arrive(x, [1101, 1201], [1201, 1301], [1301, 1401]).blocks.slice(0, 3)).toEqual([
      [1001, 1401],
      [801, 901],
      [601, 701],
    ])
    // An older one grows, and is the newest.
    expect(arrive(x, [301, 351]).blocks.slice(0, 3)).toEqual([
      [201, 351],
      [1001, 1401],
      [801, 901],
    ])
  })

  it('4 SACK-5 segments of one turn are answered one by one, with the blocks of them all', () => {
    const x = sacking()
    for (const start of [201, 401, 601]) x.p.push('A', { seq: start, text: octets(100, start - 1) })
    x.m.poll()
    const all = x.m.take()
    expect(all).toHaveLength(3)
    for (const s of all)
      expect(blocksIn(s, x.p.iss)).toEqual([
        [601, 701],
        [401, 501],
        [201, 301],
      ])
  })

  it('RFC 6691 2 TS-27 data have blocks too, and so many octets less; RFC 6691: never more than the path takes', () => {
    const x = sacking(accept, { setup: setup({ sendBuffer: 8192 }) })
    arrive(x, [201, 301], [401, 501], [601, 701], [801, 901])
    write(x, 4000)
    const all = x.m.take()
    for (const s of all) {
      expect(blocksIn(s, x.p.iss)).toHaveLength(4)
      expect(s.octets.length).toBeLessThanOrEqual(1500)
    }
    expect(all.slice(0, 2).map(s => s.text.length)).toEqual([1460 - 36, 1460 - 36])
    expect(all.flatMap(s => s.text)).toEqual(octets(all.reduce((n, s) => n + s.text.length, 0)))
  })

  it('on the narrowest path there is room for text beside the blocks', () => {
    for (const stamps of [false, true]) {
      const x = sacking(accept, {
        setup: setup({ mtu: 68, ...(stamps ? { timestamps: timestamps() } : {}) }),
        options: padded(permitted, stamps ? stamp(1) : []),
        follow: () => (stamps ? padded(stamp(1)) : []),
      })
      arrive(x, [21, 31], [41, 51], [61, 71])
      write(x, 100)
      let got = 0
      for (let i = 0; i < 50 && got < 100; i++) {
        for (const s of x.m.take()) got = Math.max(got, ((s.seq - x.p.own) | 0) - 1 + s.text.length)
        x.p.send('A', { seq: 1, ack: got + 1 })
      }
      expect(got).toBe(100)
    }
  })

  it('a reset has no block, nor has a FIN,ACK without a hole; a FIN with one has', () => {
    const x = sacking()
    arrive(x, [201, 301])
    x.m.t.close(x.c)
    x.m.poll()
    expect(blocksIn(x.p.expect('FA'), x.p.iss)).toEqual([[201, 301]])
    x.m.t.abort(x.c)
    x.m.poll()
    expect(optionsIn(x.p.expect('RA')).has(5)).toBe(false)
  })

  it('a FIN beyond a hole is kept, its number is no part of a block', () => {
    const x = sacking()
    x.p.send('FA', { seq: 101, text: octets(100, 100) })
    expect(blocksIn(x.p.expect('A', { ack: 1 }), x.p.iss)).toEqual([[101, 201]])
    x.p.send('A', { seq: 1, text: octets(100) })
    expect(blocksIn(x.p.expect('A', { ack: 202 }), x.p.iss)).toEqual([])
    expect(x.m.told()).toEqual(['readable 200', 'end'])
  })
})

// Numbers of the examples, plus 1.
describe('RFC 2883 4', () => {
  it('4.1.1 example 1: a duplicate segment', () => {
    const x = sacking()
    expect(arrive(x, [1, 3001], [3001, 3501], [3501, 4001])).toEqual({ ack: 4001, blocks: [] })
    expect(arrive(x, [3001, 3501])).toEqual({ ack: 4001, blocks: [[3001, 3501]] })
  })

  it('4.1.2 example 2: an out-of-order segment and a duplicate one', () => {
    const x = sacking()
    arrive(x, [1, 3001], [3001, 3501], [3501, 4001])
    expect(arrive(x, [4501, 5001])).toEqual({ ack: 4001, blocks: [[4501, 5001]] })
    expect(arrive(x, [3001, 3501]).blocks).toEqual([
      [3001, 3501],
      [4501, 5001],
    ])
  })

  it('4.1.3 SACK-6 example 3: a duplicate of an out-of-order segment', () => {
    const x = sacking()
    arrive(x, [1, 3501], [3501, 4001])
    expect(arrive(x, [4501, 5001], [5001, 5501]).blocks).toEqual([[4501, 5501]])
    expect(arrive(x, [5001, 5501])).toEqual({
      ack: 4001,
      blocks: [
        [5001, 5501],
        [4501, 5501],
      ],
    })
  })

  it('4.2.1 SACK-7 example 4: a single duplicate subsegment', () => {
    const x = sacking()
    arrive(x, [1, 501], [501, 1001])
    expect(arrive(x, [2001, 2501])).toEqual({ ack: 1001, blocks: [[2001, 2501]] })
    expect(arrive(x, [1001, 1501])).toEqual({ ack: 1501, blocks: [[2001, 2501]] })
    expect(arrive(x, [1001, 2001])).toEqual({ ack: 2501, blocks: [[1001, 1501]] })
  })

  it('4.2.2 example 5: of two duplicate subsegments below the acknowledgment, the first', () => {
    const x = sacking()
    arrive(x, [1, 501], [501, 1001])
    arrive(x, [3001, 3501])
    expect(arrive(x, [1001, 1501], [2001, 2501])).toEqual({
      ack: 1501,
      blocks: [
        [2001, 2501],
        [3001, 3501],
      ],
    })
    expect(arrive(x, [1001, 2501])).toEqual({
      ack: 2501,
      blocks: [
        [1001, 1501],
        [3001, 3501],
      ],
    })
  })

  it('4.2.3 example 6: of two above the acknowledgment, the first, and the larger block behind it', () => {
    const x = sacking()
    arrive(x, [1, 501], [501, 1001], [3501, 4001])
    arrive(x, [1501, 2001], [2501, 3001])
    expect(arrive(x, [1501, 3001])).toEqual({
      ack: 1001,
      blocks: [
        [1501, 2001],
        [1501, 3001],
        [3501, 4001],
      ],
    })
  })

  it('4.2 SACK-7 the end of a segment may be what had come before', () => {
    const x = sacking()
    arrive(x, [501, 1001])
    expect(arrive(x, [201, 701]).blocks).toEqual([
      [501, 701],
      [201, 1001],
    ])
    expect(arrive(x, [1, 301])).toEqual({ ack: 1001, blocks: [[201, 301]] })
  })

  it('4 SACK-6 (2) it is reported once', () => {
    const x = sacking()
    arrive(x, [1, 101])
    expect(arrive(x, [1, 101]).blocks).toEqual([[1, 101]])
    expect(arrive(x, [101, 201]).blocks).toEqual([])
    expect(arrive(x, [1, 101], [1, 101]).blocks).toEqual([[1, 101]])
  })

  it('4.1 three blocks are left beside it, two with timestamps', () => {
    for (const stamps of [false, true]) {
      const x = sacking(accept, {
        setup: setup(stamps ? { timestamps: timestamps() } : {}),
        options: padded(permitted, stamps ? stamp(1) : []),
        follow: () => (stamps ? padded(stamp(1)) : []),
      })
      const { blocks } = arrive(x, [1, 101], [201, 301], [401, 501], [601, 701], [801, 901], [1, 101])
      expect(blocks[0]).toEqual([1, 101])
      expect(blocks).toHaveLength(stamps ? 3 : 4)
    }
  })

  it('a probe of a closed window is no duplicate', () => {
    const x = sacking(accept, { setup: setup({ receiveBuffer: 256 }) })
    arrive(x, [1, 257])
    expect(arrive(x, [257, 258])).toEqual({ ack: 257, blocks: [] })
  })

  it('what is dropped, for want of a place among the gaps, is not reported', () => {
    const x = sacking()
    const edges = Array.from({ length: 300 }, (_, i) => [3 + 2 * i, 4 + 2 * i] as const)
    for (const edge of edges) {
      const { blocks } = arrive(x, edge)
      for (const [start, end] of blocks) expect(end - start).toBe(1)
    }
    expect(x.m.drops().length).toBeGreaterThan(0)
    // All that was reported is there: what fills the first holes is acknowledged up to the first one that was dropped.
    const last = arrive(x, [1, 3], [4, 5], [6, 7])
    expect(last.ack).toBe(8)
  })
})
