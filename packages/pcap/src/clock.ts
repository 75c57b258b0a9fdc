// Microseconds since 1970 from a clock that wraps: differences, added up.
import type { Env } from '@tiny/core'

export interface Clock {
  readonly env: Env
  /** Microseconds since 1970: below 2^53 until the year 2255. */
  t: number
  ms: number
  us: number
}

/** @param start milliseconds since 1970 at the time of the call. @throws RangeError */
export function clock(env: Env, start: number): Clock {
  if (!(start >= 0 && start < 9e12)) throw new RangeError(`pcap: start ${start} is no time in milliseconds since 1970`)
  const c: Clock = { env, t: 0, ms: 0, us: 0 }
  time(c)
  c.t = Math.round(start * 1000)
  return c
}

/** Now. A pause longer than microseconds can tell is measured in milliseconds. */
export function time(c: Clock): number {
  const ms = c.env.now() | 0
  const us = c.env.micros ? c.env.micros() | 0 : Math.imul(ms, 1000)
  const passed = (ms - c.ms) | 0
  const k = passed > 1000000 ? passed * 1000 : (us - c.us) | 0
  c.ms = ms
  c.us = us
  if (k > 0) c.t += k
  return c.t
}
