/** Octets of the header, and where its fields are behind the source port: RFC 768. */
export const HEADER = 8
export const PORT = 2
export const LENGTH = 4
export const SUM = 6

/** Octets of IP options at most. */
export const OPTIONS = 40

/** The first of the ephemeral ports, and the mask of their numbers counted from it: RFC 6335 6. */
export const EPHEMERAL = 0xc000
export const EPHEMERAL_MASK = 0x3fff

/** Octets in front of what is kept. */
export const MARK = 4
/** How long an emptied queue keeps its octets, in milliseconds. */
export const IDLE = 1000
