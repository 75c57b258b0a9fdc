import { ensure, get32, type Prefix, put32, range } from '@tiny/core'
import type { Ip4, Ipv4 } from './types.js'

/** The address of one host as a number: not of this network, the loopback, a group, nor a reserved one. @throws RangeError */
export function hostAddress(b: Uint8Array): number {
  ensure(b.length === 4 && !!b[0] && b[0] !== 127 && b[0] < 224, `ipv4: address ${b}`)
  return get32(b, 0)
}

/**
 * Gives the interface another address while the stack runs, or with null none. The transports are told by Ip.epoch.
 *
 * @throws RangeError for what is not the address of one host with the length of its network's prefix
 */
export function configure(ipv4: Ipv4, prefix: Prefix | null): void {
  const ip = ipv4 as Ip4
  const length = prefix ? range('ipv4: prefix', prefix.length, -1, 0, 32) : 32
  const address = prefix ? hostAddress(prefix.address) : 0
  const mask = length && -1 << (32 - length)
  // Neither of the two broadcast addresses, where the network has them (RFC 3021).
  const isHost = length > 30 || ((address & ~mask) !== 0 && (address | mask) !== -1)
  ensure(isHost, `ipv4: address ${prefix?.address}/${length}`)
  ip.address = address
  ip.mask = mask
  // As an uint32 below 2^31, or -1 for a prefix of none.
  ip.hosts = ~mask
  put32(ip.own, 0, ip.address)
  ip.epoch++
  ip.host.wake(0)
}
