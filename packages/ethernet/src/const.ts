// RFC 894 and RFC 1042: frames. Offsets from the start of the frame.
export const HEADER = 14
export const ETHERTYPE = 12
/** LLC and SNAP behind the 802.3 length. */
export const SNAP = 8
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
export const REQUEST = 1
export const REPLY = 2

// RFC 1122 2.3.2.1: at most one request a second for a destination.
export const RETRY_MS = 1000
export const TRIES = 3

// States of a neighbour.
export const FREE = 0
/** Asked for, not known yet. */
export const WAITING = 1
export const KNOWN = 2
/** Set by hand, never changed by what comes in. */
export const STATIC = 3

// How much of the table an address that is not there yet may take from others.
export const NOTHING = 4
/** What others tell takes the place of one that we do not send to: a flood of claims costs nobody we talk to. */
export const UNUSED = 2
/** What we send to takes the place of any that is known. */
export const ANY = 1
