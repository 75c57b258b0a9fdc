// What the own address of a socket is.
export const ANY = 0
/** An own address, which datagrams are sent from. */
export const OWN = 1
/** A group, which nothing is sent from. */
export const GROUP = 2
/** An own address that the host has no longer. */
export const GONE = 3

/** Octets of the header, and where its fields are: RFC 768. */
export const HEADER = 8
export const PEER_PORT = 0
export const PORT = 2
export const LENGTH = 4
export const SUM = 6

/** Octets of IP options at most. */
export const OPTIONS = 40

/** The first of the ephemeral ports, and the mask of their numbers counted from it: RFC 6335 6. */
export const EPHEMERAL = 0xc000
export const EPHEMERAL_MASK = 0x3fff
