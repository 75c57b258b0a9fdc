// Frames octet by octet, from the peer to the machine under test, whichever it is.
import { checksum, type Fields, packet, quad } from '../../ipv4/test/packet.ts'

export { cut, type Fields, icmp, mend, octets, packet, parse, quad } from '../../ipv4/test/packet.ts'

export const PEER_MAC = [2, 0, 0, 0, 0, 1]
export const OWN_MAC = [2, 0, 0, 0, 0, 2]
export const PEER = '10.0.0.1'
export const OWN = '10.0.0.2'

/** A datagram of the peer in a frame, padded as Ethernet has it. */
export function frame(datagram: Uint8Array, to: number[] = OWN_MAC, type = 0x0800): Uint8Array {
  const b = new Uint8Array(Math.max(14 + datagram.length, 60))
  b.set([...to, ...PEER_MAC, type >> 8, type & 255])
  b.set(datagram, 14)
  return b
}

/** An IPv4 datagram of the peer. */
export const ip = (f: Fields = {}): Uint8Array => packet({ src: PEER, dst: OWN, ...f })

const sumOf = (proto: number, f: Fields, b: number[]): number =>
  checksum([...quad(f.src ?? PEER), ...quad(f.dst ?? OWN), 0, proto, b.length >> 8, b.length & 255, ...b])

export interface UdpFields extends Fields {
  from?: number
  to?: number
  data?: number[]
  /** Length and checksum, instead of the right ones. */
  udpLength?: number
  udpSum?: number
}

export function udp(f: UdpFields = {}): Uint8Array {
  const data = f.data ?? [1, 2, 3]
  const length = f.udpLength ?? 8 + data.length
  const from = f.from ?? 1000
  const to = f.to ?? 7
  const b = [from >> 8, from & 255, to >> 8, to & 255, length >> 8, length & 255, 0, 0, ...data]
  const sum = f.udpSum ?? (sumOf(17, f, b) || 0xffff)
  b[6] = sum >> 8
  b[7] = sum & 255
  return ip({ ...f, proto: 17, payload: b })
}

export const FIN = 1
export const SYN = 2
export const RST = 4
export const PSH = 8
export const ACK = 16
export const URG = 32

export interface TcpFields extends Fields {
  from?: number
  to?: number
  seq?: number
  ack?: number
  flags?: number
  wnd?: number
  up?: number
  data?: number[]
  tcpOptions?: number[]
  /** In words, and the checksum, instead of the right ones. */
  dataOffset?: number
  tcpSum?: number
}

export function tcp(f: TcpFields = {}): Uint8Array {
  const options = f.tcpOptions ?? []
  const [from, to] = [f.from ?? 1000, f.to ?? 80]
  const [seq, ack, wnd, up] = [f.seq ?? 0, f.ack ?? 0, f.wnd ?? 8192, f.up ?? 0]
  const word = (x: number): number[] => [(x >>> 24) & 255, (x >>> 16) & 255, (x >>> 8) & 255, x & 255]
  const b = [
    ...[from >> 8, from & 255, to >> 8, to & 255],
    ...word(seq),
    ...word(ack),
    ...[(f.dataOffset ?? 5 + options.length / 4) << 4, f.flags ?? SYN, wnd >> 8, wnd & 255],
    ...[0, 0, up >> 8, up & 255],
    ...options,
    ...(f.data ?? []),
  ]
  const sum = f.tcpSum ?? sumOf(6, f, b)
  b[16] = sum >> 8
  b[17] = sum & 255
  return ip({ ...f, proto: 6, payload: b })
}

/** A segment of the machine under test. */
export interface Seen {
  from: number
  to: number
  seq: number
  ack: number
  flags: number
  wnd: number
  n: number
}

/** What a frame carries of TCP, if it does. */
export function seen(b: Uint8Array): Seen | undefined {
  if (b[12] !== 8 || b[13] !== 0 || b[14 + 9] !== 6) return undefined
  const o = 14 + (b[14]! & 15) * 4
  const view = new DataView(b.buffer, b.byteOffset, b.length)
  const end = 14 + view.getUint16(16)
  return {
    from: view.getUint16(o),
    to: view.getUint16(o + 2),
    seq: view.getUint32(o + 4),
    ack: view.getUint32(o + 8),
    flags: b[o + 13]!,
    wnd: view.getUint16(o + 14),
    n: end - o - (b[o + 12]! >> 4) * 4,
  }
}
