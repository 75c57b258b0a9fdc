// RFC 9293 3.10.7: SEGMENT ARRIVES, in its order and with its names of the steps.
import { EATEN, ECONNREFUSED, ECONNRESET, get16, IP_GROUP, optionAt } from '@tiny/core'
import { acknowledged, setWindow } from './ack.js'
import { isEnded } from './buffer.js'
import { challenge } from './challenge.js'
import {
  ACK,
  ESTABLISHED,
  FIN,
  FIN_WAIT_1,
  KEEP_ALIVE,
  MSS,
  MSS_LENGTH,
  NO_TIMER,
  OWE_ACK,
  OWE_URGENT,
  OWE_WRITABLE,
  RST,
  RTO_AFTER_SYN,
  SYN,
  SYN_RECEIVED,
  SYN_SENT,
  URG,
} from './const.js'
import {
  TCP_ACK,
  TCP_GROUP,
  TCP_LATE_DATA,
  TCP_NO_ACK,
  TCP_NO_PORT,
  TCP_RESET,
  TCP_SEQUENCE,
  TCP_SYN,
  TCP_SYN_INSIDE,
} from './ids.js'
import { arriveInListen, listenerOf } from './listen.js'
import { setMss } from './mss.js'
import { kill, windowOf } from './output.js'
import { dispose, find, isDetached, isTimeWait, leaveHalf, owe, setState } from './tcb.js'
import { text } from './text.js'
import { arriveInTimeWait } from './timewait.js'
import type { Tcb, TcpEngine } from './types.js'
import { lengthOf, parse, reset } from './wire.js'

// input path
export function input(e: TcpEngine, b: Uint8Array, o: number, n: number, a: number, flags: number): number {
  // MUST-57: nothing that was sent to several hosts is for TCP. What the link alone sent to all, IP has dropped.
  if (flags & IP_GROUP) return e.h.drop(TCP_GROUP, b, o, n)
  if (!parse(e, b, o, n, a, flags)) return EATEN // eaten: counted by parse
  const t = find(e, e.spare)
  if (t && !isTimeWait(e, t)) return arrive(e, t, b, o, n, a)
  const l = listenerOf(e, b, a, get16(b, o + 2))
  if (t && arriveInTimeWait(e, t, l, b, a)) return EATEN // eaten: answered
  if (l) return arriveInListen(e, l, b, o, n, t)
  // 3.10.7.1 CLOSED
  reset(e)
  return e.h.drop(TCP_NO_PORT, b, o, n)
}

// 3.10.7.3
// input path
function arriveInSynSent(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, n: number, a: number): number {
  const s = e.seg
  const h = e.h
  const isAck = s.flags & ACK
  // First, the ACK bit.
  if (isAck && (((s.ack - c.iss) | 0) <= 0 || ((s.ack - c.sndMax) | 0) > 0)) {
    reset(e)
    return h.drop(TCP_ACK, b, o, n)
  }
  // Second, RST.
  if (s.flags & RST) {
    if (!isAck) return h.drop(TCP_RESET, b, o, n)
    dispose(e, c, -ECONNREFUSED)
    return EATEN // eaten: refused
  }
  // Fourth, SYN; fifth, neither.
  if (!(s.flags & SYN)) return h.drop(TCP_NO_ACK, b, o, n)
  setPeer(e, c)
  c.timer = NO_TIMER
  if (isAck) {
    acceptSyn(e, c)
    owe(e, c, OWE_ACK)
    return process(e, c, b, o, n, a)
  }
  setState(e, c, SYN_RECEIVED)
  c.sndNxt = c.iss
  owe(e, c, 0)
  return EATEN // eaten: simultaneous open
}

/** What the peer's SYN says. */
export function setPeer(e: TcpEngine, c: Tcb): void {
  const s = e.seg
  c.irs = s.seq
  c.rcvNxt = c.rcvAdv = c.rcvRead = c.rcvUp = (s.seq + 1) | 0
  // RFC 9293 3.2: an option that runs past the header, or is shorter than its own two octets, ends the list.
  const p = optionAt(s.b, s.p, s.o, MSS)
  c.peerMss = p && s.b[p + 1] === MSS_LENGTH ? get16(s.b, p + 2) : 0
  for (const x of e.options) x.syn(e, c)
  windowOf(c)
  setMss(e, c)
  setWindow(e, c)
  // The text behind a SYN has the next number.
  s.seq = (s.seq + 1) | 0
  s.flags &= ~SYN
}

/** Our SYN has been acknowledged: the connection is established. */
function acceptSyn(e: TcpEngine, c: Tcb): void {
  const wasLost = c.tries > 0
  setState(e, c, ESTABLISHED)
  if (c.isFin) setState(e, c, FIN_WAIT_1)
  acknowledged(e, c)
  e.seg.flags &= ~ACK
  // RFC 7413 4.2.2: what the peer has not taken of the SYN's text goes out again at once.
  if (!c.isPassive) c.sndNxt = c.sndUna
  // RFC 6298 5.7, RFC 5681 3.1
  if (wasLost) {
    c.rto = Math.max(RTO_AFTER_SYN, e.minRto)
    c.cwnd = c.mss
  }
  leaveHalf(c)
  if (c.isFull) owe(e, c, OWE_WRITABLE)
}

// 3.10.7.4
// input path
function arrive(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, n: number, a: number): number {
  const s = e.seg
  const h = e.h
  if (c.state === SYN_SENT) return arriveInSynSent(e, c, b, o, n, a)
  // RFC 7323 2.2: the window of a SYN is not scaled.
  if (!(s.flags & SYN)) s.wnd <<= c.sndShift
  // Simultaneous open (MUST-10): the peer's SYN comes again, with its ACK of ours, which counts.
  const isAtSyn = c.state === SYN_RECEIVED && s.seq === c.irs
  const isCrossed = isAtSyn && !c.isPassive && (s.flags & (SYN | ACK | RST)) === (SYN | ACK)
  if (isCrossed) {
    s.seq = (s.seq + 1) | 0
    s.flags &= ~SYN
  }
  for (let i = 0; i < e.options.length; i++) if (e.options[i].arrived?.(e, c, b, o, n)) return EATEN // eaten: counted
  // First, the sequence number.
  const wnd = windowOf(c)
  const ahead = (s.seq - c.rcvNxt) | 0
  const len = lengthOf(s)
  const isInside =
    (ahead >= 0 && ahead < wnd) || (len > 0 && ahead < 0 && ahead + len > 0 && wnd > 0) || (!ahead && (!len || !wnd))
  // A SYN that comes again lies before the window; its text may not.
  const isAgain = isAtSyn && (s.flags & (SYN | ACK)) === SYN
  if ((!isInside && (s.flags & (SYN | RST)) !== SYN) || isAgain) {
    if (s.flags & RST) return h.drop(TCP_RESET, b, o, n)
    // The peer has not heard our SYN,ACK: once more.
    if (isAgain) {
      c.sndNxt = c.iss
      owe(e, c, 0)
    } else if (len) owe(e, c, OWE_ACK)
    else return challenge(e, c, TCP_SEQUENCE, b, o, n)
    return h.drop(TCP_SEQUENCE, b, o, n)
  }
  // Second, RST: RFC 5961 3.
  if (s.flags & RST) {
    if (ahead) return challenge(e, c, TCP_RESET, b, o, n)
    dispose(e, c, c.state === SYN_RECEIVED && !c.isPassive ? -ECONNREFUSED : -ECONNRESET)
    return EATEN // eaten: reset
  }
  // Fourth, SYN: RFC 5961 4, wherever it lies.
  if (s.flags & SYN) {
    if (!c.listener || !isInside) return challenge(e, c, c.state === ESTABLISHED ? TCP_SYN_INSIDE : TCP_SYN, b, o, n)
    dispose(e, c, -ECONNRESET)
    return h.drop(TCP_SYN, b, o, n)
  }
  // Fifth, ACK: RFC 5961 5.
  if (!(s.flags & ACK)) return h.drop(TCP_NO_ACK, b, o, n)
  const isNew = ((s.ack - c.sndUna) | 0) > 0
  if (c.state === SYN_RECEIVED) {
    if (!isNew || ((s.ack - c.sndMax) | 0) > 0) {
      reset(e)
      return h.drop(TCP_ACK, b, o, n)
    }
    setWindow(e, c)
    acceptSyn(e, c)
    // It is answered as any that has come before: our own SYN,ACK may be lost.
    if (isCrossed) owe(e, c, OWE_ACK)
  } else if (((s.ack - c.sndMax) | 0) > 0 || ((c.sndUna - s.ack) | 0) > c.maxWnd)
    return challenge(e, c, TCP_ACK, b, o, n)
  return process(e, c, b, o, n, a)
}

/** From the fifth step on: the segment is one of this connection. */
// input path
function process(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, n: number, a: number): number {
  const s = e.seg
  c.heardAt = e.h.time()
  // MUST-29: whatever is heard answers a keep-alive.
  if (c.timer === KEEP_ALIVE) c.tries = 0
  for (let i = 0; i < e.options.length; i++) e.options[i].accepted?.(e, c, a)
  acknowledged(e, c)
  // Sixth, URG.
  if (s.flags & URG && !isEnded(c)) {
    const up = (s.seq + s.up) | 0
    if (((up - c.rcvUp) | 0) > 0 && ((up - c.rcvRead) | 0) > 0) {
      // MUST-32: told once for each stretch of urgent data, and again when it grows.
      c.rcvUp = up
      owe(e, c, OWE_URGENT)
    }
  }
  if (!s.len && !(s.flags & FIN)) return EATEN // eaten: an ACK alone
  // SHLD-3: what comes after the application has let go is lost, and the peer is told.
  if (isDetached(e, c) && s.len) {
    kill(e, c, 0)
    return e.h.drop(TCP_LATE_DATA, b, o, n)
  }
  // Seventh, the text; eighth, FIN.
  return text(e, c, b, o, n)
}
