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
  // Neither of the two broadcast addresses, where the network has them (RFC 3021): one more than all ones is 0, than all
  // zeros it is 1. A prefix of 0, 31 or 32 is a mask of 0, -2 or -1.
  const isHost = mask > -3 || ((address + 1) & ~mask) > 1
  ensure(isHost, `ipv4: address ${prefix?.address}/${length}`)
  ip.address = address
  ip.mask = mask
  put32(ip.own, 0, address)
  ip.epoch++
  ip.host.wake(0)
}
