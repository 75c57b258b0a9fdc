// What Node gives a stack: a clock, random bits, timers.
import { randomFillSync } from 'node:crypto'
import type { Dev, Env, Host, Link } from '@tiny/core'
import { drive, type Timers } from '@tiny/core/drive'
import { fastSum } from './sum.js'

/** Node's timers, for drive(). */
export const timers: Timers = {
  set: (f, ms) => setTimeout(f, ms),
  clear: timer => clearTimeout(timer as NodeJS.Timeout),
  soon: f => void setImmediate(f),
}

/** Clock, random bits, checksum and its memory of Node, for host(): performance.now(), the system's random numbers, SIMD. */
export function env(): Env {
  // A call of the system's costs a microsecond: 256 at a time.
  const words = new Int32Array(256)
  let left = 0
  return {
    now: () => performance.now() | 0,
    sum: fastSum().sum,
    buffer: fastSum().buffer,
    micros: () => (performance.now() * 1000) | 0,
    rand() {
      if (!left) {
        randomFillSync(words)
        left = words.length
      }
      const word = words[--left] as number
      // Nobody shall find it here later.
      words[left] = 0
      return word
    },
  }
}

/**
 * Runs a host under Node: polls it after frames, at most 64 at a time, and when it wants to be, by one timer. Called
 * when the stack stands, with each outermost device.
 *
 * @returns stops it; the device stays open
 */
export const run = (h: Host, devices: Dev | Link | (Dev | Link)[]): (() => void) => drive(h, devices, timers)
