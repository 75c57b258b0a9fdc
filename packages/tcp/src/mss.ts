// RFC 9293 3.7.1, RFC 1191, RFC 6928.
import { HEADER, MSS_4, MSS_6, MSS_FLOOR } from './const.js'
import type { Tcb, TcpEngine } from './types.js'

/** RFC 6928 2: ten segments, or 14,600 octets if they are large. */
export const initialWindow = (c: Tcb): number => Math.min(10 * c.mss, Math.max(2 * c.mss, 14600))

/** Eff.snd.MSS: what the peer takes, and what the path moves whole (MUST-16). A change of it leaves the windows as they are. */
export function setMss(e: TcpEngine, c: Tcb): void {
  const peer = Math.max(c.peerMss || (e.ip.alen === 4 ? MSS_4 : MSS_6), MSS_FLOOR)
  c.mss = Math.min(peer, e.ip.mss(e.pairs, c.at) - HEADER) - c.optLen
  // RFC 5681 3.1: one segment after a SYN was lost.
  if (!c.cwnd) c.cwnd = c.tries ? c.mss : initialWindow(c)
}
