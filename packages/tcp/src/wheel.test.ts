import { type Host, host } from '@tiny/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wheel } from './wheel.ts'

/** A wheel on a clock of its own, armed as tcp() does: what is fired too early is armed again. */
function machine(start: number, connections = 8) {
  let now = start
  const h: Host = host({
    now: () => now,
    rand: (() =>
      (
        i => () =>
          i++
      )(1))(),
  })
  const w = wheel()
  const due = new Map<number, number>()
  const fired: number[] = []
  w.attach(h, connections, i => {
    const at = due.get(i)
    if (at === undefined) return
    if (((at - h.time()) | 0) > 0) w.arm(i, at)
    else {
      due.delete(i)
      fired.push(i)
    }
  })
  return {
    h,
    due,
    arm(i: number, ms: number) {
      due.set(i, h.wake(ms))
      w.arm(i, (now + ms) | 0)
    },
    /** The clock moves on, and a poll says which are due. */
    pass(ms: number): number[] {
      now = (now + ms) | 0
      fired.length = 0
      h.poll()
      return fired.slice().sort((a, b) => a - b)
    },
    /** What a list of timers says: those that are due, and how long until the first of the others. */
    expected(ms: number): number[] {
      return [...due].filter(([, at]) => ((at - now - ms) | 0) <= 0).map(([i]) => i)
    },
    soonest: () => Math.min(...[...due.values()].map(at => (at - now) | 0)),
  }
}

const ms = fc.oneof(
  fc.integer({ min: 1, max: 130 }),
  fc.integer({ min: 1, max: 300_000 }),
  fc.constantFrom(1, 63, 64, 65, 4095, 4096, 4097, 262143, 262144, 16777215, 16777216, 0x3fffffff),
)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ arm: fc.integer({ min: 0, max: 7 }), ms }) },
  { weight: 1, arbitrary: fc.record({ drop: fc.integer({ min: 0, max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ pass: fc.oneof(fc.integer({ min: 0, max: 70 }), ms) }) },
  { weight: 2, arbitrary: fc.record({ follow: fc.integer({ min: 1, max: 20 }) }) },
)

describe('wheel', () => {
  it('fires what a list would fire, at the same poll, however late, from any time of the clock', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.constantFrom(0x7fffffff, -1, -2, 0, 0x7fffff00, -0x80000000)),
        fc.array(step, { maxLength: 60 }),
        (start, steps) => {
          const m = machine(start | 0)
          const check = (t: number): void => {
            const wanted = m.expected(t).sort((a, b) => a - b)
            expect(m.pass(t)).toEqual(wanted)
            // Asked for no later than a list would ask.
            if (m.due.size) {
              expect(m.h.wait()).toBeGreaterThanOrEqual(0)
              expect(m.h.wait()).toBeLessThanOrEqual(m.soonest())
            }
          }
          for (const s of steps) {
            if ('arm' in s) m.arm(s.arm, s.ms)
            else if ('drop' in s) m.due.delete(s.drop)
            else if ('pass' in s) check(s.pass)
            // As a driver does: to each poll that was asked for.
            else for (let k = s.follow; k-- && m.h.wait() >= 0; ) check(m.h.wait())
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('is asked for a few polls a timer, and for none when there is no timer', () => {
    const m = machine(0)
    m.arm(3, 7_200_000)
    let polls = 0
    for (; m.due.size; polls++) m.pass(m.h.wait())
    expect(polls).toBeLessThanOrEqual(5)
    m.pass(0)
    expect(m.h.wait()).toBe(-1)
  })

  it('a timer that moves away is not moved, one that comes nearer is', () => {
    const m = machine(0)
    for (let i = 1; i <= 1000; i++) m.arm(1, 1000 + i)
    m.arm(2, 5000)
    m.arm(2, 10)
    expect(m.pass(9)).toEqual([])
    expect(m.pass(1)).toEqual([2])
    expect(m.pass(1989)).toEqual([])
    expect(m.pass(1)).toEqual([1])
  })

  it('a machine that slept for longer than half of what the clock can say: what is due is fired', () => {
    for (const late of [0x7fffffff, 0x80000000, 0x80000005, 0xa0000000]) {
      const m = machine(0)
      m.arm(1, 0x3fffffff)
      expect(m.pass(late)).toEqual([1])
      m.arm(1, 70)
      expect(m.pass(70)).toEqual([1])
    }
  })

  it('one that arms itself for now in its turn is fired at the next poll', () => {
    let now = 0
    const h = host({
      now: () => now,
      rand: (() =>
        (
          i => () =>
            i++
        )(1))(),
    })
    const w = wheel()
    let count = 0
    w.attach(h, 1, i => {
      count++
      w.arm(i, h.time())
    })
    w.arm(0, 5)
    now = 5
    h.poll()
    h.poll()
    expect(count).toBe(2)
    expect(h.wait()).toBe(0)
  })

  it('of two stacks it is refused', () => {
    const h = host({
      now: () => 0,
      rand: (() =>
        (
          i => () =>
            i++
        )(1))(),
    })
    const w = wheel()
    w.attach(h, 1, () => {})
    expect(() => w.attach(h, 1, () => {})).toThrow(RangeError)
  })
})
