// RFC 792, RFC 1122 3.2.2, RFC 1191; RFC 5927 in the transports.
import { copy, EATEN, get16, get32, HEAD, ICMP, IP_GROUP, put16, put32 } from '@tiny/core'
import {
  ALL_BURST,
  ALL_MS,
  DST,
  ECHO,
  ECHO_REPLY,
  ERROR_BURST,
  ERROR_MS,
  FRAGMENT,
  FRAGMENTATION_NEEDED,
  HEADER,
  ICMP_HEADER,
  MTU_FLOOR,
  OFFSET,
  PARAMETER_PROBLEM,
  PROTO,
  QUOTE,
  REDIRECT,
  SRC,
  TIME_EXCEEDED,
  UNREACHABLE,
} from './const.js'
import { ICMP_BAD_REDIRECT, ICMP_GROUP_ECHO, ICMP_LIMITED, ICMP_MALFORMED, ICMP_QUOTE, ICMP_UNBELIEVED } from './ids.js'
import { send } from './output.js'
import { hopOf, isBroadcast, isOnLink, mtuOf, pathOf, remember } from './path.js'
import type { Ip4 } from './types.js'

/** Sends an ICMP message whose data, n octets, lies behind room for its header at HEAD. */
export function sendIcmp(ip: Ip4, code: number, info: number, n: number, k: Uint8Array, a: number): void {
  const b = ip.h.tx
  put16(b, HEAD, code)
  put16(b, HEAD + 2, 0)
  put32(b, HEAD + 4, info)
  put16(b, HEAD + 2, ~ip.h.sum(b, HEAD, ICMP_HEADER + n, 0))
  send(ip, ICMP, ICMP_HEADER + n, k, a, null)
}

const isError = (type: number): boolean =>
  type === UNREACHABLE || type === 4 || type === REDIRECT || type === TIME_EXCEEDED || type === PARAMETER_PROBLEM

/** A token bucket that is told by the time at which it is full again. */
function take(bucket: { full: number }, now: number, ms: number, burst: number): boolean {
  let ahead = (bucket.full - now) | 0
  // Beyond the burst lies only a time so long ago that the clock has wrapped.
  if (ahead < 0 || ahead > ms * burst) ahead = 0
  if (ahead > ms * (burst - 1)) return false
  bucket.full = now + ahead + ms
  return true
}

/**
 * Sends an ICMP error about a datagram at o, unless RFC 1122 3.2.2 forbids it: about an ICMP error, a fragment but the
 * first, what came to several hosts or from none.
 */
export function sendError(
  ip: Ip4,
  code: number,
  info: number,
  b: Uint8Array,
  o: number,
  n: number,
  flags: number,
): void {
  const h = ip.h
  const hl = (b[o] & 15) << 2
  const src = get32(b, o + SRC)
  if (flags & 11 || !src || get16(b, o + FRAGMENT) & OFFSET || (b[o + PROTO] === ICMP && isError(b[o + hl]))) return
  // The limit to all is jittered: who sees it reached must not learn how often (CVE-2020-25705).
  if (
    !take(pathOf(ip, src), h.time(), ERROR_MS, ERROR_BURST) ||
    !take(ip, h.time(), ALL_MS + (h.env.rand() & 7), ALL_BURST)
  ) {
    h.drop(ICMP_LIMITED, b, o, n)
    return
  }
  const k = Math.min(n, QUOTE, h.tx.length - HEAD - ICMP_HEADER)
  copy(h.tx, HEAD + ICMP_HEADER, b, o, k)
  sendIcmp(ip, code, info, k, b, o + SRC)
}

/**
 * Tells the transports of an error about a datagram of ours, quoted at q; n octets of it are there.
 *
 * @returns whether one of them believed it
 */
// input path
export function errorInput(ip: Ip4, code: number, info: number, b: Uint8Array, q: number, n: number): number {
  const hl = (b[q] & 15) << 2
  if (!isQuote(ip, b, q, n)) return ip.h.drop(ICMP_QUOTE, b, q, n)
  let isBelieved = false
  for (let i = 0; i < ip.transports.length; i++) {
    const t = ip.transports[i]
    if ((t.proto === b[q + PROTO] || !t.proto) && t.error(code, info, b, q + hl, n - hl, q + SRC)) isBelieved = true
  }
  if (!isBelieved) return ip.h.drop(ICMP_UNBELIEVED, b, q, n)
  if (code === FRAGMENTATION_NEEDED) {
    // RFC 1191 5: a router that does not tell its MTU leaves us at the floor.
    const mtu = Math.max(info & 0xffff, MTU_FLOOR)
    const dst = get32(b, q + DST)
    if (mtu < mtuOf(ip, dst)) remember(ip, dst, 0, mtu)
  }
  return EATEN // eaten: told
}

// A whole header of ours and eight octets behind it, of the first fragment.
const isQuote = (ip: Ip4, b: Uint8Array, q: number, n: number): boolean =>
  n >= HEADER + 8 &&
  b[q] >> 4 === 4 &&
  (b[q] & 15) > 4 &&
  n >= ((b[q] & 15) << 2) + 8 &&
  get32(b, q + SRC) === ip.address &&
  !(get16(b, q + FRAGMENT) & OFFSET)

/** RFC 1122 3.2.2.2: from the first hop in use, to another one on the link; network redirects count for the host. */
function redirect(ip: Ip4, b: Uint8Array, o: number, n: number, a: number): number {
  const hop = get32(b, o + 4)
  const q = o + ICMP_HEADER
  const dst = get32(b, q + DST)
  if (
    b[o + 1] > 3 ||
    !isQuote(ip, b, q, n - ICMP_HEADER) ||
    isOnLink(ip, dst) ||
    hopOf(ip, dst) !== get32(b, a) ||
    !isOnLink(ip, hop) ||
    hop === ip.address ||
    isBroadcast(ip, hop)
  )
    return ip.h.drop(ICMP_BAD_REDIRECT, b, o, n)
  remember(ip, dst, hop, 0)
  return EATEN // eaten: the route has changed
}

/**
 * What an ICMP message means to IP itself; ping and raw sockets see it afterwards.
 *
 * @returns whether it is sound, 2 when nobody else needs to take it
 */
// input path
export function icmpInput(ip: Ip4, b: Uint8Array, o: number, n: number, a: number, flags: number): number {
  const h = ip.h
  if (n < ICMP_HEADER || h.sum(b, o, n, 0) !== 0xffff) return h.drop(ICMP_MALFORMED, b, o, n)
  const type = b[o]
  if (type === ECHO) {
    // RFC 1122 3.2.2.6: an echo to several hosts may be ignored, and would let one packet call forth many.
    if (flags & IP_GROUP) return h.drop(ICMP_GROUP_ECHO, b, o, n)
    const k = Math.min(n, h.tx.length - HEAD)
    copy(h.tx, HEAD, b, o, k)
    sendIcmp(ip, ECHO_REPLY << 8, get32(b, o + 4), k - ICMP_HEADER, b, a)
  } else if (type === REDIRECT) redirect(ip, b, o, n, a)
  else if (type === UNREACHABLE || type === TIME_EXCEEDED || type === PARAMETER_PROBLEM)
    errorInput(ip, get16(b, o), get32(b, o + 4), b, o + ICMP_HEADER, n - ICMP_HEADER)
  else if (
    type === ECHO_REPLY &&
    ip.pings > 0 &&
    get32(b, a) === ip.gateways[ip.gateway] &&
    get32(b, o + 4) === ip.cookie
  )
    ip.pings = -1
  else return 1 // eaten: for ping or raw
  return 2 // eaten: done
}
