// RFC 792, RFC 1122 3.2.2.
import { copy, EATEN, get16, get32, HEAD, ICMP, IP_GROUP, NO_PROTO, put16, put32, putSum } from '@tiny/core'
import { bucketOf, isLocal } from './address.js'
import {
  ALL_BURST,
  ALL_MS,
  ECHO,
  ECHO_REPLY,
  ERROR_BURST,
  ERROR_MS,
  FRAGMENT,
  ICMP_HEADER,
  OFFSET,
  PARAMETER_PROBLEM,
  PROTO,
  QUOTE,
  REDIRECT,
  SRC,
  TIME_EXCEEDED,
  UNREACHABLE,
} from './const.js'
import { ICMP_GROUP_ECHO, ICMP_LIMITED, ICMP_MALFORMED, ICMP_UNBELIEVED } from './ids.js'
import { send } from './output.js'
import type { Ip4 } from './types.js'

/** Sends an ICMP message whose data, n octets, lies behind room for its header at HEAD. */
export function sendIcmp(ip: Ip4, code: number, info: number, n: number, k: Uint8Array, a: number): void {
  const b = ip.host.tx
  put16(b, HEAD, code)
  put32(b, HEAD + 4, info)
  putSum(ip.host.sum, b, HEAD, ICMP_HEADER + n, HEAD + 2, 0)
  send(ip, ICMP, ICMP_HEADER + n, k, a, null)
}

/** A token bucket, kept as the time at which it is full again. */
function take(bucket: { full: number }, now: number, ms: number, burst: number): boolean {
  let ahead = (bucket.full - now) | 0
  // Beyond the longest burst (the jitter makes `ms` another each time) lies only a time so long ago that the clock has wrapped.
  if (ahead >>> 0 > ERROR_MS * ERROR_BURST) ahead = 0
  if (ahead > ms * (burst - 1)) return false
  bucket.full = (now + ms + ahead) | 0
  return true
}

// Destination unreachable, source quench and redirect are 3, 4 and 5.
const isError = (type: number): boolean =>
  (type >= UNREACHABLE && type <= REDIRECT) || type === TIME_EXCEEDED || type === PARAMETER_PROBLEM

/**
 * Sends an ICMP error about a datagram at o, unless RFC 1122 3.2.2 forbids it: about an ICMP error, a fragment but the
 * first, what came to several hosts (what the link sent to all is taken for nothing else) or from none.
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
  const h = ip.host
  const src = get32(b, o + SRC)
  if (
    flags & IP_GROUP ||
    get16(b, o + FRAGMENT) & OFFSET ||
    (b[o + PROTO] === ICMP && isError(b[o + ((b[o] & 15) << 2)]))
  )
    return
  // The limit to all is jittered: who sees it reached must not learn by how many (CVE-2020-25705).
  const now = h.time()
  if (!take(bucketOf(ip, src), now, ERROR_MS, ERROR_BURST) || !take(ip, now, ALL_MS + (h.env.rand() & 7), ALL_BURST)) {
    h.drop(ICMP_LIMITED, b, o, n)
    return
  }
  n = Math.min(n, QUOTE, ip.mss(b, o + SRC) - ICMP_HEADER)
  copy(h.tx, HEAD + ICMP_HEADER, b, o, n)
  sendIcmp(ip, code, info, n, b, o + SRC)
}

/** Whether n octets at q are a whole header of ours and eight octets behind it, of a first fragment. */
export const isQuote = (ip: Ip4, b: Uint8Array, q: number, n: number): boolean =>
  b[q] > 0x44 &&
  b[q] < 0x50 &&
  n >= ((b[q] & 15) << 2) + 8 &&
  isLocal(ip, get32(b, q + SRC)) &&
  !(get16(b, q + FRAGMENT) & OFFSET)

/** Tells the transports of an error about a datagram of ours, quoted at q. @returns whether one of them believed it */
export function errorInput(ip: Ip4, code: number, info: number, b: Uint8Array, q: number, n: number): boolean {
  let isBelieved = false
  if (isQuote(ip, b, q, n)) {
    const hl = (b[q] & 15) << 2
    for (const t of ip.transports) {
      if ((t.proto === b[q + PROTO] || !t.proto) && t.error(code, info, b, q + hl, n - hl, q + SRC)) isBelieved = true
    }
  }
  if (!isBelieved) ip.host.drop(ICMP_UNBELIEVED, b, q, n)
  return isBelieved
}

/**
 * What an ICMP message means to IP itself; ping and raw sockets see it afterwards.
 *
 * @returns EATEN when nobody else needs to take it, NO_PROTO when somebody should, -1 when it is not sound
 */
// input path
export function icmpInput(ip: Ip4, b: Uint8Array, o: number, n: number, a: number, flags: number): number {
  const h = ip.host
  const type = b[o]
  if (n < ICMP_HEADER || h.sum(b, o, n, 0) !== 0xffff) return h.drop(ICMP_MALFORMED, b, o, n) - 1
  if (type === ECHO) {
    // RFC 1122 3.2.2.6: an echo to several hosts may be ignored, and would let one packet call forth many.
    if (flags & IP_GROUP) return h.drop(ICMP_GROUP_ECHO, b, o, n)
    // What cannot be fragmented is truncated.
    n = Math.min(n, ip.fragment ? h.tx.length - HEAD : ip.mss(b, a))
    copy(h.tx, HEAD, b, o, n)
    sendIcmp(ip, ECHO_REPLY << 8, get32(b, o + 4), n - ICMP_HEADER, b, a)
    return EATEN // eaten: answered
  }
  // A report is for the transports; one that they believe, and all else, for the slot.
  const isReport = type !== REDIRECT && type !== 4 && isError(type)
  if (isReport && !errorInput(ip, get16(b, o), get32(b, o + 4), b, o + ICMP_HEADER, n - ICMP_HEADER)) return EATEN // eaten: counted there
  return ip.gateways?.icmp(b, o, n, a) || isReport ? EATEN : NO_PROTO // eaten: told to the transports, or the slot's
}
