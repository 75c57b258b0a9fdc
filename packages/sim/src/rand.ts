/**
 * Seeded random numbers, for tests and demonstrations: whoever has seen a few knows the rest. Never for a stack on a
 * real network, whose env.rand comes from the platform's crypto.
 *
 * sfc32 (Chris Doty-Humphrey, PractRand): additions, shifts and exclusive ors on int32, no multiplication.
 *
 * @param seed an int32
 * @returns a generator of int32, uniform over all 32 bits
 */
export function rand(seed: number): () => number {
  let a = 0x9e3779b9 | 0
  let b = 0x243f6a88
  let c = seed | 0
  let count = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum
  }
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 16; i++) next()
  return next
}
