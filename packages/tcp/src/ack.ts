// RFC 9293 3.10.7.4, fifth: acknowledgments; RFC 5681 and RFC 6582 (NewReno); RFC 6298.

import { ACK, CLOSING, FIN_WAIT_1, FIN_WAIT_2, IDLE_MS, NO_TIMER, OWE_WRITABLE, PERSIST, TIME_WAIT } from './const.js'
import { TCP_RECOVERY, TCP_SACK_RECOVERY } from './ids.js'
import { initialWindow } from './mss.js'
import { flightOf, reduce, resend } from './output.js'
import { owe, setState, walkIn } from './tcb.js'
import { measured, setRto } from './timer.js'
import type { Tcb, TcpEngine } from './types.js'

/** What the segment at hand says about the window. */
export function setWindow(e: TcpEngine, c: Tcb): void {
  const s = e.seg
  c.sndWnd = s.wnd
  c.sndWl1 = s.seq
  c.sndWl2 = s.ack
  if (s.wnd > c.maxWnd) c.maxWnd = s.wnd
}

/** Takes the acknowledgment of the segment at hand. */
export function acknowledged(e: TcpEngine, c: Tcb): void {
  const s = e.seg
  if (!(s.flags & ACK)) return
  const acked = (s.ack - c.sndUna) | 0
  const wasWnd = c.sndWnd
  // RFC 9293 3.10.7.4: an older segment does not change the window.
  const newer = (s.seq - c.sndWl1) | 0
  if (acked >= 0 && (newer > 0 || (!newer && ((s.ack - c.sndWl2) | 0) >= 0))) {
    setWindow(e, c)
    // The window has opened: what backed off were probes, and R2 counts from here.
    if (c.timer === PERSIST && !wasWnd && s.wnd) {
      c.timer = NO_TIMER
      c.tries = 0
      c.since = e.h.time()
      setRto(e, c)
    }
  }
  if (acked > 0) advance(e, c, acked)
  // RFC 5681 2: a duplicate acknowledges nothing new, carries nothing, changes no window, while something is in flight.
  else if (!c.sack && !acked && !s.len && !(s.flags & 3) && flightOf(c) && c.sndWnd === wasWnd) duplicate(e, c)
  if (e.sack?.acked(e, c, acked)) lost(e, c)
  owe(e, c, 0)
  if (isFinAcked(c)) {
    // What has nothing left to say or to be read ends at the flush.
    if (c.state === FIN_WAIT_1) setState(e, c, FIN_WAIT_2)
    else if (c.state === CLOSING) setState(e, c, TIME_WAIT)
  }
}

/** Whether all that we have sent has been acknowledged, our FIN included. */
export const isFinAcked = (c: Tcb): boolean => c.isFin && ((c.sndUna - c.sndEnd) | 0) > 0

function advance(e: TcpEngine, c: Tcb, acked: number): void {
  const s = e.seg
  const now = e.h.time()
  c.sndUna = s.ack
  if (((c.sndNxt - s.ack) | 0) < 0) c.sndNxt = s.ack
  if (((c.sndUp - s.ack) | 0) < 0) c.sndUp = s.ack
  // MUST-18, Karn: until something is measured anew, the timeout stays backed off.
  e.timestamps?.sample(e, c)
  if (c.tries) e.ip.advise(e.pairs, c.at, true)
  c.tries = 0
  c.since = now
  if (c.rttSeq !== null && ((s.ack - c.rttSeq) | 0) >= 0) {
    c.rttSeq = null
    measured(e, c, (now - c.rttAt) | 0)
  }
  // RFC 6298 5.3: what is left has its full time.
  c.timer = NO_TIMER
  if (c.isRecovering) {
    if (!c.sack) recovering(e, c, acked)
  } else {
    c.dupAcks = 0
    // It is followed before half of all numbers lie between: what has long been recovered from would look like what is to come.
    if (((c.sndUna - c.recover) | 0) > 0x3fffffff) c.recover = (c.sndUna - 0x20000000) | 0
    // RFC 6582 4.1: what follows a timeout has been sent before. ACKs that move on by little tell of a loss when they come
    // again, others of what was sent in vain.
    if (!c.sack && c.sndNxt !== c.sndMax) c.recover = acked > 4 * c.mss ? c.sndMax : (c.sndUna - 1) | 0
    // RFC 5681 3.1, by octets: one ACK may stand for a whole window. A sender that does not fill its window learns nothing;
    // in slow start the ACKs of one turn may double it.
    const isSlow = c.cwnd < c.ssthresh
    if ((isSlow ? 2 * c.flight : c.flight + c.mss) >= c.cwnd && c.cwnd < 0x3fffffff)
      c.cwnd +=
        e.congestion?.grow(e, c, acked) ??
        (isSlow ? Math.min(acked, c.mss) : Math.max(((c.mss * Math.min(acked, c.cwnd)) / c.cwnd) | 0, 1))
  }
  // Room for a segment is enough: a writer that waited for half of the buffer would keep the other half out of flight.
  if (c.snd && ((c.sndEnd - c.sndUna) | 0) <= c.set.sndSize - Math.min(c.set.sndSize >> 1, c.mss) && c.isFull)
    owe(e, c, OWE_WRITABLE)
  if (((c.sndEnd - c.sndUna) | 0) <= 0) walkIn(e, IDLE_MS)
}

/** RFC 6582 3.2: a partial acknowledgment tells of the next loss; a full one ends the recovery. */
function recovering(e: TcpEngine, c: Tcb, acked: number): void {
  if (((c.sndUna - c.recover) | 0) >= 0) {
    c.isRecovering = false
    c.dupAcks = 0
    // One ACK may stand for all that was in flight: what goes out then is no more than at a start.
    c.cwnd = Math.min(c.ssthresh, flightOf(c) + initialWindow(c))
    return
  }
  c.cwnd = Math.max(c.cwnd - acked + (acked >= c.mss ? c.mss : 0), c.mss)
  resend(e, c, c.sndUna, (c.sndMax - c.sndUna) | 0)
}

function duplicate(e: TcpEngine, c: Tcb): void {
  c.dupAcks++
  if (c.isRecovering) c.cwnd += c.mss
  else if (c.dupAcks === 3 && ((c.sndUna - c.recover) | 0) > 0) lost(e, c)
}

/** RFC 5681 3.2 (2), RFC 6582 3.2 (2): once for all that is in flight. What limited transmit has sent lies beyond CWND. */
function lost(e: TcpEngine, c: Tcb): void {
  e.h.tell('count', c.sack ? TCP_SACK_RECOVERY : TCP_RECOVERY)
  reduce(e, c, Math.min(c.flight, c.cwnd))
  // After a timeout, all that has been sent since: what lies beyond it is sent again anyway.
  c.recover = c.sack ? c.sndMax : c.sndNxt
  c.isRecovering = true
  c.cwnd = c.ssthresh + 3 * c.mss
  // With SACK, output() decides what goes out.
  if (!c.sack) resend(e, c, c.sndUna, (c.sndMax - c.sndUna) | 0)
}
