import type { Dev, Filter, Link, SendOptions } from '@tiny/core'

/** What attach() and lock() of @tiny/raw/attach work on: a socket of raw() or of packet(). */
export interface Filtered {
  /** Judges what the socket gets, and how much of it; null: it gets all. */
  readonly filter: Filter | null
  /** The filter stays for the life of the socket. */
  readonly isLocked: boolean
}

/** What both kinds of socket have. A is what the application keeps in `app`. */
export interface Listener<A> extends Filtered {
  /** What found no room in the queue or in the pool, and was lost to this socket alone. */
  readonly lost: number
  /** The application's own, undefined at first. */
  app: A | undefined
}

/**
 * Whether a socket takes a datagram: its header ends at b[o], n octets are behind it, its pair (sender, destination) is
 * at b[a]. Called for each as it arrives: it may not throw, nor call a verb.
 */
export type Accept = (b: Uint8Array, o: number, n: number, a: number) => boolean

/** A raw socket: a plain record, owned by its engine. */
export interface Socket<A = unknown> extends Listener<A> {
  /** The protocol, 0: all of them; -1 when the socket is closed. */
  readonly proto: number
  /** What it takes; null: all. connect(), hear() and types() of @tiny/raw/connect set it. */
  accept: Accept | null
}

/**
 * What the application wants to be told: one object for any number of sockets. Called from Host.poll() only, never from
 * inside a verb; every verb is legal in every handler. The octets are valid during the call, and not to be written to.
 */
export interface Handlers<A = unknown> {
  /**
   * A datagram from its IP header on, as it came, or as it was put together from fragments: n octets at b[o], fewer
   * than it had when the filter says so. The pair, sender and destination, lies at b[a] however many were kept.
   */
  onDatagram?(s: Socket<A>, b: Uint8Array, o: number, n: number, a: number): void
  /**
   * An ICMP error about the datagram that the socket sent last, which went to the address at b[a].
   *
   * Or -ENOBUFS, with `icmp` 0 and no address: something was lost since the last call; `s.lost` tells how much in all.
   *
   * @param code what it means: -EHOSTUNREACH, -EPROTONOSUPPORT, -EMSGSIZE, ...
   * @param icmp ICMP type * 256 + code
   */
  onError?(s: Socket<A>, code: number, icmp: number, b: Uint8Array, a: number): void
}

/** What a raw socket may be told; optional. */
export interface OpenOptions {
  /** What it takes; all unless given. */
  accept?: Accept
  /**
   * Octets of the receive queue, 64 to 16,777,216; 4,096 unless given. It holds what comes between two polls, each
   * datagram with 16 octets more. The pool lends it from the first one until a second after the last.
   */
  queue?: number
}

/** What a datagram may ask of IP, and the own address to be sent from. */
export interface DatagramOptions extends SendOptions {
  /** The own address to send from; ip chooses one unless given. */
  from?: Uint8Array
}

/** The slot for datagrams with the caller's header: sendWhole of @tiny/ipv4/header. */
export type Whole<I> = (ip: I, b: Uint8Array, o: number, n: number) => number

/** What raw() may be told; optional. */
export interface RawOptions {
  /** Sockets that may be open at a time, 1 to 1,024; 8 unless given. */
  sockets?: number
}

/** What raw() is told to send headers of the caller. */
export interface WholeOptions<I> extends RawOptions {
  /** sendWhole of @tiny/ipv4/header: gives the verb of that name. Without it, it is -EOPNOTSUPP. */
  whole: Whole<I>
}

/** The verbs of raw sockets on one Ip. */
export interface Raw {
  /**
   * Opens a socket, which from then on gets a copy of each datagram of its protocol, whoever else takes it.
   *
   * @param proto protocol number, 0: all of them
   * @returns the socket, or -ENOBUFS (all sockets are in use)
   * @throws RangeError for a protocol or a queue that is none
   */
  open<A = unknown>(proto: number, handlers: Handlers<A>, options?: OpenOptions): Socket<A> | number
  /**
   * Sends the n octets at b[o], which are copied, behind an IP header of ours to the address at k[a].
   *
   * @param options passed on to IP: ttl, tos, df, options; and the address to send from
   * @returns n, or -EMSGSIZE, -EPROTONOSUPPORT (a socket for all protocols has none of its own), -ENOTCONN (the socket
   * is closed), or what Ip.source and Ip.send refuse with
   * @throws RangeError for octets outside of b or k
   */
  send(s: Socket, b: Uint8Array, o: number, n: number, k: Uint8Array, a: number, options?: DatagramOptions): number
  /** Closes a socket, which may be closed already. Nothing is called back for it any more. */
  close(s: Socket): void
  /** Open sockets: to be read, for tables. */
  readonly sockets: readonly Socket[]
  /** Open sockets. */
  used(): number
}

/** With `whole`, the caller's own header can be sent too. */
export interface WholeRaw extends Raw {
  /**
   * Sends a whole datagram, n octets at b[o] with the caller's IP header in front, from any socket.
   *
   * @returns n, or -ENOTCONN (the socket is closed), or what the slot refuses with: see sendWhole of @tiny/ipv4/header
   */
  sendWhole(s: Socket, b: Uint8Array, o: number, n: number): number
}

/** A packet socket: a plain record, owned by its engine. */
export interface PacketSocket<A = unknown> extends Listener<A> {
  /** The EtherType, 0: all of them; -1 when the socket is closed. */
  readonly proto: number
}

/** What the application wants to be told of frames; as Handlers. */
export interface PacketHandlers<A = unknown> {
  /**
   * A frame from its link header on, or over a Link a datagram: n octets at b[o], fewer than the `length` it had when the
   * filter says so.
   *
   * @param kind 0: received, for us; 1: a broadcast; 2: to a group; 3: for another station; 4: sent
   * @param micros when it passed, in microseconds as an int32 that wraps; of a clock of milliseconds, times 1,000
   */
  onFrame?(s: PacketSocket<A>, b: Uint8Array, o: number, n: number, length: number, kind: number, micros: number): void
  /** -ENOBUFS: something was lost since the last call; `s.lost` tells how much in all. */
  onError?(s: PacketSocket<A>, code: number): void
}

/** What a packet socket may be told; optional. */
export interface PacketOpenOptions {
  /** As OpenOptions.queue, 8,192 unless given. */
  queue?: number
}

/** What packet() may be told; optional. */
export interface PacketOptions {
  /** Sockets that may be open at a time, 1 to 1,024; 4 unless given. */
  sockets?: number
}

/** The verbs of packet sockets on one device or link. */
export interface Packet<D extends Dev | Link> {
  /** What the stack is built upon in place of the device or link. */
  readonly device: D
  /**
   * Opens a socket, which from then on gets a copy of each frame both ways, but what it sends itself.
   *
   * @param proto EtherType, 0: all frames
   * @returns the socket, or -ENOBUFS (all sockets are in use)
   * @throws RangeError for a type or a queue that is none
   */
  open<A = unknown>(proto: number, handlers: PacketHandlers<A>, options?: PacketOpenOptions): PacketSocket<A> | number
  /**
   * Sends a whole frame, n octets at b[o], which are copied; over a Link, a whole datagram to the neighbour at k[a].
   *
   * @returns n, or -EINVAL (shorter than its header), -EMSGSIZE (larger than the device or the host's room takes),
   * -ENOTCONN (the socket is closed), from JavaScript -EDESTADDRREQ (a Link, and no neighbour), or what the device
   * refuses with
   * @throws RangeError for octets outside of b or k
   */
  send: D extends Dev
    ? (s: PacketSocket, b: Uint8Array, o: number, n: number) => number
    : (s: PacketSocket, b: Uint8Array, o: number, n: number, k: Uint8Array, a: number) => number
  /** Receive all frames, or only ours again. @returns what the device says, -EOPNOTSUPP when it knows of no such thing */
  promisc(on: boolean): number
  /** Closes a socket, which may be closed already. Nothing is called back for it any more. */
  close(s: PacketSocket): void
  /** Open sockets. */
  used(): number
}

/** A socket of either kind as its engine sees it. */
export interface Inbox {
  proto: number
  lost: number
  /** How much of `lost` the application has been told about. */
  told: number
  /** Octets of the queue; the queue itself, while there is one; how far it is filled, and told about. */
  readonly size: number
  inbox: Uint8Array | null
  fill: number
  next: number
  /** When an empty queue is given back. */
  idleAt: number
  /** As attach() and lock() leave them. */
  filter: Filter | null
  isLocked: boolean
  accept: Accept | null
  app: undefined
  /** Raw: the pair of what was sent last, as it is on the wire, and the first octets behind the header. */
  readonly last: Uint8Array
}

export interface RawRecord extends Inbox {
  readonly handlers: Handlers
}

export interface PacketRecord extends Inbox {
  readonly handlers: PacketHandlers
}
