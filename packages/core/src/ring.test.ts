import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { host } from './host.ts'
import { free, hold, IDLE, read, rest, ring, sweep, write } from './ring.ts'
import type { Pool } from './types.ts'

/** The pool of a host: there is no other. */
function poolOf(limit: number): Pool {
  let x = 1
  return host({ now: () => 0, rand: () => x++ }, { pool: limit }).pool
}

describe('the pool', () => {
  it('gives up to its bound, and nothing beyond', () => {
    const pool = poolOf(100)
    expect(pool.limit).toBe(100)
    const a = pool.take(60)
    expect([a?.length, pool.used]).toEqual([60, 60])
    expect(pool.take(41)).toBeNull()
    expect(pool.used).toBe(60)
    expect(pool.take(40)?.length).toBe(40)
    expect([pool.take(1), pool.used]).toEqual([null, 100])
    pool.give(a as Uint8Array)
    expect(pool.used).toBe(40)
    expect(pool.take(60)?.length).toBe(60)
  })

  it('gives zeroed octets', () => {
    const pool = poolOf(100)
    const a = pool.take(50) as Uint8Array
    a.fill(7)
    pool.give(a)
    expect(pool.take(50)).toEqual(new Uint8Array(50))
  })

  it('may be of nothing', () => {
    const pool = poolOf(0)
    expect([pool.take(0)?.length, pool.take(1)]).toEqual([0, null])
  })
})

describe('ring', () => {
  it.each([1, 2, 64, 4096, 1 << 30])('takes %i octets, none of them before it is held', size => {
    expect(ring(size)).toMatchObject({ size, b: null })
  })

  it.each([0, -1, -2, -64, 3, 100, 65535, 1.5, 2 ** 31, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %d octets: no power of two up to 2^30',
    size => {
      expect(() => ring(size)).toThrow(RangeError)
      expect(() => ring(size)).toThrow(`ring: size ${size}`)
    },
  )

  it('holds its octets once, and says when the pool has none', () => {
    const pool = poolOf(100)
    const [a, b] = [ring(64), ring(64)]
    expect([hold(pool, a), hold(pool, a), pool.used]).toEqual([true, true, 64])
    expect([hold(pool, b), b.b, pool.used]).toEqual([false, null, 64])
    free(pool, a)
    expect([hold(pool, b), pool.used]).toEqual([true, 64])
  })

  it('reads what was written, across its end', () => {
    const pool = poolOf(64)
    const r = ring(16)
    hold(pool, r)
    for (let at = 0; at < 64; at++)
      for (const n of [0, 1, 2, 15, 16]) {
        const data = Uint8Array.from({ length: n }, (_, i) => at + i + 1)
        write(r, at, Uint8Array.of(99, ...data, 98), 1, n)
        const out = new Uint8Array(n + 2).fill(0xee)
        read(r, at, out, 1, n)
        expect(Array.from(out)).toEqual([0xee, ...data, 0xee])
      }
  })

  it.each([0x7fffffff - 20, -20, 2 ** 32 - 20, 2 ** 31 - 3])('goes on where positions wrap, from %i', start => {
    const pool = poolOf(64)
    const r = ring(32)
    hold(pool, r)
    // Positions as sequence numbers are: int32, and as uint32.
    for (const wrap of [(x: number): number => x | 0, (x: number): number => x >>> 0])
      for (let i = 0; i < 64; i++) {
        write(r, wrap(start + i), Uint8Array.of(i), 0, 1)
        if (i < 7) continue
        const out = new Uint8Array(8)
        read(r, wrap(start + i - 7), out, 0, 8)
        expect(Array.from(out)).toEqual(Array.from({ length: 8 }, (_, k) => i - 7 + k))
      }
  })

  it('keeps what lies ahead, written before what comes in front of it', () => {
    const pool = poolOf(16)
    const r = ring(16)
    hold(pool, r)
    write(r, 104, Uint8Array.of(4, 5, 6, 7), 0, 4)
    write(r, 100, Uint8Array.of(0, 1, 2, 3), 0, 4)
    const out = new Uint8Array(8)
    read(r, 100, out, 0, 8)
    expect(Array.from(out)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('is a window over a stream, whatever is written and read', () => {
    const action = fc.record({ isWrite: fc.boolean(), n: fc.nat(80) })
    fc.assert(
      fc.property(fc.integer(), fc.array(action, { maxLength: 100, size: 'max' }), (start, actions) => {
        const r = ring(64)
        hold(poolOf(64), r)
        const model: number[] = []
        let [head, tail, octet] = [start, start, 0]
        for (const { isWrite, n } of actions) {
          const k = Math.min(n, isWrite ? 64 - model.length : model.length)
          const data = Uint8Array.from({ length: k }, () => octet++)
          if (isWrite) {
            write(r, tail, data, 0, k)
            tail = (tail + k) | 0
            model.push(...data)
          } else {
            read(r, head, data, 0, k)
            head = (head + k) | 0
            expect(Array.from(data)).toEqual(model.splice(0, k))
          }
        }
      }),
    )
  })

  it('without octets neither reads nor writes', () => {
    const r = ring(16)
    const out = Uint8Array.of(1, 2)
    write(r, 0, out, 0, 2)
    read(r, 0, out, 0, 2)
    expect([r.b, ...out]).toEqual([null, 1, 2])
  })
})

describe('a ring that has run empty', () => {
  it.each([0, 0x7fffffff - 500, -500, 0x7ffffe00])('keeps its octets for a second, from %i on', start => {
    const pool = poolOf(64)
    const r = ring(64)
    hold(pool, r)
    expect(sweep(pool, r, start)).toBe(-1)
    rest(r, start)
    expect(IDLE).toBe(1000)
    expect([sweep(pool, r, start), pool.used]).toEqual([1000, 64])
    expect([sweep(pool, r, (start + 1) | 0), pool.used]).toEqual([999, 64])
    expect([sweep(pool, r, (start + 999) | 0), pool.used]).toEqual([1, 64])
    expect([sweep(pool, r, (start + 1000) | 0), pool.used, r.b]).toEqual([-1, 0, null])
    expect([sweep(pool, r, (start + 5000) | 0), pool.used]).toEqual([-1, 0])
  })

  it('gives them back when the second is long over, too', () => {
    const pool = poolOf(64)
    const r = ring(64)
    hold(pool, r)
    rest(r, 5)
    expect([sweep(pool, r, 11005), pool.used]).toEqual([-1, 0])
  })

  it('keeps them when it is held again within the second', () => {
    const pool = poolOf(64)
    const r = ring(64)
    hold(pool, r)
    const octets = r.b
    rest(r, 0)
    hold(pool, r)
    expect([sweep(pool, r, 5000), pool.used, r.b === octets]).toEqual([-1, 64, true])
  })

  it('may be freed at once, and again', () => {
    const pool = poolOf(64)
    const r = ring(64)
    hold(pool, r)
    rest(r, 0)
    free(pool, r)
    free(pool, r)
    expect([pool.used, r.b, sweep(pool, r, 0)]).toEqual([0, null, -1])
  })
})
