// RFC 1071 (the Internet checksum), RFC 1624 (incremental update).
import { put16 } from './octets.js'
import type { Sum } from './types.js'

/**
 * The Internet checksum on plain octets: the high octets and the low ones are added up apart, sixteen octets a round.
 * Two lanes are the fastest form without a DataView (`npm run bench -- sum` prints the alternatives).
 *
 * @param seed 0 to 2^24, added as a number of 16-bit words
 * @returns folded to 16 bits, not complemented; an odd last octet counts as the high one. n up to 2^22, o up to 2^28.
 */
export function sum(b: Uint8Array, o: number, n: number, seed: number): number {
  let high = 0
  let low = seed
  // The masks tell the engine that offsets are neither negative nor near 2^31: it leaves out its checks of each addition,
  // which take a fourth of the time. Literals, for what a variable holds would tell it nothing.
  const end = (o + n) & 0x1fffffff
  for (o &= 0x1fffffff; o < end - 15; o += 16) {
    high += b[o] + b[o + 2] + b[o + 4] + b[o + 6]
    low += b[o + 1] + b[o + 3] + b[o + 5] + b[o + 7]
    high += b[o + 8] + b[o + 10] + b[o + 12] + b[o + 14]
    low += b[o + 9] + b[o + 11] + b[o + 13] + b[o + 15]
  }
  for (; o < end - 1; o += 2) {
    high += b[o]
    low += b[o + 1]
  }
  if (o < end) high += b[o]
  // high is below 2^30: its upper part is carried before the shift.
  low += (high >> 8) + ((high & 255) << 8)
  low = (low & 0xffff) + (low >>> 16)
  return (low & 0xffff) + (low >>> 16)
}

/**
 * RFC 1624 equation 3: the checksum field after a 16-bit word changed from `from` to `to`.
 *
 * @returns the new field, HC' = ~(~HC + ~m + m')
 */
export function sumUpdate(field: number, from: number, to: number): number {
  const s = (~field & 0xffff) + (~from & 0xffff) + to
  const f = (s & 0xffff) + (s >>> 16)
  return ~((f & 0xffff) + (f >>> 16)) & 0xffff
}

/** Writes the checksum of n octets at o into their field at `at`, whatever was there. */
export function putSum(sum: Sum, b: Uint8Array, o: number, n: number, at: number, seed: number): void {
  put16(b, at, 0)
  put16(b, at, ~sum(b, o, n, seed))
}
