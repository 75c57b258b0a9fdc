// RFC 9293 3.6.1, 3.10.7.4: TIME-WAIT, in records of its own.
import { copy, HEAD } from '@tiny/core'
import { ACK, FIN, HEADER, RST, SYN } from './const.js'
import { TCP_TIME_WAIT, TCP_TIME_WAIT_EVICTED } from './ids.js'
import { windowOf } from './output.js'
import { dispose, enter, leave, walkIn } from './tcb.js'
import type { Listener, Tcb, TcpEngine, TimeWait } from './types.js'
import { emit } from './wire.js'

/**
 * The connection goes on as a small record; the application is told that it has closed.
 *
 * DEVIATES RFC 9293 MUST-13: when all records are in use, one of the oldest makes room before its 2 MSL are over,
 * counted.
 */
export function enterTimeWait(e: TcpEngine, c: Tcb): void {
  const list = e.timeWaits
  let i = list.length
  if (i === e.waits) {
    // They are taken in turn: where none is free, the next one is the oldest, but for those passed by on the way to a free one.
    do {
      i = e.wait
      e.wait = (i + 1) % e.waits
    } while (e.waiting < e.waits && list[i].isUsed)
    if (list[i].isUsed) {
      e.h.tell('count', TCP_TIME_WAIT_EVICTED)
      forget(e, list[i])
    }
  }
  const t: TimeWait = {
    at: e.stride * (e.limit + i),
    timestamps: c.timestamps,
    sndNxt: c.sndMax,
    rcvNxt: c.rcvNxt,
    rcvWnd: windowOf(c),
    rcvShift: c.rcvShift,
    due: walkIn(e, e.timeWaitMs),
    isUsed: true,
    next: null,
  }
  list[i] = t
  e.waiting++
  copy(e.pairs, t.at, e.pairs, c.at, e.stride)
  enter(e, t)
  dispose(e, c, 0)
}

function acknowledge(e: TcpEngine, t: TimeWait): void {
  const n = e.timestamps?.write(e, t, ACK, HEAD + HEADER) ?? 0
  emit(e, t.at, t.sndNxt, t.rcvNxt, ACK, t.rcvWnd >> t.rcvShift, 0, HEADER + n, 0, e.set.opt)
}

/** Ends TIME-WAIT. */
export function forget(e: TcpEngine, t: TimeWait): void {
  t.isUsed = false
  e.waiting--
  leave(e, t)
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
    if (!ahead) forget(e, t)
    else if (ahead > 0 && ahead < t.rcvWnd) acknowledge(e, t)
  } else if (l && s.flags & SYN && !(s.flags & ACK) && (e.timestamps?.isReuse(e, t) ?? ahead > 0)) {
    // MAY-2: beyond all that the old connection has used; RFC 6191 with timestamps.
    forget(e, t)
    return false // eaten: on to LISTEN
  } else if (s.len || s.flags & (SYN | FIN)) {
    // A retransmission of the FIN, or an old duplicate: RFC 9293 3.10.7.4, first and eighth. What is empty draws no
    // answer: two ends in TIME-WAIT would go on forever.
    if (s.flags & FIN) t.due = walkIn(e, e.timeWaitMs)
    acknowledge(e, t)
  }
  e.h.drop(TCP_TIME_WAIT, b, a, 2 * e.ip.alen)
  return true // eaten: answered
}
