// The run loop: the clock jumps from one instant at which something happens to the next.
import type { Dev, Host, Link } from '@tiny/core'
import type { Machine, Net } from './net.js'
import { check } from './options.js'
import { deliver } from './station.js'
import { due } from './way.js'

// Frames taken before the timers have their turn, as drivers do: a flood then cannot starve them.
const BATCH = 64
// Rounds at one instant before the loop gives up: two stations without delay answering each other, or a wait() that is 0 forever.
const ROUNDS = 100000

function poll(m: Machine): void {
  m.frames = 0
  m.isDirty = true
  m.h.poll()
}

// When a host wants to be polled. Its clock shows whole milliseconds.
function dueOf(net: Net, m: Machine): number {
  if (m.frames) return net.t
  if (m.isDirty) {
    m.isDirty = false
    const ms = m.h.wait()
    m.due = ms < 0 ? Infinity : ms === 0 ? net.t : (Math.floor(net.t / 1000) + ms) * 1000
  }
  return m.due
}

/** Runs a host on the devices that lie under its stack. */
export function addHost(net: Net, h: Host, devices: Dev | Link | (Dev | Link)[]): void {
  const list = Array.isArray(devices) ? devices : [devices]
  const m: Machine = { h, due: 0, isDirty: true, frames: 0 }
  for (let i = 0; i < net.machines.length; i++)
    if (net.machines[i].h.env === h.env) throw new RangeError('sim: host() was called before with this env')
  for (let i = 0; i < list.length; i++) {
    const dev = list[i]
    const up = dev.recv
    const ready = dev.ready
    dev.recv = (b, o, n, flags) => {
      up(b, o, n, flags)
      if (++m.frames >= BATCH) poll(m)
    }
    dev.ready = () => {
      ready?.()
      m.frames++
    }
  }
  h.env.wake = () => {
    m.isDirty = true
  }
  net.machines.push(m)
}

/** Calls f at a time of the net's clock, after what is to be called at the same time already. */
export function call(net: Net, at: number, f: () => void): void {
  const calls = net.calls
  let i = calls.length
  calls.push({ at, f })
  for (; i > 0 && calls[i - 1].at > at; i--) calls[i] = calls[i - 1]
  calls[i] = { at, f }
}

// The next instant at which something happens.
function next(net: Net): number {
  let t = net.calls.length ? net.calls[0].at : Infinity
  for (let i = 0; i < net.places.length; i++) {
    const d = due(net.places[i].way)
    if (d < t) t = d
  }
  for (let i = 0; i < net.machines.length; i++) {
    const d = dueOf(net, net.machines[i])
    if (d < t) t = d
  }
  return t
}

// All that is due now, once: scripts, then frames in the order of their senders, then polls.
function instant(net: Net): void {
  while (net.calls.length && net.calls[0].at <= net.t) (net.calls.shift() as { f: () => void }).f()
  for (let i = 0; i < net.places.length; i++) if (due(net.places[i].way) <= net.t) deliver(net, net.places[i])
  for (let i = 0; i < net.machines.length; i++) if (dueOf(net, net.machines[i]) <= net.t) poll(net.machines[i])
}

/** @see Sim.run */
export function run(net: Net, ms: number, until: (() => boolean) | undefined): boolean {
  if (net.isRunning) throw new RangeError('sim: run() within run()')
  const end = net.t + Math.round(check('run of', ms, 0, 1e12, false) * 1000)
  let rounds = 0
  net.isRunning = true
  try {
    while (true) {
      if (until?.()) return true
      const t = next(net)
      if (t > end) break
      if (t > net.t) {
        net.t = t
        rounds = 0
      } else if (++rounds > ROUNDS) throw new RangeError(`sim: no end of events at ${net.t / 1000} ms`)
      instant(net)
    }
    net.t = end
    return !until || until()
  } finally {
    net.isRunning = false
  }
}
