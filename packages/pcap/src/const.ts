// Block types and option codes of pcapng (draft-ietf-opsawg-pcapng), all numbers little-endian.
export const SECTION_HEADER = 0x0a0d0d0a
export const INTERFACE_DESCRIPTION = 1
export const ENHANCED_PACKET = 6
export const BYTE_ORDER = 0x1a2b3c4d

export const OPT_END = 0
export const OPT_COMMENT = 1
export const SHB_HARDWARE = 2
export const SHB_OS = 3
export const SHB_USERAPPL = 4
export const IF_NAME = 2
export const IF_MACADDR = 6
export const IF_TSRESOL = 9
export const EPB_FLAGS = 2

/** 4.3.1: direction of a packet, the lowest two bits of epb_flags. */
export const UNKNOWN = 0
export const RECEIVED = 1
export const SENT = 2

// draft-ietf-opsawg-pcap: the classic format.
export const PCAP_MAGIC = 0xa1b2c3d4
/** What tcpdump takes for "all". */
export const MAX_SNAPLEN = 262144

/** A file that is read with more describes nothing that is. */
export const MAX_INTERFACES = 1024
