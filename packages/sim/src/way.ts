// One direction of a wire: a bounded ring of octets, a list of frames in the order in which they arrive, and what
// happens to them on the way. Times are microseconds, as whole numbers; nothing is allocated per frame.
import { copy, ENOBUFS } from '@tiny/core'
import type { Impairments, QueueOptions } from './options.js'

/** What became of the frames that entered at one end. */
export interface Stats {
  /** Frames for which send() answered 0, whatever became of them then. */
  sent: number
  /** Their octets. */
  octets: number
  /** Handed to a receiver; on a hub once for each. */
  delivered: number
  /** Lost by `loss`. */
  lost: number
  /** Dropped or refused because of `queue`, `frames` or `backlog`. */
  full: number
  /** Lost because a cable was cut or a station down. */
  cut: number
  /** Longer than the MTU or `limit`. */
  tooLong: number
  /** Delivered with flipped bits. */
  corrupted: number
  /** Additional copies made. */
  duplicated: number
  /** Delivered after a frame that had been sent later. */
  reordered: number
}

export interface Way {
  readonly rand: () => number
  readonly stats: Stats
  // Impairments: times in microseconds, probabilities as thresholds that an int32 is compared with.
  delay: number
  jitter: number
  late: number
  /** Microseconds an octet takes; 0: none. */
  pace: number
  backlog: number
  loss: number
  reorder: number
  duplicate: number
  corrupt: number
  bits: number
  limit: number
  isRefusing: boolean
  /** A frame was refused: the sender waits to be called. */
  isOwing: boolean
  // The octets, in the order in which they were sent; a frame may go round the end.
  readonly b: Uint8Array
  tail: number
  held: number
  // The frames in the same order: slots first to first + used, round.
  readonly at: Int32Array
  readonly size: Int32Array
  readonly tag: Int32Array
  readonly flags: Int32Array
  readonly serial: Int32Array
  readonly due: Float64Array
  first: number
  used: number
  // The same in the order of arrival, as a list; -1 ends it.
  readonly next: Int32Array
  readonly prev: Int32Array
  soonest: number
  latest: number
  /** Frames not delivered yet. */
  length: number
  /** Serial number of the next frame, and of the newest that was delivered. */
  serials: number
  newest: number
  /** When the last bit sent leaves the sender, and when the last frame in order arrives. */
  busyUntil: number
  orderedUntil: number
  /** The frame that read() gave had bits flipped. */
  isCorrupt: boolean
}

const DELIVERED = -1

/** A threshold t, so that an even int32 is below it with probability p. */
const threshold = (p: number): number => p * 4294967296 - 2147483648

const hits = (w: Way, t: number): boolean => t > -2147483648 && w.rand() < t

/** Sets what is given, leaves the rest. The values have been checked. */
export function impair(w: Way, options: Impairments): void {
  w.delay = options.delay === undefined ? w.delay : Math.round(options.delay * 1000)
  w.jitter = options.jitter === undefined ? w.jitter : Math.round(options.jitter * 1000)
  w.late = options.late === undefined ? w.late : Math.round(options.late * 1000)
  w.pace = options.bandwidth === undefined ? w.pace : options.bandwidth && 8e6 / options.bandwidth
  w.backlog = options.backlog ?? w.backlog
  w.loss = options.loss === undefined ? w.loss : threshold(options.loss)
  w.reorder = options.reorder === undefined ? w.reorder : threshold(options.reorder)
  w.duplicate = options.duplicate === undefined ? w.duplicate : threshold(options.duplicate)
  w.corrupt = options.corrupt === undefined ? w.corrupt : threshold(options.corrupt)
  w.bits = options.bits ?? w.bits
  w.limit = options.limit ?? w.limit
  w.isRefusing = options.refuse ?? w.isRefusing
}

/** A direction without impairments. @param delay microseconds */
export function way(rand: () => number, options: QueueOptions, delay: number): Way {
  const frames = options.frames ?? 512
  const w: Way = {
    rand,
    stats: {
      sent: 0,
      octets: 0,
      delivered: 0,
      lost: 0,
      full: 0,
      cut: 0,
      tooLong: 0,
      corrupted: 0,
      duplicated: 0,
      reordered: 0,
    },
    delay,
    jitter: 0,
    late: 5000,
    pace: 0,
    backlog: 0,
    loss: threshold(0),
    reorder: threshold(0),
    duplicate: threshold(0),
    corrupt: threshold(0),
    bits: 1,
    limit: 0,
    isRefusing: false,
    isOwing: false,
    b: new Uint8Array(options.queue ?? 65536),
    tail: 0,
    held: 0,
    at: new Int32Array(frames),
    size: new Int32Array(frames),
    tag: new Int32Array(frames),
    flags: new Int32Array(frames),
    serial: new Int32Array(frames),
    due: new Float64Array(frames),
    first: 0,
    used: 0,
    next: new Int32Array(frames),
    prev: new Int32Array(frames),
    soonest: -1,
    latest: -1,
    length: 0,
    serials: 0,
    newest: -1,
    busyUntil: 0,
    orderedUntil: 0,
    isCorrupt: false,
  }
  impair(w, options)
  return w
}

// Whether a frame of n octets finds room at time now.
function fits(w: Way, now: number, n: number): boolean {
  if (w.used === w.at.length || n > w.b.length - w.held) return false
  return !w.backlog || !w.pace || Math.max(w.busyUntil - now, 0) / w.pace + n <= w.backlog
}

// Puts a slot into the list behind all that arrive no later.
function link(w: Way, slot: number): void {
  const due = w.due[slot]
  let before = w.latest
  while (before >= 0 && w.due[before] > due) before = w.prev[before]
  const after = before < 0 ? w.soonest : w.next[before]
  w.prev[slot] = before
  w.next[slot] = after
  if (before < 0) w.soonest = slot
  else w.next[before] = slot
  if (after < 0) w.latest = slot
  else w.prev[after] = slot
  w.length++
}

// One copy of a frame, filled up with zeros to `size`.
function enter(
  w: Way,
  now: number,
  b: Uint8Array,
  o: number,
  n: number,
  size: number,
  tag: number,
  flags: number,
): void {
  const slot = (w.first + w.used) % w.at.length
  w.used++
  w.at[slot] = w.tail
  w.size[slot] = size
  w.tag[slot] = tag
  w.flags[slot] = flags
  w.serial[slot] = w.serials
  let room = w.b.length - w.tail
  const k = n < room ? n : room
  copy(w.b, w.tail, b, o, k)
  copy(w.b, 0, b, o + k, n - k)
  for (let i = n, p = (w.tail + n) % w.b.length; i < size; i++) {
    w.b[p] = 0
    if (++p === w.b.length) p = 0
  }
  room = w.tail + size
  w.tail = room < w.b.length ? room : room - w.b.length
  w.held += size

  w.busyUntil = (w.busyUntil > now ? w.busyUntil : now) + size * w.pace
  let due = Math.round(w.busyUntil) + w.delay
  if (w.jitter) due += (w.rand() >>> 0) % (w.jitter + 1)
  if (hits(w, w.reorder)) due += w.late
  else w.orderedUntil = due = due > w.orderedUntil ? due : w.orderedUntil
  w.due[slot] = due
  link(w, slot)
}

/**
 * Takes a frame at time now.
 *
 * @param size octets to which it is filled up with zeros, n at least
 * @param tag kept with it, as `flags`
 * @returns 0, also when it was dropped; -ENOBUFS when it was refused
 */
export function push(
  w: Way,
  now: number,
  b: Uint8Array,
  o: number,
  n: number,
  size: number,
  tag: number,
  flags: number,
): number {
  const isFull = !fits(w, now, size)
  if (isFull) w.stats.full++
  if (isFull && w.isRefusing) {
    w.isOwing = true
    return -ENOBUFS
  }
  w.stats.sent++
  w.stats.octets += n
  if (isFull) return 0
  enter(w, now, b, o, n, size, tag, flags)
  if (hits(w, w.duplicate) && fits(w, now, size)) {
    w.stats.duplicated++
    enter(w, now, b, o, n, size, tag, flags)
  }
  w.serials = (w.serials + 1) | 0
  return 0
}

/** When the next frame arrives; Infinity: none is on its way. */
export const due = (w: Way): number => (w.soonest < 0 ? Infinity : w.due[w.soonest])

/**
 * Copies the frame that arrives next to `to`, for one receiver.
 *
 * @returns its octets, -1 when this receiver does not get it
 */
export function read(w: Way, to: Uint8Array, o: number): number {
  const slot = w.soonest
  const n = w.size[slot]
  if (hits(w, w.loss)) {
    w.stats.lost++
    return -1
  }
  const at = w.at[slot]
  const k = n < w.b.length - at ? n : w.b.length - at
  copy(to, o, w.b, at, k)
  copy(to, o + k, w.b, 0, n - k)
  w.isCorrupt = n > 0 && hits(w, w.corrupt)
  if (w.isCorrupt) {
    w.stats.corrupted++
    for (let i = 0; i < w.bits && i < 8 * n; i++) {
      let bit = (w.rand() >>> 0) % (8 * n)
      // One that was flipped already stays so: the next one that was not.
      while (((to[o + (bit >> 3)] ^ w.b[(at + (bit >> 3)) % w.b.length]) >> (bit & 7)) & 1) bit = (bit + 1) % (8 * n)
      to[o + (bit >> 3)] ^= 1 << (bit & 7)
    }
  }
  w.stats.delivered++
  return n
}

/** Takes the frame that arrives next out. */
export function shift(w: Way): void {
  const slot = w.soonest
  w.soonest = w.next[slot]
  if (w.soonest < 0) w.latest = -1
  else w.prev[w.soonest] = -1
  w.length--
  const serial = w.serial[slot]
  if (((serial - w.newest) | 0) < 0) w.stats.reordered++
  else w.newest = serial
  // Octets and slots come free in the order in which they were taken.
  w.at[slot] = DELIVERED
  while (w.used && w.at[w.first] === DELIVERED) {
    w.held -= w.size[w.first]
    if (++w.first === w.at.length) w.first = 0
    w.used--
  }
}
