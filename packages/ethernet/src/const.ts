// RFC 894 and RFC 1042: frames. Offsets from the start of the frame.
export const HEADER = 14
export const ETHERTYPE = 12
/** LLC and SNAP behind the 802.3 length. */
export const SNAP = 8
/** ARP's hardware type of IEEE 802 networks, RFC 1042. */
export const IEEE_802 = 6
/** Above this the third field is a type, up to it a length. */
export const LENGTH_MAX = 1500
export const TYPE_IPV4 = 0x800
export const TYPE_ARP = 0x806

// RFC 826: offsets from the start of the ARP packet.
export const ARP_LENGTH = 28
/** Ethernet and IPv4, the first word; the lengths of their addresses, 6 and 4, above the operation in the second. */
export const TYPES = 0x10800
export const LENGTHS = 0x6040000
export const SHA = 8
export const SPA = 14
export const THA = 18
export const TPA = 24
/** A MAC address and the IPv4 address behind it. */
export const PAIR = 10
export const REQUEST = 1
export const REPLY = 2

// RFC 1122 2.3.2.1: at most one request a second for a destination.
export const RETRY_MS = 1000
export const TRIES = 3
/** How long an answer may take when others want the place. */
export const PATIENCE_MS = 100

// Instead of a number of tries, in the order in which places are taken by others.
/** As what may be taken: no place. */
export const NOTHING = -3
export const FREE = -2
/** Known, and nothing was sent to it since it was last heard of. */
export const UNUSED = -1
export const USED = 0
export const STATIC = 4
