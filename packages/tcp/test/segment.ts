// Segments octet by octet, in their datagrams. Nothing here is taken from the stack: a mistake made there is not
// repeated here.

export const OWN = '10.0.0.2'
export const PEER = '10.0.0.9'

/** Octets of an address in dotted quads. */
export const quad = (text: string): number[] => text.split('.').map(Number)

/** Dotted quads of four octets at o. */
export const dotted = (b: Uint8Array, o: number): string => `${b[o]}.${b[o + 1]}.${b[o + 2]}.${b[o + 3]}`

/** RFC 1071, word by word, as the complement that goes into a header. */
export function checksum(b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < b.length; i += 2) {
    sum += b[i] * 256 + (i + 1 < b.length ? b[i + 1] : 0)
    if (sum > 65535) sum -= 65535
  }
  return 65535 - sum
}

/** Control bits by their letters, from bit 0 on: FIN SYN RST PSH ACK URG, ECE, CWR. */
const LETTERS = 'FSRPAUEC'

const bitsOf = (flags: string): number => [...flags].reduce((bits, x) => bits | (1 << LETTERS.indexOf(x)), 0)
const lettersOf = (bits: number): string => [...'SFRPAUEC'].filter(x => bits & (1 << LETTERS.indexOf(x))).join('')

export interface Fields {
  src?: string
  dst?: string
  srcPort?: number
  dstPort?: number
  seq?: number
  ack?: number
  /** Letters: 'SA'. */
  flags?: string
  wnd?: number
  up?: number
  options?: readonly number[]
  /** Data offset in words of four octets, instead of the right one. */
  offset?: number
  text?: ArrayLike<number>
  /** The checksum's field, instead of the right one. */
  sum?: number
  tos?: number
  /** Options of the IP header, a multiple of four octets. */
  ipOptions?: readonly number[]
  proto?: number
}

const word = (n: number): number[] => [(n >> 8) & 255, n & 255]
const long = (n: number): number[] => [(n >>> 24) & 255, (n >> 16) & 255, ...word(n)]

/** An IPv4 datagram round the octets of a transport. */
export function datagram(f: Fields, payload: ArrayLike<number>): Uint8Array {
  const options = f.ipOptions ?? []
  const hl = 20 + options.length
  const header = [
    0x40 + hl / 4,
    f.tos ?? 0,
    ...word(hl + payload.length),
    0x12,
    0x34,
    0,
    0,
    64,
    f.proto ?? 6,
    0,
    0,
    ...quad(f.src ?? PEER),
    ...quad(f.dst ?? OWN),
    ...options,
  ]
  header.splice(10, 2, ...word(checksum(header)))
  return Uint8Array.from([...header, ...Array.from(payload)])
}

/** A segment from PEER to OWN, unless the fields say otherwise. */
export function segment(f: Fields): Uint8Array {
  const options = f.options ?? []
  const text = Array.from(f.text ?? [])
  const octets = [
    ...word(f.srcPort ?? 0),
    ...word(f.dstPort ?? 0),
    ...long(f.seq ?? 0),
    ...long(f.ack ?? 0),
    (f.offset ?? 5 + options.length / 4) << 4,
    bitsOf(f.flags ?? ''),
    ...word(f.wnd ?? 0),
    0,
    0,
    ...word(f.up ?? 0),
    ...options,
    ...text,
  ]
  const pseudo = [...quad(f.src ?? PEER), ...quad(f.dst ?? OWN), 0, 6, ...word(octets.length)]
  octets.splice(16, 2, ...word(f.sum ?? checksum([...pseudo, ...octets])))
  return datagram(f, octets)
}

export interface Parsed {
  src: string
  dst: string
  tos: number
  ttl: number
  df: boolean
  srcPort: number
  dstPort: number
  seq: number
  ack: number
  flags: string
  wnd: number
  up: number
  options: number[]
  text: number[]
  octets: Uint8Array
}

/** Takes a datagram with a segment apart; throws when lengths, reserved bits or checksums are wrong. */
export function parse(b: Uint8Array): Parsed {
  const hl = (b[0] & 15) * 4
  const wordAt = (o: number): number => b[o] * 256 + b[o + 1]
  const longAt = (o: number): number => (wordAt(o) * 65536 + wordAt(o + 2)) | 0
  if (b[0] >> 4 !== 4 || wordAt(2) !== b.length || checksum(b.subarray(0, hl)) !== 0) throw new Error(`IP: ${b}`)
  if (b[9] !== 6) throw new Error(`protocol ${b[9]}`)
  const end = hl + (b[hl + 12] >> 4) * 4
  const pseudo = [...b.subarray(12, 20), 0, 6, ...word(b.length - hl)]
  if (checksum([...pseudo, ...b.subarray(hl)]) !== 0) throw new Error(`checksum: ${b}`)
  if (end < hl + 20 || end > b.length || b[hl + 12] & 15) throw new Error(`offset: ${b}`)
  return {
    src: dotted(b, 12),
    dst: dotted(b, 16),
    tos: b[1],
    ttl: b[8],
    df: (b[6] & 0x40) !== 0,
    srcPort: wordAt(hl),
    dstPort: wordAt(hl + 2),
    seq: longAt(hl + 4),
    ack: longAt(hl + 8),
    flags: lettersOf(b[hl + 13]),
    wnd: wordAt(hl + 14),
    up: wordAt(hl + 18),
    options: [...b.subarray(hl + 20, end)],
    text: [...b.subarray(end)],
    octets: b,
  }
}

/** An ICMP error that quotes a datagram of ours, n octets behind its header. */
export function icmpError(type: number, code: number, info: number, quoted: Uint8Array, n = 8, src = PEER): Uint8Array {
  const b = [type, code, 0, 0, ...long(info), ...quoted.subarray(0, (quoted[0] & 15) * 4 + n)]
  b.splice(2, 2, ...word(checksum(b)))
  return datagram({ proto: 1, src }, b)
}

/** The MSS option. */
export const mss = (n: number): number[] => [2, 4, ...word(n)]

/** n octets of a stream, from its octet `at` on: no two stretches look alike. */
export const octets = (n: number, at = 0): number[] =>
  Array.from({ length: n }, (_, i) => (Math.imul(at + i, 0x9e3779b1) >>> 13) & 255)
