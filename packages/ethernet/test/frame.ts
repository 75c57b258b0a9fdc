// Frames octet by octet. Nothing here is taken from the stack: a mistake made there is not repeated here.

export type Octets = readonly number[]

/** 02:00:00:00:00:01 and 10.0.0.2 as octets. */
export const mac = (text: string): number[] => text.split(':').map(x => Number.parseInt(x, 16))
export const quad = (text: string): number[] => text.split('.').map(Number)
/** An address as int32, as a hop is. */
export const int = (text: string): number => quad(text).reduce((n, x) => (n << 8) | x, 0)

export const macOf = (b: ArrayLike<number>, o: number): string =>
  [0, 1, 2, 3, 4, 5].map(i => `0${b[o + i]!.toString(16)}`.slice(-2)).join(':')
export const quadOf = (b: ArrayLike<number>, o: number): string => `${b[o]}.${b[o + 1]}.${b[o + 2]}.${b[o + 3]}`

export const ALL = 'ff:ff:ff:ff:ff:ff'
export const OWN_MAC = '02:00:00:00:00:01'
export const OWN = '10.0.0.1'
export const PEER_MAC = '02:00:00:00:00:09'
export const PEER = '10.0.0.9'

/** RFC 894: destination, source, type, data. */
export const frame = (to: string, from: string, type: number, data: Octets): number[] => [
  ...mac(to),
  ...mac(from),
  type >> 8,
  type & 255,
  ...data,
]

/** RFC 1042: destination, source, length, LLC, SNAP, data, padding. */
export const snapFrame = (to: string, from: string, type: number, data: Octets, length?: number): number[] =>
  frame(to, from, length ?? data.length + 8, [0xaa, 0xaa, 3, 0, 0, 0, type >> 8, type & 255, ...data])

export interface Arp {
  /** Of the frame; all stations unless given. */
  to?: string
  from?: string
  hrd?: number
  pro?: number
  hln?: number
  pln?: number
  /** 1 request, 2 reply. */
  op?: number
  sha?: string
  spa?: string
  tha?: string
  tpa?: string
}

/** RFC 826: a request from the peer for our address, unless the fields say otherwise. */
export function arp(f: Arp = {}): number[] {
  const sha = f.sha ?? PEER_MAC
  const { hrd = 1, pro = 0x800, hln = 6, pln = 4, op = 1 } = f
  const to = f.to ?? (op === 1 ? ALL : OWN_MAC)
  const words = [hrd >> 8, hrd & 255, pro >> 8, pro & 255, hln, pln, op >> 8, op & 255]
  const pairs = [...mac(sha), ...quad(f.spa ?? PEER), ...mac(f.tha ?? '00:00:00:00:00:00'), ...quad(f.tpa ?? OWN)]
  return frame(to, f.from ?? sha, 0x806, [...words, ...pairs])
}

/** The answer of the peer to our question. */
export const reply = (f: Arp = {}): number[] => arp({ op: 2, tha: OWN_MAC, ...f })

/** An IPv4 header as the link looks at it, with `data` behind: `at` is the offset of a fragment in octets. */
export const packet = (data: Octets, at = 0, more = false, tos = 0): number[] => [
  0x45,
  tos,
  (20 + data.length) >> 8,
  (20 + data.length) & 255,
  0x12,
  0x34,
  (at >> 11) | (more ? 0x20 : 0),
  (at >> 3) & 255,
  64,
  17,
  0,
  0,
  ...quad(OWN),
  ...quad(PEER),
  ...data,
]

/** What a frame is, in words: `PEER_MAC ip 1,2,3` or `ff:ff:ff:ff:ff:ff who has 10.0.0.9`. */
export function said(b: Uint8Array): string {
  const type = b[12]! * 256 + b[13]!
  if (type === 0x800) return `${macOf(b, 0)} ip ${Array.from(b.subarray(14 + 20)).join()}`
  if (type !== 0x806) return `${macOf(b, 0)} ${type.toString(16)}`
  if (b.length < 42) throw new Error(`an ARP frame of ${b.length}`)
  const [word, lengths] = [Array.from(b.subarray(14, 18)).join(), Array.from(b.subarray(18, 20)).join()]
  if (word !== '0,1,8,0' || lengths !== '6,4' || b[20] !== 0) throw new Error(`ARP ${word} ${lengths}`)
  if (macOf(b, 6) !== macOf(b, 22)) throw new Error('the sender is not who it says')
  const [spa, tpa] = [quadOf(b, 28), quadOf(b, 38)]
  if (b[21] === 1) return `${macOf(b, 0)} who has ${tpa}, tell ${spa}`
  if (b[21] === 2 && macOf(b, 0) === macOf(b, 32)) return `${macOf(b, 0)} ${spa} is at ${macOf(b, 22)}, for ${tpa}`
  throw new Error(`ARP operation ${b[21]}`)
}
