import type { Dev, Link } from '@tiny/core'

/** What ethernet() may be told; all of it optional. */
export interface EthernetOptions {
  /** Neighbours known at a time, 2 to 1,024; 8 unless given. What each costs is printed by test/ram.ts. */
  neighbours?: number
  /** Milliseconds that a neighbour is believed without being asked again, 1,000 to 1e9; 60,000 unless given (RFC 1122 2.3.2.1). */
  age?: number
}

/** A Link over Ethernet II. */
export interface Ethernet extends Link {
  /** The device under it. */
  readonly dev: Dev
}

/** An entry of the neighbour cache. */
export interface Neighbour {
  /** IPv4 address as int32. */
  ip: number
  /** Its pair in Eth.cache starts here. While its MAC address is not known, that of all stations stands there. */
  readonly at: number
  /** FREE, UNUSED, or requests without an answer; STATIC: set by hand, never asked for nor changed. */
  tries: number
  /** When to ask again, give up or forget. */
  due: number
  /** The newest datagram that waits for the answer, with all its fragments; each behind room for the frame's header. */
  held: Uint8Array[]
}

export interface Eth extends Ethernet {
  mtu: number
  address: Uint8Array
  readonly table: Neighbour[]
  /** MAC and IPv4 address of each neighbour in the table, as ARP has them: PAIR octets. */
  readonly cache: Uint8Array
  /** The verbs that neighbour() needs. */
  entry(ip: number, most: number): Neighbour | undefined
  learn(x: Neighbour, mac: Uint8Array, at: number): void
  release(x: Neighbour, id: number): void
}
