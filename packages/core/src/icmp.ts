import { ECONNREFUSED, EHOSTUNREACH, EMSGSIZE, ENETUNREACH, EPROTO, EPROTONOSUPPORT } from './const.js'

// RFC 792 and RFC 1122 3.2.2.1: codes of Destination Unreachable, from 0 on: network, host, protocol, port,
// fragmentation needed, source route failed, then the unknown and prohibited networks and hosts.
const UNREACHABLE = /* @__PURE__ */ [
  ENETUNREACH,
  EHOSTUNREACH,
  EPROTONOSUPPORT,
  ECONNREFUSED,
  EMSGSIZE,
  EHOSTUNREACH,
  ENETUNREACH,
  EHOSTUNREACH,
  EHOSTUNREACH,
  ENETUNREACH,
  EHOSTUNREACH,
  ENETUNREACH,
]

/**
 * The error that an ICMP message means to an application.
 *
 * @param code ICMP type * 256 + code, as Transport.error gets it
 * @returns a negative error: EHOSTUNREACH for what has no error of its own
 * @see RFC 1122 3.2.2.1
 */
export const errorOf = (code: number): number =>
  -(code >> 8 === 12 ? EPROTO : (UNREACHABLE[code - 0x300] ?? EHOSTUNREACH))
