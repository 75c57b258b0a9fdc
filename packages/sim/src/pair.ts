import { copy, type Dev, DLT_EN10MB, ENOBUFS } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { check, checkFrame } from './options.js'

/** What pair() may be told; all of it optional. */
export interface PairOptions {
  /** Frames that may wait each way, a power of two; 64 unless given. */
  frames?: number
  /** 1,500 unless given. */
  mtu?: number
}

/** Two cards back to back: without a clock, padding or impairments. */
export interface Pair {
  /** One of the cards. */
  readonly a: Dev
  /** The other one. */
  readonly b: Dev
  /** Delivers what waits, once each way, without answers to the second. @returns how many frames that were */
  deliver(): number
}

const HEADER = 14
// Octets to which slots are rounded.
const LINE = 64

interface Lane {
  readonly slots: Uint8Array[]
  readonly sizes: Int32Array
  /** Frames taken out and put in: an index is the count & (frames - 1). */
  head: number
  tail: number
  isOwing: boolean
}

function lane(frames: number, size: number): Lane {
  const slots: Uint8Array[] = []
  for (let i = 0; i < frames; i++) slots.push(new Uint8Array(size))
  return { slots, sizes: new Int32Array(frames), head: 0, tail: 0, isOwing: false }
}

function card(out: Lane, mtu: number, number: number): Dev {
  const mask = out.sizes.length - 1
  const most = mtu + HEADER
  const mac = new Uint8Array(6)
  mac[0] = 2
  mac[5] = number
  return {
    type: DLT_EN10MB,
    mtu,
    mac,
    caps: 0,
    send(b, o, n) {
      checkFrame(b, o, n)
      if (n > most) throw new RangeError(`sim: a frame of ${n} octets, ${most} at most`)
      if (((out.tail - out.head) | 0) > mask) {
        out.isOwing = true
        return -ENOBUFS
      }
      const i = out.tail & mask
      copy(out.slots[i], 0, b, o, n)
      out.sizes[i] = n
      out.tail = (out.tail + 1) | 0
      return 0
    },
    recv() {},
  }
}

function empty(lane: Lane, from: Dev, to: Dev): number {
  const mask = lane.sizes.length - 1
  const k = (lane.tail - lane.head) | 0
  for (let i = 0; i < k; i++) {
    const slot = lane.head & mask
    try {
      to.recv(lane.slots[slot], 0, lane.sizes[slot], 0)
    } finally {
      // Only now: what recv() sends must not land in the slot that it reads.
      lane.head = (lane.head + 1) | 0
    }
  }
  if (lane.isOwing) {
    lane.isOwing = false
    from.ready?.()
  }
  return k
}

/**
 * Two network cards back to back, without clock, padding or impairments: as near to nothing as a Dev can be, for
 * benchmarks. A frame costs one copy. Full: -ENOBUFS, and ready() from deliver().
 *
 * @throws RangeError unless frames is a power of two
 */
export function pair(options?: PairOptions): Pair {
  const o = strict('pair', options ?? {})
  const frames = check('frames', o.frames ?? 64, 1, 65536, true)
  const mtu = check('mtu', o.mtu ?? 1500, 68, 65535, true)
  if (frames & (frames - 1)) throw new RangeError(`sim: frames ${frames} is not a power of two`)
  const size = (mtu + HEADER + LINE - 1) & -LINE
  const ab = lane(frames, size)
  const ba = lane(frames, size)
  const a = card(ab, mtu, 1)
  const b = card(ba, mtu, 2)
  let isDelivering = false
  return {
    a,
    b,
    deliver() {
      if (isDelivering) throw new RangeError('sim: deliver() within deliver()')
      isDelivering = true
      try {
        return empty(ab, a, b) + empty(ba, b, a)
      } finally {
        isDelivering = false
      }
    },
  }
}
