import { type Dev, DLT_EN10MB, DLT_RAW, type Env, type Host, type Link } from '@tiny/core'
import { OPTIONS, strict } from '@tiny/core/strict'
import type { Net } from './net.js'
import { check, checkAll, checkImpairments, type Impairments, type WireOptions } from './options.js'
import { rand } from './rand.js'
import { addHost, call, run } from './run.js'
import { type Place, place } from './station.js'
import type { Sim, SimDev, SimLink, SimOptions } from './types.js'
import { impair } from './way.js'

// Microseconds a frame takes unless told otherwise: without any, two stations could answer each other forever.
const DELAY = 50

// Stations that all hear each other.
function medium(net: Net, type: number, n: number, options: WireOptions | undefined, back?: Impairments): Place[] {
  const o = options ?? {}
  checkAll(o, OPTIONS.wire)
  checkImpairments(back ?? {})
  const places: Place[] = []
  for (let i = 0; i < n; i++) places.push(place(net, type, o, DELAY))
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) places[i].peers.push(places[j])
  if (back) impair(places[1].way, back)
  return places
}

function env(net: Net): Env {
  const start = Math.imul(net.start, 1000)
  return {
    now: () => (net.start + Math.floor(net.t / 1000)) | 0,
    micros: () => (start + net.t) | 0,
    rand: rand(net.seed ^ Math.imul(++net.streams, 0x85ebca6b)),
  }
}

/**
 * A network on a virtual clock: nothing in it happens by itself, all of it within run(), and one seed decides all.
 *
 * @throws RangeError for a seed or start that is no int32, and for unknown options
 */
export function sim(options?: SimOptions): Sim {
  const o = options ?? {}
  strict('sim', o)
  const seed = o.seed ?? 1
  const start = o.start ?? 0
  check('seed', seed, -0x80000000, 0x7fffffff, true)
  check('start', start, -0x80000000, 0x7fffffff, true)
  const net: Net = {
    seed,
    start,
    trace: o.trace,
    rand: rand(~seed),
    t: 0,
    places: [],
    machines: [],
    calls: [],
    streams: 0,
    isRunning: false,
    rx: new Uint8Array(0),
    garbage: new Uint8Array(0),
    offset: 0,
  }
  return {
    env: () => env(net),
    wire: (wireOptions?: WireOptions, back?: Impairments) => {
      const places = medium(net, DLT_EN10MB, 2, wireOptions, back)
      return [places[0].dev, places[1].dev]
    },
    line: (wireOptions?: WireOptions, back?: Impairments) => {
      const places = medium(net, DLT_RAW, 2, wireOptions, back)
      return [places[0].dev as unknown as SimLink, places[1].dev as unknown as SimLink]
    },
    hub: (n: number, wireOptions?: WireOptions) => {
      const devs: SimDev[] = []
      const places = medium(net, DLT_EN10MB, check('stations', n, 2, 256, true), wireOptions)
      for (let i = 0; i < n; i++) devs.push(places[i].dev)
      return devs
    },
    host: (h: Host, devices: Dev | Link | (Dev | Link)[]) => addHost(net, h, devices),
    after: (ms: number, f: () => void) => {
      if (typeof f !== 'function') throw new RangeError('sim: after() wants a function')
      call(net, net.t + Math.round(check('after', ms, 0, 1e12, false) * 1000), f)
    },
    run: (ms: number, until?: () => boolean) => run(net, ms, until),
    now: () => net.t / 1000,
    rand: net.rand,
  }
}
