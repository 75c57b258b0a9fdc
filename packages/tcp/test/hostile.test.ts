// What a peer may say with options that it must not: nothing throws, nothing grows, the stream goes on.
import type { Tcb } from '@tiny/core'
import { status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { ESTABLISHED, random } from './machine.ts'
import { blocks, padded } from './options.ts'
import { flying, MSS, type Sender, sender } from './sacking.ts'

/** Numbers that the scoreboard holds. */
const held = (x: Sender): number => (x.c as Tcb).sack!.ranges.length

/** All that was written arrives, once the peer behaves. */
function finishes(x: Sender): void {
  for (let i = 0; i < 200 && status(x.m.t, x.c).unsent > 0; i++) {
    x.log()
    x.octets(x.max)
    if (i % 8 === 7) x.m.run(2000)
  }
  expect(x.c.state).toBe(ESTABLISHED)
  expect(status(x.m.t, x.c).unsent).toBe(0)
  expect(held(x)).toBe(0)
}

describe('SACK blocks that cannot be', () => {
  it.each([
    ['inverted', 3000, 2000],
    ['empty', 2000, 2000],
    ['beyond what was sent', 2000, 20 * MSS + 20000],
    ['all beyond what was sent', 40 * MSS, 41 * MSS],
    ['below SND.UNA', -5000, -4000],
    ['from below SND.UNA', -500, 2000],
    ['at SND.UNA', 0, 2000],
    ['half the circle long', 1000, 1000 + 0x7fffffff],
    ['more than half the circle long', 1000, 1000 - 0x70000000],
  ])('%s: not believed', (_name, start, end) => {
    const x = flying(20)
    const una = 1 + MSS * x.first
    const before = status(x.m.t, x.c)
    x.octets(una, [una + 1000, una + 1001])
    // In second place: what stands first may be a duplicate.
    for (let i = 0; i < 5; i++)
      expect(x.octets(una, [una + 1000, una + 1001], [una + start, una + end])).not.toContain('R')
    expect(held(x)).toBe(2)
    for (let i = 0; i < 5; i++) x.octets(una, [una + start, una + end])
    expect(held(x)).toBe(2)
    expect(status(x.m.t, x.c)).toMatchObject({ ssthresh: before.ssthresh })
    finishes(x)
  })

  it.each([
    ['of one octet less than a block', [5, 9]],
    ['of no block', [5, 2]],
    ['of half a block more', [5, 14]],
  ])('an option %s is read as far as it goes', (_name, [kind, n]) => {
    const x = flying(20)
    const una = 1 + MSS * x.first
    const { own } = x.p
    const option = [kind!, n!, ...blocks(own, [una + 1000, una + 4000]).slice(2), 1, 2, 3, 4].slice(0, n)
    x.p.send('A', { ack: una, options: padded(option) })
    expect(x.log().includes('R')).toBe(n === 14)
    finishes(x)
  })
})

describe('memory is bounded', () => {
  it('thousands of blocks of one octet', () => {
    const x = flying(20)
    const una = 1 + MSS * x.first
    for (let i = 0; i < 5000; i++) {
      const at = una + 2 + 3 * i
      x.octets(una, [at, at + 1], [at + 3000, at + 3001])
      expect(held(x)).toBeLessThanOrEqual(2 * 32)
    }
    expect(held(x)).toBe(2 * 32)
    finishes(x)
  })

  it('overlapping ones, in any order', () => {
    const x = flying(20)
    const una = 1 + MSS * x.first
    const next = random(3)
    for (let i = 0; i < 2000; i++) {
      const at = una + 1 + ((next() >>> 1) % (18 * MSS))
      x.octets(una, [at, at + 1 + ((next() >>> 1) % 1500)])
      const { ranges } = (x.c as Tcb).sack!
      // In order and apart, within what was sent.
      for (let k = 1; k < ranges.length; k++) expect((ranges[k]! - ranges[k - 1]!) | 0).toBeGreaterThan(0)
      expect((ranges[ranges.length - 1]! - status(x.m.t, x.c).sndNxt) | 0).toBeLessThanOrEqual(0)
    }
    finishes(x)
  })
})

it('a duplicate reported without end, or of half the circle, gives no window that was not there', () => {
  const x = flying(20)
  const k = x.first
  const { cwnd } = status(x.m.t, x.c)
  x.ack(k, [k + 1, k + 4])
  const una = 1 + MSS * k
  for (let i = 0; i < 100; i++) {
    x.octets(una, [una - 0x7fffffff, una - 1])
    x.octets(una, [una - 20, una - 10])
  }
  expect(status(x.m.t, x.c).cwnd).toBeLessThanOrEqual(cwnd + 3 * MSS)
  finishes(x)
})

it('random acknowledgments and blocks, seeds 1 to 6', { timeout: 60000 }, () => {
  for (let seed = 1; seed <= 6; seed++) {
    const next = random(seed)
    const pick = (n: number): number => (next() >>> 1) % n
    const x = sender()
    for (let i = 0; i < 300; i++) {
      x.fill()
      x.log()
      const una = (status(x.m.t, x.c).sndUna - x.p.own) | 0
      const edges = Array.from({ length: pick(5) }, () => {
        const start = una + pick(70000) - pick(3) * 10000
        return [start, start + pick(5000) - pick(2) * 200] as const
      })
      x.octets(pick(3) ? una : una + pick(Math.max(x.max - una, 0) + 1), ...edges)
      if (pick(20) === 0) x.m.run(pick(3000))
      expect(held(x)).toBeLessThanOrEqual(64)
    }
    finishes(x)
  }
})
