// The record of a simulation: its clock and all that stands on it.
import type { Host } from '@tiny/core'
import type { Place } from './station.js'
import type { SimOptions } from './types.js'

/** A host that the run loop polls. */
export interface Machine {
  readonly h: Host
  /** When to poll it next, in microseconds; Infinity: not before something happens. */
  due: number
  /** wait() is to be asked again. */
  isDirty: boolean
  /** Frames received since the last poll. */
  frames: number
}

/** A script's call. */
export interface Call {
  readonly at: number
  readonly f: () => void
}

export interface Net {
  readonly seed: number
  /** Milliseconds that the clock showed at first. */
  readonly start: number
  readonly trace: SimOptions['trace']
  readonly rand: () => number
  /** Microseconds since the start, a whole number. */
  t: number
  readonly places: Place[]
  readonly machines: Machine[]
  /** In the order of their time. */
  readonly calls: Call[]
  /** Streams of random numbers handed to hosts. */
  streams: number
  isRunning: boolean
  /** What frames are delivered in, and what it holds afterwards. */
  rx: Uint8Array
  garbage: Uint8Array
  offset: number
}
