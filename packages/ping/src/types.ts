import type { SendOptions } from '@tiny/core'

/** A ping socket: one identifier, under which any number of hosts can be asked. A is what the application keeps in `app`. */
export interface Socket<A = unknown> {
  /** The identifier, -1 when the socket is closed. */
  readonly id: number
  /** The sequence number of the next request, 0 at first; it wraps after 65535. */
  readonly seq: number
  /** The application's own, undefined at first. */
  app: A | undefined
}

/**
 * What has become of the requests: one of the two is called for each, once. Called from Host.poll() only, never from
 * inside a verb; every verb is legal in every handler.
 */
export interface Handlers<A = unknown> {
  /**
   * A reply with n octets of the data that was sent: less than that when the other host could not send as much.
   *
   * @param rttMs round-trip time in milliseconds, with its fraction where the machine has a clock of microseconds
   */
  onReply?(s: Socket<A>, seq: number, rttMs: number, n: number): void
  /**
   * No reply: -ETIMEDOUT, or what an ICMP error means (-EHOSTUNREACH, -ENETUNREACH, -EMSGSIZE, ...).
   *
   * @param icmp type * 256 + code of the ICMP error, 0x0b00 for TTL exceeded; 0 for a time-out
   * @param b who reports, at b[a]: the router, or this host's own address; to be read before the next request is sent
   */
  onError?(s: Socket<A>, seq: number, code: number, icmp: number, b: Uint8Array, a: number): void
}

/** What ping() may be told; all of it optional. */
export interface PingOptions {
  /** Sockets that may be open at a time, 1 to 1,024; 4 unless given. */
  sockets?: number
  /** Requests that may be on their way at a time, of all sockets, 1 to 1,024; 16 unless given. Each costs a record and the octets of two addresses. */
  requests?: number
}

/** What a request may ask for; all of it optional. */
export interface RequestOptions extends SendOptions {
  /** Octets of data; 56 unless given. */
  size?: number
  /** Milliseconds until it is given up, 1 to 2,147,483; 1,000 unless given. */
  timeout?: number
}

/** The verbs of ping on one Ip. */
export interface Ping {
  /** Opens a socket under an unpredictable identifier. @returns the socket, or -ENOBUFS when all are in use */
  open<A = unknown>(handlers: Handlers<A>): Socket<A> | number
  /**
   * Sends an echo request to the address at k[a].
   *
   * @returns its sequence number, or -ENOBUFS (too many are on their way), -EMSGSIZE, -EINVAL (a group: whose reply
   * would it be?), -ENOTCONN (the socket is closed), or what Ip.source and Ip.send refuse with
   * @throws RangeError for an address, a size or a time that is none
   */
  send(s: Socket, k: Uint8Array, a: number, options?: RequestOptions): number
  /** Closes a socket, which may be closed already, and forgets its requests. Nothing is called back for it any more. */
  close(s: Socket): void
  /** Open sockets and requests. */
  used(): number
}

/** A socket as its engine sees it. */
export interface Record extends Socket {
  id: number
  seq: number
  readonly handlers: Handlers
}

export interface Request {
  /** Whose it is; null: of nobody, to be taken. */
  s: Record | null
  /** Offset of its pair in the engine's slab: peer, own. The latter makes room for who reports an error. */
  readonly at: number
  seq: number
  /** The octets that its data repeats. */
  tag: number
  /** Octets of data sent, then of data that came back. */
  size: number
  /** Microseconds at which it was sent, then those it took. */
  time: number
  due: number
  /** 0: on its way; 1: replied to; a negative error. */
  code: number
  icmp: number
}
