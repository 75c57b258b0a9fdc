// RFC 7323 3 to 5: timestamps, round-trip times, protection against wrapped sequence numbers. RFC 6191: TIME-WAIT.
import {
  copy,
  get32,
  hash,
  optionAt,
  put16,
  put32,
  type Stamped,
  type Tcb,
  type TcpEngine,
  type TimestampsSlot,
  type TimestampsState,
} from '@tiny/core'
import { challenge } from './challenge.js'
import { ACK, DAYS_24, NOPS, RST, SYN, TIMESTAMPS, TIMESTAMPS_LENGTH, TIMESTAMPS_PADDED } from './const.js'
import { TCP_NO_TIMESTAMP, TCP_PAWS } from './ids.js'
import { measured } from './timer.js'

interface State extends TimestampsState {
  /** What is added to our clock: outsiders do not learn it (RFC 7323 7.1). */
  offset: number
  /** Last.ACK.sent */
  acked: number
  /** The next round trip is measured by an acknowledgment from here on: one sample a round trip, as RFC 6298 weighs it. */
  timed: number
}

/** Where the option of the segment at hand stands, 0: it has none. */
function find(e: TcpEngine): number {
  const s = e.seg
  const p = optionAt(s.b, s.p, s.o, TIMESTAMPS)
  return p && s.b[p + 1] === TIMESTAMPS_LENGTH ? p : 0
}

/** Keyed by the four of the connection: a new one of the same four goes on where the old one ended (RFC 6191). */
function offsetOf(e: TcpEngine, c: Tcb): number {
  const n = 2 * e.ip.alen
  copy(e.scratch, 0, e.pairs, c.at, n)
  put16(e.scratch, n, ~c.port)
  put16(e.scratch, n + 2, c.peerPort)
  return hash(e.h.key, e.scratch, 0, n + 4)
}

/** How far TSval of the option at p is ahead of TS.Recent; what is no longer valid is behind everything. */
function ahead(e: TcpEngine, t: TimestampsState, p: number): number {
  const idle = (e.h.time() - t.recentAt) | 0
  return idle < 0 || idle > DAYS_24 ? 1 : (get32(e.seg.b, p + 2) - t.recent) | 0
}

/** Writes the option, padded unless it stands in a SYN, which is packed. @returns octets */
function put(b: Uint8Array, o: number, flags: number, value: number, echo: number): number {
  let p = o
  if (!(flags & SYN)) {
    put16(b, p, NOPS)
    p += 2
  }
  b[p] = TIMESTAMPS
  b[p + 1] = TIMESTAMPS_LENGTH
  put32(b, p + 2, value)
  put32(b, p + 6, echo)
  return p + TIMESTAMPS_LENGTH - o
}

/**
 * Fills the timestamps slot: round trips are measured by acknowledgments of retransmissions too, and old duplicates are
 * told from new segments (PAWS). 12 octets of every segment.
 */
export function timestamps(): TimestampsSlot {
  return {
    syn(e, c) {
      const p = find(e)
      if (!p) return
      c.optLen = TIMESTAMPS_PADDED
      const state: State = {
        recent: get32(e.seg.b, p + 2),
        recentAt: e.h.time(),
        offset: offsetOf(e, c),
        acked: c.rcvNxt,
        timed: c.iss,
      }
      c.timestamps = state
    },
    write(e: TcpEngine, c: Stamped, flags: number, o: number) {
      const t = c.timestamps as State | null
      // In a SYN that answers one, only if that one had it.
      if (!t && (!(flags & SYN) || flags & ACK)) return 0
      if (t) t.acked = c.rcvNxt
      const offset = t ? t.offset : offsetOf(e, c as Tcb)
      return put(e.h.tx, o, flags, e.h.time() + offset, t && flags & ACK ? t.recent : 0)
    },
    // R1 of RFC 7323 5.3, and 3.2.
    arrived(e, c, b, o, n) {
      const t = c.timestamps
      // RFC 7323 5.2: a reset counts without.
      if (!t || e.seg.flags & RST) return false
      const p = find(e)
      // RFC 7323 3.2: what comes without the option is dropped in silence.
      if (!p) e.h.drop(TCP_NO_TIMESTAMP, b, o, n)
      // R1
      else if (ahead(e, t, p) < 0) challenge(e, c, TCP_PAWS, b, o, n)
      else return false
      return true
    },
    // R3; what is older has been dropped.
    accepted(e, c) {
      const t = c.timestamps as State | null
      const p = t && find(e)
      if (!t || !p || ((e.seg.seq - t.acked) | 0) > 0) return
      t.recent = get32(e.seg.b, p + 2)
      t.recentAt = e.h.time()
    },
    sample(e, c) {
      const t = c.timestamps as State | null
      const p = t && find(e)
      // After a timeout each one counts: the timeout stays backed off until then.
      if (!t || !p || (!c.tries && ((e.seg.ack - t.timed) | 0) <= 0)) return
      // What was not sent by us, or too long ago, is no echo.
      if (!measured(e, c, (e.h.time() + t.offset - get32(e.seg.b, p + 6)) | 0)) return
      t.timed = c.sndMax
      c.rttSeq = null
    },
    isReuse(e, c) {
      const t = c.timestamps
      const p = find(e)
      const further = p && t ? ahead(e, t, p) : p
      return further ? further > 0 : ((e.seg.seq - c.rcvNxt) | 0) > 0
    },
    echo(e, o) {
      const p = find(e)
      return p && put(e.h.tx, o, RST, 0, get32(e.seg.b, p + 2))
    },
  }
}
