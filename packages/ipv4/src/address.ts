// RFC 1122 3.2.1.3, 3.3.6: what an address means here. Addresses are int32.
import { CAP_LOCAL, mix } from '@tiny/core'
import type { Bucket, Ip4 } from './types.js'

export const isMulticast = (a: number): boolean => a >>> 28 === 14

export const isOnLink = (ip: Ip4, a: number): boolean => !((a ^ ip.address) & ip.mask)

/** Limited or directed, with ones or in the old form with zeros; networks of one or two addresses have none (RFC 3021). */
export function isBroadcast(ip: Ip4, a: number): boolean {
  // The bits that count: those of the host, or all. One more than all ones is 0, than all zeros it is 1.
  const bits = ip.mask < -2 && isOnLink(ip, a) ? ~ip.mask : -1
  return ((a + 1) & bits) >>> 0 < 2
}

export const isLocal = (ip: Ip4, a: number): boolean => a === ip.address || a >>> 24 === 127

/** The first hop: -1 for a broadcast, 0 when there is no way: without an address, to nobody else (RFC 1122 3.2.1.3). */
export function hopOf(ip: Ip4, a: number): number {
  if (isBroadcast(ip, a)) return a && -1
  if (isLocal(ip, a)) return ip.caps & CAP_LOCAL ? a : 0
  return ip.address && (isMulticast(a) || isOnLink(ip, a) ? a : (ip.gateways?.hop(a) ?? 0))
}

/** The largest datagram that reaches a destination whole, as far as is known. */
export const mtuOf = (ip: Ip4, dst: number): number => Math.min(ip.link.mtu, ip.gateways?.mtu(dst) ?? 65535)

export const bucketOf = (ip: Ip4, dst: number): Bucket => ip.buckets[mix(ip.host.key, dst, 0) >>> 28]
