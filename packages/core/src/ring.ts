// An octet ring on the pool. The index of an octet is its position & (size - 1): positions are sequence numbers, or
// any number that counts octets and wraps, so data may be written in place before what comes ahead of it.
import { copy } from './octets.js'
import type { Pool } from './types.js'

/** How long an emptied ring keeps its octets: a sender that pauses is not made to allocate again. */
export const IDLE = 1000

/** Octets by position; positions are sequence numbers, which wrap. */
export interface Ring {
  /** The octets, while there are some. */
  b: Uint8Array | null
  /** Octets, a power of two. */
  size: number
  /** Emptied, at the time idleAt. */
  isIdle: boolean
  /** When it was emptied, by the clock of its host. */
  idleAt: number
}

/** A ring of `size` octets, which holds no memory yet. @throws RangeError unless size is a power of two up to 2^30 */
export function ring(size: number): Ring {
  if (!(size > 0) || (size & -size) !== size) throw new RangeError(`ring: size ${size}`)
  return { b: null, size, isIdle: false, idleAt: 0 }
}

/** Makes sure that the ring has its octets. @returns false when the pool is exhausted */
export function hold(pool: Pool, r: Ring): boolean {
  r.isIdle = false
  if (!r.b) r.b = pool.take(r.size)
  return !!r.b
}

/** Writes n octets at position `at`. The ring is held, n is at most its size. */
export function write(r: Ring, at: number, b: Uint8Array, o: number, n: number): void {
  const to = r.b
  if (!to) return
  const p = at & (r.size - 1)
  const k = n < r.size - p ? n : r.size - p
  copy(to, p, b, o, k)
  copy(to, 0, b, o + k, n - k)
}

/** Reads n octets from position `at`. */
export function read(r: Ring, at: number, b: Uint8Array, o: number, n: number): void {
  const from = r.b
  if (!from) return
  const p = at & (r.size - 1)
  const k = n < r.size - p ? n : r.size - p
  copy(b, o, from, p, k)
  copy(b, o + k, from, 0, n - k)
}

/** Says that the ring has run empty. */
export function rest(r: Ring, now: number): void {
  r.isIdle = true
  r.idleAt = now
}

/** Gives the octets back at once. */
export function free(pool: Pool, r: Ring): void {
  if (r.b) pool.give(r.b)
  r.b = null
  r.isIdle = false
}

/** Gives the octets back after a second of idleness. @returns milliseconds until then, -1 when there is nothing to wait for */
export function sweep(pool: Pool, r: Ring, now: number): number {
  if (!r.isIdle) return -1
  const left = (r.idleAt + IDLE - now) | 0
  if (left > 0) return left
  free(pool, r)
  return -1
}
