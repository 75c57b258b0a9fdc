/** Octets in front of what is kept: how many are kept, how many there were, two words of the owner's. */
export const MARK = 16
/** How long an emptied inbox keeps its octets, in milliseconds. */
export const IDLE = 1000
/** Octets of a quoted transport header that every ICMP error has (RFC 792). */
export const QUOTED = 8
/** Of a frame: its header, and where its type stands. */
export const FRAME_HEADER = 14
export const FRAME_TYPE = 12
export const TYPE_IPV4 = 0x800
/** ICMP types that a mask has room for. */
export const TYPES = 32
// Kinds of a packet, as in PacketInfo; broadcast and multicast are those of the flags.
export const ALL = 1
export const GROUP = 2
export const OTHER = 3
export const SENT = 4
/** Octets of an IPv4 header without options, and how far its protocol stands in front of the addresses. */
export const IPV4_HEADER = 20
export const PROTO_BACK = 3
