// Where the payload of a packet starts, as Linux's flow dissector finds it (__skb_get_poff in net/core/flow_dissector.c).
import { get16 } from '@tiny/core'

const IPV4 = 0x800
const IPV6 = 0x86dd
const ARP = 0x806
const RARP = 0x8035
const VLAN = 0x8100
const QINQ = 0x88a8

// Headers that are walked through at most.
const DEPTH = 15

// The transport header behind each protocol; TCP's says itself how long it is.
function transport(b: Uint8Array, o: number, n: number, at: number, proto: number): number {
  if (proto === 6) {
    if (at + 12 >= n) return at
    const length = (b[o + at + 12] & 0xf0) >> 2
    return at + (length < 20 ? 20 : length)
  }
  return at + (proto === 132 ? 12 : proto === 17 || proto === 136 || proto === 1 || proto === 58 || proto === 2 ? 8 : 0)
}

/**
 * Offset of the payload from o. 0 when the network header is unknown or cut short. VLAN tags, IPv6's extension headers and
 * IP in IP are walked through; GRE and MPLS are not.
 *
 * @param network where the network header starts, from o
 * @param protocol EtherType
 */
export function payloadOffset(b: Uint8Array, o: number, n: number, network: number, protocol: number): number {
  let at = network
  let type = protocol
  for (let i = 0; i < DEPTH; i++) {
    let next = 0
    if (type === VLAN || type === QINQ) {
      if (at + 4 > n) return 0
      type = get16(b, o + at + 2)
      at += 4
      continue
    }
    if (type === ARP || type === RARP) return at < n ? at : n
    if (type === IPV4) {
      const ihl = b[o + at] & 15
      if (at + 20 > n || ihl < 5) return 0
      next = b[o + at + 9]
      const fragment = get16(b, o + at + 6) & 0x3fff
      at += 4 * ihl
      if (at > n) at = n
      // Of a fragment, only the first has the transport header.
      if (fragment) return fragment & 0x1fff ? at : transport(b, o, n, at, next)
    } else if (type === IPV6) {
      if (at + 40 > n) return 0
      next = b[o + at + 6]
      at += 40
      // Hop-by-hop options, routing, destination options; a fragment header ends the walk.
      while (next === 0 || next === 43 || next === 60) {
        if (at + 2 > n || ++i >= DEPTH) return 0
        next = b[o + at]
        at += (b[o + at + 1] + 1) << 3
      }
      if (next === 44) {
        if (at + 8 > n) return 0
        next = b[o + at]
        const isFirst = !(get16(b, o + at + 2) & 0xfff8)
        at += 8
        return isFirst ? transport(b, o, n, at, next) : at
      }
      if (at > n) at = n
    } else return 0
    if (next === 4) type = IPV4
    else if (next === 41) type = IPV6
    else return transport(b, o, n, at, next)
  }
  return 0
}
