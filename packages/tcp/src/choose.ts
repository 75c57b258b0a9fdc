// RFC 6528: initial sequence numbers; RFC 6056: ports.
import { hash, put16 } from '@tiny/core'
import { EPHEMERAL, EPHEMERAL_MASK } from './const.js'
import { find } from './tcb.js'
import type { TcpEngine } from './types.js'

const hashOf = (e: TcpEngine, at: number): number => hash(e.h.key, e.pairs, at, e.stride)

/** RFC 6528 3: a clock of 4 microseconds, and a keyed hash of addresses and ports. */
export const isn = (e: TcpEngine, at: number): number => (Math.imul(e.h.time(), 250) + hashOf(e, at)) | 0

/** RFC 6056 3.3.3: a keyed hash of the pair and the peer's port, and a counter. @returns whether a free port has been written */
export function ephemeral(e: TcpEngine, at: number): boolean {
  const own = at + e.stride - 2
  put16(e.pairs, own, 0)
  const first = hashOf(e, at)
  for (let i = 0; i <= EPHEMERAL_MASK; i++) {
    e.ports++
    put16(e.pairs, own, EPHEMERAL | ((first + e.ports) & EPHEMERAL_MASK))
    if (!find(e, at)) return true
  }
  return false
}
