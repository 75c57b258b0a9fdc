// Packets octet by octet. Nothing here is taken from the stack: a mistake made there is not repeated here.

/** Octets of an address in dotted quads. */
export const quad = (text: string): number[] => text.split('.').map(Number)

/** Dotted quads of four octets at o. */
export const dotted = (b: Uint8Array, o: number): string => `${b[o]}.${b[o + 1]}.${b[o + 2]}.${b[o + 3]}`

/** RFC 1071, word by word, as the complement that goes into a header. */
export function checksum(b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < b.length; i += 2) {
    sum += b[i]! * 256 + (i + 1 < b.length ? b[i + 1]! : 0)
    if (sum > 65535) sum -= 65535
  }
  return 65535 - sum
}

export interface Fields {
  version?: number
  /** In words of four octets. */
  ihl?: number
  tos?: number
  /** Total length. */
  length?: number
  id?: number
  df?: boolean
  mf?: boolean
  /** In octets, a multiple of 8. */
  offset?: number
  ttl?: number
  proto?: number
  /** The checksum's field, instead of the right one. */
  sum?: number
  src?: string
  dst?: string
  options?: readonly number[]
  payload?: ArrayLike<number>
}

export const OWN = '10.0.0.2'
export const PEER = '10.0.0.9'
/** The protocol of the fake transport: reserved for experiments (RFC 3692). */
export const PROTO = 253

/** An IPv4 datagram from PEER to OWN, unless the fields say otherwise. */
export function packet(f: Fields = {}): Uint8Array {
  const options = f.options ?? []
  const payload = f.payload ?? octets(8)
  const length = f.length ?? 20 + options.length + payload.length
  const field = (f.df ? 0x4000 : 0) + (f.mf ? 0x2000 : 0) + (f.offset ?? 0) / 8
  const id = f.id ?? 0x1234
  const header = [
    (f.version ?? 4) * 16 + (f.ihl ?? 5 + options.length / 4),
    f.tos ?? 0,
    length >> 8,
    length & 255,
    id >> 8,
    id & 255,
    field >> 8,
    field & 255,
    f.ttl ?? 64,
    f.proto ?? PROTO,
    0,
    0,
    ...quad(f.src ?? PEER),
    ...quad(f.dst ?? OWN),
    ...options,
  ]
  const sum = f.sum ?? checksum(header)
  header[10] = sum >> 8
  header[11] = sum & 255
  const b = new Uint8Array(header.length + payload.length)
  b.set(header)
  b.set(payload, header.length)
  return b
}

/** The same datagram with another header checksum: the right one, after octets were changed. */
export function mend(b: Uint8Array): Uint8Array {
  const hl = Math.min((b[0]! & 15) * 4, b.length)
  if (hl < 12) return b
  b[10] = b[11] = 0
  const sum = checksum(b.subarray(0, hl))
  b[10] = sum >> 8
  b[11] = sum & 255
  return b
}

/** n octets that are all different from their neighbours: 1, 8, 15, ... */
export const octets = (n: number, first = 1): Uint8Array => Uint8Array.from({ length: n }, (_, i) => first + 7 * i)

/** An ICMP message; info is its second word. */
export function icmp(type: number, code: number, info: number, data: ArrayLike<number>, sum?: number): Uint8Array {
  const b = new Uint8Array(8 + data.length)
  b.set([type, code, 0, 0, info >>> 24, (info >> 16) & 255, (info >> 8) & 255, info & 255])
  b.set(data, 8)
  const s = sum ?? checksum(b)
  b[2] = s >> 8
  b[3] = s & 255
  return b
}

/** An echo request with an identifier and a number. */
export const echo = (data: ArrayLike<number>, f: Fields = {}): Uint8Array =>
  packet({ ...f, proto: 1, payload: icmp(8, 0, 0xbeef0001, data) })

/** An ICMP error that quotes a datagram. */
export const icmpError = (type: number, code: number, info: number, quoted: Uint8Array, f: Fields = {}): Uint8Array =>
  packet({ src: '10.0.0.1', ...f, proto: 1, payload: icmp(type, code, info, quoted) })

/** A datagram in fragments, cut at the given octets of its payload, each a multiple of 8. */
export function cut(f: Fields, ...at: number[]): Uint8Array[] {
  const payload = Uint8Array.from(f.payload ?? octets(8))
  const from = [0, ...at]
  return from.map((start, i) =>
    packet({
      ...f,
      options: i === 0 ? (f.options ?? []) : [],
      offset: start,
      mf: i < at.length,
      payload: payload.subarray(start, from[i + 1] ?? payload.length),
    }),
  )
}

export interface Parsed {
  hl: number
  tos: number
  length: number
  id: number
  df: boolean
  mf: boolean
  offset: number
  ttl: number
  proto: number
  src: string
  dst: string
  options: number[]
  payload: Uint8Array
  /** ICMP: type and code, second word, what lies behind it. */
  type: number
  code: number
  info: number
  data: Uint8Array
}

/** Takes a datagram apart; throws when its lengths, its checksum or the checksum of its ICMP message are wrong. */
export function parse(b: Uint8Array): Parsed {
  const hl = (b[0]! & 15) * 4
  const length = b[2]! * 256 + b[3]!
  const field = b[6]! * 256 + b[7]!
  const payload = b.slice(hl)
  if (b[0]! >> 4 !== 4 || hl < 20 || length !== b.length) throw new Error(`not a datagram: ${b}`)
  if (checksum(b.subarray(0, hl)) !== 0) throw new Error(`checksum of the header: ${b.subarray(0, hl)}`)
  const proto = b[9]!
  const isWhole = (field & 0x3fff) === 0
  if (proto === 1 && isWhole && checksum(payload) !== 0) throw new Error(`checksum of the message: ${payload}`)
  return {
    hl,
    tos: b[1]!,
    length,
    id: b[4]! * 256 + b[5]!,
    df: (field & 0x4000) !== 0,
    mf: (field & 0x2000) !== 0,
    offset: (field & 0x1fff) * 8,
    ttl: b[8]!,
    proto,
    src: dotted(b, 12),
    dst: dotted(b, 16),
    options: Array.from(b.subarray(20, hl)),
    payload,
    type: payload[0]!,
    code: payload[1]!,
    info: (payload[4]! * 0x1000000 + payload[5]! * 0x10000 + payload[6]! * 256 + payload[7]!) | 0,
    data: payload.slice(8),
  }
}
