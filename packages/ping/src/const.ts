// RFC 792: an echo and its reply; code 0, then checksum, identifier and sequence number.
export const ECHO = 8
export const ECHO_REPLY = 0
export const SUM = 2
export const ID = 4
export const SEQ = 6
/** Octets of the header. */
export const HEADER = 8
/** A reply that was truncated (RFC 1122 3.2.2.6) has this much of our data at least. */
export const LEAST = 8
