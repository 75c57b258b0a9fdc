// <linux/if_tun.h>, <linux/sockios.h>, <linux/if.h>.
export const IFF_TUN = 1
export const IFF_TAP = 2
/** Frames without four octets of packet information in front. */
export const IFF_NO_PI = 0x1000

export const TUNSETIFF = 0x400454ca
export const TUNSETPERSIST = 0x400454cb
export const TUNSETOWNER = 0x400454cc
export const SIOCGIFMTU = 0x8921
export const SIOCSIFMTU = 0x8922

/** struct ifreq: the name, then what it is about. */
export const IFREQ = 40
export const IFNAMSIZ = 16

/** Octets of an Ethernet header, and of the largest frame with a VLAN tag. */
export const HEADER = 14
export const FRAME_MAX = 65553

/** Frames taken in one turn of the event loop: drive() polls after as many. */
export const BATCH = 64
/** Milliseconds until a device that refused is tried again. */
export const RETRY_MS = 1

export const EPERM = 1
export const EAGAIN = 11
export const ENOMEM = 12
export const EBUSY = 16
export const EINVAL = 22
export const ENOBUFS = 105
