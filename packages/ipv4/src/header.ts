// Datagrams with the caller's own header (IP_HDRINCL): RFC 791 3.1, RFC 1122 3.2.1.
import { copy, EINVAL, EMSGSIZE, ENETUNREACH, get16, get32, HEAD, put16, put32, putSum } from '@tiny/core'
import { hopOf, isBroadcast, isLocal, isMulticast } from './address.js'
import { DST, FRAGMENT, HEADER, ID, LENGTH, OFFSET, RESERVED, SRC, SUM, TTL } from './const.js'
import { IP_OUT_WHOLE } from './ids.js'
import { badOption, idOf, transmit } from './output.js'
import type { Ip4, Ipv4 } from './types.js'

/**
 * Sends a whole datagram, n octets at b[o] with the IP header in front, which are copied: raw(ip, { whole: sendWhole })
 * of @tiny/raw. As on Linux, total length and checksum are filled in whatever is there; identification and source when
 * they are 0; all else goes out as it is, a source that is not our own too. It is never fragmented.
 *
 * @returns 0, or -EINVAL (no IPv4 header of n octets or less, an option that is malformed or a source route, TTL 0, the
 * reserved bit, a fragment that ends above 65,535, a source that is a group or belongs to the loopback only),
 * -EMSGSIZE (larger than the link's MTU or the host's room), -ENETUNREACH, or what Link.send refuses with
 * @throws RangeError for octets outside of b
 * @see RFC 1122 3.2.1
 */
export function sendWhole(ipv4: Ipv4, b: Uint8Array, o: number, n: number): number {
  const ip = ipv4 as Ip4
  const x = ip.host.tx
  if (!(o >= 0 && n >= 0 && o + n <= b.length)) throw new RangeError(`ipv4: ${n} octets at ${o} of ${b.length}`)
  const hl = (b[o] & 15) << 2
  const p = HEAD - hl
  if (
    n < HEADER ||
    b[o] >> 4 !== 4 ||
    hl < HEADER ||
    hl > n ||
    !b[o + TTL] ||
    b[o + FRAGMENT] & RESERVED ||
    ((get16(b, o + FRAGMENT) & OFFSET) << 3) + n > 65535 ||
    badOption(b, o + HEADER, o + hl)
  )
    return -EINVAL
  if (n > Math.min(ip.link.mtu, x.length - p)) return -EMSGSIZE
  const dst = get32(b, o + DST)
  const hop = hopOf(ip, dst)
  if (!hop) return -ENETUNREACH
  copy(x, p, b, o, n)
  put16(x, p + LENGTH, n)
  if (!get16(x, p + ID)) put16(x, p + ID, idOf(ip, dst))
  if (!get32(x, p + SRC)) put32(x, p + SRC, ip.address)
  const src = get32(x, p + SRC)
  // RFC 1122 3.2.1.3: a group is no source; none is, of a host without an address, whose only way is to all.
  if (src && (isBroadcast(ip, src) || isMulticast(src) || (src >>> 24 === 127 && !isLocal(ip, dst)))) return -EINVAL
  putSum(ip.host.sum, x, p, hl, p + SUM, 0)
  return transmit(ip, IP_OUT_WHOLE, x, p, n, hop)
}
