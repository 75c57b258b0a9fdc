// Packets for filters: every field from a few values, so that expressions about those values hit and miss.
import { DLT_EN10MB, DLT_LINUX_SLL, DLT_NULL, DLT_RAW } from '@tiny/core'
import type { Random } from './random.ts'

export const IP4 = [
  '10.0.0.1',
  '10.0.0.2',
  '10.1.2.3',
  '192.168.1.255',
  '192.168.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '127.0.0.1',
  '172.16.5.4',
  '0.0.0.0',
]
export const IP6 = ['::1', 'fe80::1', '2001:db8::1', '2001:db8:0:1::2', 'ff02::1', '::ffff:10.0.0.1', '::']
export const MACS = [
  'ff:ff:ff:ff:ff:ff',
  '01:00:5e:00:00:01',
  '02:00:00:00:00:01',
  '02:00:00:00:00:02',
  '33:33:00:00:00:01',
]
export const PORTS = [22, 53, 80, 443, 67, 68, 8080, 65535, 0, 100, 20]
export const VLANS = [0, 1, 5, 100, 4095]
const PROTOS = [4, 41, 47, 89, 1, 2, 6, 9, 17, 50, 51, 58, 103, 112, 132, 44, 253]
const TYPES = [
  0x800, 0x800, 0x800, 0x86dd, 0x86dd, 0x806, 0x8035, 0x6003, 0x9000, 0x88b5, 0x6001, 0x6002, 0x6004, 0x6007, 1500,
  1501,
]

const octets4 = (text: string): number[] => text.split('.').map(Number)
const octets6 = (text: string): number[] => {
  const [left = '', right] = text.replace('10.0.0.1', 'a00:1').split('::')
  const words = (s: string): number[] => (s === '' ? [] : s.split(':').map(w => Number.parseInt(w, 16)))
  const head = words(left)
  const tail = right === undefined ? [] : words(right)
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
  return all.flatMap(w => [w >> 8, w & 255])
}
const two = (v: number): number[] => [v >> 8, v & 255]
const some = (r: Random, n: number): number[] => Array.from({ length: n }, () => (r(2) ? r(4) : r(256)))

function transport(r: Random, proto: number): number[] {
  const ports = [...two(r.of(PORTS)), ...two(r.of(PORTS))]
  if (proto === 6)
    return [
      ...ports,
      ...some(r, 8),
      0x50,
      r(3) ? r.of([1, 2, 4, 8, 16, 18, 32, 64, 128, 3]) : r(256),
      ...some(r, 6 + r(8)),
    ]
  if (proto === 17 || proto === 132) return [...ports, ...some(r, 4 + r(12))]
  if (proto === 1) return [r(2) ? r(20) : r.of([0, 3, 8, 11]), r(3), ...some(r, 6 + r(8))]
  if (proto === 58) return [r(4) ? 128 + r(26) : r(5), r(3), ...some(r, 6 + r(8))]
  return some(r, 8 + r(8))
}

function ip4(r: Random): number[] {
  const proto = r(3) ? r.of([1, 6, 17, 132]) : r.of(PROTOS)
  const options = r(4) ? 0 : r(4)
  const body = transport(r, proto)
  const fragment = r(5) ? r.of([0, 0x4000]) : r.of([0x2000, 0x2001, 0x0003, 0x1fff])
  const length = 20 + 4 * options + body.length
  return [
    (r(20) ? 0x40 : 0x50) | (5 + options),
    r.of([0, 16, 0xb8]),
    ...two(length),
    ...(r(4) ? some(r, 2) : two(length)),
    ...two(fragment),
    r(2) ? r.of([1, 64, 255]) : r(256),
    proto,
    ...some(r, 2),
    ...octets4(r.of(IP4)),
    ...octets4(r.of(IP4)),
    ...some(r, 4 * options),
    ...body,
  ]
}

function ip6(r: Random): number[] {
  const proto = r(3) ? r.of([58, 6, 17, 132]) : r.of(PROTOS)
  const body = transport(r, proto)
  const isFragment = r(5) === 0
  return [
    0x60,
    ...some(r, 3),
    ...two(body.length),
    isFragment ? 44 : proto,
    r.of([1, 64, 255]),
    ...octets6(r.of(IP6)),
    ...octets6(r.of(IP6)),
    ...(isFragment ? [proto, 0, ...some(r, 6)] : []),
    ...body,
  ]
}

const arp = (r: Random): number[] => [
  r(4) ? 0 : r(256),
  1,
  8,
  0,
  6,
  4,
  0,
  1 + r(2),
  ...some(r, 6),
  ...octets4(r.of(IP4)),
  ...some(r, 6),
  ...octets4(r.of(IP4)),
]

function network(r: Random, type: number): number[] {
  if (type === 0x800) return ip4(r)
  if (type === 0x86dd) return ip6(r)
  return type === 0x806 || type === 0x8035 ? arp(r) : some(r, 20 + r(40))
}

const macs = (r: Random): number[] =>
  r
    .of(MACS)
    .split(':')
    .map(x => Number.parseInt(x, 16))

/** A frame of the link type, one in eight cut short. */
export function frame(r: Random, dlt: number): Uint8Array {
  let type = r.of(TYPES)
  const body = network(r, type)
  let b: number[] = []
  if (dlt === DLT_EN10MB) {
    b = [...macs(r), ...macs(r)]
    for (let tags = r(3) ? 0 : 1 + r(2); tags > 0; tags--)
      b.push(
        ...two(r.of([0x8100, 0x8100, 0x88a8, 0x9100])),
        r.of([0, 0x20, 0xf0]) | (r(2) ? 15 * r(2) : 0),
        r.of([0, 1, 5, 100, 255]),
      )
    if (r(10) === 0) b.push(...two(3 + r(1497)), r.of([0x42, 0xfe, 0xf0, 0x06, 5]), r.of([0x42, 0xfe, 0xf0, 0x06, 5]))
    else b.push(...two(type))
  } else if (dlt === DLT_LINUX_SLL) {
    if (r(10) === 0) type = r.of([1, 4])
    b = [0, r(5), 0, 1, 0, 6, ...macs(r), 0, 0, ...two(type)]
  } else if (dlt === DLT_NULL) b = r(8) ? [type === 0x800 ? 2 : type === 0x86dd ? 10 : r(30), 0, 0, 0] : [0, 0, 0, 2]
  else if (dlt !== DLT_RAW) throw new Error(`link type ${dlt}`)
  b.push(...body)
  if (r(8) === 0) b = b.slice(0, r(b.length + 1))
  return Uint8Array.from(b)
}
