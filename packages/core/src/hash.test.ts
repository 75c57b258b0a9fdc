// SipHash-2-4: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash, mix } from './hash.ts'

/** Appendix A and the reference implementation: key 00 01 .. 0f, message 00 01 .. n - 1, results as octets. */
const VECTORS = `
310e0edd47db6f72 fd67dc93c539f874 5a4fa9d909806c0d 2d7efbd796666785 b7877127e09427cf 8da699cd64557618 cee3fe586e46c9cb
37d1018bf50002ab 6224939a79f5f593 b0e4a90bdf82009e f3b9dd94c5bb5d7a a7ad6b22462fb3f4 fbe50e86bc8f1e75 903d84c02756ea14
eef27a8e90ca23f7 e545be4961ca29a1 db9bc2577fcc2a3f 9447be2cf5e99a69 9cd38d96f0b3c14b bd6179a71dc96dbb 98eea21af25cd6be
c7673b2eb0cbf2d0 883ea3e395675393 c8ce5ccd8c030ca8 94af49f6c650adb8 eab8858ade92e1bc f315bb5bb835d817 adcf6b0763612e2f
a5c91da7acaa4dde 716595876650a2a6 28ef495c53a387ad 42c341d8fa92d832 ce7cf2722f512771 e37859f94623f3a7 381205bb1ab0e012
ae97a10fd434e015 b4a31508beff4d31 81396229f0907902 4d0cf49ee5d4dcca 5c73336a76d8bf9a d0a704536ba93e0e 925958fcd6420cad
a915c29bc8067318 952b79f3bc0aa6d4 f21df2e41d4535f9 87577519048f53a9 10a56cf5dfcd9adb eb75095ccd986cd0 51a9cb9ecba312e6
96afadfc2ce666c7 72fe52975a4364ee 5a1645b276d592a1 b274cb8ebf87870a 6f9bb4203de7b381 eaecb2a30b22a87f 9924a43cc1315724
bd838d3aafbf8db7 0b1a2a3265d51aea 135079a3231ce660 932b2846e4d70666 e1915f5cb1eca46c f325965ca16d629f 575ff28e60381be5
724506eb4c328a95`
  .trim()
  .split(/\s+/)

const MASK = (1n << 64n) - 1n
const rotl = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (64n - r))) & MASK

/** The paper's section 2, in 64-bit numbers. */
function paper(k0: bigint, k1: bigint, m: Uint8Array): bigint {
  let [v0, v1, v2, v3] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ] as [bigint, bigint, bigint, bigint]
  const round = (): void => {
    v0 = (v0 + v1) & MASK
    v2 = (v2 + v3) & MASK
    v1 = rotl(v1, 13n) ^ v0
    v3 = rotl(v3, 16n) ^ v2
    v0 = rotl(v0, 32n)
    v2 = (v2 + v1) & MASK
    v0 = (v0 + v3) & MASK
    v1 = rotl(v1, 17n) ^ v2
    v3 = rotl(v3, 21n) ^ v0
    v2 = rotl(v2, 32n)
  }
  const words = Math.floor(m.length / 8) + 1
  for (let w = 0; w < words; w++) {
    let word = w === words - 1 ? BigInt(m.length & 255) << 56n : 0n
    for (let i = 0; i < 8 && 8 * w + i < m.length; i++) word |= BigInt(m[8 * w + i]!) << BigInt(8 * i)
    v3 ^= word
    round()
    round()
    v0 ^= word
  }
  v2 ^= 0xffn
  for (let i = 0; i < 4; i++) round()
  return v0 ^ v1 ^ v2 ^ v3
}

const KEY = Int32Array.of(0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c)
const upTo = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i)
const wide = (out: Int32Array): bigint => (BigInt(out[1]! >>> 0) << 32n) | BigInt(out[0]! >>> 0)

function hash64(key: Int32Array, b: Uint8Array, o: number, n: number): bigint {
  const out = new Int32Array(2)
  const low = hash(key, b, o, n, out)
  expect(low).toBe(out[0])
  return wide(out)
}

describe('hash', () => {
  it("gives the paper's own vector: a129ca6149be45e5 for 15 octets", () => {
    expect(hash64(KEY, upTo(15), 0, 15)).toBe(0xa129ca6149be45e5n)
  })

  it('gives all 64 vectors of the reference implementation', () => {
    const octets = VECTORS.map((_, n) => {
      const x = hash64(KEY, upTo(64), 0, n)
      return Array.from({ length: 8 }, (_, i) => `0${((x >> BigInt(8 * i)) & 255n).toString(16)}`.slice(-2)).join('')
    })
    expect(octets).toHaveLength(64)
    expect(octets).toEqual(VECTORS)
  })

  it('is the construction of the paper, for any key and message', () => {
    const word = fc.integer()
    fc.assert(
      fc.property(
        fc.tuple(word, word, word, word),
        fc.uint8Array({ maxLength: 300, size: 'max' }),
        fc.nat(7),
        (k, m, o) => {
          const [k0, k1] = [wide(Int32Array.of(k[0], k[1])), wide(Int32Array.of(k[2], k[3]))]
          const b = new Uint8Array(m.length + o + 3).fill(0xcc)
          b.set(m, o)
          expect(hash64(Int32Array.from(k), b, o, m.length)).toBe(paper(k0, k1, m))
        },
      ),
    )
  })

  it('carries between the halves of a number', () => {
    // Keys and messages of ones and zeros make and break carries in each addition.
    for (const x of [0, -1, 1, -0x80000000, 0x7fffffff])
      for (const y of [0, -1, 1, -0x80000000, 0x7fffffff])
        for (const octet of [0, 255, 128]) {
          const m = new Uint8Array(24).fill(octet)
          const [k0, k1] = [wide(Int32Array.of(x, y)), wide(Int32Array.of(y, x))]
          expect(hash64(Int32Array.of(x, y, y, x), m, 0, 24)).toBe(paper(k0, k1, m))
        }
  })

  it('gives the same again, whatever was hashed in between, and the low half without an array for both', () => {
    const first = hash(KEY, upTo(20), 0, 20)
    hash(KEY, upTo(9), 0, 9)
    expect(hash(KEY, upTo(20), 0, 20)).toBe(first)
    expect(first).toBe(first | 0)
    expect(BigInt(first >>> 0)).toBe(paper(0x0706050403020100n, 0x0f0e0d0c0b0a0908n, upTo(20)) & 0xffffffffn)
  })

  it('uses the first half of a key of 256 bits', () => {
    const long = Int32Array.of(...KEY, 1, 2, 3, 4)
    expect(hash(long, upTo(9), 0, 9)).toBe(hash(KEY, upTo(9), 0, 9))
  })
})

describe('mix', () => {
  const key = Int32Array.of(0, 0, 0, 0, 0x1b873593, 0x4cf5ad43, 0x27d4eb2f, 0)

  /** Chi-squared of 4,096 pairs in 64 buckets by the high bits: 63 degrees of freedom, below 117 but once in 20,000. */
  function spread(k: Int32Array, pair: (i: number) => [number, number]): number {
    const buckets = new Array(64).fill(0)
    for (let i = 0; i < 4096; i++) buckets[mix(k, ...pair(i)) >>> 26]++
    return buckets.reduce((s, n) => s + (n - 64) ** 2 / 64, 0)
  }

  it('spreads what tables of connections hold over the high bits', () => {
    const sets: ((i: number) => [number, number])[] = [
      // Ports in a row, from one address; addresses in a row; both; a port that is the same in the low half.
      i => [0x0a000001, ((1024 + i) << 16) | 80],
      i => [0x0a000000 + i, (1024 << 16) | 80],
      i => [0x0a000000 + (i >> 6), ((1024 + (i & 63)) << 16) | 443],
      i => [0x0a000001, (80 << 16) | i],
      i => [i << 16, i],
    ]
    for (const [k, pair] of sets.entries()) expect(spread(key, pair), `set ${k}`).toBeLessThan(256)
  })

  it('depends on the key: what falls into one bucket under one falls apart under another', () => {
    const pairs: [number, number][] = []
    for (let i = 0; pairs.length < 64; i++) if (mix(key, i, ~i) >>> 26 === 5) pairs.push([i, ~i])
    const other = Int32Array.of(0, 0, 0, 0, 0x2545f491, 0x1c6ef372, 0x5851f42d, 0)
    const buckets = new Set(pairs.map(([x, y]) => mix(other, x, y) >>> 26))
    expect(buckets.size).toBeGreaterThan(16)
  })

  it('tells the two numbers apart, uses both, and takes keys that are even or zero', () => {
    expect(mix(key, 1, 2)).not.toBe(mix(key, 2, 1))
    expect(new Set([0, 1, 2, 3, 4, 5].map(x => mix(key, x, 7))).size).toBe(6)
    expect(new Set([0, 1, 2, 3, 4, 5].map(y => mix(key, 7, y))).size).toBe(6)
    const zero = new Int32Array(8)
    expect(new Set([0, 1, 2, 3, 4, 5].map(x => mix(zero, x, 0))).size).toBe(6)
    expect(new Set([0, 1, 2, 3, 4, 5].map(y => mix(zero, 0, y))).size).toBe(6)
  })

  it('gives an int32', () => {
    fc.assert(fc.property(fc.integer(), fc.integer(), (x, y) => mix(key, x, y) === (mix(key, x, y) | 0)))
  })
})
