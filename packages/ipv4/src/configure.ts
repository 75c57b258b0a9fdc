import { get32, put32, range } from '@tiny/core'
import { isBroadcast } from './path.js'
import type { Ip4, Ipv4, Ipv4Configuration } from './types.js'

/**
 * Changes address and gateways while the stack runs; what is left out stays as it is. The transports are told by
 * Ip.epoch, and neighbours by what is sent next.
 *
 * @throws RangeError for what is not the address of one host
 */
export function configure(ipv4: Ipv4, c: Ipv4Configuration): void {
  const ip = ipv4 as Ip4
  if (c.address !== undefined) {
    const length = range('ipv4: length of the prefix', c.address?.length, 32, 0, 32)
    ip.address = c.address ? hostAddress(c.address.address) : 0
    ip.mask = length && -1 << (32 - length)
    ip.hosts = ~ip.mask
    if (ip.address && isBroadcast(ip, ip.address)) range('ipv4: host number', 0, 0, 1, 1)
    put32(ip.own, 0, ip.address)
  }
  if (c.gateways) {
    ip.gateways = []
    for (let i = 0; i < c.gateways.length; i++) ip.gateways.push(hostAddress(c.gateways[i]))
    ip.gateway = 0
    ip.pings = -1
    for (let i = 0; i < ip.paths.length; i++) ip.paths[i].hop = 0
  }
  ip.epoch++
  ip.h.wake(0)
}

function hostAddress(b: Uint8Array): number {
  range('ipv4: octets of an address', b.length, 0, 4, 4)
  // Neither this network nor the loopback, a group or a reserved address.
  range('ipv4: first octet of an address', b[0], 0, 1, b[0] === 127 ? 126 : 223)
  return get32(b, 0)
}
