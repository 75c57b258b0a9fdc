import { copy, ensure, ICMP, isSame } from '@tiny/core'
import { PROTO_BACK, TYPES } from './const.js'
import type { Accept, Socket } from './types.js'

function copyOf(address: Uint8Array): Uint8Array {
  ensure(address.length === 4 || address.length === 16, `raw: ${address.length} octets of address`)
  const own = new Uint8Array(address.length)
  copy(own, 0, address, 0, own.length)
  return own
}

function narrow(s: Socket, more: Accept): void {
  const before = s.accept
  s.accept = before ? (b, o, n, a) => before(b, o, n, a) && more(b, o, n, a) : more
}

/** The socket gets what comes from one address only, from now on. `s.accept = null` undoes it. @throws RangeError */
export function connect(s: Socket, address: Uint8Array): void {
  const k = copyOf(address)
  narrow(s, (b, _o, _n, a) => isSame(b, a, k, 0, k.length))
}

/** The socket gets what was sent to one own address, or to one group, only. `s.accept = null` undoes it. @throws RangeError */
export function hear(s: Socket, address: Uint8Array): void {
  const k = copyOf(address)
  narrow(s, (b, _o, _n, a) => isSame(b, a + k.length, k, 0, k.length))
}

/**
 * Of ICMP messages, the socket gets those of some types only; of what is no ICMP, all. `s.accept = null` undoes it.
 *
 * @param list types, 0 to 31: all others are left out
 * @throws RangeError
 */
export function types(s: Socket, list: readonly number[]): void {
  let mask = 0
  for (let i = 0; i < list.length; i++) {
    ensure((list[i] & (TYPES - 1)) === list[i], `raw: ICMP type ${list[i]}`)
    mask |= 1 << list[i]
  }
  narrow(s, (b, o, _n, a) => b[a - PROTO_BACK] !== ICMP || (b[o] < TYPES && (mask & (1 << b[o])) !== 0))
}
