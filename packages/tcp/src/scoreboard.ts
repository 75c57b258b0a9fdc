// RFC 6675 3, 4: what the peer has reported, and what follows from it.
import type { SackState, Tcb } from '@tiny/core'
import { DUP_THRESH } from './const.js'
import { addRange, mostRanges } from './ranges.js'

export interface Scoreboard extends SackState {
  /** The receiver's side: numbers of the segments that came out of order last, and of what came twice. */
  readonly newest: [number, number, number]
  dupStart: number
  dupEnd: number
  /** Where this recovery began. RFC 6675 2 HighRxt, RescueRxt: behind them; whether the last choice was the rescue. */
  first: number
  highRxt: number
  rescue: number
  isRescue: boolean
  /**
   * RFC 6937 3: octets delivered and sent again in this recovery, in flight at its start (0: there is none), delivered since
   * the last output.
   */
  delivered: number
  out: number
  flight: number
  fresh: number
  budget: number
  /** SND.NXT's most when the budget was last looked at. */
  max: number
  /** Octets sent again that were not reported as duplicates, and what they may turn out to have been for nothing. */
  undo: number
  oldCwnd: number
  oldThresh: number
}

export const scoreboard = (): Scoreboard => ({
  ranges: [],
  newest: [0, 0, 0],
  dupStart: 0,
  dupEnd: 0,
  first: 0,
  highRxt: 0,
  rescue: 0,
  isRescue: false,
  delivered: 0,
  out: 0,
  flight: 0,
  fresh: 0,
  budget: 0,
  max: 0,
  undo: 0,
  oldCwnd: 0,
  oldThresh: 0,
})

/** Takes up a block; what is reported beyond so many is sent again when it comes to it. */
export const report = (c: Tcb, s: Scoreboard, start: number, end: number): boolean =>
  addRange(s.ranges, start, end, mostRanges(c.set.sndSize))

/** Forgets what lies below SND.UNA. */
export function advance(s: Scoreboard, una: number): void {
  const r = s.ranges
  let i = 0
  while (i < r.length && ((r[i + 1] - una) | 0) <= 0) i += 2
  if (i) r.splice(0, i)
  if (r.length && ((r[0] - una) | 0) < 0) r[0] = una
}

/** Octets below x that were reported. */
export function reported(s: Scoreboard, x: number): number {
  const r = s.ranges
  let n = 0
  for (let i = 0; i < r.length && ((r[i] - x) | 0) < 0; i += 2)
    n += ((r[i + 1] - x) | 0) < 0 ? (r[i + 1] - r[i]) | 0 : (x - r[i]) | 0
  return n
}

/** Where the range that holds x stands in r; behind its end: there is none. */
export function indexOf(r: readonly number[], x: number): number {
  let i = 0
  while (i < r.length && (((x - r[i]) | 0) < 0 || ((x - r[i + 1]) | 0) >= 0)) i += 2
  return i
}

/** The first number from x on that was not reported. */
export function holeFrom(s: Scoreboard, x: number): number {
  const i = indexOf(s.ranges, x)
  return i < s.ranges.length ? s.ranges[i + 1] : x
}

/** Octets from x, which was not reported, to the next that was; 0: there is none. */
export function holeAt(s: Scoreboard, x: number): number {
  const r = s.ranges
  for (let i = 0; i < r.length; i += 2) if (((r[i] - x) | 0) > 0) return (r[i] - x) | 0
  return 0
}

/** IsLost: what was not reported below the number returned is lost. */
export function lostBelow(c: Tcb, s: Scoreboard): number {
  const r = s.ranges
  let octets = 0
  for (let i = r.length - 2; i >= 0; i -= 2) {
    octets += (r[i + 1] - r[i]) | 0
    if (r.length - i >= 2 * DUP_THRESH || octets > (DUP_THRESH - 1) * c.mss) return r[i]
  }
  return c.sndUna
}

/** Octets below x that were not reported. */
const holes = (c: Tcb, s: Scoreboard, x: number): number => Math.max((x - c.sndUna) | 0, 0) - reported(s, x)

/** SetPipe: octets in the network. */
export const pipeOf = (c: Tcb, s: Scoreboard, lost: number): number =>
  holes(c, s, c.sndMax) - holes(c, s, lost) + holes(c, s, s.highRxt)
