// RFC 9293 3.8: what may be sent, and when; RFC 5681 3.1; RFC 3042. The silly window avoidance is 3.8.6.2.
import { HEAD, put16 } from '@tiny/core'
import { read } from './buffer.js'
import {
  ACK,
  ESTABLISHED,
  FIN,
  FIN_WAIT,
  FIN_WAIT_2,
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
  SYN,
  SYN_RECEIVED,
  SYN_SENT,
  URG,
} from './const.js'
import { setMss } from './mss.js'
import { arm } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'
import { emit } from './wire.js'

/**
 * The window to be offered (RFC 9293 3.8.6.2.2): its right edge moves only by a full segment or half the buffer, and
 * never back.
 */
export function windowOf(c: Tcb): number {
  const edge = (c.rcvRead + c.rcvSize) | 0
  const step = Math.min(c.rcvSize >> 1, c.mss)
  if (((edge - c.rcvAdv) | 0) >= step) c.rcvAdv = edge
  // Without window scaling 16 bits are all there is.
  if (((c.rcvAdv - c.rcvNxt) | 0) > 0xffff) c.rcvAdv = (c.rcvNxt + 0xffff) | 0
  return Math.max((c.rcvAdv - c.rcvNxt) | 0, 0)
}

/** Sends n octets from a sequence number on. @returns as Ip.send */
export function sendSegment(e: TcpEngine, c: Tcb, seq: number, n: number, flags: number): number {
  const b = e.h.tx
  let hl = HEADER
  if (flags & SYN) {
    // RFC 9293 3.7.1: what we take, MMS_R less the header; never more than the link moves whole.
    b[HEAD + HEADER] = MSS
    b[HEAD + HEADER + 1] = MSS_LENGTH
    put16(b, HEAD + HEADER + 2, Math.min(e.ip.mmsR, e.ip.mss(e.pairs, c.at)) - HEADER)
    hl += MSS_LENGTH
  }
  if (n && c.snd) read(c.snd, seq, b, HEAD + hl, n)
  const up = (c.sndUp - seq) | 0
  if (up > 0 && ((c.sndUp - c.sndUna) | 0) > 0 && c.state >= ESTABLISHED) flags |= URG
  const error = emit(
    e,
    c.at,
    c.port,
    c.peerPort,
    seq,
    c.rcvNxt,
    flags,
    windowOf(c),
    flags & URG ? Math.min(up, 0xffff) : 0,
    hl,
    n,
    c.opt,
  )
  // A link may have become narrower without a word: the next one fits.
  if (error) setMss(e, c)
  else if (flags & ACK) c.owed &= ~OWE_ACK
  return error
}

/**
 * Sends a segment that carries nothing, numbered behind all that was ever sent: were it numbered where a retransmission
 * stands, two ends that both go back would find each other's acknowledgments too old, for good. Never beyond the window.
 */
export function sendBare(e: TcpEngine, c: Tcb, flags: number): number {
  const isInside = c.state < ESTABLISHED || ((c.sndMax - c.sndUna) | 0) <= c.sndWnd
  return sendSegment(e, c, isInside ? c.sndMax : (c.sndUna + c.sndWnd) | 0, 0, flags)
}

/** Octets that are in flight. */
export const flightOf = (c: Tcb): number => (c.sndNxt - c.sndUna) | 0

/** Sends the segment at SND.UNA once more. */
export function resend(e: TcpEngine, c: Tcb): void {
  const left = (c.sndMax - c.sndUna) | 0
  const data = Math.max((c.sndEnd - c.sndUna) | 0, 0)
  const n = Math.min(c.mss, data, left)
  c.isTiming = false
  sendSegment(e, c, c.sndUna, n, ACK | (n === data ? PSH | (c.isFin && left > data ? FIN : 0) : 0))
}

/** How much of what waits may go out with the next segment; 0: nothing, -1: a FIN alone. */
function nextOf(c: Tcb): number {
  const flight = flightOf(c)
  const data = (c.sndEnd - c.sndNxt) | 0
  // RFC 3042: each of the first two duplicate ACKs lets a segment more go out.
  const cwnd = c.cwnd + (c.isRecovering ? 0 : Math.min(c.dupAcks, 2) * c.mss)
  const room = Math.min(c.sndWnd, cwnd) - flight
  if (c.isFin && data < 1) return data === 0 && room > 0 ? -1 : 0
  const n = Math.min(data, c.mss, room)
  if (n <= 0) return 0
  if (n === c.mss) return n
  // RFC 9293 3.7.4: the last, small one only if nothing is in flight, or Nagle is off, or the FIN follows.
  if (n === data && (c.noDelay || c.isFin || !flight || ((c.sndUp - c.sndNxt) | 0) > 0)) return n
  return (c.noDelay || !flight) && n >= c.maxWnd >> 1 ? n : 0
}

function sendSyn(e: TcpEngine, c: Tcb): void {
  const now = e.h.time()
  if (sendSegment(e, c, c.iss, 0, c.state === SYN_SENT ? SYN : SYN | ACK)) return
  c.sndNxt = (c.iss + 1) | 0
  c.isTiming = c.sndMax === c.iss
  c.sndMax = c.sndNxt
  c.rttSeq = c.sndNxt
  c.rttAt = now
}

/** Sends what may be sent, an acknowledgment that is owed with it or alone, and sets the timer. */
export function output(e: TcpEngine, c: Tcb): void {
  if (c.state < SYN_SENT) return
  if (c.state <= SYN_RECEIVED) {
    if (c.sndNxt === c.iss) sendSyn(e, c)
    else if (c.owed & OWE_ACK) sendBare(e, c, ACK)
    if (c.timer !== RETRANSMIT) arm(e, c, RETRANSMIT, c.rto)
    return
  }
  let error = 0
  for (let n = nextOf(c); n && !error; n = nextOf(c)) {
    const text = n > 0 ? n : 0
    const end = (c.sndNxt + text) | 0
    const isLast = end === c.sndEnd
    const isFin = isLast && c.isFin
    // RFC 9293 3.9.1.2: PSH on the last one of what is there (MUST-61).
    error = sendSegment(e, c, c.sndNxt, text, ACK | (isLast && text ? PSH : 0) | (isFin ? FIN : 0))
    if (error) break
    c.sndNxt = (end + (isFin ? 1 : 0)) | 0
    if (((c.sndNxt - c.sndMax) | 0) > 0) {
      c.sndMax = c.sndNxt
      // RFC 6298 3: one segment at a time is timed, and none that is sent again.
      if (!c.isTiming) {
        c.isTiming = true
        c.rttSeq = c.sndNxt
        c.rttAt = e.h.time()
      }
    }
  }
  if (c.owed & OWE_ACK) error = sendBare(e, c, ACK) || error
  const isWaiting = ((c.sndEnd - c.sndNxt) | 0) + (c.isFin && ((c.sndNxt - c.sndEnd) | 0) <= 0 ? 1 : 0) > 0
  if (flightOf(c)) {
    if (c.timer !== RETRANSMIT) arm(e, c, RETRANSMIT, c.rto)
  } else if (isWaiting) {
    // A closed window is probed (3.8.6.1), a small one overridden (3.8.6.2.1); what the link refused is tried again.
    if (c.timer !== PERSIST) arm(e, c, PERSIST, c.sndWnd || error ? OVERRIDE_MS : c.rto)
  } else if (c.timer !== KEEP_ALIVE && c.timer !== FIN_WAIT) {
    c.timer = NO_TIMER
    if (c.keepAlive && c.state <= FIN_WAIT_2) arm(e, c, KEEP_ALIVE, c.keepAlive)
  }
}
