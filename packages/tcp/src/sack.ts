// RFC 2018, 2883, 6675, 6937: selective acknowledgments, received and sent.
import { get32, HEAD, optionAt, put16, put32, type Resend, type SackSlot, type Tcb, type TcpEngine } from '@tiny/core'
import {
  ACK,
  DUP_THRESH,
  HEADER,
  NOPS,
  RST,
  SACK,
  SACK_BLOCK,
  SACK_PERMITTED,
  SACK_PERMITTED_LENGTH,
  SACK_PREFIX,
  SYN,
} from './const.js'
import { TCP_DUPLICATE_AHEAD, TCP_DUPLICATE_HEARD, TCP_DUPLICATE_TOLD, TCP_UNDO } from './ids.js'
import { flightOf } from './output.js'
import {
  advance,
  holeAt,
  holeFrom,
  indexOf,
  lostBelow,
  pipeOf,
  report,
  reported,
  type Scoreboard,
  scoreboard,
} from './scoreboard.js'

/** Header and options: 60 octets. */
const HEADER_END = HEAD + 60

/** Writes one block. */
function put(b: Uint8Array, o: number, start: number, end: number): void {
  put32(b, o, start)
  put32(b, o + 4, end)
}

/** RFC 2018 4: the blocks that are to be reported, the newest first, a duplicate before them. @returns octets */
function writeBlocks(e: TcpEngine, c: Tcb, s: Scoreboard, o: number): number {
  const b = e.h.tx
  const r = c.ranges
  let p = o + SACK_PREFIX
  // There is room for some text behind them, however narrow the path.
  const room = Math.min(HEADER_END, HEAD + HEADER + c.optLen + c.mss - SACK_BLOCK) - SACK_BLOCK
  if (s.dupEnd !== s.dupStart && p <= room) {
    put(b, p, s.dupStart, s.dupEnd)
    e.h.tell('count', ((s.dupStart - c.rcvNxt) | 0) < 0 ? TCP_DUPLICATE_TOLD : TCP_DUPLICATE_AHEAD)
    s.dupStart = s.dupEnd
    p += SACK_BLOCK
  }
  const first = p
  // Those that changed last, then, if there is room, the others in their order.
  for (let k = 0; k < s.newest.length + r.length / 2; k++) {
    const i = k < s.newest.length ? indexOf(r, s.newest[k]) : 2 * (k - s.newest.length)
    if (i >= r.length || p > room) continue
    let q = first
    while (q < p && get32(b, q) !== r[i]) q += SACK_BLOCK
    if (q < p) continue
    put(b, p, r[i], r[i + 1])
    p += SACK_BLOCK
  }
  if (p === o + SACK_PREFIX) return 0
  put16(b, o, NOPS)
  b[o + 2] = SACK
  b[o + 3] = p - o - 2
  return p - o
}

/** Takes the blocks of the segment at hand. */
function readBlocks(e: TcpEngine, c: Tcb, s: Scoreboard): void {
  const { b, p: from, o: to, ack } = e.seg
  const p = optionAt(b, from, to, SACK)
  for (let i = 2; p && i + SACK_BLOCK <= b[p + 1]; i += SACK_BLOCK) {
    const start = get32(b, p + i)
    const end = get32(b, p + i + 4)
    // RFC 2883 4: a first block that has been acknowledged, or lies within the second, tells of a duplicate.
    const isInSecond =
      i + 2 * SACK_BLOCK <= b[p + 1] &&
      ((start - get32(b, p + i + 8)) | 0) >= 0 &&
      ((end - get32(b, p + i + 12)) | 0) <= 0
    if (i === 2 && (((end - ack) | 0) <= 0 || isInSecond)) duplicated(e, c, s, start, end)
    // What cannot be is not believed.
    else if (
      ((start - c.sndUna) | 0) > 0 &&
      ((start - c.sndMax) | 0) < 0 &&
      ((end - start) | 0) > 0 &&
      ((end - c.sndMax) | 0) <= 0
    )
      report(c, s, start, end)
  }
}

/** RFC 3708: when all that was sent again in a recovery had arrived before, there was no loss. */
function duplicated(e: TcpEngine, c: Tcb, s: Scoreboard, start: number, end: number): void {
  const n = (end - start) | 0
  if (n > 0) e.h.tell('count', TCP_DUPLICATE_HEARD)
  // RFC 2883 4: one block is about one segment.
  if (n <= 0 || n > c.mss || s.undo <= 0 || ((start - s.first) | 0) < 0 || ((end - c.recover) | 0) > 0) return
  s.undo -= n
  if (s.undo > 0) return
  e.h.tell('count', TCP_UNDO)
  c.recover = c.sndUna
  c.ssthresh = s.oldThresh
  if (c.cwnd < s.oldCwnd) c.cwnd = s.oldCwnd
  c.isRecovering = false
  c.dupAcks = 0
}

/** RFC 6937 3: how much may be sent now; in whole segments, as its examples count. */
function budgetOf(c: Tcb, s: Scoreboard, lost: number): number {
  const out = s.out + ((c.sndMax - c.recover) | 0)
  const pipe = pipeOf(c, s, lost)
  const n =
    pipe > c.ssthresh
      ? Math.ceil((s.delivered * c.ssthresh) / s.flight / c.mss) * c.mss - out
      : Math.min(c.ssthresh - pipe, Math.max(s.delivered - out, s.fresh) + c.mss)
  // The first retransmission goes out at once.
  return out ? n : Math.max(n, c.mss)
}

/** Sends the segment of RFC 6675 4 NextSeg, if it is one that was sent before. @returns as resend, 0: it is none */
function sendNext(e: TcpEngine, c: Tcb, s: Scoreboard, lost: number, resend: Resend): number {
  const r = s.ranges
  const high = r.length ? r[r.length - 1] : c.sndUna
  const tail = (c.sndMax - high) | 0
  const flight = flightOf(c)
  // What Nagle's algorithm or the window keeps back is not there to be sent.
  const size = Math.min((c.sndEnd - c.sndNxt) | 0, c.mss)
  const isNew = size >= (c.set.noDelay || c.isFin ? 1 : c.mss) && flight + size <= c.sndWnd
  if (((c.sndUna - s.highRxt) | 0) > 0) s.highRxt = c.sndUna
  let at = holeFrom(s, s.highRxt)
  s.highRxt = at
  // (1), (3): a hole, one that is lost before new data, another if there is none.
  // The first of a recovery is sent whether it is lost or not: 5 (4.3).
  let n = Math.min(holeAt(s, at), c.mss)
  if (isNew && s.out && ((lost - at) | 0) <= 0) n = 0
  // (4): the end of what is in flight, once, in case it is what was lost; not before the first has arrived, nor where
  // new data that was sent since will have an answer, and more of it waits.
  else if (!n && !isNew && (size <= 0 || c.sndMax === c.recover) && ((c.sndUna - s.rescue) | 0) > 0 && tail > 0) {
    n = Math.min(tail, c.mss)
    at = (c.sndMax - n) | 0
    s.isRescue = n <= s.budget
    if (s.isRescue) s.rescue = c.recover
  }
  if (n && n <= s.budget) return resend(e, c, at, n)
  // (2): what is left is for new data.
  c.cwnd = flight + Math.max(s.budget, 0)
  return 0
}

/** Fills the sack slot: what arrived out of order is reported, and what the peer reports is not sent again. */
export function sack(): SackSlot {
  return {
    syn(e, c) {
      const s = e.seg
      const p = optionAt(s.b, s.p, s.o, SACK_PERMITTED)
      if (p && s.b[p + 1] === SACK_PERMITTED_LENGTH) c.sack = scoreboard()
    },
    write(e, c, flags, o) {
      const b = e.h.tx
      const s = c.sack as Scoreboard | null
      if (flags & SYN) {
        if (flags & ACK && !s) return 0
        b[o] = SACK_PERMITTED
        b[o + 1] = SACK_PERMITTED_LENGTH
        return SACK_PERMITTED_LENGTH
      }
      return s && (flags & (ACK | RST)) === ACK ? writeBlocks(e, c, s, o) : 0
    },
    arrived(e: TcpEngine, c: Tcb): undefined {
      const s = c.sack as Scoreboard | null
      const { seq, len } = e.seg
      if (!s || !len) return
      const r = c.ranges
      const edge = (seq + len) | 0
      // RFC 2883: the first octets of it that have come before, below RCV.NXT or in a range.
      let start = seq
      let end = c.rcvNxt
      if (((seq - end) | 0) >= 0) {
        // What lengthens the newest block leaves the others in their order.
        const k = indexOf(r, s.newest[0])
        if (k < r.length && (((r[k + 1] - seq) | 0) < 0 || ((edge - r[k]) | 0) < 0)) {
          s.newest[2] = s.newest[1]
          s.newest[1] = s.newest[0]
        }
        s.newest[0] = seq
        let i = 0
        while (i < r.length && ((r[i + 1] - seq) | 0) <= 0) i += 2
        if (i === r.length) return
        if (((r[i] - seq) | 0) > 0) start = r[i]
        end = r[i + 1]
      }
      if (((end - edge) | 0) > 0) end = edge
      if (((end - start) | 0) <= 0) return
      s.dupStart = start
      s.dupEnd = end
    },
    acked(e, c, acked) {
      const s = c.sack as Scoreboard | null
      if (!s) return false
      const before = reported(s, c.sndMax)
      advance(s, c.sndUna)
      const kept = reported(s, c.sndMax)
      readBlocks(e, c, s)
      const all = reported(s, c.sndMax)
      const delivered = Math.max(acked, 0) + all - before
      if (c.isRecovering && ((c.sndUna - c.recover) | 0) >= 0) {
        // As much has gone out as SSTHRESH allows (RFC 6937 3.1).
        c.isRecovering = false
        c.dupAcks = 0
        c.cwnd = c.ssthresh
      }
      if (c.isRecovering) {
        s.fresh += delivered
        s.delivered += delivered
        return false
      }
      s.flight = 0
      s.fresh = delivered
      // RFC 6675 2: a duplicate is what reports something new, whether it acknowledges something or not.
      if (all > kept) c.dupAcks++
      // 5.1: what was in flight at a timeout, or is being recovered, starts no recovery.
      if (((c.sndUna - c.recover) | 0) < 0 || (c.dupAcks < DUP_THRESH && lostBelow(c, s) === c.sndUna)) return false
      s.oldCwnd = c.cwnd
      s.oldThresh = c.ssthresh
      return true
    },
    resend(e, c, resend) {
      const s = c.sack as Scoreboard | null
      if (!s || !c.isRecovering) return 0
      if (!s.flight) {
        s.highRxt = s.first = c.sndUna
        s.isRescue = false
        s.out = s.undo = 0
        s.delivered = s.fresh
        s.flight = (c.sndMax - c.sndUna) | 0
      }
      let sent = 0
      do {
        const lost = lostBelow(c, s)
        if (s.fresh) s.budget = budgetOf(c, s, lost)
        else s.budget -= ((c.sndMax - s.max) | 0) + sent
        s.fresh = 0
        s.max = c.sndMax
        if (!s.isRescue) s.highRxt = (s.highRxt + sent) | 0
        if (!s.out) s.rescue = s.highRxt
        s.out += sent
        s.undo += sent
        s.isRescue = false
        sent = sendNext(e, c, s, lost, resend)
      } while (sent > 0)
      return sent
    },
    skip(_e, c) {
      const s = c.sack as Scoreboard | null
      // RFC 3708: what goes out once more from here is none of what duplicates are counted for.
      if (s && c.sndNxt !== c.sndMax) s.undo = 0
      if (s) c.sndNxt = holeFrom(s, c.sndNxt)
      return (s && holeAt(s, c.sndNxt)) || 0x7fffffff
    },
    timeout(_e, c) {
      const s = c.sack as Scoreboard | null
      if (!s) return
      s.ranges.length = 0
      s.flight = 0
    },
  }
}
