// RFC 6298 (retransmission), RFC 9293 3.8.3 (R1, R2), 3.8.6.1 (probes).

import { ETIMEDOUT } from '@tiny/core'
import {
  ACK,
  FIN,
  FIN_WAIT,
  NO_TIMER,
  OWE_ERROR,
  PERSIST,
  R1,
  R2_MS,
  R2_SYN_MS,
  R2_TRIES,
  RETRANSMIT,
  RTO_MOST,
  SYN_RECEIVED,
} from './const.js'
import { TCP_PROBE, TCP_TIMEOUT } from './ids.js'
import { flightOf, kill, output, reduce, sendSegment } from './output.js'
import { arm, dispose, isDetached, owe } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'

/** A round-trip time has been measured: RFC 6298 2.2, 2.3. @returns false for one that is none: nobody waits for so long */
export function measured(e: TcpEngine, c: Tcb, rtt: number): boolean {
  if (rtt < 0 || rtt > RTO_MOST) return false
  if (c.srtt) {
    const delta = rtt - (c.srtt >> 3)
    c.srtt += delta
    c.rttvar += Math.abs(delta) - (c.rttvar >> 2)
  } else {
    c.srtt = (rtt << 3) | 1
    c.rttvar = rtt << 1
  }
  setRto(e, c)
  return true
}

/** RFC 6298 2.3 to 2.5; the granularity of the clock is a millisecond. */
export function setRto(e: TcpEngine, c: Tcb): void {
  if (c.srtt) c.rto = Math.min(Math.max((c.srtt >> 3) + Math.max(c.rttvar, 1), e.minRto), RTO_MOST)
}

/** Whether a connection without progress is at its end: after the application's time, else after ours; 0: never. RFC 9293 3.8.3, RFC 5482. */
function isOver(e: TcpEngine, c: Tcb, ms: number): boolean {
  const limit = c.set.userTimeout || ms
  return limit > 0 && ((e.h.time() - c.since) | 0) >= limit
}

/**
 * All that is in flight, behind a SYN too, goes out again: it measures nothing (RFC 6298 3), a recovery does not count it,
 * and duplicates of it start none (RFC 6582 4, 6675 5.1).
 */
export function goBack(e: TcpEngine, c: Tcb): void {
  c.rttSeq = null
  c.sndNxt = c.sndUna
  c.recover = (c.sndMax - 1) | 0
  c.isRecovering = false
  c.dupAcks = 0
  output(e, c)
}

function onRetransmit(e: TcpEngine, c: Tcb): void {
  const isSyn = c.state <= SYN_RECEIVED
  e.h.tell('count', TCP_TIMEOUT)
  // A timeout that was backed off before (MUST-18) leaves few tries: there are at least so many.
  if (isOver(e, c, c.tries < R2_TRIES ? 0 : isSyn ? R2_SYN_MS : R2_MS)) {
    kill(e, c, -ETIMEDOUT)
    return
  }
  c.tries++
  if (c.tries === R1) {
    e.ip.advise(e.pairs, c.at, false)
    c.code = -ETIMEDOUT
    if (!c.listener) owe(e, c, OWE_ERROR)
  }
  c.rto = Math.min(c.rto * 2, RTO_MOST)
  if (!isSyn) {
    // RFC 5681 3.1 (4): once for a loss, not for each of its retransmissions.
    if (c.tries === 1) reduce(e, c, flightOf(c))
    e.sack?.timeout(e, c)
    c.cwnd = c.mss
  }
  c.timer = NO_TIMER
  goBack(e, c)
  // RFC 9293 3.8.6: what is beyond a window that has shrunk to nothing is probed for.
  if (c.timer === PERSIST && !c.sndWnd) probe(e, c)
  if (c.timer === NO_TIMER) arm(e, c, RETRANSMIT, c.rto)
}

/** One octet beyond the window, or the FIN. SND.NXT stays: if it is not taken, it has not been sent. */
function probe(e: TcpEngine, c: Tcb): void {
  e.h.tell('count', TCP_PROBE)
  const n = ((c.sndEnd - c.sndNxt) | 0) > 0 ? 1 : 0
  sendSegment(e, c, c.sndNxt, n, n ? ACK : ACK | FIN)
}

function onPersist(e: TcpEngine, c: Tcb): void {
  // A closed window may stay so (MUST-37); what the application has let go ends when the peer falls silent.
  if (isOver(e, c, c.sndWnd ? R2_MS : 0) || (isDetached(e, c) && ((e.h.time() - c.heardAt) | 0) >= R2_MS)) {
    kill(e, c, -ETIMEDOUT)
    return
  }
  if (c.sndWnd) {
    // The override: what fits is sent, however small.
    c.timer = NO_TIMER
    output(e, c, true)
    return
  }
  c.tries++
  probe(e, c)
  c.rto = Math.min(c.rto * 2, RTO_MOST)
  arm(e, c, PERSIST, c.rto)
}

/** Runs the timer of a connection if it is due; who asks too early is to ask again. */
export function fire(e: TcpEngine, c: Tcb | null): void {
  if (!c?.timer) return
  const left = (c.due - e.h.time()) | 0
  if (left > 0) arm(e, c, c.timer, left)
  else if (c.timer === RETRANSMIT) onRetransmit(e, c)
  else if (c.timer === PERSIST) onPersist(e, c)
  else if (c.timer === FIN_WAIT) dispose(e, c, -ETIMEDOUT)
  else c.set.idle?.(e, c)
}
