// A router for networks of tests, between cards of its own: RFC 1812 5.2 and 5.3, as far as they can be seen from outside.
// It is no host of ours: what a stack takes for granted of routers, this one does by itself.
import { get16, get32, type Host, put16, put32, putSum } from '@tiny/core'
import type { Ethernet } from '@tiny/ethernet'

/** One side of it: the network is the first three octets of its own address. */
export interface Side {
  readonly link: Ethernet
  readonly own: Uint8Array
}

const HEADER = 20
/** Octets kept free in front of a packet for the link. */
const FRONT = 40
const DF = 0x4000
const MORE = 0x2000
const UNREACHABLE = 3
const HOST = 1
const FRAGMENTATION_NEEDED = 4
const TIME_EXCEEDED = 11

/** @returns how many datagrams it has given on, and how many ICMP errors it has sent */
export function router(h: Host, sides: readonly Side[]): { passed: number; reports: number } {
  const counts = { passed: 0, reports: 0 }
  const out = new Uint8Array(FRONT + 65535)
  const sideOf = (b: Uint8Array, o: number): Side | undefined =>
    sides.find(({ own }) => own.every((x, i) => i === 3 || x === b[o + i]))

  /** Header at FRONT of `out`, then the link. */
  function send(side: Side, n: number): void {
    putSum(h.sum, out, FRONT, HEADER, FRONT + 10, 0)
    side.link.send(out, FRONT, n, get32(out, FRONT + 16))
  }

  function report(b: Uint8Array, o: number, type: number, code: number, info: number): void {
    const side = sideOf(b, o + 12)
    if (!side || b[o + 9] === 1 || get16(b, o + 6) & 0x1fff) return
    const n = HEADER + 8 + HEADER + 8
    out.fill(0, FRONT, FRONT + n)
    out.set([0x45, 0, 0, n, 0, 0, 0, 0, 64, 1, 0, 0, ...side.own, ...b.subarray(o + 12, o + 16)], FRONT)
    out.set([type, code, 0, 0], FRONT + HEADER)
    put32(out, FRONT + HEADER + 4, info)
    out.set(b.subarray(o, o + HEADER + 8), FRONT + HEADER + 8)
    putSum(h.sum, out, FRONT + HEADER, n - HEADER, FRONT + HEADER + 2, 0)
    counts.reports++
    send(side, n)
  }

  function forward(b: Uint8Array, o: number, n: number): void {
    const total = get16(b, o + 2)
    // No options are sent here, so that what has some is broken.
    if (b[o] !== 0x45 || n < HEADER || total > n || h.sum(b, o, HEADER, 0) !== 0xffff) return
    const side = sideOf(b, o + 16)
    if (!side || b[o + 19] === side.own[3] || b[o + 19] === 255) return
    if (b[o + 8] < 2) {
      report(b, o, TIME_EXCEEDED, 0, 0)
      return
    }
    const field = get16(b, o + 6)
    const { mtu } = side.link
    if (total > mtu && field & DF) {
      report(b, o, UNREACHABLE, FRAGMENTATION_NEEDED, mtu)
      return
    }
    counts.passed++
    const most = total > mtu ? (mtu - HEADER) & ~7 : total - HEADER
    for (let at = 0; at < total - HEADER; at += most) {
      const k = Math.min(most, total - HEADER - at)
      out.set(b.subarray(o, o + HEADER), FRONT)
      out.set(b.subarray(o + HEADER + at, o + HEADER + at + k), FRONT + HEADER)
      put16(out, FRONT + 2, HEADER + k)
      put16(out, FRONT + 6, (field + (at >> 3)) | (at + k < total - HEADER ? MORE : 0))
      out[FRONT + 8]--
      send(side, HEADER + k)
    }
  }

  for (const { link, own } of sides) {
    link.address?.set(own)
    link.recv = (b, o, n) => forward(b, o, n)
    link.lost = (b, o) => report(b.slice(o, o + HEADER + 8), 0, UNREACHABLE, HOST, 0)
  }
  return counts
}
