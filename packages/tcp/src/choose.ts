// RFC 6528: initial sequence numbers; RFC 6056: ports.
import { copy, hash, put16 } from '@tiny/core'
import { EPHEMERAL, EPHEMERAL_MASK } from './const.js'
import { find } from './tcb.js'
import type { TcpEngine } from './types.js'

function hashOf(e: TcpEngine, at: number, port: number, peerPort: number): number {
  const n = 2 * e.ip.alen
  copy(e.scratch, 0, e.pairs, at, n)
  put16(e.scratch, n, port)
  put16(e.scratch, n + 2, peerPort)
  return hash(e.h.key, e.scratch, 0, n + 4)
}

/** RFC 6528 3: a clock of 4 microseconds, and a keyed hash of addresses and ports. */
export const isn = (e: TcpEngine, at: number, port: number, peerPort: number): number =>
  (Math.imul(e.h.time(), 250) + hashOf(e, at, port, peerPort)) | 0

/** RFC 6056 3.3.3: a keyed hash of the pair and the peer's port, and a counter. @returns a free port, or 0 */
export function ephemeral(e: TcpEngine, at: number, peerPort: number): number {
  const first = hashOf(e, at, 0, peerPort)
  for (let i = 0; i <= EPHEMERAL_MASK; i++) {
    e.ports++
    const port = EPHEMERAL | ((first + e.ports) & EPHEMERAL_MASK)
    if (!find(e, e.pairs, at, port, peerPort)) return port
  }
  return 0
}
