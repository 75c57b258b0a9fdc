// RFC 7413 4.1.1, and the experiment of RFC 6994 that came before it.
export const FAST_OPEN = 34
export const EXPERIMENT = 254
export const MAGIC = 0xf989
/** Octets of a cookie of ours. */
export const COOKIE = 8

// RFC 9293 3.1
export const FIN = 1
export const SYN = 2
export const ACK = 16
/** The header without options, and what options may take of it. */
export const HEADER = 20
export const OPTIONS = 40
/** CVE-2019-11479: a smaller MSS is not believed. */
export const MSS_FLOOR = 48

export const DAY = 86400000
export const MOST_MS = 0x3fffffff
/** RFC 7413 5.1: what was reset is counted for so long. */
export const LINGER_MS = 60000
