// Linux's struct sock_filter: a code and two jump distances, and k. Class, size and mode (or operation and source) of a
// code as in linux/bpf_common.h.

export const LD = 0x00
export const LDX = 0x01
export const ST = 0x02
export const STX = 0x03
export const ALU = 0x04
export const JMP = 0x05
export const RET = 0x06
export const MISC = 0x07

// Sizes of a load: 4, 2, 1 octets.
export const W = 0x00
export const H = 0x08
export const B = 0x10

// Modes of a load.
export const IMM = 0x00
export const ABS = 0x20
export const IND = 0x40
export const MEM = 0x60
export const LEN = 0x80
/** Four times the low half of an octet: the length of an IPv4 header. */
export const MSH = 0xa0

// Operations of the arithmetic.
export const ADD = 0x00
export const SUB = 0x10
export const MUL = 0x20
export const DIV = 0x30
export const OR = 0x40
export const AND = 0x50
export const LSH = 0x60
export const RSH = 0x70
export const NEG = 0x80
export const MOD = 0x90
export const XOR = 0xa0

// Jumps.
export const JA = 0x00
export const JEQ = 0x10
export const JGT = 0x20
export const JGE = 0x30
export const JSET = 0x40

// Second operand: k, or X. What is returned: k, or A.
export const K = 0x00
export const X = 0x08
export const A = 0x10

export const TAX = 0x00
export const TXA = 0x80

/** Instructions at most. */
export const MAX = 4096
/** Words of scratch memory, M[0] to M[15]. */
export const WORDS = 16
/** Word of the memory, behind the program's, by which a FarLoad says that the program ends with what it returned. */
export const END = 16

/** Loads from the packet, of classes LD and LDX: a bit for each code >> 3. */
export const PACKET = 0x400770

// Where absolute loads at k >= 2^31 go on Linux (linux/filter.h).
export const AD_OFF = -0x1000
export const NET_OFF = -0x100000
export const LL_OFF = -0x200000

// Kinds of a packet, as in PacketInfo.
export const HOST = 0
export const BROADCAST = 1
export const MULTICAST = 2
export const OTHER = 3
export const OUTGOING = 4

/** EtherType. */
export const IPV4 = 0x800
/** pcapng's direction of a packet that was sent. */
export const SENT = 2
