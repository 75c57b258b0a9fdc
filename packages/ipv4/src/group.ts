// RFC 1112: groups. IGMP, by which routers and switches that snoop learn of members, is not here.
import { EINVAL, ENOBUFS, get32 } from '@tiny/core'
import { isMulticast } from './address.js'
import { GROUPS } from './const.js'
import type { Ip4, Ipv4 } from './types.js'

/**
 * Receives a group too, as often left as joined.
 *
 * @param group four octets
 * @returns 0, -EINVAL for what is not a group, -ENOBUFS beyond 255 joins, or what the link says
 */
export function join(ipv4: Ipv4, group: Uint8Array): number {
  const ip = ipv4 as Ip4
  const g = get32(group, 0)
  if (!isMulticast(g)) return -EINVAL
  if (ip.groups.length > GROUPS) return -ENOBUFS
  const error = ip.link.join ? ip.link.join(g) : 0
  if (!error) ip.groups.push(g)
  return error
}

/** Takes one join back. @returns 0, or -EINVAL when the group was not joined */
export function leave(ipv4: Ipv4, group: Uint8Array): number {
  const ip = ipv4 as Ip4
  const at = ip.groups.lastIndexOf(get32(group, 0))
  // That this host hears 224.0.0.1 is never taken back.
  if (at < 1) return -EINVAL
  ip.groups.splice(at, 1)
  ip.link.leave?.(get32(group, 0))
  return 0
}
