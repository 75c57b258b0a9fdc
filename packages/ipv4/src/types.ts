import type { Host, Ip, Link, Prefix, Transport } from '@tiny/core'
import type { Queue } from '@tiny/core/queue'

/** What may change while the stack runs. */
export interface Ipv4Configuration {
  /** The own address and its network. Without one, only broadcasts are sent and received. */
  address?: Prefix | null
  /** Gateways, the first one first; the next is taken when one is dead. */
  gateways?: readonly Uint8Array[]
}

export interface Ipv4Options extends Ipv4Configuration {
  /** Octets of the largest datagram that can be reassembled (EMTU_R), 576 to 65,535; 1,500 unless given. */
  maxDatagram?: number
  /** Datagrams in reassembly at a time, 1 to 64; 4 unless given. Each holds 9/8 of maxDatagram from the start; one source has half of them at most. */
  reassemblies?: number
  /** Time to live unless the packet asks for another, 1 to 255; 64 unless given. */
  ttl?: number
}

/** A network interface with IPv4. */
export interface Ipv4 extends Ip {
  readonly alen: 4
  readonly link: Link
}

/** What is known of the destinations that fall into one bucket of a keyed hash: the last one has it. */
export interface Path {
  /** The destination whose hop and mtu these are, and when they are forgotten. */
  dst: number
  due: number
  /** First hop by a redirect, path MTU; 0: none. */
  hop: number
  mtu: number
  /** The destination that the identifications count for, and the last one. */
  idDst: number
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
  isUsed: boolean
  src: number
  dst: number
  /** Identification and protocol. */
  key: number
  /** Octets of payload: here, up to the end of the last one here, in all (0: not known). */
  got: number
  end: number
  total: number
  /** Octets of the first fragment's header (0: it has not come), and of its payload. */
  hl: number
  first: number
  flags: number
  due: number
}

export interface Ip4 extends Ipv4 {
  epoch: number
  readonly h: Host
  readonly transports: Transport[]
  /** The own address, shared with the link; as a number; the bits of network and host. */
  readonly own: Uint8Array
  address: number
  mask: number
  hosts: number
  readonly ttl: number
  readonly maxDatagram: number
  readonly groups: number[]
  /** Gateways, the one in use, its pings without an answer (-1: no ping in sight), when to ping or give up, and what the ping says. */
  gateways: number[]
  gateway: number
  pings: number
  pingDue: number
  cookie: number
  readonly paths: Path[]
  readonly reassemblies: Reassembly[]
  /** ICMP errors to all: when the bucket is full again. */
  full: number
  /** What was sent to ourselves. */
  readonly local: Queue
  /** Where it is received. */
  scratch: Uint8Array | null
  /** Gateway and own address, for the pings. Header of a datagram that is being fragmented. */
  readonly pair: Uint8Array
  readonly header: Uint8Array
}
