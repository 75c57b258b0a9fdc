// A bounded queue of datagrams: each lies whole behind four octets, its length and a tag of the owner's, so that it can
// be used where it lies. What is left moves to the front when the end is reached: nothing ever wraps.
import { copy, get16, put16 } from './octets.js'
import { free, hold, type Ring, rest, ring, sweep } from './ring.js'
import type { Pool } from './types.js'

/** Datagrams in their order, each whole and usable where it lies. */
export interface Queue {
  /** Holds the octets. */
  readonly ring: Ring
  /** Offsets of the first octet, and behind the last one. */
  head: number
  /** Behind the last octet of the last one. */
  tail: number
  /** Datagrams held. */
  length: number
}

// Length and tag, two octets each.
const FRONT = 4

/** A queue of `size` octets, of which each datagram takes four more than it has. @throws RangeError unless size is a power of two */
export const queue = (size: number): Queue => ({ ring: ring(size), head: 0, tail: 0, length: 0 })

/** Appends a copy of n octets, at most 65,535. @returns false when there is no room in the queue or in the pool */
export function push(pool: Pool, q: Queue, tag: number, b: Uint8Array, o: number, n: number): boolean {
  const r = q.ring
  if (q.tail - q.head + FRONT + n > r.size || !hold(pool, r)) return false
  const to = r.b as Uint8Array
  if (q.tail + FRONT + n > r.size) {
    q.tail -= q.head
    copy(to, 0, to, q.head, q.tail)
    q.head = 0
  }
  put16(to, q.tail, n)
  put16(to, q.tail + 2, tag)
  copy(to, q.tail + FRONT, b, o, n)
  q.tail += FRONT + n
  q.length++
  return true
}

/** Octets of the oldest datagram, -1 when there is none. */
export const size = (q: Queue): number => (q.length ? get16(q.ring.b as Uint8Array, q.head) : -1)

/** Tag of the oldest datagram, 0 when there is none. */
export const tag = (q: Queue): number => (q.length ? get16(q.ring.b as Uint8Array, q.head + 2) : 0)

/** Offset of the oldest datagram in `q.ring.b`, where it stays until the next push(), also when it has been shifted out. */
export const front = (q: Queue): number => q.head + FRONT

/** Copies n octets of the oldest datagram, from its octet `from` on. Neither bound is checked: ask size(). */
export const peek = (q: Queue, from: number, b: Uint8Array, o: number, n: number): void =>
  copy(b, o, q.ring.b as Uint8Array, front(q) + from, n)

/** Takes the oldest datagram out. */
export function shift(q: Queue, now: number): void {
  if (!q.length) return
  q.head += FRONT + size(q)
  if (--q.length) return
  q.head = q.tail = 0
  rest(q.ring, now)
}

/** Forgets all of it, and gives the memory back. */
export function clear(pool: Pool, q: Queue): void {
  free(pool, q.ring)
  q.head = q.tail = q.length = 0
}

/** As sweep() of the ring: gives the memory of an empty queue back after a second. */
export const tidy = (pool: Pool, q: Queue, now: number): number => sweep(pool, q.ring, now)
