// The record of a TCP connection, its engine, and the slots of @tiny/tcp.
import type { Connection, Handlers, Listener, Tcp } from './tcp.js'
import type { Host, Ip, SendOptions } from './types.js'

/** The transmission control block: RFC 9293 3.3.1. Sequence numbers and times are int32. */
export interface Tcb extends Connection {
  port: number
  peerPort: number
  state: number
  /** Offset of the pair (peer, own) and its ports in the engine's slab. */
  readonly at: number
  /** Next in the bucket. */
  next: Tcb | TimeWait | null
  /** The listener, while half open. */
  listener: Listener | null
  /** The engine's `nobody` once the application has let go. */
  handlers: Handlers
  isPassive: boolean
  /** Bits of what it is owed at the flush: calls of handlers, an ACK. */
  owed: number
  /** What onClose or onError will say. */
  code: number

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
  /** Number of a FIN that came ahead of data, null: of none. */
  finSeq: number | null

  /** What the peer takes; what is sent: RFC 9293 3.7.1 Eff.snd.MSS. */
  peerMss: number
  mss: number
  /** Octets (RFC 5681). */
  cwnd: number
  /** Octets in flight when something could last be sent: several ACKs of one turn, or one of many segments, find less. */
  flight: number
  /** Octets, 0x7fffffff at first. */
  ssthresh: number
  /** RFC 6582 3.2: the recovery is over when this is acknowledged. */
  recover: number
  /** Duplicate ACKs in a row. */
  dupAcks: number
  /** In fast recovery. */
  isRecovering: boolean

  /** RFC 6298, in milliseconds: srtt in eighths, rttvar in fourths. */
  srtt: number
  rttvar: number
  rto: number
  /** The segment being timed: behind its last octet, null when there is none, and when it was sent. */
  rttSeq: number | null
  rttAt: number
  /** Retransmissions, probes or keep-alives without an answer; when the peer last made progress, was last heard. */
  tries: number
  since: number
  heardAt: number

  /** 0: none, 1: retransmission, 2: probes of a closed window, 3: keep-alive, 4: FIN-WAIT-2. */
  timer: number
  /** When the timer runs out. */
  due: number
  /** RFC 5961 7: when all challenge ACKs of a second are there to be sent again, a Bucket. */
  full: number

  /** What tune() changes, in a record that is not written to: connections share it. */
  set: Tuned

  /** Rings, while there is something in them. Index: sequence number & (size - 1). */
  snd: Uint8Array | null
  rcv: Uint8Array | null
  /** Out-of-order ranges: start, end, start, end, in order. */
  ranges: number[]
  /** Two for each segment out of order, which is owed an ACK that carries nothing; one for what came in order before them. */
  dupOwed: number

  /** RFC 7323 2: shifts of the peer's windows and of ours, 0 without window scaling. */
  sndShift: number
  rcvShift: number
  /** Both SYNs have offered it. */
  isScaled: boolean
  /** Octets of options in every segment. */
  optLen: number
  /** What the slots keep: null unless the slot has filled it. */
  timestamps: TimestampsState | null
  sack: SackState | null
  congestion: unknown
  ecn: unknown
  fastOpen: FastOpenState | null
}

/** Settings of a connection, the sizes of its rings among them. */
export interface Tuned {
  /** No Nagle algorithm. */
  readonly noDelay: boolean
  /** Milliseconds, 0: none. */
  readonly userTimeout: number
  /** Octets of the send buffer. */
  readonly sndSize: number
  /** Octets of the receive buffer. */
  readonly rcvSize: number
  /** What its segments ask of IP. */
  readonly opt: SendOptions
  /** RFC 9293 3.8.4: what to do when nothing is in flight and nothing waits, and again when the timer that it set has run out; null: wait. */
  readonly idle: ((e: TcpEngine, c: Tcb) => void) | null
}

/** What is left of a connection in TIME-WAIT (RFC 9293 3.3.2). */
export interface TimeWait {
  timestamps: TimestampsState | null
  /** Offset of its pair and ports in the slab. */
  at: number
  sndNxt: number
  rcvNxt: number
  /** RCV.WND in octets, and the shift with which it is said. */
  rcvWnd: number
  rcvShift: number
  /** When it is over. */
  due: number
  /** In the bucket of its pair and ports, where `next` is the next one. */
  isUsed: boolean
  next: Tcb | TimeWait | null
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
  /** Where its options start; they end where the text starts. */
  p: number
}

/**
 * An option of the header: what window scaling, timestamps, SACK and Fast Open have in common. Slots are trusted and do
 * not throw.
 */
export interface TcpOption {
  /** The peer's SYN is at hand, in e.seg: what it offers is taken up, what it does not offer is not used. */
  syn(e: TcpEngine, c: Tcb): void
  /**
   * Writes the option at h.tx[o] for a segment with these flags. The header may grow up to HEAD + 60. In a SYN no
   * option pads itself; in other segments each is a multiple of four octets.
   *
   * @returns octets written
   */
  write(e: TcpEngine, c: Tcb, flags: number, o: number): number
  /** A segment is at hand, n octets at o, in the window or not. @returns true: it was dropped */
  arrived?(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, n: number): boolean | undefined
  /** The segment at hand, whose pair lies at a as for Transport.input, has been found acceptable. */
  accepted?(e: TcpEngine, c: Tcb, a: number): void
}

/** RFC 7323 2. */
export interface WindowScaleSlot extends TcpOption {
  /** @param wnd octets, RCV.ADV - RCV.NXT @returns what stands in the header of a segment with these flags */
  window(c: Tcb, wnd: number, flags: number): number
}

/** RFC 7323 3 to 5. */
export interface TimestampsState {
  /** TS.Recent, and when it was set. */
  recent: number
  /** Milliseconds of the host, when TS.Recent was set. */
  recentAt: number
}

/** Who has timestamps: a connection, or what is left of it. */
export type Stamped = Pick<Tcb, 'timestamps' | 'rcvNxt'>

/** RFC 7323 3 to 5: what timestamps() of @tiny/tcp/timestamps fills. */
export interface TimestampsSlot extends TcpOption {
  /** The segment at hand acknowledges something: what it measures (RFC 7323 4) takes the place of c.rttAt. */
  sample(e: TcpEngine, c: Tcb): void
  /** RFC 6191: whether the SYN at hand may follow on the connection that is in TIME-WAIT. */
  isReuse(e: TcpEngine, t: Stamped): boolean
  /** Writes what a reset that answers the segment at hand echoes of it (RFC 7323 5.2) at h.tx[o]. @returns octets written */
  echo(e: TcpEngine, o: number): number
  write(e: TcpEngine, c: Stamped, flags: number, o: number): number
}

/** What sack() keeps of a connection. */
export interface SackState {
  /** What the peer has reported, above SND.UNA. */
  readonly ranges: number[]
}

/** Sends a segment once more, the one at `seq`, of `most` sequence numbers. @returns how many went out, or an error as Ip.send */
export type Resend = (e: TcpEngine, c: Tcb, seq: number, most: number) => number

/** Each call leaves a connection alone whose c.sack is null. */
export interface SackSlot extends TcpOption {
  /** An acknowledgment is at hand that moved SND.UNA by `acked` octets. @returns whether it tells of a loss (RFC 6675 5) */
  acked(e: TcpEngine, c: Tcb, acked: number): boolean
  /** Sends again what is lost, each segment by `resend`. @returns what that said last; 0: nothing is lost */
  resend(e: TcpEngine, c: Tcb, resend: Resend): number
  /** After a timeout: moves SND.NXT past what has arrived. @returns octets from there on that have not */
  skip(e: TcpEngine, c: Tcb): number
  /** RFC 2018 8: what was reported may be gone. */
  timeout(e: TcpEngine, c: Tcb): void
}

/** Congestion control in place of RFC 5681's. */
export interface CongestionSlot {
  /** `acked` octets were acknowledged outside a recovery, with the window in use. @returns octets by which c.cwnd grows */
  grow(e: TcpEngine, c: Tcb, acked: number): number
  /** A loss of what was in flight, by a timeout if c.tries is not 0. @returns the new c.ssthresh, octets */
  reduce(e: TcpEngine, c: Tcb, flight: number): number
}

/** RFC 3168. */
export interface EcnSlot extends TcpOption {
  /** @returns the flags of a segment of n octets of text that is about to be sent from `seq` on; may put another c.set in place, with another `opt`: they are shared */
  flags(e: TcpEngine, c: Tcb, flags: number, seq: number, n: number): number
}

/** RFC 7413, for one connection. */
export interface FastOpenState {
  /** The text of the SYN was taken before the handshake was over: by us, or by the peer, whose SYN,ACK has said so. */
  isAccepted: boolean
  /** Octets of text that are to go out with the next SYN, as many of them as it has room for. */
  text: number
}

/**
 * RFC 7413. Written last: its length varies. When syn() is told of the SYN of a new connection, which has its listener, it
 * may accept it: c.fastOpen says so, c.listener is null, and the segment has no FIN. Its text is taken at
 * once, and the application told.
 */
export interface FastOpenSlot extends TcpOption {
  /** A connection has ended, with c.fastOpen or without: the code that onClose says. */
  closed(e: TcpEngine, c: Tcb, code: number): void
}

/** Keeps the timers of the connections, by their places in the slab. */
export interface TimerSlot {
  /** Called once, by tcp(). @param fire to be called for a connection when its time has come; when it has not, arms again */
  attach(h: Host, connections: number, fire: (i: number) => void): void
  /** A connection has to be fired at `due` at the latest. The next poll may be late, and is asked for already. */
  arm(i: number, due: number): void
}

/** What tcp() gives, as its slots and who reads its tables see it. Not to be written to but by @tiny/tcp and its slots. */
export interface TcpEngine extends Tcp {
  readonly h: Host
  readonly ip: Ip
  /** Connections at a time. */
  readonly limit: number
  /** Milliseconds of TIME-WAIT. */
  readonly timeWaitMs: number
  /** Milliseconds. */
  readonly minRto: number
  /** Settings of a connection at first. */
  readonly set: Tuned
  /** The largest buffer, octets. */
  readonly most: number
  /** Handlers of what the application has let go. */
  readonly nobody: Handlers
  readonly listeners: Listener[]
  /** Records by their place in the slab, null: free. */
  readonly table: (Tcb | null)[]
  /** Buckets of the records in use, TIME-WAIT records too. */
  readonly heads: (Tcb | TimeWait | null)[]
  /** Right shift that makes a bucket of a keyed mix. */
  readonly shift: number
  /**
   * Pairs (peer, own), each with its ports behind it as a received header has them: of the connections, then of the
   * TIME-WAIT records, then that of the segment at hand. Octets of one of them.
   */
  readonly pairs: Uint8Array
  readonly stride: number
  readonly spare: number
  /** As many as there have been at a time, `waits` at most. */
  readonly timeWaits: TimeWait[]
  readonly waits: number
  /** Where the search for a free one goes on; how many are in use. */
  wait: number
  waiting: number
  /** Found last. */
  last: Tcb | TimeWait | null
  /** Connections; where the search for a free place goes on. */
  open: number
  place: number
  /** The slots: those with an option of the header in the order in which they are written, and each by its name. */
  readonly options: TcpOption[]
  readonly windowScale: WindowScaleSlot | undefined
  readonly timestamps: TimestampsSlot | undefined
  readonly sack: SackSlot | undefined
  readonly congestion: CongestionSlot | undefined
  readonly ecn: EcnSlot | undefined
  readonly fastOpen: FastOpenSlot | undefined
  readonly timers: TimerSlot | undefined
  /** No ranges. */
  readonly none: number[]
  /** Whether all connections are to be looked at, and when. */
  isDue: boolean
  due: number
  /** Those that are owed something: from head to tail. */
  readonly marked: Tcb[]
  head: number
  tail: number
  /** The segment at hand. */
  readonly seg: Segment
  /** A write found the pool exhausted. */
  isShort: boolean
  /** Of ip, when it was last looked at. */
  epoch: number
  /** Ephemeral ports given out. */
  ports: number
  /** For what is hashed. */
  readonly scratch: Uint8Array
}
