// RFC 9293 3.1: offsets from the start of the header.
export const HEADER = 20
export const SEQ = 4
export const ACKNO = 8
export const OFFSET = 12
export const FLAGS = 13
export const WINDOW = 14
export const SUM = 16
export const URGENT = 18

export const FIN = 1
export const SYN = 2
export const RST = 4
export const PSH = 8
export const ACK = 16
export const URG = 32

// Options: end of list, no operation, maximum segment size.
export const EOL = 0
export const NOP = 1
export const MSS = 2
export const MSS_LENGTH = 4
export const WINDOW_SCALE = 3
export const WINDOW_SCALE_LENGTH = 3
export const SACK_PERMITTED = 4
export const SACK_PERMITTED_LENGTH = 2
export const SACK = 5
/** Two NOPs, kind, length. */
export const SACK_PREFIX = 4
export const SACK_BLOCK = 8
export const TIMESTAMPS = 8
export const TIMESTAMPS_LENGTH = 10
/** Two NOPs in front: the value is aligned. */
export const TIMESTAMPS_PADDED = 12
export const NOPS = 0x0101
/** RFC 7323 2.3: a shift above it is taken for it. */
export const SHIFT_MOST = 14

// RFC 9293 3.3.2. The order matters: up to SYN_RECEIVED nothing is synchronized, from FIN_WAIT_1 on we have closed,
// and from CLOSE_WAIT on the peer has.
export const CLOSED = 0
export const SYN_SENT = 2
export const SYN_RECEIVED = 3
export const ESTABLISHED = 4
export const CLOSE_WAIT = 5
export const FIN_WAIT_1 = 6
export const FIN_WAIT_2 = 7
export const CLOSING = 8
export const LAST_ACK = 9
export const TIME_WAIT = 10

// What a connection waits for: one timer, one purpose at a time.
export const NO_TIMER = 0
export const RETRANSMIT = 1
export const PERSIST = 2
export const KEEP_ALIVE = 3
export const FIN_WAIT = 4

// What a connection is owed at the flush; the application is called in this order.
export const OWE_WRITABLE = 1
export const OWE_URGENT = 2
export const OWE_READABLE = 4
export const OWE_END = 8
export const OWE_ERROR = 16
export const OWE_CLOSE = 32
export const OWE_CALLS = 63
/** An acknowledgment, with the next segment or alone. */
export const OWE_ACK = 64
/** It is in the list of those that are owed something, perhaps only a look at what may be sent. */
export const MARKED = 128

/** RFC 9293 3.7.1: what a peer takes that says nothing: for IPv4, for IPv6. */
export const MSS_4 = 536
export const MSS_6 = 1220
/** CVE-2019-11479: a smaller one is not believed. */
export const MSS_FLOOR = 48
/** RFC 6298 2.1; 5.7 after a SYN was lost; 2.5. */
export const RTO_FIRST = 1000
export const RTO_AFTER_SYN = 3000
export const RTO_MOST = 60000
/** RFC 9293 3.8.3: retransmissions until IP is told, milliseconds and retransmissions until the connection is given up: for data, for a SYN. */
export const R1 = 3
export const R2_MS = 100000
export const R2_TRIES = 6
export const R2_SYN_MS = 180000
/** RFC 9293 3.8.6.2.1: the override timeout of the sender's silly window avoidance. */
export const OVERRIDE_MS = 500
/** RFC 5961 7: challenge ACKs at once, and milliseconds for each further one, for each connection on its own. */
export const CHALLENGES = 10
export const CHALLENGE_MS = 100
/** Twice the maximum segment lifetime: what RFC 9293 3.4.2 gives, in half a minute's steps, is four minutes; an option. */
export const TIME_WAIT_MS = 60000
export const FIN_WAIT_MS = 60000
/** A buffer that has run empty is given back after a second. */
export const IDLE_MS = 1000
/** Out-of-order ranges that a connection keeps, and those that it is told of with SACK; more where buffers are large. */
export const RANGES = 32
/** RFC 6675 2 DupThresh. */
export const DUP_THRESH = 3
/** RFC 6056: ephemeral ports. */
export const EPHEMERAL = 49152
export const EPHEMERAL_MASK = 0x3fff
/** RFC 7323 5.5, 24 days: a connection may have been idle for so long that the peer's clock has gone half round. */
export const DAYS_24 = 2073600000
/** RFC 1191: an ICMP error's type and code, fragmentation needed. */
export const TOO_BIG = 0x304
/** The longest time that an option takes. */
export const MOST_MS = 0x3fffffff
