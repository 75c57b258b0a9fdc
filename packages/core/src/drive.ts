import type { Dev, Host, Link } from './types.js'

/** A platform's timers. */
export interface Timers {
  /** Calls f once, ms milliseconds from now. */
  set(f: () => void, ms: number): unknown
  /** Takes back what set() gave. */
  clear(timer: unknown): void
  /** Calls f once, as soon as what is at hand has been dealt with (setImmediate); set(f, 0) unless given. */
  soon?(f: () => void): void
}

// Frames taken before the timers have their turn: a flood then cannot starve them.
const BATCH = 64

/**
 * Runs a host on a platform that hands in its timers: polls once after at most 64 frames, and re-arms one timer from
 * wait(). Call it when the stack has been assembled, with each outermost device (or link) under it.
 *
 * What a handler throws comes out of the timer's callback, in a flood out of `recv` at the 64th frame, with the next timer
 * armed.
 *
 * @returns stops it, and detaches it from the devices
 */
export function drive(h: Host, devices: Dev | Link | (Dev | Link)[], timers: Timers): () => void {
  const list = Array.isArray(devices) ? devices : [devices]
  const ups: (typeof list)[0]['recv'][] = []
  let timer: unknown = null
  let dueAt = 0
  let frames = 0
  let isSoon = false
  let isStopped = false

  function disarm(): void {
    if (timer !== null) timers.clear(timer)
    timer = null
  }
  function arm(): void {
    if (isStopped) return
    const ms = h.wait()
    if (ms === 0) {
      soon()
      return
    }
    // Re-armed only if earlier: a deadline that moves away costs one idle poll, not a timer a packet.
    if (ms < 0 || (timer !== null && ((dueAt - h.env.now() - ms) | 0) <= 0)) return
    disarm()
    dueAt = (h.env.now() + ms) | 0
    timer = timers.set(onTimer, ms)
  }
  function run(): void {
    if (isStopped) return
    frames = 0
    try {
      h.poll()
    } finally {
      arm()
    }
  }
  function onTimer(): void {
    timer = null
    run()
  }
  function onSoon(): void {
    if (!isSoon) return
    isSoon = false
    run()
  }
  function soon(): void {
    if (isSoon || isStopped) return
    isSoon = true
    if (timers.soon) timers.soon(onSoon)
    else timers.set(onSoon, 0)
  }

  for (const dev of list) {
    const up = dev.recv
    ups.push(up)
    dev.recv = (b, o, n, flags) => {
      up(b, o, n, flags)
      if (++frames < BATCH) soon()
      else run()
    }
    dev.ready = soon
  }
  // Several hosts may share an Env: whoever was told before is told on.
  const before = h.env.wake
  const wake = (): void => {
    before?.()
    arm()
  }
  h.env.wake = wake
  arm()
  return () => {
    // A device may be somebody else's by now.
    if (isStopped) return
    isStopped = true
    disarm()
    if (h.env.wake === wake) h.env.wake = before as () => void
    for (let i = 0; i < list.length; i++) list[i].recv = ups[i]
  }
}
