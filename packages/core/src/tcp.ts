// TCP as the application sees it: @tiny/tcp gives it out. Here, because what fills its slots and reads its tables depends
// on core alone.
import type {
  CongestionSlot,
  EcnSlot,
  FastOpenSlot,
  SackSlot,
  TimerSlot,
  TimestampsSlot,
  WindowScaleSlot,
} from './tcb.js'

/** A connection: a plain record, owned by its engine. A is what the application keeps in `app`. */
export interface Connection<A = unknown> {
  /** The local port. */
  readonly port: number
  /** The peer's port. */
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
  /** n octets are there to be read, since the last call there are more. What is left unread is not told of again: read until read() answers -EAGAIN, or 0. */
  onReadable?(c: Connection<A>, n: number): void
  /** n octets can be written. The first call says that the connection is established: accepted (by Fast Open before the handshake is over), or connected. */
  onWritable?(c: Connection<A>, n: number): void
  /** The peer has closed its side: read() answers 0 after the last octet. */
  onEnd?(c: Connection<A>): void
  /** The peer has urgent data: it ends n octets from here (RFC 9293 3.8.5). */
  onUrgent?(c: Connection<A>, n: number): void
  /** Trouble that the connection survives: an ICMP error, or -ETIMEDOUT for R1 reached (RFC 9293 3.8.3, 3.9.1.8). */
  onError?(c: Connection<A>, code: number): void
  /** Once and last: 0, or -ECONNREFUSED, -ECONNRESET, -ETIMEDOUT, -EHOSTUNREACH, -ENETUNREACH, -ECONNABORTED, -EPROTONOSUPPORT, -ENOBUFS, -EADDRNOTAVAIL. */
  onClose?(c: Connection<A>, code: number): void
}

/** What listen() may be told; all of it optional. */
export interface ListenOptions {
  /** The one local address to listen on; all of the host's unless given. */
  address?: Uint8Array
  /** Connections that may be half open at a time; the oldest makes room. 8 unless given. */
  backlog?: number
}

/** What connect() may be told; all of it optional. */
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
  /** Milliseconds of silence before a keep-alive is sent, 0: off, as at first (RFC 9293 3.8.4). */
  keepAlive?: number
  /** Milliseconds between two keep-alives without an answer, from 1; 75,000 at first. */
  keepInterval?: number
  /** Keep-alives without an answer that end the connection, 1 to 1,000; 9 at first. */
  keepCount?: number
  /** Milliseconds that data may go unacknowledged, zero windows included (RFC 9293 3.8.3 R2); 0: 100 seconds, and zero windows without a limit. */
  userTimeout?: number
  /** The former TOS octet, passed to IP unchanged. */
  tos?: number
  /** 1 to 255; what ip has, at first. */
  ttl?: number
  /** Octets of the send buffer, a power of two. The buffers change while nothing is in them, and a second after. */
  sendBuffer?: number
  /** Octets of the receive buffer, a power of two; it only grows. */
  receiveBuffer?: number
}

/** RFC 9293 3.9.1.5 STATUS. */
export interface Status {
  /** As Connection.state. */
  state: number
  /** The local port. */
  port: number
  /** The peer's port. */
  peerPort: number
  /** The own address; 0 in each octet when the connection is closed. */
  address: Uint8Array
  /** The peer's address; 0 in each octet when the connection is closed. */
  peer: Uint8Array
  /** Sequence numbers as int32 (RFC 9293 3.3.1): the oldest one that is not acknowledged. */
  sndUna: number
  /** The next one to be sent. */
  sndNxt: number
  /** Octets: the window that the peer offers. */
  sndWnd: number
  /** The sequence and acknowledgment numbers of the segment that the window was last taken from. */
  sndWl1: number
  sndWl2: number
  /** Behind the last urgent octet sent. */
  sndUp: number
  /** The first one sent. */
  iss: number
  /** The next one expected. */
  rcvNxt: number
  /** Octets: the window that is offered to the peer. */
  rcvWnd: number
  /** Behind the last urgent octet announced. */
  rcvUp: number
  /** The peer's first one. */
  irs: number
  /** Octets of text in a segment. */
  mss: number
  /** Octets: the congestion window. */
  cwnd: number
  /** Octets: where slow start ends. */
  ssthresh: number
  /** RFC 7323 2: shift of SND.WND. */
  sndShift: number
  /** Shift of RCV.WND. */
  rcvShift: number
  /** Whether timestamps are in use. */
  hasTimestamps: boolean
  /** Whether SACK is in use. */
  hasSack: boolean
  /** Whether the text of the SYN was taken before the handshake was over. */
  hasFastOpen: boolean
  /** Milliseconds: the smoothed round-trip time, 0: not measured yet. */
  srtt: number
  /** Milliseconds (RFC 6298). */
  rttvar: number
  /** Milliseconds: the retransmission timeout. */
  rto: number
  /** Of what is oldest, without an answer. */
  retransmissions: number
  /** Octets in the send buffer: not sent, or not acknowledged. */
  unsent: number
  /** Octets in the receive buffer that are not read. */
  unread: number
  /** The former TOS octet: Settings.tos. */
  tos: number
  /** Milliseconds: Settings.userTimeout. */
  userTimeout: number
}

/** What tcp() may be told; all of it optional. */
export interface TcpOptions {
  /** Connections at a time, 1 to 1,048,576; 16 unless given. */
  connections?: number
  /** TIME-WAIT records, 1 to 65,536; 16 unless given. One of the oldest makes room. */
  timeWaits?: number
  /** Octets of the send buffer of a connection, a power of two from 256 to 65,536, to 2^30 with window scaling; 4,096 unless given. Taken from the host's pool, which has to hold it, while there is something in it. */
  sendBuffer?: number
  /** Octets of the receive buffer of a connection, as sendBuffer. */
  receiveBuffer?: number
  /** Milliseconds: the least retransmission timeout, 1,000 unless given (RFC 6298 2.4). */
  minRto?: number
  /** Milliseconds of TIME-WAIT, 60,000 unless given. */
  timeWait?: number
  /** Slots, each empty unless filled: wscale() of @tiny/tcp/wscale. */
  windowScale?: WindowScaleSlot
  /** timestamps() of @tiny/tcp/timestamps. */
  timestamps?: TimestampsSlot
  /** sack() of @tiny/tcp/sack. */
  sack?: SackSlot
  /** Congestion control of your own; that of RFC 5681 unless given. */
  congestion?: CongestionSlot
  /** ECN of your own; none unless given. */
  ecn?: EcnSlot
  /** wheel() of @tiny/tcp/wheel. */
  timers?: TimerSlot
  /** tfo() of @tiny/tfo. */
  fastOpen?: FastOpenSlot
}

/** A port that takes connections: a plain record, owned by its engine. */
export interface Listener {
  /** The local port. */
  readonly port: number
  /** Connections that may be half open at a time. */
  readonly backlog: number
  /** The one local address that it listens on; null: all. */
  readonly address: Uint8Array | null
  /** Whom its connections tell. */
  readonly handlers: Handlers
  /** Until unlisten(). */
  isOpen: boolean
  /** Half-open connections, the oldest first. */
  readonly half: Connection[]
  /** What the slot fastOpen keeps, null at first. */
  fastOpen: unknown
}

/** The verbs of TCP on one Ip. */
export interface Tcp {
  /** @returns the listener, or -EADDRINUSE, -EADDRNOTAVAIL. @throws RangeError for a port or an address that is none */
  listen<A = unknown>(port: number, handlers: Handlers<A>, options?: ListenOptions): Listener | number
  /**
   * Opens a connection; onWritable says that it stands, onClose that it came to nothing.
   *
   * @returns the connection, or -EADDRINUSE, -EADDRNOTAVAIL (also out of ephemeral ports), -EINVAL (a group), -ENOBUFS,
   * or what Ip.source answers (-ENETUNREACH)
   * @throws RangeError for a port or an address that is none
   */
  connect<A = unknown>(
    address: Uint8Array,
    port: number,
    handlers: Handlers<A>,
    options?: ConnectOptions,
  ): Connection<A> | number
  /**
   * Copies up to n octets to b[o]; as many as b has room for behind o unless told.
   *
   * @returns how many; 0 at the end of the stream; -EAGAIN when there is none yet, or -ENOTCONN
   * @throws RangeError for octets outside of b
   */
  read(c: Connection, b: Uint8Array, o?: number, n?: number): number
  /**
   * Copies up to n octets at b[o] into the send buffer; all behind o unless told.
   *
   * @returns how many were taken: 0 before the connection stands, fewer than n when the buffer is full, and onWritable
   * says when there is room; -EPIPE after close(), -ENOTCONN
   * @throws RangeError for octets outside of b, and for what is no Uint8Array
   */
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

/** What tcp() gives when its slot fastOpen is filled, for the verbs of @tiny/tfo. */
export interface FastOpenTcp extends Tcp {
  /** tfo() of @tiny/tfo, as it was given. */
  readonly fastOpen: FastOpenSlot
}
