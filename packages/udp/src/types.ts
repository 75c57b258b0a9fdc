import type { SendOptions } from '@tiny/core'

/**
 * Whether a socket takes what comes to b[own] from `port` of b[peer], or an ICMP error about what went the other way.
 * Called for each packet as it arrives: it may not throw, nor call a verb.
 */
export type Accept = (b: Uint8Array, peer: number, own: number, port: number) => boolean

/** A UDP socket: a plain record, owned by its engine. A is what the application keeps in `app`. */
export interface Socket<A = unknown> {
  /** The local port; -1 when the socket is closed. */
  readonly port: number
  /** What it takes; null: all. connect() and hear() of @tiny/udp/connect set it. */
  accept: Accept | null
  /** What found no room in the queue or in the pool, and was dropped. */
  readonly lost: number
  /** The application's own, undefined at first. */
  app: A | undefined
}

/**
 * What the application wants to be told: one object for any number of sockets. Called from Host.poll() only, never from
 * inside a verb; every verb is legal in every handler. The octets are valid during the call, and not to be written to.
 */
export interface Handlers<A = unknown> {
  /**
   * A datagram: n octets at b[o]. The addresses, sender and destination, lie at b[a] as on the wire, with the IP header
   * around them: TOS (RFC 1122 4.1.4) is at b[a - 11], TTL at b[a - 4], options (4.1.3.2) are the octets from a + 8 to
   * o - 8. `port` is the sender's, 0 when it wants no answer. The specific destination (4.1.3.5) of what came to a
   * group is what `ip.source(b, a, ...)` writes.
   */
  onDatagram?(s: Socket<A>, b: Uint8Array, o: number, n: number, a: number, port: number): void
  /**
   * An ICMP error (RFC 1122 4.1.3.3) about a datagram that was sent to `port` of the address at b[a]:
   * -ECONNREFUSED, -EHOSTUNREACH, -ENETUNREACH, -EMSGSIZE, -EPROTO, -EPROTONOSUPPORT.
   *
   * Or -ENOBUFS, with `port` 0 and no address: something was lost since the last call; `s.lost` tells how much in all.
   */
  onError?(s: Socket<A>, code: number, b: Uint8Array, a: number, port: number): void
}

/** What a socket may be told; all of it optional. */
export interface BindOptions {
  /** What it takes; all unless given. */
  accept?: Accept
  /**
   * Octets of the receive queue, 64 to 10,000,000; 2,048 unless given. It holds what comes between two polls, each
   * datagram with its IP header and 12 octets more. The pool lends it from the first one until a second after the last.
   */
  queue?: number
}

/** What a datagram may ask of IP, and the own address to be sent from. */
export interface DatagramOptions extends SendOptions {
  /** The own address to send from; ip chooses one unless given. */
  from?: Uint8Array
}

/** What udp() may be told; optional. */
export interface UdpOptions {
  /** Sockets that may be open at a time, 1 to 8,192; 16 unless given. */
  sockets?: number
}

/** The verbs of UDP on one Ip. */
export interface Udp {
  /**
   * Opens a socket.
   *
   * @param port 0: an unpredictable one of 49152 to 65535 (RFC 6056 3.3.1)
   * @returns the socket, or -EADDRINUSE (another one has the port, and neither of the two has an `accept`), -ENOBUFS
   * (all sockets are in use)
   * @throws RangeError for a port or a queue that is none
   */
  bind<A = unknown>(port: number, handlers: Handlers<A>, options?: BindOptions): Socket<A> | number
  /**
   * Sends the n octets at b[o], which are copied, to `port` of the address at k[a].
   *
   * @param options passed on to IP: ttl, tos, df, options (RFC 1122 4.1.4); and the address to send from
   * @returns n, or -EDESTADDRREQ (port 0: who sent from there wants no answer), -EMSGSIZE, -ENOTCONN (the socket is
   * closed), or what Ip.source and Ip.send refuse with: -EADDRNOTAVAIL when `from` is not our own
   * @throws RangeError for octets outside of b or k, or a port that is none
   */
  send(
    s: Socket,
    b: Uint8Array,
    o: number,
    n: number,
    k: Uint8Array,
    a: number,
    port: number,
    options?: DatagramOptions,
  ): number
  /** Closes a socket, which may be closed already. Nothing is called back for it any more. */
  close(s: Socket): void
  /** Open sockets: to be read, for tables. Another list after each close(). */
  readonly sockets: readonly Socket[]
  /** Open sockets. */
  used(): number
}

/** A socket as its engine sees it. */
export interface Record extends Socket {
  port: number
  lost: number
  /** How much of `lost` the application has been told about. */
  told: number
  readonly handlers: Handlers
  /** Octets of the queue; the queue itself, while there is one; how far it is filled, and told about. */
  readonly size: number
  inbox: Uint8Array | null
  fill: number
  next: number
  /** When an empty queue is given back. */
  idleAt: number
}
