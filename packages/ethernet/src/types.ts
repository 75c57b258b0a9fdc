import type { Dev, Host, Link } from '@tiny/core'

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
  /** IPv4 address as int32; 0: the entry is free. */
  ip: number
  /** The MAC address: its upper two octets, its lower four as int32. Of one that is not known yet, that of all stations. */
  high: number
  low: number
  /** Requests without an answer; STATIC: set by hand, never asked for nor changed. */
  tries: number
  /** When to ask again, give up or forget. */
  due: number
  /** Something was sent to it since it was last heard of. */
  isUsed: boolean
  /** The newest datagram that waits for the answer, with all its fragments; each behind room for the frame's header. */
  held: Uint8Array[]
}

export interface Eth extends Ethernet {
  mtu: number
  address: Uint8Array
  readonly h: Host
  readonly age: number
  readonly table: Neighbour[]
  /** A frame of our own: ARP is built here, for the host's transmit buffer holds the packet that asks for it. */
  readonly arp: Uint8Array
}
