// RFC 1071, RFC 1624.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { putSum, sum, sumUpdate } from './sum.ts'

/** By the book: 16-bit words, one after the other, with the carry added at once. */
function slow(b: Uint8Array, o: number, n: number, seed: number): number {
  let s = seed
  while (s > 0xffff) s = (s % 0x10000) + Math.floor(s / 0x10000)
  for (let i = 0; i < n; i += 2) {
    s += b[o + i]! * 256 + (i + 1 < n ? b[o + i + 1]! : 0)
    if (s > 0xffff) s = s - 0x10000 + 1
  }
  return s
}

const random = (seed: number): (() => number) => {
  let s = seed
  return () => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0)
}

describe('sum', () => {
  const rand = random(1071)
  const b = Uint8Array.from({ length: 2100 }, () => rand() >>> 24)

  it('is right for each length from 0 to 2,000, at each alignment', () => {
    for (let n = 0; n <= 2000; n++)
      for (let o = 0; o < 4; o++) if (sum(b, o, n, 0) !== slow(b, o, n, 0)) expect.fail(`${n} octets at ${o}`)
  })

  it('is right for each seed that may be handed in', () => {
    for (const seed of [0, 1, 255, 256, 0xfffe, 0xffff, 0x10000, 0x10001, 0x1ffff, 0xfffffe, 0xffffff, 0x1000000])
      for (const n of [0, 1, 2, 15, 16, 17, 20, 39, 40, 576, 1460, 1999])
        expect(sum(b, 3, n, seed), `${n} octets, seed ${seed}`).toBe(slow(b, 3, n, seed))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100, size: 'max' }), fc.nat(0x1000000), (data, seed) => {
        expect(sum(data, 0, data.length, seed)).toBe(slow(data, 0, data.length, seed))
      }),
    )
  })

  it.each([1, 2, 3, 15, 16, 17, 1000, 4095, 65534, 65535])('carries right over %i octets of 0xff', n => {
    const ones = new Uint8Array(n).fill(0xff)
    for (const seed of [0, 1, 0xffff, 0x1000000]) expect(sum(ones, 0, n, seed)).toBe(slow(ones, 0, n, seed))
  })

  it('carries right over 4 MiB of 0xff, the most that it takes', () => {
    const n = 1 << 22
    const ones = new Uint8Array(n).fill(0xff)
    expect(sum(ones, 0, n, 0)).toBe(0xffff)
    ones[n - 1] = 0xfe
    expect(sum(ones, 0, n, 0x1000000)).toBe(slow(ones, 0, n, 0x1000000))
  })

  it("is ddf2 for RFC 1071's own example", () => {
    expect(sum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7), 0, 8, 0)).toBe(0xddf2)
  })

  it('counts an odd last octet as the high one', () => {
    expect(sum(Uint8Array.of(0x12, 0x34, 0x56), 0, 3, 0)).toBe(0x6834)
    expect(sum(Uint8Array.of(0xab), 0, 1, 0)).toBe(0xab00)
  })

  it('looks at no octet outside of what it is given', () => {
    const c = new Uint8Array(64).fill(0xff)
    for (let n = 0; n < 40; n++) {
      c.fill(0, 5, 5 + n)
      expect(sum(c, 5, n, 7)).toBe(7)
    }
  })

  it('of parts is the sum of all, the seed of one being the result of the other', () => {
    for (let cut = 0; cut <= 60; cut += 2) expect(sum(b, cut, 61 - cut, sum(b, 0, cut, 0))).toBe(sum(b, 0, 61, 0))
  })

  it('of a packet with its own checksum is 0xffff', () => {
    const p = b.slice(0, 61)
    putSum(sum, p, 0, 61, 16, 0)
    expect(sum(p, 0, 61, 0)).toBe(0xffff)
  })
})

describe('putSum', () => {
  it('does not care what stands in the field', () => {
    const p = Uint8Array.of(1, 2, 0xde, 0xad, 5)
    putSum(sum, p, 0, 5, 2, 77)
    const field = p.slice(2, 4)
    p.set([0, 0], 2)
    expect(field[0]! * 256 + field[1]!).toBe(~slow(p, 0, 5, 77) & 0xffff)
  })

  it("uses the machine's sum", () => {
    const p = new Uint8Array(4)
    putSum((_b, o, n, seed) => o * 1000 + n * 100 + seed, p, 1, 3, 1, 9)
    expect(p[1]! * 256 + p[2]!).toBe(~1309 & 0xffff)
  })
})

describe('sumUpdate', () => {
  /** The field of a header in which one word is changed: recomputed. */
  const field = (words: number[]): number => {
    const s = words.reduce((x, y) => x + y, 0)
    const f = (s & 0xffff) + (s >>> 16)
    return ~((f & 0xffff) + (f >>> 16)) & 0xffff
  }

  it("gives RFC 1624's own example", () => {
    // Section 4: HC = 0xDD2F, m = 0x5555, m' = 0x3285; the result is 0x0000, not 0xFFFF.
    expect(sumUpdate(0xdd2f, 0x5555, 0x3285)).toBe(0)
  })

  it('is what recomputation gives, whatever changes into whatever', () => {
    const edges = [0, 1, 2, 0x7fff, 0x8000, 0xfffd, 0xfffe, 0xffff]
    for (const rest of edges)
      for (const from of edges)
        for (const to of edges) {
          // A header is never all zeros; its first word here is 0x4500.
          const old = [0x4500, rest, from]
          expect(sumUpdate(field(old), from, to), `${old} to ${to}`).toBe(field([0x4500, rest, to]))
        }
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 20 }), fc.nat(0xffff), fc.nat(0xffff), (rest, from, to) => {
        const words = [0x4500, ...rest]
        expect(sumUpdate(field([...words, from]), from, to)).toBe(field([...words, to]))
      }),
    )
  })

  it('gives back the field when the change is undone', () => {
    fc.assert(
      fc.property(fc.nat(0xfffe), fc.nat(0xffff), fc.nat(0xffff), (hc, from, to) => {
        expect(sumUpdate(sumUpdate(hc, from, to), to, from)).toBe(hc)
      }),
    )
  })
})
