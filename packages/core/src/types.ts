/**
 * The contract between the layers: every boundary is here, and nothing else.
 *
 * b, o, n are always octets, offset, length. A buffer is valid during the call and no longer: whoever keeps octets
 * copies them. Nothing in the stack holds on to a buffer it was handed.
 */

/** Internet checksum (RFC 1071) of n octets at o, added to `seed` (0 to 2^24): folded to 16 bits, not complemented; an odd last octet counts as the high one. */
export type Sum = (b: Uint8Array, o: number, n: number, seed: number) => number

/** What the machine gives the stack. Nothing else is taken from it: no Date, no setTimeout, no Math.random, no console. */
export interface Env {
  /** Milliseconds, monotonic, an int32 that may wrap: compared by difference only. */
  now(): number
  /** The same in microseconds, where the machine has it. */
  micros?(): number
  /** 32 unpredictable bits as an int32, from a cryptographic source. */
  rand(): number
  /** A faster Internet checksum than the portable one. */
  sum?: Sum
  /** n octets for a transmit buffer, from where `sum` and the devices are fast; whatever they hold. They are never given back. */
  buffer?: (n: number) => Uint8Array
  /** Set by the driver: the next deadline became earlier, or there is something to flush. */
  wake?: () => void
}

/** The octets that rings and queues may hold, all together. */
export interface Pool {
  /** Octets: the bound. */
  readonly limit: number
  /** Octets that are lent. */
  used: number
  /** n zeroed octets, or null when the bound is reached. */
  take(n: number): Uint8Array | null
  /** Gives back what take() gave. */
  give(b: Uint8Array): void
}

/** A layer of a host. */
export interface Engine {
  /** Does what is due, and asks with Host.wake for the next poll. May send, must not call the application back. */
  poll(): void
  /**
   * Sends what is owed and calls the application back; all state is final. A mark is cleared before its handler is
   * called: when a handler throws, the host keeps the error and calls flush again for the rest.
   */
  flush?(): void
  /** Records in use: the same before and after whatever has been undone. Octets are Pool.used, timers Host.wait(). */
  used(): number
}

/**
 * Who watches: counts and explains. May throw without harm: it is then detached, and counted in Host.lost. May not call
 * verbs: it is told in the middle of things, while the transmit buffer is in use.
 */
export interface Observer {
  /** A packet was dropped; b, o, n is what is at hand of it, valid during the call. */
  drop?(id: number, b: Uint8Array, o: number, n: number): void
  /** A packet passes, which is no drop: received and found good, delivered, handed to the link. As for drop. */
  packet?(id: number, b: Uint8Array, o: number, n: number): void
  /** Something that is no drop happened k times. */
  count?(id: number, k: number): void
  /** `kind` is 6 for TCP; `to` is a state, or of a connection that ends 0 or the negative error that it ends with. */
  state?(kind: number, from: number, to: number): void
}

/** One machine. */
export interface Host {
  /** What it was given. */
  readonly env: Env
  /** The Internet checksum: env's, else the portable one. */
  readonly sum: Sum
  /** What rings and queues take their octets from. */
  readonly pool: Pool
  /** 256 bits drawn from env.rand: the first half for hash(), the second for mix(). */
  readonly key: Int32Array
  /** The one transmit buffer, HEAD + room octets. A transport header starts at HEAD; lower layers write downwards in front of it. */
  readonly tx: Uint8Array
  /** env.now(), read on first use after a poll. */
  time(): number
  /** Does what is due, then flushes once. Throws what handlers threw, the first of it, when all is done. */
  poll(): void
  /** Milliseconds until the next poll: 0 now, -1 never. */
  wait(): number
  /**
   * Asks for a poll in ms milliseconds at the latest. A poll forgets what was asked before: what is still to come asks
   * again.
   *
   * @returns the time at which the milliseconds will have passed
   */
  wake(ms: number): number
  /** Whether a time has come; if not, a poll then is asked for. */
  isDue(at: number): boolean
  /** Engines are polled in the order in which they were added. */
  add(engine: Engine): void
  /** Those that were added, in that order. */
  readonly engines: readonly Engine[]
  /** Reports a drop, answers 0 (EATEN). */
  drop(id: number, b: Uint8Array, o: number, n: number): number
  /** Reports what is not a drop; a count of 1 unless it says k. */
  tell(verb: 'count', id: number, k?: number): void
  tell(verb: 'state', kind: number, from: number, to: number): void
  tell(verb: 'packet', id: number, b: Uint8Array, o: number, n: number): void
  /** Calls of the observer that threw. */
  lost: number
}

/** Moves frames: a network card, a TAP, a wire. Pads short frames itself where its medium wants it. */
export interface Dev {
  /** DLT of the frames: DLT_EN10MB. */
  readonly type: number
  /** Octets that a frame may hold behind its link header. Where it changes, the layer above knows it from the next poll on. */
  readonly mtu: number
  /** Its own address, six octets; not to be written to. */
  readonly mac: Uint8Array
  /** CAP_TX_SUM, CAP_RX_SUM. */
  readonly caps: number
  /** 0 when taken, -ENOBUFS or -ENETDOWN when not. May overwrite nothing. Never delivers before it returns. */
  send(b: Uint8Array, o: number, n: number): number
  /** Set by the layer above, called by the device for each frame: LINK_BROADCAST, LINK_MULTICAST, SUM_GOOD are filled in above or by the device. */
  recv(b: Uint8Array, o: number, n: number, flags: number): void
  /** Set by the driver or the layer above, called by the device: room again after -ENOBUFS. */
  ready?: () => void
  /** Receive all frames, or only ours again. 0, or -EOPNOTSUPP. */
  promisc?(on: boolean): number
  /** Receive frames to a multicast address (6 octets at o) too; as often left as joined. 0, or a negative error. */
  join?(b: Uint8Array, o: number): number
  /** Takes back what join() asked for. */
  leave?(b: Uint8Array, o: number): void
}

/** Moves packets to a next hop: ethernet(h, dev), a TUN, a serial line. `mac?: never` makes ipv4 over a bare Dev a type error. */
export interface Link {
  /** DLT of what the layer below moves. */
  readonly type: number
  /** Octets that a packet may have. Where it changes, the layer above knows it from the next poll on. */
  readonly mtu: number
  /** CAP_TX_SUM, CAP_RX_SUM. */
  readonly caps: number
  readonly mac?: never
  /** Sends a packet to `hop`, an IPv4 address as int32. May overwrite the 18 octets before o. 0, or -ENOBUFS, -ENETDOWN, -EHOSTUNREACH. */
  send(b: Uint8Array, o: number, n: number, hop: number): number
  /** Set by the layer above. */
  recv(b: Uint8Array, o: number, n: number, flags: number): void
  /** Set by the driver or the layer above, called by the link: room again after -ENOBUFS. */
  ready?: () => void
  /** Receive packets to an IPv4 group, as int32, too; as often left as joined. 0, or a negative error. */
  join?(group: number): number
  /** Takes back what join() asked for. */
  leave?(group: number): void
  /** Set by ip and shared with it: the own address, which ARP answers for. */
  address?: Uint8Array
  /** Set by ip: a packet that send() had taken found no neighbour. */
  lost?: (b: Uint8Array, o: number, n: number, hop: number) => void
}

/** An own address with the length of its network's prefix, as prefix('10.0.0.2/24') of @tiny/core/text makes it. */
export interface Prefix {
  /** Four octets. */
  readonly address: Uint8Array
  /** 0 to 32. */
  readonly length: number
}

/** What a packet may ask of IP; all of it optional. */
export interface SendOptions {
  /** 1 to 255. */
  ttl?: number
  /** The whole former TOS octet: DSCP in the upper six bits, ECN in the lower two. */
  tos?: number
  /** Do not fragment: -EMSGSIZE when it does not fit the path. */
  df?: boolean
  /** IPv4 options, 4 to 40 octets in multiples of 4, sent as they are. */
  options?: Uint8Array
}

/** What sits on an Ip: tcp, udp, ping, raw. */
export interface Transport {
  /** Protocol number; 0: all. */
  readonly proto: number
  /**
   * A packet of this protocol, checked, addressed to this host, whole. The IP header ends at o and starts at a - 12
   * (IPv6: a - 8); source and destination lie side by side at a.
   * @returns EATEN, NO_PORT, COPIED or NO_PROTO
   */
  input(b: Uint8Array, o: number, n: number, a: number, flags: number): number
  /**
   * An ICMP error quoted a packet of ours: its transport header is at o, n octets of it at hand (8 at least), its
   * pair (own, peer) at a.
   * @param code ICMP type * 256 + code
   * @param info the message's second word: the next hop's MTU, a pointer
   * @returns true when the quoted packet is believed to be ours (RFC 5927: the check is the transport's)
   */
  error(code: number, info: number, b: Uint8Array, o: number, n: number, a: number): boolean
}

/** One or several interfaces of a network protocol, as the transports see them. */
export interface Ip {
  /** Octets of an address. */
  readonly alen: 4 | 16
  /** The machine that it belongs to. */
  readonly host: Host
  /** What the link can do with transport checksums. */
  readonly caps: number
  /** Moves when an address, a route or the MTU of a path has changed. */
  readonly epoch: number
  /** Several transports of one protocol: each is called, the best answer wins. Of TCP there is one: it answers all. */
  add(t: Transport): void
  /** MMS_S: octets of transport header and data that reach the peer at k[a] unfragmented. */
  mss(k: Uint8Array, a: number): number
  /** MMS_R: octets of transport header and data that can be received. */
  readonly mmsR: number
  /** Writes the own address to be used towards dst[d] at k[a]. 0, or -ENETUNREACH, -EADDRNOTAVAIL. */
  source(dst: Uint8Array, d: number, k: Uint8Array, a: number): number
  /** The address at b[o] is one of this machine. */
  isOwn(b: Uint8Array, o: number): boolean
  /** An address that stands for several hosts: a broadcast or multicast address. */
  isGroup(b: Uint8Array, o: number): boolean
  /**
   * Sends the n octets at HEAD of host.tx. The pair lies at k[a] as a received packet of that peer would have it:
   * peer, own. The pseudo header is sum(k, a, 2 * alen, proto + n).
   * @returns 0, or -EMSGSIZE, -ENETUNREACH, -EHOSTUNREACH, -EADDRNOTAVAIL, -EINVAL, -ENOBUFS, -ENETDOWN
   */
  send(proto: number, n: number, k: Uint8Array, a: number, opt: SendOptions | null): number
  /** A transport makes progress with the peer at k[a], or has reached R1 (RFC 1122 3.3.1.4). */
  advise(k: Uint8Array, a: number, good: boolean): void
}

/** What is known of a packet besides its octets, for the loads that Linux has at negative offsets. One record serves all packets. */
export interface PacketInfo {
  /** Where the network header starts, from o. */
  network: number
  /** Where the link header starts, from o: at or before it. undefined when there is none at hand. */
  link: number | undefined
  /** EtherType. */
  protocol: number
  /** 0 for us, 1 broadcast, 2 multicast, 3 for somebody else, 4 sent by us. */
  kind: number
  /** Number of the interface; 0: none. */
  ifindex: number
  /** Tag control information of a VLAN tag that was taken off the frame; undefined: it had none. */
  vlan: number | undefined
}

/**
 * A validated packet filter: bpf(program) of @tiny/bpf makes it. An array of numbers or a function is none, and from
 * JavaScript its `bpf` tells: `if (!filter.bpf) throw ...`.
 */
export interface Filter {
  /** The program, four numbers an instruction: code, jt, jf, k. Not to be written to. */
  readonly bpf: Int32Array
  /**
   * Judges the n octets at o.
   * @returns int32: 0 refuses the packet; as an unsigned number, the octets of it to keep (a negative one, or one above n: all)
   */
  run(b: Uint8Array, o: number, n: number, info?: PacketInfo): number
}
