// RFC 791: offsets from the start of the header.
export const HEADER = 20
export const HEADER_MAX = 60
export const TOS = 1
export const LENGTH = 2
export const ID = 4
export const FRAGMENT = 6
export const TTL = 8
export const PROTO = 9
export const SUM = 10
export const SRC = 12
export const DST = 16
export const DF = 0x4000
export const MF = 0x2000
export const OFFSET = 0x1fff
// Options: copied into each fragment with the top bit, two without a length, two for source routes.
export const COPIED = 0x80
export const NOP = 1
export const LSRR = 131
export const SSRR = 137

// RFC 792: types, and the two codes that have a meaning here.
export const ECHO_REPLY = 0
export const UNREACHABLE = 3
export const REDIRECT = 5
export const ECHO = 8
export const TIME_EXCEEDED = 11
export const PARAMETER_PROBLEM = 12
export const FRAGMENTATION_NEEDED = 0x304
export const HOST_UNREACHABLE = 0x301
/** Octets of an ICMP header. */
export const ICMP_HEADER = 8
/** RFC 1812 4.3.2.3: an error quotes as much as fits into 576 octets. */
export const QUOTE = 548

/** RFC 791 3.2: what every link carries whole. */
export const MTU_LEAST = 68
/** No path MTU below this is believed, and none at this is probed with DF (RFC 1191 3, CVE-2019-11479). */
export const MTU_FLOOR = 552
/** RFC 1122 3.3.2: between 60 and 120 seconds, and fixed. */
export const REASSEMBLY_MS = 60000

// ICMP errors: one in 100 ms and 10 at once for a destination, one in 10 ms and 50 at once in all.
export const ERROR_MS = 100
export const ERROR_BURST = 10
export const ALL_MS = 10
export const ALL_BURST = 50

/** RFC 1112 4: 224.0.0.1, of which every host is a member. */
export const ALL_SYSTEMS = -536870911
/** Joins that are not taken back, at most: each datagram to a group is compared with them. */
export const GROUPS = 255
/** Records of destinations, told apart by a keyed hash. */
export const BUCKETS = 16

/** RFC 1191 6.3: a path MTU is forgotten after ten minutes; so is a redirect. */
export const PATH_MS = 600000
/** RFC 1122 3.3.1.4: traffic without a sign of life from its gateway goes on for so long before the gateway is pinged. */
export const QUIET_MS = 30000
export const PING_MS = 1000
export const PINGS = 3

/** The bit of the fragment field's first octet that must be zero. */
export const RESERVED = 0x80
