import { copy, ensure, isSame } from '@tiny/core'
import type { Accept, Socket } from './types.js'

function copyOf(address: Uint8Array): Uint8Array {
  ensure(address.length === 4 || address.length === 16, `udp: ${address.length} octets of address`)
  const own = new Uint8Array(address.length)
  copy(own, 0, address, 0, own.length)
  return own
}

function narrow(s: Socket, more: Accept): void {
  const before = s.accept
  s.accept = before ? (b, peer, own, port) => before(b, peer, own, port) && more(b, peer, own, port) : more
}

/**
 * The socket hears one peer only, from now on: other datagrams and ICMP errors are for other sockets of its port, which
 * can then be bound again. `s.accept = null` undoes it.
 *
 * @param address the peer's, which is copied
 * @throws RangeError for an address or a port that is none
 */
export function connect(s: Socket, address: Uint8Array, port: number): void {
  const k = copyOf(address)
  ensure((port & 0xffff) === port, `udp: port ${port}`)
  narrow(s, (b, peer, _own, p) => p === port && isSame(b, peer, k, 0, k.length))
}

/**
 * The socket hears only what is sent to one own address, or to one group, from now on. `s.accept = null` undoes it.
 * What it sends has this address when send() is given it as `from`.
 *
 * @throws RangeError for an address that is none
 */
export function hear(s: Socket, address: Uint8Array): void {
  const k = copyOf(address)
  narrow(s, (b, _peer, own) => isSame(b, own, k, 0, k.length))
}
