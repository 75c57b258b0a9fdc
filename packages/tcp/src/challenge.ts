// RFC 5961 7: answers to what may be an attack.
import { take } from '@tiny/core'
import { CHALLENGE_MS, CHALLENGES, OWE_ACK } from './const.js'
import { TCP_CHALLENGE, TCP_CHALLENGES } from './ids.js'
import { owe } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'

/** An ACK to the n octets at b[o], which are dropped under the id: so many a second for each connection on its own. */
export function challenge(e: TcpEngine, c: Tcb, id: number, b: Uint8Array, o: number, n: number): number {
  const isSent = take(c, e.h.time(), CHALLENGE_MS, CHALLENGES)
  if (isSent) owe(e, c, OWE_ACK)
  e.h.tell('count', isSent ? TCP_CHALLENGE : TCP_CHALLENGES)
  return e.h.drop(id, b, o, n)
}
