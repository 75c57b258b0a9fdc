// RFC 9293 3.10.7.4, seventh and eighth: the text, and FIN. What comes out of order is written in its place in the ring
// and remembered as a range (SHLD-31).
import { EATEN } from '@tiny/core'
import { isEnded, write } from './buffer.js'
import {
  CLOSE_WAIT,
  CLOSING,
  ESTABLISHED,
  FIN,
  FIN_WAIT_1,
  OWE_ACK,
  OWE_END,
  OWE_READABLE,
  TIME_WAIT,
} from './const.js'
import { TCP_CLOSED_WINDOW, TCP_NO_BUFFER, TCP_OUT_OF_ORDER, TCP_RANGES } from './ids.js'
import { addRange, mostRanges } from './ranges.js'
import { squeeze } from './squeeze.js'
import { owe, setState } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'

// input path
export function text(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, n: number): number {
  const s = e.seg
  const edge = (s.seq + s.len) | 0
  // In window: what straddles its edges is cut.
  let start = s.seq
  let end = edge
  if (((c.rcvNxt - start) | 0) > 0) start = c.rcvNxt
  if (((end - c.rcvAdv) | 0) > 0) end = c.rcvAdv
  const len = (end - start) | 0
  // Each segment with text owes an ACK: merged with others of this turn, unless it is out of order or fills a gap.
  owe(e, c, OWE_ACK)
  if (isEnded(c)) return EATEN // eaten: the peer has sent its FIN before
  // A probe of a window that is closed.
  if (s.len && c.rcvNxt === c.rcvAdv) return e.h.drop(TCP_CLOSED_WINDOW, b, o, n)
  if (len > 0) {
    if (!c.rcv && !(c.rcv = e.h.pool.take(c.set.rcvSize))) {
      // Once a turn: it looks at the whole table.
      if (!e.isShort) squeeze(e)
      e.isShort = true
      return e.h.drop(TCP_NO_BUFFER, b, o, n)
    }
    const isNext = start === c.rcvNxt
    if (!isNext) {
      if (c.ranges === e.none) c.ranges = []
      if (!addRange(c.ranges, start, end, mostRanges(c.set.rcvSize))) return e.h.drop(TCP_RANGES, b, o, n)
    }
    write(c.rcv, start, s.b, s.o + ((start - s.seq) | 0), len)
    // RFC 5681 4.2: out of order, an ACK of its own.
    if (isNext) {
      c.rcvNxt = end
      c.dupOwed = 1
    } else {
      c.dupOwed += 2
      e.h.tell('count', TCP_OUT_OF_ORDER)
    }
    while (c.ranges.length && ((c.ranges[0] - c.rcvNxt) | 0) <= 0) {
      if (((c.ranges[1] - c.rcvNxt) | 0) > 0) c.rcvNxt = c.ranges[1]
      c.ranges.splice(0, 2)
    }
    if (isNext) owe(e, c, OWE_READABLE)
  }
  if (s.flags & FIN && ((edge - c.rcvAdv) | 0) <= 0) {
    c.finSeq = edge
  }
  if (c.finSeq === c.rcvNxt) finArrived(e, c)
  return EATEN // eaten: taken
}

/** Eighth. */
function finArrived(e: TcpEngine, c: Tcb): void {
  c.finSeq = null
  c.rcvNxt = (c.rcvNxt + 1) | 0
  if (((c.rcvNxt - c.rcvAdv) | 0) > 0) c.rcvAdv = c.rcvNxt
  owe(e, c, OWE_END)
  setState(e, c, c.state === ESTABLISHED ? CLOSE_WAIT : c.state === FIN_WAIT_1 ? CLOSING : TIME_WAIT)
}
