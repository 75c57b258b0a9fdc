// Octets in a ring whose size is a power of two: the index of an octet is its sequence number & (size - 1).
import { copy } from '@tiny/core'
import { CLOSE_WAIT, CLOSING } from './const.js'
import type { Tcb, TcpEngine } from './types.js'

/** Writes n octets, from sequence number `at` on. */
export function write(ring: Uint8Array, at: number, b: Uint8Array, o: number, n: number): void {
  const p = at & (ring.length - 1)
  const k = Math.min(n, ring.length - p)
  copy(ring, p, b, o, k)
  copy(ring, 0, b, o + k, n - k)
}

/** Reads n octets, from sequence number `at` on. */
export function read(ring: Uint8Array, at: number, b: Uint8Array, o: number, n: number): void {
  const p = at & (ring.length - 1)
  const k = Math.min(n, ring.length - p)
  copy(b, o, ring, p, k)
  copy(b, o + k, ring, 0, n - k)
}

/** Whether the peer's FIN has been taken: its number is RCV.NXT - 1. */
export const isEnded = (c: Tcb): boolean => c.state === CLOSE_WAIT || c.state >= CLOSING

/** Octets that were received in order and not read. */
export const unread = (c: Tcb): number => (c.rcvNxt - c.rcvRead - (isEnded(c) ? 1 : 0)) | 0

/** Gives a buffer back. @returns null */
export function free(e: TcpEngine, ring: Uint8Array | null): null {
  if (ring) e.h.pool.give(ring)
  return null
}
