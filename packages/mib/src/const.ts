// What Mib.values holds, by place: what is read from the octets of packets and from states. What an id alone tells is in
// Mib.times; names.ts puts the two together under the names of Linux.
export const IP_IN_RECEIVES = 0
export const IP_IN_HDR_ERRORS = 1
export const IP_IN_ADDR_ERRORS = 2
export const IP_IN_DELIVERS = 3
export const IP_OUT_REQUESTS = 4
export const IP_REASM_REQDS = 5
export const IP_REASM_OKS = 6
export const IP_FRAG_OKS = 7
export const IP_FRAG_FAILS = 8
export const IP_FRAG_CREATES = 9
export const IP_OUT_TRANSMITS = 10
export const ICMP_IN_MSGS = 11
export const ICMP_IN_ERRORS = 12
export const ICMP_IN_CSUM_ERRORS = 13
export const ICMP_OUT_MSGS = 14
export const TCP_ACTIVE_OPENS = 15
export const TCP_PASSIVE_OPENS = 16
export const TCP_ATTEMPT_FAILS = 17
export const TCP_ESTAB_RESETS = 18
/** A gauge: connections in ESTABLISHED and CLOSE-WAIT. */
export const TCP_CURR_ESTAB = 19
export const TCP_IN_SEGS = 20
export const TCP_OUT_SEGS = 21
export const TCP_RETRANS_SEGS = 22
export const TCP_IN_ERRS = 23
export const TCP_OUT_RSTS = 24
export const UDP_IN_DATAGRAMS = 25
export const UDP_NO_PORTS = 26
export const UDP_IGNORED_MULTI = 27
export const X_EMBRYONIC_RSTS = 28
export const X_TW = 29
export const X_FAST_RETRANS = 30
export const X_ABORT_ON_DATA = 31
export const X_ABORT_ON_CLOSE = 32
export const X_ABORT_ON_TIMEOUT = 33
export const X_SYN_RETRANS = 34
export const X_ORIG_DATA_SENT = 35
export const EXT_IN_TRUNCATED = 36
export const EXT_IN_CSUM_ERRORS = 37
export const EXT_IN_OCTETS = 38
export const EXT_OUT_OCTETS = 39
// The order of what goes in and out, to groups and to all, and of its octets, is used in the code.
export const EXT_IN_MCAST = 40
export const EXT_OUT_MCAST = 41
export const EXT_IN_BCAST = 42
export const EXT_OUT_BCAST = 43
export const EXT_IN_MCAST_OCTETS = 44
export const EXT_OUT_MCAST_OCTETS = 45
export const EXT_IN_BCAST_OCTETS = 46
export const EXT_OUT_BCAST_OCTETS = 47
/** By the two bits of the ECN field: none, ECT(1), ECT(0), CE. */
export const EXT_IN_NO_ECT = 48
/** IcmpMsg: messages in by type, those out behind them; of the types below 64. */
export const ICMP_IN_TYPE = 52
export const ICMP_OUT_TYPE = 116
export const ICMP_TYPES = 64
export const SIZE = 180

/** In a list of places: what was told under the id above it, of Mib.times. */
export const ID = 1000

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
