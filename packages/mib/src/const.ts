// What Mib.values holds, by place. The names behind them are those of Linux, which /proc prints; what they count is what
// Linux counts under that name.

// Ip: RFC 4293 as Linux counts it.
export const IP_IN_RECEIVES = 0
export const IP_IN_HDR_ERRORS = 1
export const IP_IN_ADDR_ERRORS = 2
export const IP_IN_UNKNOWN_PROTOS = 3
export const IP_IN_DISCARDS = 4
export const IP_IN_DELIVERS = 5
export const IP_OUT_REQUESTS = 6
export const IP_OUT_DISCARDS = 7
export const IP_OUT_NO_ROUTES = 8
export const IP_REASM_TIMEOUT = 9
export const IP_REASM_REQDS = 10
export const IP_REASM_OKS = 11
export const IP_REASM_FAILS = 12
export const IP_FRAG_OKS = 13
export const IP_FRAG_FAILS = 14
export const IP_FRAG_CREATES = 15
export const IP_OUT_TRANSMITS = 16

export const ICMP_IN_MSGS = 17
export const ICMP_IN_ERRORS = 18
export const ICMP_IN_CSUM_ERRORS = 19
export const ICMP_OUT_MSGS = 20
export const ICMP_OUT_RATE_LIMIT = 21

// Tcp: RFC 4022 as Linux counts it.
export const TCP_ACTIVE_OPENS = 22
export const TCP_PASSIVE_OPENS = 23
export const TCP_ATTEMPT_FAILS = 24
export const TCP_ESTAB_RESETS = 25
/** A gauge: connections in ESTABLISHED and CLOSE-WAIT. */
export const TCP_CURR_ESTAB = 26
export const TCP_IN_SEGS = 27
export const TCP_OUT_SEGS = 28
export const TCP_RETRANS_SEGS = 29
export const TCP_IN_ERRS = 30
export const TCP_OUT_RSTS = 31
export const TCP_IN_CSUM_ERRORS = 32

// Udp: RFC 4113 as Linux counts it.
export const UDP_IN_DATAGRAMS = 33
export const UDP_NO_PORTS = 34
export const UDP_IN_ERRORS = 35
export const UDP_OUT_DATAGRAMS = 36
export const UDP_RCVBUF_ERRORS = 37
export const UDP_IN_CSUM_ERRORS = 38
export const UDP_IGNORED_MULTI = 39

// IpExt. The order of what goes in and out, and of its octets, is used in the code.
export const EXT_IN_TRUNCATED = 40
export const EXT_IN_CSUM_ERRORS = 41
export const EXT_REASM_OVERLAPS = 42
export const EXT_IN_OCTETS = 43
export const EXT_OUT_OCTETS = 44
export const EXT_IN_MCAST = 45
export const EXT_OUT_MCAST = 46
export const EXT_IN_BCAST = 47
export const EXT_OUT_BCAST = 48
export const EXT_IN_MCAST_OCTETS = 49
export const EXT_OUT_MCAST_OCTETS = 50
export const EXT_IN_BCAST_OCTETS = 51
export const EXT_OUT_BCAST_OCTETS = 52
/** By the two bits of the ECN field: none, ECT(1), ECT(0), CE. */
export const EXT_IN_NO_ECT = 53

/** IcmpMsg: messages in by type, those out behind them; of the types below 64. */
export const ICMP_IN_TYPE = 60
export const ICMP_OUT_TYPE = 124
export const ICMP_TYPES = 64
// TcpExt: what exists here.
export const X_EMBRYONIC_RSTS = 188
export const X_OUT_OF_WINDOW_ICMPS = 189
export const X_TW = 190
export const X_PAWS_ESTAB = 191
export const X_LISTEN_OVERFLOWS = 192
export const X_LISTEN_DROPS = 193
export const X_RENO_RECOVERY = 194
export const X_SACK_RECOVERY = 195
export const X_DSACK_UNDO = 196
export const X_FAST_RETRANS = 197
export const X_TIMEOUTS = 198
export const X_DSACK_OLD_SENT = 199
export const X_DSACK_RECV = 200
export const X_ABORT_ON_DATA = 201
export const X_ABORT_ON_CLOSE = 202
export const X_ABORT_ON_MEMORY = 203
export const X_ABORT_ON_TIMEOUT = 204
export const X_TIME_WAIT_OVERFLOW = 205
export const X_OFO_QUEUE = 206
export const X_OFO_DROP = 207
export const X_CHALLENGE_ACK = 208
export const X_SYN_CHALLENGE = 209
export const X_SYN_RETRANS = 210
export const X_ORIG_DATA_SENT = 211
export const X_ACK_SKIPPED_CHALLENGE = 212
export const X_WIN_PROBE = 213
export const X_KEEP_ALIVE = 214
export const X_RCVQ_DROP = 215
export const X_FAST_OPEN_ACTIVE = 216
export const X_FAST_OPEN_ACTIVE_FAIL = 217
export const X_FAST_OPEN_PASSIVE = 218
export const X_FAST_OPEN_PASSIVE_FAIL = 219
export const X_FAST_OPEN_LISTEN_OVERFLOW = 220
export const X_FAST_OPEN_COOKIE_REQD = 221
export const SIZE = 222

// Ids of the other packages, as their ids.ts and core's explain have them.
export const IP_MALFORMED = 200
export const IP_SUM = 201
export const IP_NOT_OURS = 202
export const IP_SOURCE = 203
export const IP_OPTIONS = 204
export const IP_NO_PORT = 207
export const IP_NO_PROTO = 208
export const FRAGMENT_MALFORMED = 210
export const FRAGMENT_TOO_BIG = 211
export const FRAGMENT_OVERLAP = 213
export const FRAGMENT_EVICTED = 214
export const FRAGMENT_TIMEOUT = 215
export const FRAGMENT_BARE = 216
export const FRAGMENT_END = 217
export const ICMP_MALFORMED = 220
export const ICMP_GROUP_ECHO = 221
export const ICMP_UNBELIEVED = 222
export const ICMP_LIMITED = 224
export const ICMP_NOBODY = 225
export const LOCAL_FULL = 231
export const IP_IN = 240
export const IP_DELIVERED = 241
export const IP_OUT = 242
export const IP_OUT_WHOLE = 243
export const IP_REFUSED = 244
export const UDP_LENGTH = 300
export const UDP_SUM = 301
export const UDP_FULL = 302
export const UDP_OUT = 310
export const UDP_NO_ROUTE = 311
export const PING_NO_ROUTE = 510
export const TCP_MALFORMED = 400
export const TCP_SUM = 401
export const TCP_GROUP = 402
export const TCP_FULL = 405
export const TCP_SYN_DROPPED = 409
export const TCP_NO_BUFFER = 411
export const TCP_LATE_DATA = 412
export const TCP_RANGES = 413
export const TCP_CHALLENGES = 414
export const TCP_TIME_WAIT_EVICTED = 415
export const TCP_SQUEEZED = 417
export const TCP_PAWS = 418
export const TCP_SYN_INSIDE = 420
export const TCP_OUT = 440
export const TCP_AGAIN = 441
export const TCP_FAST = 442
export const TCP_TIMEOUT = 443
export const TCP_PROBE = 444
export const TCP_KEEP_ALIVE = 445
export const TCP_CHALLENGE = 446
export const TCP_OUT_OF_ORDER = 447
export const TCP_RECOVERY = 448
export const TCP_SACK_RECOVERY = 449
export const TCP_ERROR_OUTSIDE = 450
export const TCP_NO_ROUTE = 451
export const TCP_UNDO = 452
export const TCP_DUPLICATE_TOLD = 453
export const TCP_DUPLICATE_HEARD = 454

export const TFO_COOKIE = 701
export const TFO_PENDING = 702
export const TFO_PASSIVE = 703
export const TFO_ACTIVE = 704
export const TFO_FAILED = 705
export const TFO_ASKED = 707

// States of TCP, as Observer.state tells them.
export const CLOSED = 0
export const SYN_SENT = 2
export const SYN_RECEIVED = 3
export const ESTABLISHED = 4
export const CLOSE_WAIT = 5
export const FIN_WAIT_2 = 7
export const TIME_WAIT = 10
/** Offset of the flags of a segment, and those that are looked at. */
export const FLAGS = 13
export const FIN = 1
export const SYN = 2
export const RST = 4
export const ACK = 16

// RFC 791, RFC 9293: offsets from the start of the header.
export const TOS = 1
export const TOTAL = 2
export const FIELD = 6
export const PROTO = 9
export const DST = 16
export const DATA_OFFSET = 12
export const MORE = 0x2000
export const OFFSET = 0x1fff
/** The highest ICMP type that Linux knows: what is above it is an error. */
export const KNOWN_TYPES = 18
