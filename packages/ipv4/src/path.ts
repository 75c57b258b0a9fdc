// Where a datagram goes first, and how large it may be: RFC 1122 3.3.1, RFC 1191.
import { mix, put32 } from '@tiny/core'
import { ECHO, PATH_MS, PING_MS, PINGS } from './const.js'
import { sendIcmp } from './icmp.js'
import { GATEWAY_DEAD } from './ids.js'
import type { Ip4, Path } from './types.js'

/** RFC 1122 3.2.1.3, 3.3.6: limited or directed, with ones or in the old form with zeros. */
export const isBroadcast = (ip: Ip4, a: number): boolean =>
  a === -1 ||
  !a ||
  // RFC 3021: networks of one or two addresses have none.
  ((ip.hosts & 2) !== 0 && isOnLink(ip, a) && (!(a & ip.hosts) || (a & ip.hosts) === ip.hosts))

export const isMulticast = (a: number): boolean => a >>> 28 === 14

export const isOnLink = (ip: Ip4, a: number): boolean => !((a ^ ip.address) & ip.mask)

export const isLocal = (ip: Ip4, a: number): boolean => a === ip.address || a >>> 24 === 127

/** The bucket of a destination. */
export const pathOf = (ip: Ip4, dst: number): Path => ip.paths[mix(ip.h.key, dst, 0) >>> 28]

/** The first hop: -1 for a broadcast, 0 when there is no way. */
export function hopOf(ip: Ip4, dst: number): number {
  if (isBroadcast(ip, dst)) return -1
  if (dst >>> 28 > 13 || isOnLink(ip, dst)) return dst
  const p = pathOf(ip, dst)
  return (p.dst === dst && p.hop) || (ip.gateways[ip.gateway] ?? 0)
}

/** The largest datagram that reaches a destination whole, as far as is known. */
export function mtuOf(ip: Ip4, dst: number): number {
  const p = pathOf(ip, dst)
  return p.dst === dst && p.mtu && p.mtu < ip.link.mtu ? p.mtu : ip.link.mtu
}

/** Remembers a first hop or a path MTU for ten minutes. */
export function remember(ip: Ip4, dst: number, hop: number, mtu: number): void {
  const p = pathOf(ip, dst)
  if (p.dst !== dst) p.hop = p.mtu = 0
  p.dst = dst
  p.hop = hop || p.hop
  p.mtu = mtu || p.mtu
  p.due = ip.h.time() + PATH_MS
  ip.h.wake(PATH_MS)
  ip.epoch++
}

/** RFC 1122 3.3.1.5, 3.3.1.6: a first hop is dead; the next gateway of the list takes its place. */
export function loseHop(ip: Ip4, hop: number): void {
  for (let i = 0; i < ip.paths.length; i++) if (ip.paths[i].hop === hop) ip.paths[i].hop = 0
  if (hop === ip.gateways[ip.gateway]) {
    ip.gateway = (ip.gateway + 1) % ip.gateways.length
    ip.pings = -1
    ip.h.count(GATEWAY_DEAD, 1)
  }
  ip.epoch++
}

/** RFC 1122 3.3.1.4: traffic goes through the gateway; without a sign of life it is pinged in a while, or now. */
export function watchGateway(ip: Ip4, ms: number): void {
  if (ip.gateways.length < 2 || ip.pings > 0 || (!ip.pings && ms)) return
  ip.pings = 0
  ip.pingDue = ip.h.time() + ms
  ip.h.wake(ms)
}

/** Advice of the transports, RFC 1122 3.3.1.4: progress with a peer behind the gateway, or none. */
export function advise(ip: Ip4, dst: number, isGood: boolean): void {
  const p = pathOf(ip, dst)
  if (isOnLink(ip, dst)) return
  if (p.dst === dst && p.hop) {
    // The gateway that a redirect named; without progress back to the one that gave it.
    if (!isGood) {
      p.hop = 0
      ip.epoch++
    }
  } else if (isGood) ip.pings = -1
  else watchGateway(ip, 0)
}

/** Forgets old paths, pings a silent gateway. */
export function pollPaths(ip: Ip4): void {
  const h = ip.h
  for (let i = 0; i < ip.paths.length; i++) {
    const p = ip.paths[i]
    const left = (p.due - h.time()) | 0
    if (!p.hop && !p.mtu) continue
    if (left > 0) h.wake(left)
    else {
      p.hop = p.mtu = 0
      ip.epoch++
    }
  }
  if (ip.pings < 0) return
  const left = (ip.pingDue - h.time()) | 0
  if (left > 0) h.wake(left)
  else if (ip.pings === PINGS) loseHop(ip, ip.gateways[ip.gateway])
  else {
    ip.pings++
    ip.pingDue = h.time() + PING_MS
    h.wake(PING_MS)
    ip.cookie = h.env.rand()
    put32(ip.pair, 0, ip.gateways[ip.gateway])
    put32(ip.pair, 4, ip.address)
    sendIcmp(ip, ECHO << 8, ip.cookie, 0, ip.pair, 0)
  }
}
