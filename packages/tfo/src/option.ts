// RFC 7413 4.1.1: the option, and the experiment of RFC 6994 that came before it.
import { get16, optionAt, type TcpEngine } from '@tiny/core'
import { EXPERIMENT, FAST_OPEN, MAGIC } from './const.js'
import { TFO_MALFORMED } from './ids.js'
import type { Tfo } from './types.js'

/** Octets in front of the cookie. */
export const headOf = (kind: number): number => (kind === FAST_OPEN ? 2 : 4)

/**
 * Looks for the option in the segment at hand, and notes its kind and where the cookie starts.
 *
 * @returns octets of the cookie, -1: no option, or one whose length is none of a cookie's
 */
// input path
export function find(e: TcpEngine, f: Tfo): number {
  const s = e.seg
  const b = s.b
  let p = optionAt(b, s.p, s.o, FAST_OPEN)
  if (!p) {
    p = optionAt(b, s.p, s.o, EXPERIMENT)
    while (p && (b[p + 1] < 4 || get16(b, p + 2) !== MAGIC)) p = optionAt(b, p + b[p + 1], s.o, EXPERIMENT)
  }
  if (!p) return -1 // eaten: it has none
  f.kind = b[p]
  const head = headOf(f.kind)
  const n = b[p + 1] - head
  // None, or 4 to 16 octets, and even.
  if (n & 1 || n > 16 || n === 2) {
    e.h.tell('count', TFO_MALFORMED)
    return -1 // eaten: counted
  }
  f.at = p + head
  return n
}
