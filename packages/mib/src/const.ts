// What Mib.values holds, by place: what is read from the octets of packets and from states. What an id alone tells is in
// Mib.times; names.ts puts the two together under the names of Linux.
export const BAD_IP_SUM = 1
export const ADDR_ERRORS = 2
/** Fragments in; of those out the first ones, those behind them, and of these the last ones. */
export const FRAGMENTS = 3
export const FIRST = 4
export const LATER = 5
export const LAST = 6
export const BAD_ICMP_SUM = 7
/** Errors of ICMP that the octets show. */
export const BAD_ICMP = 8
export const ACTIVE_OPENS = 9
export const PASSIVE_OPENS = 10
export const ATTEMPT_FAILS = 11
export const ESTAB_RESETS = 12
/** A gauge: connections in ESTABLISHED and CLOSE-WAIT. */
export const CURR_ESTAB = 13
export const BAD_OFFSETS = 14
export const OUT_RSTS = 15
/** Of what was sent again, SYNs; of these, SYN,ACKs. */
export const SYN_AGAIN = 16
export const SYN_ACK_AGAIN = 17
/** Segments with new data, or with a FIN. */
export const DATA = 18
export const GROUP_PORT = 19
export const EMBRYONIC_RSTS = 20
export const TIME_WAITS = 21
export const IN_OCTETS = 25
export const OUT_OCTETS = 26
// The order of what goes in and out, to groups and to all, and of its octets, is used in the code.
export const IN_MCAST = 27
export const OUT_MCAST = 28
export const IN_BCAST = 29
export const OUT_BCAST = 30
export const IN_MCAST_OCTETS = 31
export const OUT_MCAST_OCTETS = 32
export const IN_BCAST_OCTETS = 33
export const OUT_BCAST_OCTETS = 34
/** By the two bits of the ECN field: none, ECT(1), ECT(0), CE. */
export const ECN = 35
export const TRUNCATED = 39
/** By protocol, delivered and sent, and by type of ICMP, in and out; of those below 64. */
export const KINDS = 64
export const IN_PROTO = 40
export const OUT_PROTO = 104
export const IN_TYPE = 168
export const OUT_TYPE = 232
export const SIZE = 296

/** In a list of places: what was told under the id above it, of Mib.times. What is negative is taken off. */
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
export const ICMP_GROUP = 221
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
export const TCP_SEQUENCE = 407
export const TCP_SYN = 409
export const TCP_NO_BUFFER = 411
export const TCP_LATE_DATA = 412
export const TCP_RANGES = 413
export const TCP_CHALLENGES = 414
export const TCP_TIME_WAIT_EVICTED = 415
export const TCP_SQUEEZED = 417
export const TCP_PAWS = 418
export const TCP_SYN_INSIDE = 420
export const TCP_CLOSED_WINDOW = 422
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
export const TCP_ABORT_UNREAD = 455
export const TCP_DUPLICATE_AHEAD = 456

export const TFO_COOKIE = 701
export const TFO_PENDING = 702
export const TFO_PASSIVE = 703
export const TFO_ACTIVE = 704
export const TFO_FAILED = 705
export const TFO_ASKED = 707
export const TFO_OLD_KEY = 708

/** Behind the ids: connections that ended, by the error that they ended with. */
export const ENDED = 900

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
/** Half of 42 and 43, extended echo (RFC 8335), which it knows as well. */
export const EXTENDED = 21
