// RFC 791, RFC 1122 3.3: the header; RFC 6864 and 7739: the identification.
import {
  copy,
  EADDRNOTAVAIL,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  get32,
  HEAD,
  put32,
  putSum,
  type SendOptions,
} from '@tiny/core'
import { bucketOf, hopOf, isLocal, isMulticast, mtuOf } from './address.js'
import { DF, DST, HEADER, HEADER_MAX, ID, LSRR, MTU_FLOOR, NOP, SRC, SSRR, SUM, TTL } from './const.js'
import { IP_OUT, IP_REFUSED } from './ids.js'
import type { Ip4 } from './types.js'

/**
 * Walks the options from o to end.
 *
 * @returns 0, or one more than the offset of the first that runs past the end or is shorter than its own two octets, or
 * is a source route: those are neither sent nor taken (RFC 7126 4.3, 4.4)
 */
export function badOption(b: Uint8Array, o: number, end: number): number {
  while (o < end && b[o]) {
    if (b[o] === NOP) o++
    else if (b[o + 1] > 1 && o + b[o + 1] <= end && b[o] !== LSRR && b[o] !== SSRR) o += b[o + 1]
    else return o + 1
  }
  return 0
}

/**
 * RFC 6864: a datagram that cannot be fragmented needs no identification. For the others each destination has a counter
 * of its own that starts anywhere (RFC 7739 5.3): what one sees tells nothing of another's.
 */
export function idOf(ip: Ip4, dst: number): number {
  const p = bucketOf(ip, dst)
  if (p.dst !== dst) p.id = ip.host.env.rand()
  p.dst = dst
  return (p.id = (p.id + 1) & 0xffff)
}

/** Hands a datagram to the link, seen under an id. */
export function transmit(ip: Ip4, id: number, b: Uint8Array, o: number, n: number, hop: number): number {
  ip.host.tell('packet', id, b, o, n)
  const error = ip.link.send(b, o, n, hop)
  if (error) ip.host.tell('count', IP_REFUSED)
  return error
}

/** Ip.send */
export function send(ip: Ip4, proto: number, n: number, k: Uint8Array, a: number, opt: SendOptions | null): number {
  const h = ip.host
  const b = h.tx
  const dst = get32(k, a)
  const src = get32(k, a + 4)
  const options = opt?.options
  const hl = HEADER + (options ? options.length : 0)
  const o = HEAD - hl
  const total = hl + n
  const hop = hopOf(ip, dst)
  const mtu = mtuOf(ip, dst)
  // At the floor DF is cleared, but of what the link itself does not take.
  const isWhole = opt?.df && (mtu > MTU_FLOOR || total > ip.link.mtu)
  // RFC 1112 6.1: a multicast stays on its network unless told otherwise.
  const ttl = opt?.ttl ?? (isMulticast(dst) ? 1 : ip.ttl)
  const tos = opt?.tos ?? 0
  if (
    hl & 3 ||
    hl > HEADER_MAX ||
    !ttl ||
    (ttl & 255) !== ttl ||
    (tos & 255) !== tos ||
    (options && badOption(options, 0, hl - HEADER))
  )
    return -EINVAL
  if (n > Math.min(b.length - HEAD, 65535 - hl)) return -EMSGSIZE
  if (!hop) return -ENETUNREACH
  // RFC 1122 3.2.1.3: the source is our own address, or none before we have one.
  if (src !== ip.address && !(isLocal(ip, src) && isLocal(ip, dst))) return -EADDRNOTAVAIL
  put32(b, o, 0x40000000 | (hl << 22) | (tos << 16) | total)
  put32(b, o + ID, isWhole ? DF : idOf(ip, dst) << 16)
  put32(b, o + TTL, (ttl << 24) | (proto << 16))
  put32(b, o + SRC, src)
  put32(b, o + DST, dst)
  if (options) copy(b, o + HEADER, options, 0, hl - HEADER)
  putSum(h.sum, b, o, hl, o + SUM, 0)
  if (total <= mtu) return transmit(ip, IP_OUT, b, o, total, hop)
  return isWhole || !ip.fragment ? -EMSGSIZE : ip.fragment(ip, hl, n, mtu, hop)
}
