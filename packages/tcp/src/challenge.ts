// RFC 5961 7: answers to what may be an attack.
import { CHALLENGE_MS, CHALLENGES, OWE_ACK } from './const.js'
import { TCP_CHALLENGE, TCP_CHALLENGES } from './ids.js'
import { owe } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'

/** An ACK to the n octets at b[o], which are dropped under the id: so many a second for each connection on its own. */
export function challenge(e: TcpEngine, c: Tcb, id: number, b: Uint8Array, o: number, n: number): number {
  const now = e.h.time()
  // A token bucket, kept as the time at which it is full again.
  const left = (c.challengeAt - now) | 0
  const ahead = left < 0 || left > CHALLENGES * CHALLENGE_MS ? 0 : left
  const isSent = ahead <= (CHALLENGES - 1) * CHALLENGE_MS
  if (isSent) {
    c.challengeAt = (now + ahead + CHALLENGE_MS) | 0
    owe(e, c, OWE_ACK)
  }
  e.h.tell('count', isSent ? TCP_CHALLENGE : TCP_CHALLENGES)
  return e.h.drop(id, b, o, n)
}
