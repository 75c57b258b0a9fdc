import type { SendOptions } from '@tiny/core'

/** A UDP socket: a plain record, owned by its engine. A is what the application keeps in `app`. */
export interface Socket<A = unknown> {
  /** The local port; -1 when the socket is closed. */
  readonly port: number
  /** The port of the peer, 0 unless connected. */
  readonly peerPort: number
  /** What found no room in the queue or in the pool, and was dropped. The application may set it back. */
  lost: number
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
   * An ICMP error (RFC 1122 4.1.3.3) about a datagram that was sent to `port` of the address at b[a], connected or not:
   * -ECONNREFUSED, -EHOSTUNREACH, -ENETUNREACH, -EMSGSIZE, -EPROTO, -EPROTONOSUPPORT.
   *
   * Or an error of this host's, about no datagram, `port` being 0: -ENOBUFS, something was lost since the last call,
   * `s.lost` tells how much in all; -EADDRNOTAVAIL, the host no longer has the address that the socket is bound to,
   * told once.
   */
  onError?(s: Socket<A>, code: number, b: Uint8Array, a: number, port: number): void
}

export interface BindOptions {
  /** The one local address, or group, to receive for; all of the host's unless given. */
  address?: Uint8Array
  /**
   * Octets of the receive queue, 64 to 16,777,216; 2,048 unless given. It holds what comes between two polls, each
   * datagram with its IP header and 12 octets more. The pool lends it from the first one until a second after the last.
   */
  queue?: number
}

export interface UdpOptions {
  /** Sockets that may be open at a time, 1 to 8,192; 16 unless given. Each costs the octets of two addresses, and its record while it is open. */
  sockets?: number
}

/** The verbs of UDP on one Ip. */
export interface Udp {
  /**
   * Opens a socket.
   *
   * @param port 0: an unpredictable one of 49152 to 65535 (RFC 6056 3.3.1)
   * @returns the socket, or -EADDRINUSE (another one, not connected, has the port and the same address, or both have
   * none), -EADDRNOTAVAIL (neither an own address nor a group), -ENOBUFS (all sockets are in use)
   * @throws RangeError for a port, an address or a queue that is none
   */
  bind<A = unknown>(port: number, handlers: Handlers<A>, options?: BindOptions): Socket<A> | number
  /**
   * Receives from one peer only, at k[a] and `port`, and sends to it by default; port 0 undoes that.
   *
   * @returns 0, or -ENOTCONN when the socket is closed
   * @throws RangeError for an address or a port that is none
   */
  connect(s: Socket, k: Uint8Array, a: number, port: number): number
  /**
   * Sends the n octets at b[o], which are copied, to `port` of the address at k[a]; k null: to the peer of connect().
   *
   * @param options passed on to IP: ttl, tos, df, options (RFC 1122 4.1.4)
   * @returns n, or -EDESTADDRREQ (no peer, or its port is 0), -EMSGSIZE, -ENOTCONN (the socket is closed), or what
   * Ip.source and Ip.send refuse with
   * @throws RangeError for octets outside of b or k, or a port that is none
   */
  send(
    s: Socket,
    b: Uint8Array,
    o: number,
    n: number,
    k: Uint8Array | null,
    a: number,
    port: number,
    options?: SendOptions,
  ): number
  /** Closes a socket, which may be closed already. Nothing is called back for it any more. */
  close(s: Socket): void
  /** Open sockets. */
  used(): number
}

/** A socket as its engine sees it. */
export interface Record extends Socket {
  port: number
  peerPort: number
  /** Offset of its pair in the engine's slab: peer, own. */
  readonly at: number
  /** ANY, OWN, GROUP, GONE: what its own address is. */
  bound: number
  readonly handlers: Handlers
  /** Octets of the queue; the queue itself, while there is one; how far it is filled, and told about. */
  readonly size: number
  inbox: Uint8Array | null
  fill: number
  next: number
  /** When an empty queue is given back. */
  idleAt: number
  /** An error of this host's to be told about, or 0. */
  error: number
}
