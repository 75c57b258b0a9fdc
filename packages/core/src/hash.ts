// SipHash-2-4 (Aumasson and Bernstein, 2012) on pairs of int32: no BigInt, no uint32. Whatever an outsider can see comes
// from hash(); mix() is for look-up in tables, where only the distribution must not be guessed from outside.

// v0..v3 as (low, high) pairs, then the rounds work on these. One engine runs at a time: a call leaves nothing behind.
const v = /* @__PURE__ */ new Int32Array(8)

// v[a] += v[b], 64 bits, then v[b] = rotl(v[b], r) ^ v[a], r from 1 to 31. The carry comes from the top bits, for a
// comparison would make uint32 of them.
function step(a: number, b: number, r: number): void {
  const x = v[a]
  const low = v[b]
  const high = v[b + 1]
  const s = (x + low) | 0
  v[a] = s
  v[a + 1] += high + (((x & low) | ((x | low) & ~s)) >>> 31)
  v[b] = ((low << r) | (high >>> (32 - r))) ^ s
  v[b + 1] = ((high << r) | (low >>> (32 - r))) ^ v[a + 1]
}

// v[a] = rotl(v[a], 32)
function swap(a: number): void {
  const low = v[a]
  v[a] = v[a + 1]
  v[a + 1] = low
}

function rounds(k: number): void {
  while (k--) {
    step(0, 2, 13)
    swap(0)
    step(4, 6, 16)
    step(0, 6, 21)
    step(4, 2, 17)
    swap(4)
  }
}

/**
 * SipHash-2-4 of n octets at o under a 128-bit key.
 *
 * @param key four int32, the low word of k0 first, as Host.key
 * @param out two int32 for the whole result, low word first; may be left out
 * @returns the low 32 bits as an int32
 */
export function hash(key: Int32Array, b: Uint8Array, o: number, n: number, out?: Int32Array): number {
  // "somepseudorandomlygeneratedbytes", low word before high word.
  v[0] = key[0] ^ 0x70736575
  v[1] = key[1] ^ 0x736f6d65
  v[2] = key[2] ^ 0x6e646f6d
  v[3] = key[3] ^ 0x646f7261
  v[4] = key[0] ^ 0x6e657261
  v[5] = key[1] ^ 0x6c796765
  v[6] = key[2] ^ 0x79746573
  v[7] = key[3] ^ 0x74656462
  // Whole words of eight octets, then the rest with the length on top.
  for (let i = 0; i <= n; i += 8) {
    let low = 0
    let high = 0
    for (let j = 7; j >= 0; j--) {
      const x = i + j < n ? b[o + i + j] : j === 7 ? n : 0
      if (j > 3) high = (high << 8) | x
      else low = (low << 8) | x
    }
    v[6] ^= low
    v[7] ^= high
    rounds(2)
    v[0] ^= low
    v[1] ^= high
  }
  v[4] ^= 255
  rounds(4)
  if (out) out[1] = v[1] ^ v[3] ^ v[5] ^ v[7]
  const low = v[0] ^ v[2] ^ v[4] ^ v[6]
  if (out) out[0] = low
  return low
}

/**
 * A keyed multiply mix of two int32, for look-up in tables: odd multipliers from the key make it universal.
 *
 * @returns an int32, whose high bits are the good ones
 */
export function mix(key: Int32Array, x: number, y: number): number {
  x = Math.imul(x, key[4] | 1) + Math.imul(y, key[5] | 1)
  return Math.imul(x ^ (x >>> 15), key[6] | 1)
}
