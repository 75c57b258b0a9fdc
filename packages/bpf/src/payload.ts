// Where the payload of a packet starts, as Linux's flow dissector finds it (__skb_get_poff in net/core/flow_dissector.c).
import { get16 } from '@tiny/core'

const IPV4 = 0x800
const IPV6 = 0x86dd
const ARP = 0x806
const RARP = 0x8035
const VLAN = 0x8100
const QINQ = 0x88a8
const MPLS = 0x8847
const MPLS_GROUP = 0x8848
const PPPOE = 0x8864
/** Ethernet inside GRE. */
const BRIDGED = 0x6558
/** PPP inside GRE of version 1 (RFC 2637). */
const PPP = 0x880b

/** The walk ends: here is the payload. */
const HERE = -1

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

// Where a walk is: the offset, and what is there: an EtherType, HERE, or 0 for a packet that is not understood. One at a time.
const step = { at: 0, type: 0 }

// PPP's numbers of network protocols, RFC 1661 2.
const ofPpp = (proto: number): number => (proto === 0x21 ? IPV4 : proto === 0x57 ? IPV6 : 0)

// RFC 2784, RFC 2890, and version 1 of RFC 2637.
function gre(b: Uint8Array, o: number, n: number, from: number): void {
  let at = from
  step.type = 0
  if (at + 4 > n) return
  const flags = get16(b, o + at)
  const version = flags & 7
  let type = get16(b, o + at + 2)
  // With routing, or of a version that is not known.
  if (flags & 0x4000 || version > 1 || (version && (type !== PPP || !(flags & 0x2000)))) {
    step.at = at
    step.type = HERE
    return
  }
  at += 4
  if (flags & 0x8000) at += 4
  if (flags & 0x2000) {
    if (at + 4 > n) return
    at += 4
  }
  if (flags & 0x1000) at += 4
  if (!version && type === BRIDGED) {
    if (at + 14 > n) return
    type = get16(b, o + at + 12)
    at += 14
  }
  if (version) {
    if (flags & 0x80) at += 4
    if (at + 4 > n) return
    type = ofPpp(get16(b, o + at + 2)) || type
    at += 4
  }
  step.at = at
  step.type = type
}

// RFC 2516; protocols whose number takes one octet are not understood (its section 7 discourages them).
function pppoe(b: Uint8Array, o: number, n: number, at: number): void {
  step.type = 0
  if (at + 8 > n || b[o + at] !== 0x11 || b[o + at + 1]) return
  const proto = get16(b, o + at + 6)
  step.at = at + 8
  step.type = proto === 0x281 ? MPLS : proto === 0x283 ? MPLS_GROUP : ofPpp(proto) || ((proto & 0x101) === 1 ? HERE : 0)
}

/**
 * Offset of the payload from o. 0 when the network header is unknown or cut short. VLAN tags, PPPoE, IPv6's extension
 * headers, IP in IP and GRE are walked through, as by Linux; a label of MPLS is passed over.
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
    if (type === HERE || type === ARP || type === RARP) return at < n ? at : n
    if (type === MPLS || type === MPLS_GROUP) return at + 4 < n ? at + 4 : n
    if (type === PPPOE) {
      pppoe(b, o, n, at)
      at = step.at
      type = step.type
      continue
    }
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
    else if (next === 47) {
      gre(b, o, n, at)
      at = step.at
      type = step.type
    } else return transport(b, o, n, at, next)
  }
  return 0
}
