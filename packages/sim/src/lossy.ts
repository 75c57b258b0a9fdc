// Impairments in real time, round any Dev or Link. An Engine of the host, not timers of its own: every driver arms its
// one timer from the host's wait(), so this runs wherever the host runs, on a virtual clock too, and a poll that
// delivers is followed by the stack's own in the same round.
import { type Dev, type Host, type Link, SUM_GOOD } from '@tiny/core'
import { OPTIONS } from '@tiny/core/strict'
import { wrap } from '@tiny/core/wrap'
import { checkAll, checkFrame, checkImpairments, type Impairments, type QueueOptions } from './options.js'
import { rand } from './rand.js'
import { due, impair, push, read, type Stats, shift, type Way, way } from './way.js'

/** Impairments, the bounds of the queue, and the seed; all of it optional. */
export interface LossyOptions extends QueueOptions {
  /** An int32 that decides what is lost, of each direction for itself; drawn from env.rand unless given. */
  seed?: number
}

/** What lossy() adds to the Dev or Link. */
export interface Lossy {
  /** What became of the frames that the stack sent. */
  readonly sent: Stats
  /** What became of those that the device received. */
  readonly received: Stats
  /** Changes the impairments of what is sent, and of what is received; what is not given stays. @throws RangeError */
  impair(options: Impairments, back?: Impairments): void
}

// Octets kept free in front of a frame: a Link may overwrite so many.
const FRONT = 18
// Octets of an Ethernet header.
const HEADER = 14
// Frames of each direction a poll.
const BATCH = 64

interface Clock {
  readonly h: Host
  /** Microseconds since the start, which do not wrap, and the clock as it was read for them. */
  t: number
  ms: number
  us: number
  scratch: Uint8Array
  /** Octets of link header in what passes. */
  readonly header: number
}

// The clock's differences, added up. A pause longer than microseconds can tell is measured in milliseconds.
function time(r: Clock): number {
  const env = r.h.env
  const ms = env.now() | 0
  const us = env.micros ? env.micros() | 0 : Math.imul(ms, 1000)
  const passed = (ms - r.ms) | 0
  const k = passed > 1000000 ? passed * 1000 : (us - r.us) | 0
  r.ms = ms
  r.us = us
  if (k > 0) r.t += k
  return r.t
}

const ms = (micros: number): number => (micros > 0 ? Math.ceil(micros / 1000) : 0)

// Takes a frame, and asks for a poll when it is the next to arrive.
function take(r: Clock, w: Way, b: Uint8Array, o: number, n: number, tag: number, flags: number): number {
  const now = time(r)
  if (w.limit > 0 && n > w.limit + r.header) {
    w.stats.sent++
    w.stats.octets += n
    w.stats.tooLong++
    return 0
  }
  if (n + FRONT > r.scratch.length) r.scratch = new Uint8Array(n + FRONT)
  const result = push(w, now, b, o, n, n, tag, flags)
  if (w.length > 0) r.h.wake(ms(due(w) - now))
  return result
}

/**
 * Makes a Dev or Link of a real machine as bad as asked for: what sim's wires do, on the host's own clock, to whole
 * milliseconds.
 *
 * @param h the host whose stack stands on it; call it before ethernet() or ipv4(), and drive() with what it returns
 * @param d the device; its recv is set
 * @param options what happens to frames sent
 * @param back what happens to frames received; as `options` unless given
 * @throws RangeError for unknown options and values out of range
 */
export function lossy<D extends Dev | Link>(
  h: Host,
  d: D,
  options?: LossyOptions,
  back?: LossyOptions,
): (D extends Dev ? Dev : Link) & Lossy {
  const out = options ?? {}
  const inward = back ?? out
  checkAll(out, OPTIONS.lossy)
  checkAll(inward, OPTIONS.lossy)
  const up = way(rand(~(inward.seed ?? h.env.rand())), inward, 0)
  const down = way(rand(out.seed ?? h.env.rand()), out, 0)
  const r: Clock = { h, t: 0, ms: 0, us: 0, scratch: new Uint8Array(d.mtu + 2 * FRONT), header: d.mac ? HEADER : 0 }
  time(r)
  r.t = 0

  // Gives one frame on; a device that refuses it loses it.
  const hand = (w: Way): void => {
    const slot = w.soonest
    const tag = w.tag[slot]
    const flags = w.flags[slot]
    const n = read(w, r.scratch, FRONT)
    shift(w)
    if (n < 0) return
    if (w === up) wrapped.recv(r.scratch, FRONT, n, w.isCorrupt ? flags & ~SUM_GOOD : flags)
    else if ((d as Link).send(r.scratch, FRONT, n, tag) < 0) {
      w.stats.delivered--
      w.stats.full++
    }
  }
  const flow = (w: Way, now: number): void => {
    for (let k = BATCH; k > 0 && due(w) <= now; k--) hand(w)
    if (w.isOwing) {
      w.isOwing = false
      if (w === down) wrapped.ready?.()
    }
    if (w.length > 0) h.wake(ms(due(w) - now))
  }
  const wrapped = wrap<Dev | Link>(
    d,
    (b, o, n, hop) => {
      checkFrame(b, o, n)
      return take(r, down, b, o, n, hop | 0, 0)
    },
    (b, o, n, flags) => void take(r, up, b, o, n, 0, flags),
  )
  h.add({
    poll() {
      const now = time(r)
      flow(up, now)
      flow(down, now)
    },
    used: () => up.length + down.length,
  })
  const controls = wrapped as unknown as { sent: Stats; received: Stats; impair: Lossy['impair'] }
  controls.sent = down.stats
  controls.received = up.stats
  controls.impair = (o, b) => {
    checkImpairments(o)
    checkImpairments(b ?? {})
    impair(down, o)
    impair(up, b ?? {})
  }
  return wrapped as unknown as (D extends Dev ? Dev : Link) & Lossy
}
