import { describe, expect, it } from 'vitest'
import { take } from './bucket.ts'

describe.each([0, 0x7fffffff - 300, -0x80000000])('a bucket, the clock at %i', start => {
  const at = (ms: number): number => (start + ms) | 0

  it('holds a burst, and no more', () => {
    const bucket = { full: start }
    const taken = Array.from({ length: 12 }, () => take(bucket, start, 100, 10))
    expect(taken.filter(Boolean).length).toBe(10)
    expect(taken.indexOf(false)).toBe(10)
  })

  it('gets one token back every so many milliseconds, and never more than the burst', () => {
    const bucket = { full: start }
    for (let i = 0; i < 10; i++) take(bucket, start, 100, 10)
    expect(take(bucket, at(99), 100, 10)).toBe(false)
    expect(take(bucket, at(100), 100, 10)).toBe(true)
    expect(take(bucket, at(199), 100, 10)).toBe(false)
    // As long as it takes for all of them, and ten times as long.
    for (const ms of [1200, 12000]) {
      let n = 0
      while (take(bucket, at(ms), 100, 10)) n++
      expect(n).toBe(10)
    }
  })

  it('a time between two tokens counts for the next', () => {
    const bucket = { full: start }
    for (let i = 0; i < 10; i++) take(bucket, start, 100, 10)
    const times = [150, 180, 199, 200, 310, 399, 400].filter(ms => take(bucket, at(ms), 100, 10))
    expect(times).toEqual([150, 200, 310, 400])
  })

  it('an interval that varies, by less than half, keeps the limit', () => {
    const bucket = { full: start }
    let n = 0
    for (let i = 0; i < 200; i++) if (take(bucket, start, i & 1 ? 17 : 10, 50)) n++
    expect(n).toBeGreaterThan(25)
    // As many as the shortest lets fit into the longest burst.
    expect(n).toBeLessThan((17 * 50) / 10)
  })

  it('a clock that has gone round while nobody asked finds it full', () => {
    for (const away of [0x40000000, 0x7fffffff, 0x80000000, 0xc0000000]) {
      const bucket = { full: start }
      let n = 0
      while (n < 20 && take(bucket, at(away), 100, 10)) n++
      expect(n).toBe(10)
    }
  })
})
