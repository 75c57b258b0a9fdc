// Octets in a ring whose size is a power of two: the index of an octet is its sequence number & (size - 1).
import { copy } from '@tiny/core'
import { IDLE_MS } from './const.js'
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

/** Octets that were received in order and not read. */
export const unread = (c: Tcb): number => (c.rcvNxt - c.rcvRead - (c.isEnded ? 1 : 0)) | 0

/** Notes that a buffer may have run empty: a second later it is given back. */
export function rest(e: TcpEngine, c: Tcb): void {
  c.idleAt = e.h.wake(IDLE_MS)
  if (!e.isResting) e.restAt = c.idleAt
  e.isResting = true
}

/** Gives back the buffers that have been empty for a second. */
export function sweep(e: TcpEngine): void {
  if (!e.isResting || !e.h.isDue(e.restAt)) return
  e.isResting = false
  for (let i = 0; i < e.limit; i++) {
    const c = e.table[i]
    if (!c) continue
    const isSent = c.snd && ((c.sndEnd - c.sndUna) | 0) <= 0
    const isRead = c.rcv && !unread(c) && !c.ranges.length
    if (!isSent && !isRead) continue
    const left = (c.idleAt - e.h.time()) | 0
    if (left > 0) {
      if (!e.isResting || ((c.idleAt - e.restAt) | 0) < 0) e.restAt = c.idleAt
      e.isResting = true
      e.h.wake(left)
      continue
    }
    if (isSent && c.snd) {
      e.h.pool.give(c.snd)
      c.snd = null
    }
    if (isRead && c.rcv) {
      e.h.pool.give(c.rcv)
      c.rcv = null
    }
  }
}
