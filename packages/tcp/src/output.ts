// RFC 9293 3.8: what may be sent, and when; RFC 5681 3.1; RFC 3042. The silly window avoidance is 3.8.6.2.
import { HEAD, put16 } from '@tiny/core'
import { read } from './buffer.js'
import {
  ACK,
  EOL,
  ESTABLISHED,
  FIN,
  FIN_WAIT,
  FIN_WAIT_2,
  FIN_WAIT_MS,
  HEADER,
  KEEP_ALIVE,
  MSS,
  MSS_LENGTH,
  NO_TIMER,
  OVERRIDE_MS,
  OWE_ACK,
  PERSIST,
  PSH,
  RETRANSMIT,
  RST,
  SYN,
  SYN_RECEIVED,
  SYN_SENT,
  URG,
} from './const.js'
import { TCP_AGAIN, TCP_FAST } from './ids.js'
import { setMss } from './mss.js'
import { arm, dispose, isDetached } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'
import { emit } from './wire.js'

/**
 * How far the right edge of the window moves (RFC 9293 3.8.6.2.2): by a full segment or half the buffer, or not at all.
 * Scaled windows are rounded up, by less than 1 << RCV.WIND.SHIFT an ACK: what that adds up to in a window of segments of
 * 1 KB is kept, a 512th of 64 KB, a sixteenth from 2 MB on.
 */
export function growthOf(c: Tcb): number {
  const size = c.set.rcvSize
  const room = (c.rcvRead + size - (c.rcvShift && size >> Math.max(10 - c.rcvShift, 4)) - c.rcvAdv) | 0
  // 16 bits are all there is: what cannot be said is no growth.
  const n = Math.min(room, (c.rcvNxt + (0xffff << c.rcvShift) - c.rcvAdv) | 0)
  return room >= Math.min(size >> 1, c.mss) ? n : 0
}

/** The window to be offered; its right edge never moves back. */
export function windowOf(c: Tcb): number {
  c.rcvAdv = (c.rcvAdv + growthOf(c)) | 0
  return Math.max((c.rcvAdv - c.rcvNxt) | 0, 0)
}

/**
 * Sends up to n octets from a sequence number on: as many as the segment has room for behind its options (RFC 6691); with
 * the last one goes PSH (MUST-61), and the FIN if it is among the flags.
 *
 * @returns how many sequence numbers, or as Ip.send
 */
export function sendSegment(e: TcpEngine, c: Tcb, seq: number, n: number, flags: number): number {
  const b = e.h.tx
  let o = HEAD + HEADER
  if (flags & SYN) {
    // RFC 9293 3.7.1: what we take, MMS_R less the header; never more than the link moves whole.
    b[o] = MSS
    b[o + 1] = MSS_LENGTH
    put16(b, o + 2, Math.min(e.ip.mmsR, e.ip.mss(e.pairs, c.at)) - HEADER)
    o += MSS_LENGTH
  }
  for (let i = 0; i < e.options.length; i++) o += e.options[i].write(e, c, flags, o)
  while (o & 3) b[o++] = EOL
  // RFC 7413 4.2.1: text goes with a SYN whose option had room.
  if (flags & SYN) n = c.fastOpen?.text ?? 0
  const room = c.mss + c.optLen + HEAD + HEADER - o
  if (n > room) n = room
  const isLast = ((seq + n) | 0) === c.sndEnd
  if (isLast && n) flags |= PSH
  if (!isLast || !c.isFin) flags &= ~FIN
  flags = e.ecn?.flags(e, c, flags, seq, n) ?? flags
  // The text behind a SYN has the next number.
  if (n && c.snd) read(c.snd, seq + ((flags >> 1) & 1), b, o, n)
  const up = (c.sndUp - seq) | 0
  if (up > 0 && ((c.sndUp - c.sndUna) | 0) > 0 && !(flags & SYN)) flags |= URG
  const error = emit(
    e,
    c.at,
    seq,
    c.rcvNxt,
    flags,
    e.windowScale?.window(c, windowOf(c), flags) ?? windowOf(c),
    flags & URG ? Math.min(up, 0xffff) : 0,
    o - HEAD,
    n,
    c.set.opt,
  )
  // A link may have become narrower without a word: the next one fits.
  if (error) {
    setMss(e, c)
    return error
  }
  const taken = n + (flags & FIN)
  const end = (seq + taken + ((flags >> 1) & 1)) | 0
  if (flags & ACK) c.owed &= ~OWE_ACK
  if (((seq - c.sndMax) | 0) < 0 && seq !== end)
    e.h.tell('packet', c.isRecovering ? TCP_FAST : TCP_AGAIN, b, HEAD, o - HEAD + n)
  if (((end - c.sndMax) | 0) > 0) c.sndMax = end
  return taken
}

/**
 * Sends a segment that carries nothing, numbered behind all that was ever sent: were it numbered where a retransmission
 * stands, two ends that both go back would find each other's acknowledgments too old, for good. Never beyond the window.
 */
export function sendBare(e: TcpEngine, c: Tcb, flags: number): number {
  const isInside = c.state < ESTABLISHED || ((c.sndMax - c.sndUna) | 0) <= c.sndWnd
  return sendSegment(e, c, isInside ? c.sndMax : (c.sndUna + c.sndWnd) | 0, 0, flags)
}

/** Ends a connection with a reset: the peer may still be there, and is told, unless we have only heard its SYN. */
export function kill(e: TcpEngine, c: Tcb, code: number): void {
  if (!c.listener && c.state >= SYN_RECEIVED) sendBare(e, c, RST | ACK)
  dispose(e, c, code)
}

/** Octets that are in flight. */
export const flightOf = (c: Tcb): number => (c.sndNxt - c.sndUna) | 0

/** Sends a segment once more, the one at `seq`, of `most` sequence numbers. @returns how many went out, or an error */
export function resend(e: TcpEngine, c: Tcb, seq: number, most: number): number {
  const data = Math.max((c.sndEnd - seq) | 0, 0)
  c.rttSeq = null
  return sendSegment(e, c, seq, Math.min(data, most), most > data ? ACK | FIN : ACK)
}

/** RFC 5681 3.1 (4): what ssthresh becomes after a loss of what is in flight. */
export function reduce(e: TcpEngine, c: Tcb, flight: number): void {
  c.ssthresh = Math.max(e.congestion?.reduce(e, c, flight) ?? flight >> 1, 2 * c.mss)
}

/** How much of what waits may go out with the next segment, of a gap of so many octets; 0: a FIN alone, -1: nothing. */
function nextOf(c: Tcb, gap: number, isForced?: boolean): number {
  // Behind a SYN,ACK, the SYN takes no room and is none of what Nagle waits for.
  const flight = flightOf(c) - (c.state === SYN_RECEIVED ? 1 : 0)
  const data = (c.sndEnd - c.sndNxt) | 0
  // RFC 3042: each of the first two duplicate ACKs lets a segment more go out.
  const cwnd = c.cwnd + (c.isRecovering ? 0 : Math.min(c.dupAcks, 2) * c.mss)
  const room = Math.min(c.sndWnd, cwnd) - flight
  if (c.isFin && data < 1) return data === 0 && room > 0 ? 0 : -1
  const n = Math.min(data, c.mss, room, gap)
  if (n <= 0) return -1
  if (n === c.mss || n === gap || isForced) return n
  // RFC 9293 3.7.4: the last, small one only if nothing is in flight, or Nagle is off, or the FIN follows.
  if (n === data && (c.set.noDelay || c.isFin || !flight || ((c.sndUp - c.sndNxt) | 0) > 0)) return n
  return (c.set.noDelay || !flight) && n >= c.maxWnd >> 1 ? n : -1
}

function sendSyn(e: TcpEngine, c: Tcb): void {
  const next = (c.iss + 1) | 0
  const isFirst = c.sndMax === c.iss
  if (sendSegment(e, c, c.iss, 0, c.state === SYN_SENT ? SYN : SYN | ACK) < 0) return
  c.rttSeq = isFirst ? next : null
  c.rttAt = e.h.time()
  // What was sent with a SYN, or behind it, is sent again when the SYN has been acknowledged after a timeout.
  c.sndNxt = c.tries ? next : c.sndMax
}

/** Sends what may be sent, an acknowledgment that is owed with it or alone, and sets the timer; if forced, however small it is. */
export function output(e: TcpEngine, c: Tcb, isForced?: boolean): void {
  if (c.state < SYN_SENT) return
  if (c.state <= SYN_RECEIVED) {
    if (c.sndNxt === c.iss) sendSyn(e, c)
    else if (c.owed & OWE_ACK) sendBare(e, c, ACK)
    if (c.timer !== RETRANSMIT) arm(e, c, RETRANSMIT, c.rto)
    // RFC 7413 4.2.2: an answer may follow the SYN,ACK, until one has been lost.
    if (!c.fastOpen?.isAccepted || c.tries || c.sndNxt === c.iss) return
  }
  // RFC 6675: what is lost goes first.
  let sent = e.sack?.resend(e, c, resend) ?? 0
  while (sent >= 0) {
    const n = nextOf(c, e.sack?.skip(e, c) ?? 0x7fffffff, isForced)
    if (n < 0) break
    const max = c.sndMax
    sent = sendSegment(e, c, c.sndNxt, n, ACK | FIN)
    if (sent < 0) break
    c.sndNxt = (c.sndNxt + sent) | 0
    // RFC 6298 3: one segment at a time is timed, and none that is sent again.
    if (c.sndMax !== max && c.rttSeq === null) {
      c.rttSeq = c.sndMax
      c.rttAt = e.h.time()
    }
  }
  if (c.owed & OWE_ACK) sent = Math.min(sendBare(e, c, ACK), sent)
  const isWaiting = ((c.sndEnd - c.sndNxt) | 0) + (c.isFin && ((c.sndNxt - c.sndEnd) | 0) <= 0 ? 1 : 0) > 0
  c.flight = flightOf(c)
  if (c.flight) {
    if (c.timer !== RETRANSMIT) arm(e, c, RETRANSMIT, c.rto)
  } else if (isWaiting) {
    // A closed window is probed (3.8.6.1), a small one overridden (3.8.6.2.1); what the link refused is tried again.
    if (c.timer !== PERSIST) arm(e, c, PERSIST, c.sndWnd || sent < 0 ? OVERRIDE_MS : c.rto)
  } else if (c.state === FIN_WAIT_2 && isDetached(e, c)) {
    // Nobody waits for the peer's FIN but we.
    if (c.timer !== FIN_WAIT) arm(e, c, FIN_WAIT, FIN_WAIT_MS)
  } else if (c.timer !== KEEP_ALIVE) {
    c.timer = NO_TIMER
    c.set.idle?.(e, c)
  }
}
