// A station: a Dev or Link whose send() enters a way, and what the run loop hands to the others when a frame arrives.
import { CAP_RX_SUM, copy, DLT_EN10MB, DLT_RAW, ENETDOWN, SUM_GOOD } from '@tiny/core'
import type { Net } from './net.js'
import { check, checkFrame, checkImpairments, type WireOptions } from './options.js'
import { rand } from './rand.js'
import type { SimDev } from './types.js'
import { impair, push, read, shift, type Way, way } from './way.js'

// Octets of an Ethernet header.
const HEADER = 14
// Frames are delivered at odd offsets, in turn: nothing above may count on alignment.
const MARGIN = 4
const GARBAGE = 0xa5
// A send() of a Link may overwrite so many octets in front. This one does.
const FRONT = 18

export interface Place {
  readonly number: number
  /** A SimLink on a line. */
  readonly dev: SimDev
  readonly way: Way
  /** The others on the same medium. */
  peers: Place[]
  isCut: boolean
  isDown: boolean
  isDeaf: boolean
}

/** Grows the buffer that frames are delivered in. */
export function grow(net: Net, n: number): void {
  if (net.rx.length >= n + 2 * MARGIN) return
  net.rx = new Uint8Array(n + 2 * MARGIN)
  net.garbage = new Uint8Array(n + 2 * MARGIN)
  for (let i = 0; i < net.garbage.length; i++) net.garbage[i] = GARBAGE
}

/** Makes a station. @param delay microseconds, unless the options say otherwise */
export function place(net: Net, type: number, options: WireOptions, delay: number): Place {
  const number = net.places.length
  const header = type === DLT_RAW ? 0 : HEADER
  const pad = options.pad ?? (header ? 60 : 0)
  const w = way(rand(net.seed ^ Math.imul(number + 1, 0x9e3779b1)), options, delay)
  const stats = w.stats
  let mtu = 0
  const mac = new Uint8Array(6)
  mac[0] = 2
  mac[4] = (number + 1) >> 8
  mac[5] = number + 1
  const dev = {
    type,
    caps: options.caps ?? 0,
    stats,
    get mtu() {
      return mtu
    },
    set mtu(n: number) {
      const most = check('mtu', n, 68, 65535, true) + header
      if (w.b.length < (most > pad ? most : pad))
        throw new RangeError(`sim: queue ${w.b.length} does not hold a frame of ${most} octets`)
      mtu = n
      grow(net, most > pad ? most : pad)
    },
    send(b: Uint8Array, o: number, n: number, hop: number) {
      checkFrame(b, o, n)
      if (p.isDown) return -ENETDOWN
      const isLong = n > mtu + header || (w.limit > 0 && n > w.limit + header)
      let r = 0
      if (p.isCut || isLong) {
        stats.sent++
        stats.octets += n
        if (p.isCut) stats.cut++
        else stats.tooLong++
      } else r = push(w, net.t, b, o, n, n < pad ? pad : n, hop | 0, 0)
      if (!header && r === 0) copy(b, o < FRONT ? 0 : o - FRONT, net.garbage, 0, o < FRONT ? o : FRONT)
      return r
    },
    // Until a layer above sets it, what comes has nobody to go to.
    recv() {},
    impair(o: WireOptions) {
      checkImpairments(o)
      impair(w, o)
    },
    cut() {
      p.isCut = true
    },
    mend() {
      p.isCut = false
    },
    down() {
      p.isDown = true
    },
    up() {
      p.isDown = false
      dev.ready?.()
    },
  } as unknown as SimDev
  const p: Place = { number, dev, way: w, peers: [], isCut: false, isDown: false, isDeaf: false }
  if (type === DLT_EN10MB) {
    const card = dev as { mac?: Uint8Array; promisc?: (on: boolean) => number }
    card.mac = mac
    card.promisc = on => {
      p.isDeaf = !on
      return 0
    }
  }
  dev.mtu = options.mtu ?? 1500
  net.places.push(p)
  return p
}

// Whether a card that receives no frames for others takes this one.
function isFor(mac: Uint8Array | undefined, b: Uint8Array, o: number): boolean {
  if (!mac || b[o] & 1) return true
  for (let i = 0; i < 6; i++) if (b[o + i] !== mac[i]) return false
  return true
}

// Hands the next frame to one receiver.
function hear(net: Net, from: Place, to: Place): void {
  const w = from.way
  if (from.isCut || to.isCut || to.isDown) {
    w.stats.cut++
    return
  }
  const o = 1 + (net.offset++ & (MARGIN - 1))
  const b = net.rx
  const n = read(w, b, o)
  if (n < 0) return
  net.trace?.(net.t, from.number, to.number, b, o, n)
  const flags = to.dev.caps & CAP_RX_SUM && !w.isCorrupt ? SUM_GOOD : 0
  try {
    if (!to.isDeaf || isFor(to.dev.mac, b, o)) to.dev.recv(b, o, n, flags)
  } finally {
    // The buffer is the device's again: whoever kept it sees garbage.
    copy(b, o, net.garbage, 0, n)
  }
}

/** Delivers what has arrived on the way from a place. What a receiver throws loses its own frame and no other. */
export function deliver(net: Net, from: Place): void {
  const w = from.way
  for (let k = w.length; k > 0 && w.soonest >= 0 && w.due[w.soonest] <= net.t; k--) {
    const peers = from.peers
    try {
      for (let i = 0; i < peers.length; i++) hear(net, from, peers[i])
    } finally {
      shift(w)
    }
  }
  if (w.isOwing) {
    w.isOwing = false
    from.dev.ready?.()
  }
}
