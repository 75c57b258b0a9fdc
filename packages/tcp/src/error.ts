// RFC 9293 3.9.2.2, RFC 5927, RFC 1191: what ICMP reports.
import { copy, errorOf, get32 } from '@tiny/core'
import { OWE_ERROR, SYN_SENT, TOO_BIG } from './const.js'
import { TCP_ERROR_OUTSIDE } from './ids.js'
import { dispose, find, isTimeWait, owe } from './tcb.js'
import type { TcpEngine } from './types.js'

export function error(e: TcpEngine, code: number, b: Uint8Array, o: number, a: number): boolean {
  const alen = e.ip.alen
  const k = e.spare
  // The pair lies in the order of what we sent: own, peer.
  copy(e.pairs, k, b, a + alen, alen)
  copy(e.pairs, k + alen, b, a, alen)
  copy(e.pairs, k + 2 * alen, b, o + 2, 2)
  copy(e.pairs, k + 2 * alen + 2, b, o, 2)
  const c = find(e, k)
  if (!c || isTimeWait(e, c)) return false
  // RFC 5927 4.1: only about what is in flight.
  const seq = get32(b, o + 4)
  if (((seq - c.sndUna) | 0) < 0 || ((seq - c.sndMax) | 0) >= 0) {
    e.h.tell('count', TCP_ERROR_OUTSIDE)
    return false
  }
  // MUST-55: source quench is not passed on by ip. A path MTU moves ip.epoch: poll asks for the segment size again.
  if (code === TOO_BIG) return true
  c.code = errorOf(code)
  // Protocol and port unreachable end an attempt to connect; RFC 5927 5.2: nothing ends what is synchronized (MUST-56).
  if (c.state === SYN_SENT && (code === 0x302 || code === 0x303)) dispose(e, c, c.code)
  else if (!c.listener) owe(e, c, OWE_ERROR)
  return true
}
