/** Octets kept free in front of a transport header in the transmit buffer: 18 of link header and 60 of IPv4, rounded. */
export const HEAD = 80

// Answers of Transport.input: the lowest one decides.
/** The packet is done with: delivered, or dropped and counted. */
export const EATEN = 0
/** No socket on that port: the network layer may say so to the sender. */
export const NO_PORT = 1
/** A copy was taken, which is enough for a protocol that nobody else takes, and nothing to whoever does. */
export const COPIED = 2
/** No transport takes this protocol. */
export const NO_PROTO = 3

// Flags that go up with a packet.
export const LINK_BROADCAST = 1
export const LINK_MULTICAST = 2
/** The checksum of the transport was verified below. */
export const SUM_GOOD = 4
/** The packet is our own, delivered to ourselves. */
export const LOOPED = 16
/** The destination is an IP broadcast or multicast address. */
export const IP_GROUP = 8

// Capabilities of a Dev or Link.
/** Transport checksums are made by the device, or not needed. */
export const CAP_TX_SUM = 1
/** What comes up was verified by the device, or needs no checksum. */
export const CAP_RX_SUM = 2

/** What is sent to oneself comes back (@tiny/ipv4/local). */
export const CAP_LOCAL = 4

// Link types, as in the registry of capture files.
export const DLT_NULL = 0
export const DLT_EN10MB = 1
export const DLT_RAW = 101
export const DLT_LINUX_SLL = 113

// Protocol numbers.
export const ICMP = 1
export const IGMP = 2
export const TCP = 6
export const UDP = 17

// Errors: verbs answer with the negative number. The values are Linux's.
export const EPERM = 1
export const EIO = 5
export const EAGAIN = 11
export const ENOMEM = 12
export const EACCES = 13
export const EEXIST = 17
export const EINVAL = 22
export const EPIPE = 32
export const EPROTO = 71
export const EDESTADDRREQ = 89
export const EMSGSIZE = 90
export const ENOPROTOOPT = 92
export const EPROTONOSUPPORT = 93
export const EOPNOTSUPP = 95
export const EADDRINUSE = 98
export const EADDRNOTAVAIL = 99
export const ENETDOWN = 100
export const ENETUNREACH = 101
export const ECONNABORTED = 103
export const ECONNRESET = 104
export const ENOBUFS = 105
export const EISCONN = 106
export const ENOTCONN = 107
export const ETIMEDOUT = 110
export const ECONNREFUSED = 111
export const EHOSTUNREACH = 113
export const EALREADY = 114
export const EINPROGRESS = 115
export const ECANCELED = 125
