// RFC 791, RFC 1122 3.2.1: what comes from the link, checked in the order in which it can be said to be wrong.
import {
  COPIED,
  EATEN,
  get16,
  get32,
  ICMP,
  IP_GROUP,
  LINK_BROADCAST,
  LINK_MULTICAST,
  LOOPED,
  NO_PORT,
  NO_PROTO,
  SUM_GOOD,
} from '@tiny/core'
import { isBroadcast, isLocal } from './address.js'
import {
  DST,
  FRAGMENT,
  HEADER,
  HEADER_MAX,
  ICMP_HEADER,
  LENGTH,
  MF,
  OFFSET,
  PARAMETER_PROBLEM,
  PROTO,
  SRC,
  UNREACHABLE,
} from './const.js'
import { icmpInput, sendError } from './icmp.js'
import {
  ICMP_MALFORMED,
  ICMP_NOBODY,
  IP_DELIVERED,
  IP_IN,
  IP_MALFORMED,
  IP_NO_PORT,
  IP_NO_PROTO,
  IP_NOT_OURS,
  IP_OPTIONS,
  IP_SOURCE,
  IP_SUM,
} from './ids.js'
import { badOption } from './output.js'
import type { Ip4 } from './types.js'

// input path
export function input(ip: Ip4, b: Uint8Array, o: number, n: number, flags: number): number {
  const h = ip.host
  // Negative, or more than the largest, of another version.
  const hl = (b[o] - 0x40) << 2
  // What the link padded is no part of the datagram, though it is told of and counted with it. No total fits into less
  // octets than a header.
  const total = get16(b, o + LENGTH)
  if (hl < HEADER || hl > HEADER_MAX || total < hl || total > n) return h.drop(IP_MALFORMED, b, o, n)
  if (h.sum(b, o, hl, 0) !== 0xffff) return h.drop(IP_SUM, b, o, n)
  const src = get32(b, o + SRC)
  const dst = get32(b, o + DST)
  if (isBroadcast(ip, dst) || ip.groups.indexOf(dst) >= 0) flags |= IP_GROUP
  // RFC 1122 3.3.6: what the link sent to all must be meant for all; 3.2.1.3 (g): 127.0.0.0/8 never comes from outside.
  else if (flags & (LINK_BROADCAST | LINK_MULTICAST) || !(flags & LOOPED ? isLocal(ip, dst) : dst === ip.address))
    return h.drop(IP_NOT_OURS, b, o, n)
  // RFC 1122 3.2.1.3: a source is one host, not ourselves; none only in a broadcast, of a host that has no address yet.
  if (
    !(flags & LOOPED) &&
    (isLocal(ip, src) || src >>> 28 > 13 || (src >>> 24 ? isBroadcast(ip, src) : src || !(flags & IP_GROUP)))
  )
    return h.drop(IP_SOURCE, b, o, n)
  const bad = badOption(b, o + HEADER, o + hl)
  if (bad) {
    sendError(ip, PARAMETER_PROBLEM << 8, (bad - 1 - o) << 24, b, o, total, flags)
    return h.drop(IP_OPTIONS, b, o, n)
  }
  h.tell('packet', IP_IN, b, o, n)
  if (get16(b, o + FRAGMENT) & (MF | OFFSET)) return ip.reassemble(ip, b, o, hl, total, flags & ~SUM_GOOD)
  return deliver(ip, b, o, hl, total, flags)
}

/** Hands a whole datagram, n octets with a header of hl, to everybody who takes its protocol. */
// input path
export function deliver(ip: Ip4, b: Uint8Array, o: number, hl: number, n: number, flags: number): number {
  const proto = b[o + PROTO]
  const p = o + hl
  const left = n - hl
  const h = ip.host
  h.tell('packet', IP_DELIVERED, b, o, n)
  if (proto === ICMP && (left < ICMP_HEADER || h.sum(b, p, left, 0) !== 0xffff))
    return h.drop(ICMP_MALFORMED, b, p, left)
  let best = proto === ICMP ? icmpInput(ip, b, p, left, o + SRC, flags) : NO_PROTO
  for (const t of ip.transports) {
    if (!t.proto || (best >= EATEN && t.proto === proto)) best = Math.min(best, t.input(b, p, left, o + SRC, flags))
  }
  // A copy of what UDP has no port for is no answer to its sender.
  if (best <= EATEN || best === COPIED) return EATEN // eaten: taken
  if (proto === ICMP) return h.drop(ICMP_NOBODY, b, o, n)
  // RFC 1122 3.2.2.1: protocol or port unreachable.
  sendError(ip, (UNREACHABLE << 8) | (best === NO_PORT ? 3 : 2), 0, b, o, n, flags)
  return h.drop(best === NO_PORT ? IP_NO_PORT : IP_NO_PROTO, b, o, n)
}
