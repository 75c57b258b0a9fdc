// RFC 2018, 2883, 6675, 6937: selective acknowledgments, received and sent.
import { get32, HEAD, optionAt, put16, put32, type SackSlot, type Tcb, type TcpEngine } from '@tiny/core'
import { ACK, RST, SYN } from './const.js'
import { flightOf } from './output.js'
import {
  advance,
  DUP_THRESH,
  holeAt,
  holeFrom,
  lostBelow,
  pipeOf,
  report,
  reported,
  type Scoreboard,
  scoreboard,
} from './scoreboard.js'

const SACK_PERMITTED = 4
const SACK = 5
/** Two NOPs, kind, length. */
const PREFIX = 4
const BLOCK = 8
const NOPS = 0x0101
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
  let p = o + PREFIX
  const room = HEADER_END - BLOCK
  if (s.dupEnd !== s.dupStart && p <= room) {
    put(b, p, s.dupStart, s.dupEnd)
    s.dupStart = s.dupEnd
    p += BLOCK
  }
  const first = p
  // Those that changed last, then, if there is room, the others in their order.
  for (let k = 0; k < s.newest.length + r.length / 2; k++) {
    let i = 2 * (k - s.newest.length)
    if (i < 0)
      for (i = 0; i < r.length && !(((s.newest[k] - r[i]) | 0) >= 0 && ((s.newest[k] - r[i + 1]) | 0) < 0); ) i += 2
    if (i >= r.length || p > room) continue
    let q = first
    while (q < p && get32(b, q) !== r[i]) q += BLOCK
    if (q < p) continue
    put(b, p, r[i], r[i + 1])
    p += BLOCK
  }
  if (p === o + PREFIX) return 0
  put16(b, o, NOPS)
  b[o + 2] = SACK
  b[o + 3] = p - o - 2
  return p - o
}

/** Takes the blocks of the segment at hand. */
function readBlocks(e: TcpEngine, c: Tcb, s: Scoreboard): void {
  const { b, p: from, o: to, ack } = e.seg
  const p = optionAt(b, from, to, SACK)
  for (let i = 2; p && i + BLOCK <= b[p + 1]; i += BLOCK) {
    const start = get32(b, p + i)
    const end = get32(b, p + i + 4)
    // RFC 2883 4: a first block that has been acknowledged, or lies within the second, tells of a duplicate.
    const isInSecond =
      i + 2 * BLOCK <= b[p + 1] && ((start - get32(b, p + i + 8)) | 0) >= 0 && ((end - get32(b, p + i + 12)) | 0) <= 0
    if (i === 2 && (((end - ack) | 0) <= 0 || isInSecond)) duplicated(c, s, start, end)
    // What cannot be is not believed.
    else if (((start - c.sndUna) | 0) > 0 && ((end - start) | 0) > 0 && ((end - c.sndMax) | 0) <= 0)
      report(s, start, end)
  }
}

/** RFC 3708: when all that was sent again in a recovery had arrived before, there was no loss. */
function duplicated(c: Tcb, s: Scoreboard, start: number, end: number): void {
  if (((end - start) | 0) <= 0 || s.undo <= 0) return
  s.undo -= end - start
  if (s.undo > 0) return
  c.ssthresh = s.oldThresh
  if (c.cwnd < s.oldCwnd) c.cwnd = s.oldCwnd
  c.isRecovering = false
  c.dupAcks = 0
}

/** RFC 6937 3.1: how much may be sent now. */
function budgetOf(c: Tcb, s: Scoreboard, lost: number): number {
  const out = s.out + ((c.sndMax - c.recover) | 0)
  const pipe = pipeOf(c, s, lost)
  const n =
    pipe > c.ssthresh
      ? Math.ceil((s.delivered * c.ssthresh) / s.flight) - out
      : Math.min(c.ssthresh - pipe, Math.max(s.delivered - out, s.fresh) + c.mss)
  // The first retransmission goes out at once.
  return out ? n : Math.max(n, c.mss)
}

/** RFC 6675 4 NextSeg, as far as it is about what was sent before. @returns octets from slot.at on, 0: none */
function choose(slot: SackSlot, c: Tcb, s: Scoreboard, lost: number): number {
  const r = s.ranges
  const high = r.length ? r[r.length - 1] : c.sndUna
  const tail = (c.sndMax - high) | 0
  const flight = flightOf(c)
  const isNew = ((c.sndEnd - c.sndNxt) | 0) > 0 && flight < c.sndWnd
  if (((c.sndUna - s.highRxt) | 0) > 0) s.highRxt = c.sndUna
  slot.at = s.highRxt = holeFrom(s, s.highRxt)
  // (1), (3): a hole, one that is lost before new data, another if there is none.
  let n = Math.min(holeAt(s, slot.at), c.mss)
  if (isNew && ((lost - slot.at) | 0) <= 0) n = 0
  // (4): the end of what is in flight, once, in case it is what was lost.
  else if (!n && !isNew && !s.isRescued && tail > 0) {
    n = Math.min(tail, c.mss)
    slot.at = (c.sndMax - n) | 0
    s.isRescue = n <= s.budget
    s.isRescued = s.isRescue
  }
  if (n && n <= s.budget) return n
  // (2): what is left is for new data.
  c.cwnd = flight + Math.max(s.budget, 0)
  return 0
}

/** Fills the sack slot: what arrived out of order is reported, and what the peer reports is not sent again. */
export function sack(): SackSlot {
  const slot: SackSlot = {
    at: 0,
    syn(e, c) {
      const s = e.seg
      if (optionAt(s.b, s.p, s.o, SACK_PERMITTED)) c.sack = scoreboard()
    },
    write(e, c, flags, o) {
      const b = e.h.tx
      const s = c.sack as Scoreboard | null
      if (flags & SYN) {
        if (flags & ACK && !s) return 0
        b[o] = SACK_PERMITTED
        b[o + 1] = 2
        return 2
      }
      return s && (flags & (ACK | RST)) === ACK ? writeBlocks(e, c, s, o) : 0
    },
    arrived(e, c) {
      const s = c.sack as Scoreboard | null
      const { seq, len } = e.seg
      if (!s || !len) return
      const r = c.ranges
      const edge = (seq + len) | 0
      let end = seq
      if (((seq - c.rcvNxt) | 0) < 0) end = c.rcvNxt
      else {
        for (let i = 0; i < r.length; i += 2) if (((seq - r[i]) | 0) >= 0 && ((seq - r[i + 1]) | 0) < 0) end = r[i + 1]
        if (s.newest[0] !== seq) {
          s.newest[2] = s.newest[1]
          s.newest[1] = s.newest[0]
          s.newest[0] = seq
        }
      }
      if (end === seq) return
      s.dupStart = seq
      s.dupEnd = ((end - edge) | 0) < 0 ? end : edge
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
      if (c.isRecovering) {
        s.fresh += delivered
        s.delivered += delivered
        return false
      }
      s.isActive = false
      s.fresh = delivered
      if (acked <= 0 && all > kept) c.dupAcks++
      if (c.dupAcks < DUP_THRESH && lostBelow(c, s) === c.sndUna) return false
      s.oldCwnd = c.cwnd
      s.oldThresh = c.ssthresh
      return true
    },
    next(_e, c, sent) {
      const s = c.sack as Scoreboard | null
      if (!s || !c.isRecovering || sent < 0) return 0
      if (!s.isActive) {
        s.isActive = true
        s.highRxt = c.sndUna
        s.isRescued = s.isRescue = false
        s.out = s.undo = 0
        s.delivered = s.fresh
        s.flight = (c.sndMax - c.sndUna) | 0
      }
      const lost = lostBelow(c, s)
      if (s.fresh) s.budget = budgetOf(c, s, lost)
      else s.budget -= ((c.sndMax - s.max) | 0) + sent
      s.fresh = 0
      s.max = c.sndMax
      s.out += sent
      s.undo += sent
      if (!s.isRescue) s.highRxt = (s.highRxt + sent) | 0
      s.isRescue = false
      return choose(slot, c, s, lost)
    },
    skip(_e, c) {
      const s = c.sack as Scoreboard | null
      if (s) c.sndNxt = holeFrom(s, c.sndNxt)
      return (s && holeAt(s, c.sndNxt)) || 0x7fffffff
    },
    timeout(_e, c) {
      const s = c.sack as Scoreboard | null
      if (!s) return
      s.ranges.length = 0
      s.undo = 0
      s.isActive = false
    },
  }
  return slot
}
