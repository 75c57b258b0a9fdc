import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { host } from './host.ts'
import { clear, front, peek, push, type Queue, queue, shift, size, tag, tidy } from './queue.ts'
import type { Pool } from './types.ts'

function poolOf(limit = 65536): Pool {
  let x = 1
  return host({ now: () => 0, rand: () => x++ }, { pool: limit }).pool
}

const octets = (n: number, first = 0): Uint8Array => Uint8Array.from({ length: n }, (_, i) => first + i)

/** The oldest datagram, read in both ways. */
function oldest(q: Queue): number[] {
  const n = size(q)
  const out = new Uint8Array(n + 2).fill(0xee)
  peek(q, 0, out, 1, n)
  expect([out[0], out[n + 1]]).toEqual([0xee, 0xee])
  const inPlace = Array.from(q.ring.b!.subarray(front(q), front(q) + n))
  expect(inPlace).toEqual(Array.from(out.subarray(1, n + 1)))
  return inPlace
}

describe('queue', () => {
  it('gives datagrams back in their order, with their tags', () => {
    const pool = poolOf()
    const q = queue(256)
    expect([size(q), tag(q), q.length]).toEqual([-1, 0, 0])
    push(pool, q, 7, octets(9), 2, 5)
    push(pool, q, 0xffff, octets(9), 0, 0)
    push(pool, q, 3, octets(9, 50), 0, 9)
    expect([q.length, size(q), tag(q), oldest(q)]).toEqual([3, 5, 7, [2, 3, 4, 5, 6]])
    shift(q, 0)
    expect([q.length, size(q), tag(q), oldest(q)]).toEqual([2, 0, 0xffff, []])
    shift(q, 0)
    expect([q.length, size(q), tag(q), oldest(q)]).toEqual([1, 9, 3, Array.from(octets(9, 50))])
    shift(q, 0)
    expect([q.length, size(q), tag(q)]).toEqual([0, -1, 0])
  })

  it('takes datagrams up to its size, each with four octets more', () => {
    const pool = poolOf()
    const q = queue(64)
    expect(push(pool, q, 0, octets(61), 0, 61)).toBe(false)
    expect(pool.used, 'what was refused holds nothing').toBe(0)
    expect(push(pool, q, 0, octets(60), 0, 60)).toBe(true)
    expect(push(pool, q, 0, octets(1), 0, 0)).toBe(false)
    shift(q, 0)
    for (let i = 0; i < 4; i++) expect(push(pool, q, 0, octets(12), 0, 12)).toBe(true)
    expect(push(pool, q, 0, octets(12), 0, 0)).toBe(false)
    expect(q.length).toBe(4)
  })

  it('holds a datagram of 65,535 octets', () => {
    const pool = poolOf(1 << 17)
    const q = queue(1 << 17)
    push(pool, q, 1, octets(65535), 0, 65535)
    expect(size(q)).toBe(65535)
    expect(oldest(q)[65534]).toBe(65534 & 255)
  })

  it('peeks from any octet on', () => {
    const q = queue(64)
    push(poolOf(), q, 0, octets(10), 0, 10)
    const out = new Uint8Array(4)
    peek(q, 6, out, 0, 4)
    expect(Array.from(out)).toEqual([6, 7, 8, 9])
  })

  it('keeps a copy: the buffer may be overwritten', () => {
    const q = queue(64)
    const b = octets(4)
    push(poolOf(), q, 0, b, 0, 4)
    b.fill(0xa5)
    expect(oldest(q)).toEqual([0, 1, 2, 3])
  })

  it('leaves a datagram that was shifted out where it is until the next push', () => {
    const pool = poolOf()
    const q = queue(64)
    push(pool, q, 0, octets(5, 10), 0, 5)
    push(pool, q, 0, octets(5, 20), 0, 5)
    const at = front(q)
    shift(q, 0)
    expect(Array.from(q.ring.b!.subarray(at, at + 5))).toEqual([10, 11, 12, 13, 14])
    const last = front(q)
    shift(q, 0)
    expect(Array.from(q.ring.b!.subarray(last, last + 5))).toEqual([20, 21, 22, 23, 24])
  })

  it('refuses when the pool is exhausted, and takes when it is not any more', () => {
    const pool = poolOf(100)
    const [a, b] = [queue(64), queue(64)]
    push(pool, a, 0, octets(1), 0, 1)
    expect([push(pool, b, 0, octets(1), 0, 1), b.length, size(b)]).toEqual([false, 0, -1])
    clear(pool, a)
    expect([push(pool, b, 0, octets(1), 0, 1), b.length]).toEqual([true, 1])
  })

  it.each([0, 3, 100, -8])('of %i octets is refused', n => {
    expect(() => queue(n)).toThrow(RangeError)
  })

  it('gives its memory back a second after it ran empty, not before and not at once', () => {
    const pool = poolOf()
    const q = queue(64)
    push(pool, q, 0, octets(1), 0, 1)
    push(pool, q, 0, octets(1), 0, 1)
    shift(q, 0x7ffffff0)
    expect(tidy(pool, q, 0x7ffffff0)).toBe(-1)
    shift(q, 0x7ffffff0)
    expect([tidy(pool, q, 0x7ffffff0), pool.used]).toEqual([1000, 64])
    expect([tidy(pool, q, (0x7ffffff0 + 999) | 0), pool.used]).toEqual([1, 64])
    expect([tidy(pool, q, (0x7ffffff0 + 1000) | 0), pool.used]).toEqual([-1, 0])
    expect([size(q), push(pool, q, 0, octets(1), 0, 1), pool.used]).toEqual([-1, true, 64])
  })

  it('that is used again keeps it', () => {
    const pool = poolOf()
    const q = queue(64)
    push(pool, q, 0, octets(1), 0, 1)
    shift(q, 0)
    push(pool, q, 0, octets(1), 0, 1)
    expect([tidy(pool, q, 5000), pool.used, size(q)]).toEqual([-1, 64, 1])
  })

  it('forgets all when it is cleared', () => {
    const pool = poolOf()
    const q = queue(64)
    push(pool, q, 0, octets(1), 0, 1)
    clear(pool, q)
    expect([q.length, size(q), pool.used]).toEqual([0, -1, 0])
    shift(q, 0)
    expect([q.length, size(q)]).toEqual([0, -1])
  })

  it('is a list of datagrams with a bound, whatever is pushed and shifted', () => {
    const action = fc.oneof(
      { arbitrary: fc.record({ n: fc.nat(70), tag: fc.nat(0xffff) }), weight: 3 },
      { arbitrary: fc.constant('shift' as const), weight: 2 },
      { arbitrary: fc.constant('clear' as const), weight: 1 },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200, size: 'max' }), actions => {
        const pool = poolOf()
        const q = queue(256)
        const model: { tag: number; data: number[] }[] = []
        let octet = 0
        for (const x of actions) {
          if (x === 'shift') {
            model.shift()
            shift(q, 0)
          } else if (x === 'clear') {
            if (octet++ % 8) continue
            model.length = 0
            clear(pool, q)
          } else {
            const b = octets(x.n + 3, octet++)
            const fits = model.reduce((k, d) => k + 4 + d.data.length, 0) + 4 + x.n <= 256
            expect(push(pool, q, x.tag, b, 3, x.n)).toBe(fits)
            if (fits) model.push({ tag: x.tag, data: Array.from(b.subarray(3)) })
            b.fill(0xa5)
          }
          const [first] = model
          expect([q.length, size(q), tag(q)]).toEqual([model.length, first?.data.length ?? -1, first?.tag ?? 0])
          if (first) expect(oldest(q)).toEqual(first.data)
        }
        while (model.length) {
          expect(oldest(q)).toEqual(model.shift()!.data)
          shift(q, 0)
        }
        clear(pool, q)
        expect(pool.used).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
