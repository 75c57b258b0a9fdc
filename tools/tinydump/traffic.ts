// Frames of every kind that tinydump prints, as a capture.
import { sum } from '@tiny/core'
import { address, mac } from '@tiny/core/text'
import { type Captured, fileHeader, record } from './record.ts'

const two = (v: number): number[] => [(v >> 8) & 255, v & 255]
const four = (v: number): number[] => [v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255]
const A = [...address('10.0.0.1')]
const B = [...address('10.0.0.2')]
const MA = [...mac('02:00:00:00:00:01')]
const MB = [...mac('02:00:00:00:00:02')]

const checked = (b: number[], at: number): number[] => {
  const v = ~sum(Uint8Array.from(b), 0, b.length, 0) & 0xffff
  return [...b.slice(0, at), ...two(v), ...b.slice(at + 2)]
}

function ip(proto: number, body: number[], src = A, dst = B, fragment = 0): number[] {
  const header = [0x45, 0, ...two(20 + body.length), 0x12, 0x34, ...two(fragment), 64, proto, 0, 0, ...src, ...dst]
  return [...checked(header, 10), ...body]
}

function withSum(proto: number, body: number[], at: number, src: number[], dst: number[]): number[] {
  const pseudo = [...src, ...dst, 0, proto, ...two(body.length)]
  const v = ~sum(Uint8Array.from([...pseudo, ...body]), 0, 12 + body.length, 0) & 0xffff
  return [...body.slice(0, at), ...two(v), ...body.slice(at + 2)]
}

function tcp(isBack: boolean, seq: number, ack: number, flags: number, options: number[], data: number): number[] {
  const ports = isBack ? [...two(7777), ...two(40000)] : [...two(40000), ...two(7777)]
  const offset = (20 + options.length) << 2
  const body = [
    ...ports,
    ...four(seq),
    ...four(ack),
    offset,
    flags,
    ...two(65000),
    0,
    0,
    ...two(flags & 32 ? 5 : 0),
    ...options,
    ...Array.from({ length: data }, (_, i) => i & 255),
  ]
  return ip(6, withSum(6, body, 16, isBack ? B : A, isBack ? A : B), isBack ? B : A, isBack ? A : B)
}

function udp(src: number, dst: number, data: number): number[] {
  const body = [...two(src), ...two(dst), ...two(8 + data), 0, 0, ...Array.from({ length: data }, (_, i) => i & 255)]
  return ip(17, withSum(17, body, 6, A, B))
}

const icmp = (type: number, code: number, rest: number[]): number[] => ip(1, checked([type, code, 0, 0, ...rest], 2))
const ether = (type: number, body: number[]): number[] => [...MB, ...MA, ...two(type), ...body]
const arp = (op: number, src: number[], target: number[]): number[] => [
  0,
  1,
  8,
  0,
  6,
  4,
  0,
  op,
  ...MA,
  ...src,
  ...(op === 1 ? [0, 0, 0, 0, 0, 0] : MB),
  ...target,
]

const TS = [1, 1, 8, 10, ...four(1000), ...four(0xfffffff0)]
const quoted = udp(40001, 7778, 4).slice(0, 28)

const frames: number[][] = [
  ether(0x806, arp(1, A, B)),
  ether(0x806, arp(2, A, B)),
  ether(0x800, tcp(false, 0xfffffff0, 0, 2, [2, 4, 5, 0xb4, 4, 2, ...TS.slice(2), 1, 3, 3, 7], 0)),
  ether(0x800, tcp(true, 5000, 0xfffffff1, 18, [2, 4, 5, 0xb4, 1, 1, 4, 2], 0)),
  ether(0x800, tcp(false, 0xfffffff1, 5001, 16, TS, 0)),
  ether(0x800, tcp(false, 0xfffffff1, 5001, 24, [], 100)),
  ether(0x800, tcp(true, 5001, 0x55, 16, [1, 1, 5, 10, ...four(0x60), ...four(0x70)], 0)),
  ether(0x800, tcp(true, 5001, 0x55, 17, [], 0)),
  ether(0x800, tcp(false, 0x55, 5002, 20, [], 0)),
  ether(0x800, tcp(false, 0x55, 0, 4, [], 0)),
  ether(0x800, tcp(false, 0x55, 5002, 0x38, [], 10)),
  ether(0x800, tcp(false, 0x55, 5002, 0xd0, [], 10)),
  ether(0x800, tcp(false, 0x55, 5002, 0, [0, 0, 0, 0], 0)),
  ether(0x800, tcp(false, 0x55, 5002, 2, [34, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1], 0)),
  ether(0x800, udp(40001, 7778, 0)),
  ether(0x800, udp(40001, 7778, 33)),
  ether(0x800, icmp(8, 0, [...two(77), ...two(1), ...Array.from({ length: 56 }, (_, i) => i)])),
  ether(0x800, icmp(0, 0, [...two(77), ...two(1), ...Array.from({ length: 56 }, (_, i) => i)])),
  ...[0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(code =>
    ether(0x800, icmp(3, code, [0, 0, 0, 0, ...quoted])),
  ),
  ether(0x800, icmp(3, 4, [0, 0, ...two(1400), ...quoted])),
  ether(0x800, icmp(4, 0, [0, 0, 0, 0, ...quoted])),
  ...[0, 1, 2, 3].map(code => ether(0x800, icmp(5, code, [10, 0, 0, 9, ...quoted]))),
  ...[0, 1].map(code => ether(0x800, icmp(11, code, [0, 0, 0, 0, ...quoted]))),
  ether(0x800, icmp(12, 0, [20, 0, 0, 0, ...quoted])),
  ether(0x800, ip(17, [1, 2, 3, 4, 5, 6, 7, 8], A, B, 0x2005)),
  ether(0x800, ip(6, [1, 2, 3, 4, 5, 6, 7, 8], A, B, 0x0005)),
  ether(0x800, ip(99, [1, 2, 3, 4, 5, 6, 7, 8])),
  ether(0x8100, [0x20, 5, ...two(0x800), ...udp(40001, 7778, 5)]),
  // Lengths of UDP and IP that the packet denies: below the header, past the end.
  ...[0, 7, 9, 8 + 33, 65535].map(length =>
    ether(0x800, ip(17, [...two(40001), ...two(7778), ...two(length), 0, 0, 1])),
  ),
  ether(0x800, ip(17, udp(40001, 7778, 4).slice(20, 30))),
  ether(0x800, ip(17, [...two(40001), ...two(7778), 0, 8])),
  ether(0x800, udp(40001, 7778, 40).slice(0, 50)),
  ether(0x800, icmp(8, 0, [...two(77), ...two(1), ...Array.from({ length: 56 }, (_, i) => i)]).slice(0, 60)),
  // Padded to the shortest frame of Ethernet.
  [...ether(0x800, udp(40001, 7778, 1)), ...Array.from({ length: 17 }, () => 0)],
]

/** The packets of the capture, a second and some microseconds apart. */
export const traffic: Captured[] = frames.map((f, i) => ({
  type: 1,
  micros: 1_600_000_000_000_000 + i * 1_000_037,
  b: Uint8Array.from(f),
  length: f.length,
}))

/** The capture as a classic pcap file. */
export const file = (): Uint8Array => Uint8Array.from([...fileHeader(1), ...traffic.flatMap(p => [...record(p)])])
