// RFC 9293 3.3.1: the transmission control block, its table, its states.
import { get16, get32, isSame, mix } from '@tiny/core'
import { free } from './buffer.js'
import { CLOSED, MARKED, NO_TIMER, OWE_CLOSE, RTO_FIRST } from './const.js'
import type { Handlers, Tcb, TcpEngine, TimeWait } from './types.js'

/** The bucket of what lies at pairs[at]. */
const bucketOf = (e: TcpEngine, at: number): number =>
  mix(e.h.key, get32(e.pairs, at + e.ip.alen - 4), get32(e.pairs, at + e.stride - 4)) >>> e.shift

/** Enters a record into its bucket. */
export function enter(e: TcpEngine, x: Tcb | TimeWait): void {
  const i = bucketOf(e, x.at)
  x.next = e.heads[i]
  e.heads[i] = x
}

export function leave(e: TcpEngine, x: Tcb | TimeWait): void {
  const i = bucketOf(e, x.at)
  let before = e.heads[i]
  if (before === x) e.heads[i] = x.next
  while (before && before.next !== x) before = before.next
  if (before) before.next = x.next
  if (e.last === x) e.last = null
}

/** Whether it is one of TIME-WAIT: their pairs lie behind those of the connections. */
export const isTimeWait = (e: TcpEngine, x: Tcb | TimeWait): x is TimeWait => x.at >= e.stride * e.limit

/** The record with the pair and the ports at pairs[at]. The last one found is looked at first. */
export function find(e: TcpEngine, at: number): Tcb | TimeWait | null {
  let c = e.last
  if (!c || !isSame(e.pairs, c.at, e.pairs, at, e.stride)) {
    c = e.heads[bucketOf(e, at)]
    while (c && !isSame(e.pairs, c.at, e.pairs, at, e.stride)) c = c.next
  }
  if (c) e.last = c
  return c
}

/** A record in a free place, at which the caller has written pair and ports. */
export function create(e: TcpEngine, at: number, handlers: Handlers, iss: number): Tcb {
  const now = e.h.time()
  const c: Tcb = {
    port: get16(e.pairs, at + e.stride - 2),
    peerPort: get16(e.pairs, at + e.stride - 4),
    state: CLOSED,
    app: undefined,
    at,
    next: null,
    listener: null,
    handlers,
    isPassive: false,
    owed: 0,
    code: 0,
    iss,
    sndUna: iss,
    sndNxt: iss,
    sndMax: iss,
    sndEnd: (iss + 1) | 0,
    isFin: false,
    sndWnd: 0,
    sndWl1: 0,
    sndWl2: 0,
    sndUp: iss,
    isFull: true,
    maxWnd: 0,
    irs: 0,
    rcvNxt: 0,
    rcvAdv: 0,
    rcvRead: 0,
    rcvUp: 0,
    finSeq: null,
    peerMss: 0,
    mss: 0,
    cwnd: 0,
    flight: 0,
    ssthresh: 0x7fffffff,
    recover: iss,
    dupAcks: 0,
    isRecovering: false,
    srtt: 0,
    rttvar: 0,
    rto: RTO_FIRST > e.minRto ? RTO_FIRST : e.minRto,
    rttSeq: null,
    rttAt: 0,
    tries: 0,
    since: now,
    heardAt: now,
    timer: NO_TIMER,
    due: 0,
    full: now,
    set: e.set,
    snd: null,
    rcv: null,
    ranges: e.none,
    dupOwed: 0,
    sndShift: 0,
    rcvShift: 0,
    isScaled: false,
    optLen: 0,
    timestamps: null,
    sack: null,
    congestion: null,
    ecn: null,
    fastOpen: null,
  }
  enter(e, c)
  e.table[at / e.stride] = c
  e.open++
  return c
}

/** Offset of a free place in the slab, -1 when there is none. */
export function place(e: TcpEngine): number {
  if (e.open === e.limit) return -1
  // Places are given back in any order: the search goes on from where it ended.
  do e.place = (e.place + 1) % e.limit
  while (e.table[e.place])
  return e.place * e.stride
}

/** Whether the application has let go: nobody is called back. */
export const isDetached = (e: TcpEngine, c: Tcb): boolean => c.handlers === e.nobody

/** The one place where a state changes. */
export function setState(e: TcpEngine, c: Tcb, state: number): void {
  e.h.tell('state', 6, c.state, state)
  c.state = state
}

/** What is owed to a connection is paid at the flush. */
export function owe(e: TcpEngine, c: Tcb, what: number): void {
  const was = c.owed
  c.owed |= what | MARKED
  if (was & MARKED) return
  e.marked[e.tail++] = c
  e.h.wake(0)
}

/** Has walk() look at everything in ms milliseconds, or before. @returns that time */
export function walkIn(e: TcpEngine, ms: number): number {
  const at = e.h.wake(ms)
  if (!e.isDue || ((at - e.due) | 0) < 0) e.due = at
  e.isDue = true
  return at
}

/** Sets the timer of a connection, ms from now. */
export function arm(e: TcpEngine, c: Tcb, timer: number, ms: number): void {
  c.timer = timer
  c.due = e.timers ? e.h.wake(ms) : walkIn(e, ms)
  e.timers?.arm(c.at / e.stride, c.due)
}

/** The end of a connection: the application is told the code, unless it has let go, and the record is forgotten. */
export function dispose(e: TcpEngine, c: Tcb, code: number): void {
  // The observer is told why: 0 or an error, where states are.
  setState(e, c, code)
  c.state = CLOSED
  c.timer = NO_TIMER
  c.snd = free(e, c.snd)
  c.rcv = free(e, c.rcv)
  leave(e, c)
  e.table[c.at / e.stride] = null
  e.open--
  e.fastOpen?.closed(e, c, code)
  c.code = code
  c.owed &= MARKED
  // What is half open was never shown to the application.
  if (c.listener) leaveHalf(c)
  else owe(e, c, OWE_CLOSE)
}

/** A connection is no longer half open. */
export function leaveHalf(c: Tcb): void {
  const half = c.listener?.half
  half?.splice(half.indexOf(c), 1)
  c.listener = null
}
