// RFC 6298 (retransmission), RFC 9293 3.8.3 (R1, R2), 3.8.6.1 (probes).

import { ETIMEDOUT } from '@tiny/core'
import {
  ACK,
  FIN,
  FIN_WAIT,
  NO_TIMER,
  OWE_ERROR,
  PERSIST,
  PSH,
  R1,
  R2_MS,
  R2_SYN_MS,
  R2_TRIES,
  RETRANSMIT,
  RTO_MOST,
  SYN_RECEIVED,
} from './const.js'
import { TCP_PROBE, TCP_TIMEOUT } from './ids.js'
import { flightOf, output, reduce, sendBare, sendSegment } from './output.js'
import { arm, disarm, dispose, isDetached, owe } from './tcb.js'
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

export function giveUp(e: TcpEngine, c: Tcb): void {
  // The peer may still be there: it is told, in vain or not.
  if (c.state > SYN_RECEIVED) sendBare(e, c, 4 | ACK)
  dispose(e, c, -ETIMEDOUT)
}

function onRetransmit(e: TcpEngine, c: Tcb): void {
  const isSyn = c.state <= SYN_RECEIVED
  e.h.tell('count', TCP_TIMEOUT)
  // A timeout that was backed off before (MUST-18) leaves few tries: there are at least so many.
  if (isOver(e, c, c.tries < R2_TRIES ? 0 : isSyn ? R2_SYN_MS : R2_MS)) {
    giveUp(e, c)
    return
  }
  c.tries++
  if (c.tries === R1) {
    e.ip.advise(e.pairs, c.at, false)
    c.code = -ETIMEDOUT
    if (!c.listener) owe(e, c, OWE_ERROR)
  }
  c.rto = Math.min(c.rto * 2, RTO_MOST)
  c.rttSeq = null
  if (!isSyn) {
    // RFC 5681 3.1 (4): once for a loss, not for each of its retransmissions.
    if (c.tries === 1) reduce(e, c, flightOf(c))
    e.sack?.timeout(e, c)
    c.cwnd = c.mss
    c.recover = c.sndMax
    c.dupAcks = 0
    c.isRecovering = false
  }
  c.sndNxt = c.sndUna
  c.timer = NO_TIMER
  output(e, c)
  // RFC 9293 3.8.6: what is beyond a window that has shrunk to nothing is probed for.
  if (c.timer === PERSIST && !c.sndWnd) probe(e, c)
  if (c.timer === NO_TIMER) arm(e, c, RETRANSMIT, c.rto)
}

/** One octet beyond the window, or the FIN. SND.NXT stays: if it is not taken, it has not been sent. */
function probe(e: TcpEngine, c: Tcb): void {
  e.h.tell('count', TCP_PROBE)
  const n = ((c.sndEnd - c.sndNxt) | 0) > 0 ? 1 : 0
  sendSegment(e, c, c.sndNxt, n, ACK | (n ? 0 : FIN))
}

function onPersist(e: TcpEngine, c: Tcb): void {
  // A closed window may stay so (MUST-37); what the application has let go ends when the peer falls silent.
  if (isOver(e, c, c.sndWnd ? R2_MS : 0) || (isDetached(e, c) && ((e.h.time() - c.heardAt) | 0) >= R2_MS)) {
    giveUp(e, c)
    return
  }
  const data = (c.sndEnd - c.sndNxt) | 0
  if (c.sndWnd > flightOf(c) && data > 0) {
    // The override: what fits is sent, however small.
    const n = Math.min(data, c.mss, c.sndWnd - flightOf(c), Math.max(c.cwnd, c.mss))
    const sent = sendSegment(e, c, c.sndNxt, n, ACK | (n === data ? PSH : 0))
    if (sent > 0) c.sndNxt = (c.sndNxt + sent) | 0
    c.timer = NO_TIMER
    output(e, c)
    return
  }
  c.tries++
  probe(e, c)
  c.rto = Math.min(c.rto * 2, RTO_MOST)
  arm(e, c, PERSIST, c.rto)
}

function onTimer(e: TcpEngine, c: Tcb): void {
  if (c.timer === RETRANSMIT) onRetransmit(e, c)
  else if (c.timer === PERSIST) onPersist(e, c)
  else if (c.timer === FIN_WAIT) dispose(e, c, -ETIMEDOUT)
  else c.set.idle?.(e, c)
}

/** Runs the timer of a connection if it is due; a slot that asks too early is told again. */
export function fire(e: TcpEngine, c: Tcb | null): void {
  if (!c?.timer) return
  if (((c.due - e.h.time()) | 0) <= 0) onTimer(e, c)
  else e.timers?.arm(c.at / e.stride, c.due)
}

/** Runs the timers that are due. */
export function pollTimers(e: TcpEngine): void {
  if (!e.armed.length || !e.h.isDue(e.due)) return
  let isSet = false
  // From the back: what is taken out of the list is replaced by one that has been looked at.
  for (let i = e.armed.length - 1; i >= 0; i--) {
    const c = e.armed[i]
    fire(e, c)
    if (!c.timer) disarm(e, c)
    else if (!isSet || ((c.due - e.due) | 0) < 0) {
      e.due = c.due
      isSet = true
    }
  }
  if (isSet) e.h.isDue(e.due)
}
