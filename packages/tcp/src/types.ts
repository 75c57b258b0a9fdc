import type { Host, Ip, SendOptions } from '@tiny/core'

/** A connection: a plain record, owned by its engine. A is what the application keeps in `app`. */
export interface Connection<A = unknown> {
  readonly port: number
  readonly peerPort: number
  /** RFC 9293 3.3.2: CLOSED 0, SYN_SENT 2, SYN_RECEIVED 3, ESTABLISHED 4, CLOSE_WAIT 5, FIN_WAIT_1 6, FIN_WAIT_2 7, CLOSING 8, LAST_ACK 9, TIME_WAIT 10 while there are octets to be read. */
  readonly state: number
  /** The application's own, undefined at first. */
  app: A | undefined
}

/**
 * What the application wants to be told: one object for any number of connections. Called from Host.poll() only; every
 * verb is legal in every handler.
 */
export interface Handlers<A = unknown> {
  /** n octets are there to be read, since the last call there are more. */
  onReadable?(c: Connection<A>, n: number): void
  /** n octets can be written. The first call says that the connection is established: accepted, or connected. */
  onWritable?(c: Connection<A>, n: number): void
  /** The peer has closed its side: read() answers 0 after the last octet. */
  onEnd?(c: Connection<A>): void
  /** The peer has urgent data: it ends n octets from here (RFC 9293 3.8.5). */
  onUrgent?(c: Connection<A>, n: number): void
  /** Trouble that the connection survives: an ICMP error, or -ETIMEDOUT for R1 reached (RFC 9293 3.8.3, 3.9.1.8). */
  onError?(c: Connection<A>, code: number): void
  /** Once and last: 0, or -ECONNREFUSED, -ECONNRESET, -ETIMEDOUT, -EHOSTUNREACH, -ENETUNREACH, -ECONNABORTED, -ENOBUFS, -EADDRNOTAVAIL. */
  onClose?(c: Connection<A>, code: number): void
}

export interface ListenOptions {
  /** The one local address to listen on; all of the host's unless given. */
  address?: Uint8Array
  /** Connections that may be half open at a time; the oldest makes room. 8 unless given. */
  backlog?: number
}

export interface ConnectOptions {
  /** Local port; an unpredictable ephemeral one unless given. */
  port?: number
  /** Local address; what Ip.source says unless given. */
  address?: Uint8Array
}

/** What may be set on a connection at run time. */
export interface Settings {
  /** Sends small segments at once: no Nagle algorithm (RFC 9293 3.7.4). */
  noDelay?: boolean
  /** Milliseconds of silence before a keep-alive is sent, 0: off, as at first (RFC 9293 3.8.4); between two, 75,000 at first; and how many without an answer, 9 at first. */
  keepAlive?: number
  keepInterval?: number
  keepCount?: number
  /** Milliseconds that data may go unacknowledged, zero windows included (RFC 9293 3.8.3 R2); 0: 100 seconds, and zero windows without a limit. */
  userTimeout?: number
  /** The former TOS octet, passed to IP unchanged. */
  tos?: number
  ttl?: number
  /** Octets of the buffers, powers of two. They change while nothing is in them, and a second after. */
  sendBuffer?: number
  receiveBuffer?: number
}

/** RFC 9293 3.9.1.4 STATUS. */
export interface Status {
  state: number
  port: number
  peerPort: number
  /** Own address and the peer's. */
  address: Uint8Array
  peer: Uint8Array
  sndUna: number
  sndNxt: number
  sndWnd: number
  sndUp: number
  iss: number
  rcvNxt: number
  rcvWnd: number
  rcvUp: number
  irs: number
  mss: number
  cwnd: number
  ssthresh: number
  /** Milliseconds. */
  srtt: number
  rttvar: number
  rto: number
  retransmissions: number
  /** Octets in the send buffer, unread ones in the receive buffer. */
  unsent: number
  unread: number
}

export interface TcpOptions {
  /** Connections at a time, 1 to 1,048,576; 16 unless given. */
  connections?: number
  /** TIME-WAIT records, 1 to 65,536; 16 unless given. The oldest makes room. */
  timeWaits?: number
  /** Octets of the buffers of a connection, powers of two from 256 to 65,536; 4,096 unless given. Taken from the pool while there is something in them. */
  sendBuffer?: number
  receiveBuffer?: number
  /** Milliseconds: the least retransmission timeout, 1,000 unless given (RFC 6298 2.4). */
  minRto?: number
  /** Milliseconds of TIME-WAIT, 60,000 unless given. */
  timeWait?: number
}

export interface Listener {
  readonly port: number
  readonly backlog: number
  readonly address: Uint8Array | null
  readonly handlers: Handlers
  isOpen: boolean
  /** Half-open connections. */
  half: number
}

export interface Tcp {
  /** @returns the listener, or -EADDRINUSE, -EADDRNOTAVAIL. @throws RangeError for a port or an address that is none */
  listen<A = unknown>(port: number, handlers: Handlers<A>, options?: ListenOptions): Listener | number
  /** @returns the connection, or -EADDRINUSE, -EADDRNOTAVAIL (also out of ephemeral ports), -EINVAL (a group), -ENOBUFS, or what Ip.source answers */
  connect<A = unknown>(
    address: Uint8Array,
    port: number,
    handlers: Handlers<A>,
    options?: ConnectOptions,
  ): Connection<A> | number
  /** Copies up to n octets to b[o]. @returns how many; 0 at the end of the stream; -EAGAIN when there is none yet, or -ENOTCONN */
  read(c: Connection, b: Uint8Array, o?: number, n?: number): number
  /** Takes up to n octets at b[o]. @returns how many were taken; -EPIPE after close(), -ENOTCONN */
  write(c: Connection, b: Uint8Array, o?: number, n?: number): number
  /** RFC 9293 CLOSE: no more is written; reading goes on. @returns 0, or -ENOTCONN */
  close(c: Connection): number
  /** Closes and detaches: no more callbacks; late data is reset; the peer has a minute to close as well. @returns 0, or -ENOTCONN */
  release(c: Connection): number
  /** Resets the connection; onClose says -ECONNABORTED. @returns 0, or -ENOTCONN */
  abort(c: Connection): number
  /** Connections, half-open and in TIME-WAIT included. */
  used(): number
}

/** The transmission control block: RFC 9293 3.3.1. Sequence numbers and times are int32. */
export interface Tcb extends Connection {
  port: number
  peerPort: number
  state: number
  /** Offset of the pair (peer, own) in the engine's slab. */
  readonly at: number
  /** Next in the bucket. */
  next: Tcb | null
  /** The listener, while half open. */
  listener: Listener | null
  handlers: Handlers
  isPassive: boolean
  isDetached: boolean
  isMarked: boolean
  owed: number
  /** What onClose and onError will say. */
  closeCode: number
  errorCode: number

  iss: number
  sndUna: number
  sndNxt: number
  /** Behind the last octet ever sent. */
  sndMax: number
  /** Behind the last octet written; the FIN's own number once isFin. */
  sndEnd: number
  isFin: boolean
  sndWnd: number
  sndWl1: number
  sndWl2: number
  sndUp: number
  /** A write was not taken whole: onWritable is owed when there is room. */
  isFull: boolean
  /** The largest window that the peer has offered. */
  maxWnd: number

  irs: number
  rcvNxt: number
  /** Right edge of the window as it was offered. */
  rcvAdv: number
  /** Behind the last octet that was read. */
  rcvRead: number
  rcvUp: number
  /** The peer's FIN has been taken: its number is rcvNxt - 1. */
  isEnded: boolean
  /** Number of a FIN that came ahead of data, and whether there is one. */
  finSeq: number
  hasFin: boolean

  /** What the peer takes; what is sent: RFC 9293 3.7.1 Eff.snd.MSS. */
  peerMss: number
  mss: number
  cwnd: number
  ssthresh: number
  recover: number
  dupAcks: number
  isRecovering: boolean

  /** RFC 6298, in milliseconds: srtt in eighths, rttvar in fourths. */
  srtt: number
  rttvar: number
  rto: number
  /** The segment being timed: behind its last octet, and when it was sent. */
  rttSeq: number
  rttAt: number
  isTiming: boolean
  /** Retransmissions, probes or keep-alives without an answer; when the peer last made progress, was last heard. */
  tries: number
  since: number
  heardAt: number

  timer: number
  due: number
  /** Place in the list of armed ones, -1: not there. */
  armed: number
  challenges: number
  challengeAt: number

  noDelay: boolean
  keepAlive: number
  keepInterval: number
  keepCount: number
  userTimeout: number
  opt: SendOptions

  /** Rings, while there is something in them; their sizes. Index: sequence number & (size - 1). */
  snd: Uint8Array | null
  rcv: Uint8Array | null
  sndSize: number
  rcvSize: number
  /** Out-of-order ranges: start, end, start, end, in order. */
  ranges: number[]
  /** ACKs owed to segments out of order, one each. */
  dupOwed: number
  idleAt: number
}

export interface TimeWait {
  at: number
  port: number
  peerPort: number
  sndNxt: number
  rcvNxt: number
  rcvWnd: number
  due: number
  isUsed: boolean
}

/** The segment at hand. */
export interface Segment {
  b: Uint8Array
  /** The text. */
  o: number
  seq: number
  ack: number
  /** Octets of text; SYN and FIN not counted. */
  len: number
  wnd: number
  flags: number
  up: number
  mss: number
}

export interface TcpEngine extends Tcp {
  readonly h: Host
  readonly ip: Ip
  readonly limit: number
  readonly timeWaitMs: number
  readonly finWaitMs: number
  readonly minRto: number
  readonly sndSize: number
  readonly rcvSize: number
  readonly listeners: Listener[]
  /** Records by their place in the slab, null: free. */
  readonly table: (Tcb | null)[]
  readonly heads: (Tcb | null)[]
  readonly shift: number
  /** Pairs: of the connections, then of the TIME-WAIT records, then one for what is sent without a record. */
  readonly pairs: Uint8Array
  readonly spare: number
  readonly timeWaits: TimeWait[]
  last: Tcb | null
  /** Connections; where the search for a free place goes on. */
  open: number
  place: number
  /** What segments ask of IP unless told otherwise; no ranges. */
  readonly opt: SendOptions
  readonly none: number[]
  /** Those with a timer; no timer is due before `due`. */
  readonly armed: Tcb[]
  due: number
  /** Those that are owed something: from head to tail. */
  readonly marked: Tcb[]
  head: number
  tail: number
  readonly seg: Segment
  /** Whether some buffer is empty, and when the first of them is given back at the earliest. */
  isResting: boolean
  restAt: number
  /** A write found the pool exhausted. */
  isShort: boolean
  epoch: number
  /** Ephemeral ports given out. */
  ports: number
  readonly scratch: Uint8Array
}
