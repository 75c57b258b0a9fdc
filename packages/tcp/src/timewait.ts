// RFC 9293 3.6.1, 3.10.7.4: TIME-WAIT, in records of its own.
import { copy, HEAD, isSame } from '@tiny/core'
import { ACK, FIN, HEADER, RST, SYN } from './const.js'
import { TCP_TIME_WAIT, TCP_TIME_WAIT_EVICTED } from './ids.js'
import { windowOf } from './output.js'
import { dispose } from './tcb.js'
import type { Listener, Tcb, TcpEngine, TimeWait } from './types.js'
import { emit } from './wire.js'

export function findTimeWait(
  e: TcpEngine,
  b: Uint8Array,
  a: number,
  port: number,
  peerPort: number,
): TimeWait | undefined {
  for (let i = 0; i < e.timeWaits.length; i++) {
    const t = e.timeWaits[i]
    if (t.isUsed && t.port === port && t.peerPort === peerPort && isSame(e.pairs, t.at, b, a, 2 * e.ip.alen)) return t
  }
  return undefined
}

/**
 * The connection goes on as a small record; the application is told that it has closed.
 *
 * DEVIATES RFC 9293 MUST-13: when all records are in use, the oldest makes room before its 2 MSL are over, counted.
 */
export function enterTimeWait(e: TcpEngine, c: Tcb): void {
  let t = e.timeWaits[0]
  for (let i = 0; i < e.timeWaits.length && t.isUsed; i++) {
    const x = e.timeWaits[i]
    if (!x.isUsed || ((x.due - t.due) | 0) < 0) t = x
  }
  if (t.isUsed) e.h.tell('count', TCP_TIME_WAIT_EVICTED, 1)
  copy(e.pairs, t.at, e.pairs, c.at, 2 * e.ip.alen)
  t.isUsed = true
  t.timestamps = c.timestamps
  t.port = c.port
  t.peerPort = c.peerPort
  t.sndNxt = c.sndMax
  t.rcvNxt = c.rcvNxt
  t.rcvWnd = windowOf(c) >> c.rcvShift
  t.due = e.h.wake(e.timeWaitMs)
  dispose(e, c, 0)
}

function acknowledge(e: TcpEngine, t: TimeWait): void {
  const n = e.timestamps?.write(e, t, ACK, HEAD + HEADER) ?? 0
  emit(e, t.at, t.port, t.peerPort, t.sndNxt, t.rcvNxt, ACK, t.rcvWnd, 0, HEADER + n, 0, e.opt)
}

/** @returns false for a SYN that may open a new connection */
// input path
export function arriveInTimeWait(
  e: TcpEngine,
  t: TimeWait,
  l: Listener | undefined,
  b: Uint8Array,
  a: number,
): boolean {
  const s = e.seg
  const ahead = (s.seq - t.rcvNxt) | 0
  if (s.flags & RST) {
    // RFC 5961 3: at RCV.NXT it counts, elsewhere in the window it is asked about.
    if (!ahead) t.isUsed = false
    else if (ahead > 0 && ahead < t.rcvWnd) acknowledge(e, t)
  } else if (l && s.flags & SYN && !(s.flags & ACK) && (e.timestamps?.isReuse(e, t) ?? ahead > 0)) {
    // MAY-2: beyond all that the old connection has used; RFC 6191 with timestamps.
    t.isUsed = false
    return false // eaten: on to LISTEN
  } else if (s.len || s.flags & (SYN | FIN)) {
    // A retransmission of the FIN, or an old duplicate: RFC 9293 3.10.7.4, first and eighth. What is empty draws no
    // answer: two ends in TIME-WAIT would go on forever.
    if (s.flags & FIN) t.due = e.h.wake(e.timeWaitMs)
    acknowledge(e, t)
  }
  e.h.drop(TCP_TIME_WAIT, b, a, 2 * e.ip.alen)
  return true // eaten: answered
}

/** Ends those whose time is over. */
export function pollTimeWaits(e: TcpEngine): void {
  for (let i = 0; i < e.timeWaits.length; i++) {
    const t = e.timeWaits[i]
    if (t.isUsed && e.h.isDue(t.due)) t.isUsed = false
  }
}
