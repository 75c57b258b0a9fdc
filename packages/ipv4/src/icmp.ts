// RFC 792, RFC 1122 3.2.2.
import { copy, EATEN, get16, get32, HEAD, ICMP, IP_GROUP, NO_PROTO, put16, put32, putSum, take } from '@tiny/core'
import { bucketOf, isBroadcast, isLocal } from './address.js'
import {
  ALL_BURST,
  ALL_MS,
  ECHO,
  ECHO_REPLY,
  ERROR_BURST,
  ERROR_MS,
  FRAGMENT,
  HEADER,
  HEADER_MAX,
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
import { ICMP_GROUP, ICMP_LIMITED, ICMP_UNBELIEVED, ICMP_UNSENT } from './ids.js'
import { send } from './output.js'
import type { Ip4 } from './types.js'

/** Sends an ICMP message with as much of n octets at b[o] as fits, to the peer of the pair at b[a]; b is not Host.tx. */
export function sendIcmp(ip: Ip4, code: number, info: number, b: Uint8Array, o: number, n: number, a: number): void {
  const x = ip.host.tx
  // An echo reply, whose code is 0, may go out in fragments; all else goes whole.
  n = Math.min(n + ICMP_HEADER, code || !ip.fragment ? ip.mss(b, a) : x.length - HEAD)
  copy(x, HEAD + ICMP_HEADER, b, o, n - ICMP_HEADER)
  put16(x, HEAD, code)
  put32(x, HEAD + 4, info)
  putSum(ip.host.sum, x, HEAD, n, HEAD + 2, 0)
  if (send(ip, ICMP, n, b, a, null)) ip.host.tell('count', ICMP_UNSENT)
}

// Destination unreachable, source quench and redirect are 3, 4 and 5.
const isError = (type: number): boolean =>
  (type >= UNREACHABLE && type <= REDIRECT) || type === TIME_EXCEEDED || type === PARAMETER_PROBLEM

/**
 * Sends an ICMP error about a datagram at o, unless RFC 1122 3.2.2 forbids it: about an ICMP error, a fragment but the
 * first, what came to several hosts (what the link sent to all is taken for nothing else) or from none: the prefix may be
 * another one since a fragment came.
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
    isBroadcast(ip, src) ||
    get16(b, o + FRAGMENT) & OFFSET ||
    (b[o + PROTO] === ICMP && isError(b[o + ((b[o] & 15) << 2)]))
  )
    return
  // The limit to all is jittered: who sees it reached must not learn by how many (CVE-2020-25705).
  const now = h.time()
  if (take(bucketOf(ip, src), now, ERROR_MS, ERROR_BURST) && take(ip, now, ALL_MS + (h.env.rand() & 7), ALL_BURST))
    sendIcmp(ip, code, info, b, o, Math.min(n, QUOTE), o + SRC)
  else h.drop(ICMP_LIMITED, b, o, n)
}

/** Whether n octets at q are a whole header of ours and eight octets behind it, of a first fragment. */
export function isQuote(ip: Ip4, b: Uint8Array, q: number, n: number): boolean {
  // Negative, or more than the largest, of another version.
  const hl = (b[q] - 0x40) << 2
  return (
    hl >= HEADER &&
    hl <= HEADER_MAX &&
    n >= hl + 8 &&
    isLocal(ip, get32(b, q + SRC)) &&
    !(get16(b, q + FRAGMENT) & OFFSET)
  )
}

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
 * What a sound ICMP message means to IP itself; ping and raw sockets see it afterwards.
 *
 * @returns EATEN when nobody else needs to take it, NO_PROTO when somebody should, -1 when none but raw sockets may see it
 */
// input path
export function icmpInput(ip: Ip4, b: Uint8Array, o: number, n: number, a: number, flags: number): number {
  const type = b[o]
  // RFC 1122 3.2.2.6: an echo to several hosts may be ignored, and would let one packet call forth many. What answers or
  // reports goes to one host.
  if (flags & IP_GROUP) return ip.host.drop(ICMP_GROUP, b, o, n) - 1
  if (type === ECHO) {
    sendIcmp(ip, ECHO_REPLY << 8, get32(b, o + 4), b, o + ICMP_HEADER, n - ICMP_HEADER, a)
    return EATEN // eaten: answered
  }
  // A report is for the transports; one that they believe, and all else, for the slot.
  const isReport = type !== REDIRECT && type !== 4 && isError(type)
  if (isReport && !errorInput(ip, get16(b, o), get32(b, o + 4), b, o + ICMP_HEADER, n - ICMP_HEADER)) return EATEN // eaten: counted there
  return ip.gateways?.icmp(b, o, n, a) || isReport ? EATEN : NO_PROTO // eaten: told to the transports, or the slot's
}
