import { OPTIONS } from '@tiny/core/strict'

/** What one direction of a wire does to frames. All of it may change at run time, with impair(). */
export interface Impairments {
  /** Milliseconds from the sender's last bit to the receiver, to the microsecond. */
  delay?: number
  /** Up to this many milliseconds more, evenly distributed. Frames keep their order: the later waits for the earlier. */
  jitter?: number
  /** Bits a second; 0: no limit. */
  bandwidth?: number
  /** Octets that may wait for bandwidth, the frame on its way out included; 0: as many as `queue` holds. */
  backlog?: number
  /** Probability that a frame is lost, 0 to 1; on a hub for each receiver on its own. */
  loss?: number
  /** Probability that a frame comes `late` milliseconds late, so that others overtake it. */
  reorder?: number
  /** Milliseconds; 5 unless given. */
  late?: number
  /** Probability that a frame comes twice. */
  duplicate?: number
  /** Probability that bits of a frame are flipped; on a hub for each receiver on its own. */
  corrupt?: number
  /** How many bits; 1 unless given. */
  bits?: number
  /** Frames with more octets behind the link header than this vanish, whatever the MTU says; 0: no limit. */
  limit?: number
  /** When the queue is full, send() answers -ENOBUFS and ready() is called later; else the frame is dropped. */
  refuse?: boolean
}

/** A direction, with what is fixed when it is made. */
export interface QueueOptions extends Impairments {
  /** Octets in flight, allocated at once; 65,536 unless given. */
  queue?: number
  /** Frames in flight, 36 octets each, allocated at once; 512 unless given. */
  frames?: number
}

/** How a wire, a hub or a line is made. */
export interface WireOptions extends QueueOptions {
  /** MTU that the stations announce and keep; 1,500 unless given. Each station's may be changed later. */
  mtu?: number
  /** Octets to which shorter frames are filled up with zeros; 60 unless given, on lines 0. */
  pad?: number
  /** Capabilities of the stations: CAP_TX_SUM, CAP_RX_SUM. */
  caps?: number
}

/** Least and largest value of each number among the options; 1 behind them: a whole number. */
const RANGES: { readonly [key: string]: readonly number[] } = /* @__PURE__ */ (() => ({
  delay: [0, 1e9],
  jitter: [0, 1e9],
  bandwidth: [0, 1e12],
  backlog: [0, 1e9, 1],
  loss: [0, 1],
  reorder: [0, 1],
  late: [0, 1e9],
  duplicate: [0, 1],
  corrupt: [0, 1],
  bits: [1, 1e6, 1],
  limit: [0, 65535, 1],
  queue: [1, 0x3fffffff, 1],
  frames: [1, 0xfffff, 1],
  mtu: [68, 65535, 1],
  pad: [0, 1518, 1],
  caps: [0, 3, 1],
  seed: [-0x80000000, 0x7fffffff, 1],
}))()

/** @throws RangeError `sim: loss 2 is not within 0 to 1` */
export function check(name: string, value: number, least: number, most: number, isWhole: boolean): number {
  // Text from JavaScript would be compared as a number, and then joined to one.
  if (typeof value !== 'number') throw new RangeError(`sim: ${name} ${value} is not a number`)
  if (!(value >= least && value <= most))
    throw new RangeError(`sim: ${name} ${value} is not within ${least} to ${most}`)
  if (isWhole && value !== Math.floor(value)) throw new RangeError(`sim: ${name} ${value} is not a whole number`)
  return value
}

/** Refuses values out of range, and keys that are not in `known`. @throws RangeError */
export function checkAll(options: object, known: readonly string[]): void {
  const all = options as { [key: string]: unknown }
  for (const key in all) {
    if (known.indexOf(key) < 0) throw new RangeError(`sim: no option ${key}`)
    const range = RANGES[key]
    const value = all[key]
    if (value === undefined) continue
    if (range) check(key, value as number, range[0], range[1], range.length > 2)
    else if (typeof value !== 'boolean') throw new RangeError(`sim: ${key} ${value} is not true or false`)
  }
}

/** n octets at o are there. @throws RangeError */
export function checkFrame(b: Uint8Array, o: number, n: number): void {
  if (!(o >= 0 && n >= 0 && o + n <= b.length && n % 1 === 0))
    throw new RangeError(`sim: send of ${n} octets at ${o} of ${b.length}`)
}

// What is fixed when a wire is made.
const FIXED = /* @__PURE__ */ 'queue frames mtu pad caps'.split(' ')

/** As checkAll(), for what may change at run time. @throws RangeError */
export function checkImpairments(options: Impairments): void {
  for (const key in options) if (FIXED.indexOf(key) >= 0) throw new RangeError(`sim: ${key} is fixed`)
  checkAll(options, OPTIONS.wire)
}
