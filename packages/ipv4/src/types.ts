import type { Host, Ip, Link, Prefix, Transport } from '@tiny/core'

/** Options of bare(), and of ipv4() as well. */
export interface BareOptions {
  /** The own address and its network. Without one, only broadcasts are sent and received. */
  address?: Prefix
  /** gateways() of @tiny/ipv4/gateway: what lies beyond the link. Without it, it is -ENETUNREACH. */
  gateways?: Gateways
  /** fragment() of @tiny/ipv4/fragment: sends what is larger than the path MTU. Without it, it is -EMSGSIZE. */
  fragment?: Fragment
  /** Time to live unless the packet asks for another, 1 to 255; 64 unless given. */
  ttl?: number
}

/** Options of ipv4(); all of them optional. */
export interface Ipv4Options extends BareOptions {
  /** Octets of the largest datagram that can be reassembled (EMTU_R), 576 to 65,535; 1,500 unless given. */
  maxDatagram?: number
  /** Datagrams in reassembly at a time, 2 to 64; 4 unless given. Each holds 9/8 of maxDatagram from the start; one source has half of them at most, of an odd number the larger half or the smaller. */
  reassemblies?: number
}

/** A network interface with IPv4. */
export interface Ipv4 extends Ip {
  readonly alen: 4
  /** The link under it. */
  readonly link: Link
}

/** The slot for what lies beyond the link: first hops (RFC 1122 3.3.1), redirects, path MTUs (RFC 1191). */
export interface Gateways {
  /** The interface that it serves; called once. */
  attach(ip: Ip4): void
  /** First hop of a destination that is not on the link, 0: none. */
  hop(dst: number): number
  /** Path MTU of a destination, as far as known; 65,535: not at all. */
  mtu(dst: number): number
  /** A sound ICMP message of n octets at o, with its pair at a; an error only if a transport believed it. @returns whether it was for the slot */
  icmp(b: Uint8Array, o: number, n: number, a: number): boolean
  /** The gateway in use, 0: none; for tables. */
  first(): number
  /** The link found no neighbour of this address. */
  lost(hop: number): void
  /** Ip.advise. */
  advise(dst: number, isGood: boolean): void
}

/** The slot for fragmentation: sends the n octets at HEAD behind their header of hl octets, in fragments. */
export type Fragment = (ip: Ip4, hl: number, n: number, mtu: number, hop: number) => number

/** What becomes of a fragment of n octets at o, with a checked header of hl octets. */
export type Reassemble = (ip: Ip4, b: Uint8Array, o: number, hl: number, n: number, flags: number) => number

/** What is known of the destinations that fall into one bucket of a keyed hash. */
export interface Bucket {
  /** The destination that the identifications count for, and the last one. */
  dst: number
  id: number
  /** ICMP errors: when the bucket is full again. */
  full: number
}

/** A datagram in reassembly. */
export interface Reassembly {
  /** Room for the largest header, then the payload. */
  readonly b: Uint8Array
  /** An octet for each eight of the payload: there, or not. */
  readonly map: Uint8Array
  src: number
  dst: number
  /** Identification and protocol. */
  key: number
  /** Octets of payload that are here (0: the record is free), up to the end of the last of them, and in all (0: not known yet). */
  got: number
  end: number
  size: number
  /** Octets of the first fragment's header; 0: it has not come. */
  hl: number
  flags: number
  due: number
}

export interface Ip4 extends Ipv4 {
  epoch: number
  readonly transports: Transport[]
  /** The own address, shared with the link; as a number; the bits of its network. */
  readonly own: Uint8Array
  address: number
  mask: number
  readonly ttl: number
  readonly reassemble: Reassemble
  /** Joined groups, 224.0.0.1 first; one entry for each join. */
  readonly groups: number[]
  readonly gateways: Gateways | undefined
  readonly fragment: Fragment | undefined
  readonly buckets: Bucket[]
  readonly reassemblies: Reassembly[]
  /** ICMP errors to all: when the bucket is full again. */
  full: number
  readonly host: Host
}
