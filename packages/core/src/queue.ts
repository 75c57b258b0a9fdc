// A bounded queue of datagrams: each lies in the ring behind four octets, its length and a tag of the owner's.
import { free, hold, type Ring, read, rest, ring, sweep, write } from './ring.js'
import type { Pool } from './types.js'

export interface Queue {
  readonly ring: Ring
  /** Positions of the first and behind the last octet. */
  head: number
  tail: number
  /** Datagrams held. */
  length: number
}

// Length and tag, two octets each.
const FRONT = 4
const front = /* @__PURE__ */ new Uint8Array(FRONT)

/** A queue of `size` octets, four more for each datagram. @throws RangeError unless size is a power of two */
export const queue = (size: number): Queue => ({ ring: ring(size), head: 0, tail: 0, length: 0 })

/** Appends a copy of n octets, at most 65,535. @returns false when there is no room in the queue or in the pool */
export function push(pool: Pool, q: Queue, tag: number, b: Uint8Array, o: number, n: number): boolean {
  if (q.ring.size - ((q.tail - q.head) | 0) < n + FRONT || !hold(pool, q.ring)) return false
  front[0] = n >> 8
  front[1] = n
  front[2] = tag >> 8
  front[3] = tag
  write(q.ring, q.tail, front, 0, FRONT)
  write(q.ring, q.tail + FRONT, b, o, n)
  q.tail = (q.tail + FRONT + n) | 0
  q.length++
  return true
}

/** Octets of the oldest datagram, -1 when there is none. */
export function size(q: Queue): number {
  if (!q.length) return -1
  read(q.ring, q.head, front, 0, FRONT)
  return (front[0] << 8) | front[1]
}

/** Tag of the oldest datagram, 0 when there is none. */
export const tag = (q: Queue): number => (size(q) < 0 ? 0 : (front[2] << 8) | front[3])

/** Copies n octets of the oldest datagram, from its octet `from` on. Neither bound is checked: ask size(). */
export const peek = (q: Queue, from: number, b: Uint8Array, o: number, n: number): void =>
  read(q.ring, q.head + FRONT + from, b, o, n)

/** Takes the oldest datagram out. */
export function shift(q: Queue, now: number): void {
  const n = size(q)
  if (n < 0) return
  q.head = (q.head + FRONT + n) | 0
  if (!--q.length) rest(q.ring, now)
}

/** Forgets all of it, and gives the memory back. */
export function clear(pool: Pool, q: Queue): void {
  free(pool, q.ring)
  q.head = q.tail = q.length = 0
}

/** As sweep() of the ring: gives the memory of an empty queue back after a second. */
export const tidy = (pool: Pool, q: Queue, now: number): number => sweep(pool, q.ring, now)
