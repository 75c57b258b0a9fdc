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
  /** n octets can be written. The first call says that the connection is established: accepted (by Fast Open before the handshake is over), or connected. */
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
  /** Own address and the peer's; 0 in each octet when the connection is closed. */
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
  /** RFC 7323 2: shifts of SND.WND and RCV.WND. */
  sndShift: number
  rcvShift: number
  /** Whether timestamps and SACK are in use; whether the text of the SYN was taken before the handshake was over. */
  hasTimestamps: boolean
  hasSack: boolean
  hasFastOpen: boolean
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
  /** TIME-WAIT records, 1 to 65,536; 16 unless given. One of the oldest makes room. */
  timeWaits?: number
  /** Octets of the buffers of a connection, powers of two from 256 to 65,536, to 2^30 with window scaling; 4,096 unless given. Taken from the pool while there is something in them. */
  sendBuffer?: number
  receiveBuffer?: number
  /** Milliseconds: the least retransmission timeout, 1,000 unless given (RFC 6298 2.4). */
  minRto?: number
  /** Milliseconds of TIME-WAIT, 60,000 unless given. */
  timeWait?: number
  /** Slots, each empty unless filled: wscale() of @tiny/tcp/wscale, timestamps() of /timestamps, sack() of /sack, ... */
  windowScale?: WindowScaleSlot
  timestamps?: TimestampsSlot
  sack?: SackSlot
  congestion?: CongestionSlot
  ecn?: EcnSlot
  /** wheel() of @tiny/tcp/wheel. */
  timers?: TimerSlot
  fastOpen?: FastOpenSlot
}

export interface Listener {
  readonly port: number
  readonly backlog: number
  readonly address: Uint8Array | null
  readonly handlers: Handlers
  isOpen: boolean
  /** Half-open connections, the oldest first. */
  readonly half: Connection[]
  /** What the slot fastOpen keeps, null at first. */
  fastOpen: unknown
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

/** What tcp() gives when its slot fastOpen is filled, for the verbs of @tiny/tfo. */
export interface FastOpenTcp extends Tcp {
  readonly fastOpen: FastOpenSlot
}
