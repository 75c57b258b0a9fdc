// Frames as a conformance suite has them, one stimulus a line: header fields, addresses, options, fragments, ICMP, UDP, TCP
// to ports that nobody has. What the machine under test answers is to be what the kernel answers.
import { random } from '../../ipv4/test/machine.ts'
import {
  ACK,
  FIN,
  type Fields,
  frame,
  icmp,
  ip,
  mend,
  OWN,
  OWN_MAC,
  octets,
  PSH,
  RST,
  SYN,
  tcp,
  URG,
  udp,
} from './frames.ts'

const ALL = [255, 255, 255, 255, 255, 255]
/** 224.0.0.1 */
const GROUP = [1, 0, 0x5e, 0, 0, 1]
const SOURCES = '255.255.255.255 0.0.0.0 127.0.0.1 224.0.0.1 240.0.0.1 10.0.0.255 10.0.0.0 0.0.0.1'
const DESTINATIONS =
  '10.0.0.3 127.0.0.1 240.0.0.1 10.0.1.255 0.0.0.0 255.255.255.255 10.0.0.255 224.0.0.1 10.0.0.0 224.0.0.9'
const OPTIONS: { [name: string]: number[] } = {
  'end of list': [0, 0, 0, 0],
  'octets behind the end of list': [0, 255, 255, 255],
  'no operation': [1, 1, 1, 1],
  'record route': [7, 7, 4, 0, 0, 0, 0, 0],
  'record route, full': [7, 7, 8, 1, 2, 3, 4, 0],
  timestamp: [68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  'timestamp, full': [68, 8, 9, 0, 0, 0, 0, 0],
  security: [130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  'stream identifier': [136, 4, 0, 1],
  'router alert': [148, 4, 0, 0],
  unknown: [0x9e, 4, 1, 2],
  'length 0': [7, 0, 4, 0],
  'length 1': [7, 1, 4, 0],
  'length 0, unknown': [0x9e, 0, 0, 0],
  'past the end': [7, 9, 4, 0, 0, 0, 0, 0],
  'past the end, unknown': [0x9e, 40, 0, 0],
  'no length': [1, 1, 1, 7],
}

export interface Question {
  name: string
  frames: Uint8Array[]
}

const echo = (f: Fields = {}, data: ArrayLike<number> = octets(8)): Uint8Array =>
  ip({ proto: 1, payload: icmp(8, 0, 0xbeef0001, data), ...f })
/** To a port that nobody has, of a protocol that nobody has. */
const closed = (f: Fields = {}): Uint8Array => udp({ to: 99, ...f })
const nobody = (f: Fields = {}): Uint8Array => ip({ proto: 99, ...f })

function headers(ask: (name: string, ...datagrams: Uint8Array[]) => void): void {
  for (const version of [0, 3, 5, 6, 15]) ask(`version ${version}`, echo({ version }))
  for (const ihl of [0, 4, 10, 15]) ask(`header of ${ihl} words`, mend(echo({ ihl })))
  for (const length of [0, 19, 20, 27, 28, 29, 35, 36, 37, 46, 47, 60]) ask(`total length ${length}`, echo({ length }))
  for (const ttl of [0, 1, 255]) ask(`TTL ${ttl}`, echo({ ttl }))
  ask('wrong checksum', echo({ sum: 1 }))
  const evil = echo()
  evil[6]! |= 0x80
  ask('reserved bit', mend(evil))
  ask('DF', echo({ df: true }))
  for (const src of [...SOURCES.split(' '), OWN])
    for (const [what, f] of Object.entries({ echo, closed, nobody, segment: tcp }))
      ask(`${what} from ${src}`, f({ src }))
  for (const [name, options] of Object.entries(OPTIONS))
    for (const [what, f] of Object.entries({ echo, closed })) ask(`${what} with option ${name}`, f({ options }))
  for (let proto = 0; proto < 256; proto += 5) if (proto % 50) ask(`protocol ${proto}`, ip({ proto }))
}

function messages(ask: (name: string, ...datagrams: Uint8Array[]) => void): void {
  for (let type = 0; type < 256; type += type < 48 ? 1 : 13)
    if (type !== 8) ask(`ICMP type ${type}`, ip({ proto: 1, payload: icmp(type, 0, 0, octets(40)) }))
  ask('ICMP, wrong checksum', ip({ proto: 1, payload: icmp(8, 0, 1, octets(8), 7) }))
  for (let n = 0; n < 8; n++) ask(`ICMP of ${n} octets`, ip({ proto: 1, payload: octets(n) }))
  for (const n of [0, 1, 7, 1471, 1472]) ask(`echo of ${n} octets`, echo({}, octets(n)))
  for (const n of [0, 1, 500, 519, 520, 521, 1400]) ask(`closed, ${n} octets`, udp({ to: 99, data: [...octets(n)] }))
  for (let n = 0; n < 8; n++) ask(`UDP of ${n} octets`, ip({ proto: 17, payload: octets(n) }))
  for (const udpLength of [0, 7, 12, 100]) ask(`UDP length ${udpLength}`, udp({ to: 99, udpLength, udpSum: 0 }))
  ask('UDP without a checksum', udp({ to: 99, udpSum: 0 }))
  ask('UDP, wrong checksum', udp({ to: 99, udpSum: 5 }))
  ask('UDP to port 0', udp({ to: 0 }))
  ask('UDP from port 0', udp({ to: 99, from: 0 }))
  for (const flags of [0, SYN, ACK, FIN, RST, URG, SYN | ACK, FIN | ACK, RST | ACK, SYN | FIN, PSH | ACK, 63])
    for (const data of [[], [1, 2, 3]])
      ask(`TCP, flags ${flags}, ${data.length} octets`, tcp({ to: 99, flags, data, seq: 0x80000000, ack: 0xfffffff0 }))
  ask('TCP, wrong checksum', tcp({ to: 99, tcpSum: 5 }))
  for (const dataOffset of [0, 4, 6, 15]) ask(`TCP, header of ${dataOffset} words`, tcp({ to: 99, dataOffset }))
  for (let n = 0; n < 20; n += 3) ask(`TCP of ${n} octets`, ip({ proto: 6, payload: octets(n) }))
}

function fragments(ask: (name: string, ...datagrams: Uint8Array[]) => void): void {
  const e = icmp(8, 0, 0x77, octets(48))
  const first = (f: Fields = {}): Fields => ({ mf: true, payload: e.subarray(0, 24), ...f })
  const rest = (f: Fields = {}): Fields => ({ offset: 24, payload: e.subarray(24), ...f })
  const middle = { offset: 8, mf: true, payload: e.subarray(8, 16) }
  let id = 100
  function of(name: string, ...parts: Fields[]): void {
    id++
    ask(name, ...parts.map(f => ip({ proto: 1, id, ...f })))
  }
  of('two', first(), rest())
  of('two, the last one first', rest(), first())
  of('a duplicate', first(), first(), rest())
  of('one within another', first(), middle, rest())
  of('overlap', first(), { offset: 16, payload: e.subarray(16) })
  of('overlap, the last one first', { offset: 16, payload: e.subarray(16) }, first())
  of('two ends', rest(), { offset: 32, payload: e.subarray(24) }, first())
  of('an end before the end', rest(), { offset: 24, payload: e.subarray(24, 40) }, first())
  of('octets behind the end', rest(), { offset: 64, mf: true, payload: octets(8) }, first())
  of('an empty first one', first({ payload: [] }), first(), rest())
  of('an empty last one', { mf: true, payload: e }, { offset: 56, payload: [] })
  of('DF', first({ df: true }), rest({ df: true }))
  of('options in the second', first(), rest({ options: [148, 4, 0, 0] }))
  of('a malformed option in the second', first(), rest({ options: [7, 0, 0, 0] }))
  of('TTL 1 and 0', first({ ttl: 1 }), rest({ ttl: 0 }))
  of('beyond 65,535', { offset: 65528, payload: octets(100) })
  of('a whole one between', first(), { payload: e }, rest())
  const part = closed({ src: '10.0.0.1', id: 99 }).subarray(20)
  of(
    'of UDP',
    { proto: 17, mf: true, payload: part.subarray(0, 8) },
    { proto: 17, offset: 8, payload: part.subarray(8) },
  )
  of('of no protocol', { proto: 99, mf: true, payload: octets(24) }, { proto: 99, offset: 24, payload: octets(9) })
}

/** One or two octets of the headers changed at random; the checksum is right in three of four. */
function damaged(ask: (name: string, ...datagrams: Uint8Array[]) => void): void {
  const next = random(9)
  const below = (n: number): number => (next() >>> 1) % n
  // Not the options, whose insides the kernel looks at; not the total length, from which it takes what UDP does not have
  // before it quotes; nor what makes fragments, TOS, and other addresses on the link.
  const places = [2, 8, 9, 12, 13, 14, 16, 17, 18, 20, 22, 23, 24, 25, 26, 27]
  for (let i = 0; i < 150; i++) {
    const b = (below(2) ? echo : closed)()
    for (let k = below(2); k >= 0; k--) b[places[below(places.length)]!] = below(256)
    // Protocols that the kernel has.
    if (b[9] !== 1 && b[9] !== 17) b[9] = 99
    ask(`damaged ${i}: ${Buffer.from(b).toString('hex')}`, below(4) ? mend(b) : b)
  }
}

export function questions(): Question[] {
  const list: Question[] = []
  const ask = (name: string, ...datagrams: Uint8Array[]): void =>
    void list.push({ name, frames: datagrams.map(b => frame(b)) })
  headers(ask)
  messages(ask)
  fragments(ask)
  damaged(ask)
  for (const dst of DESTINATIONS.split(' '))
    for (const [to, mac] of Object.entries({ us: OWN_MAC, all: ALL, group: GROUP }))
      for (const [what, f] of Object.entries({ echo, closed, nobody, segment: tcp }))
        list.push({ name: `${what} to ${dst}, frame to ${to}`, frames: [frame(f({ dst }), mac)] })
  for (const [to, mac] of Object.entries({ all: ALL, group: GROUP }))
    for (const [what, f] of Object.entries({ echo, closed, nobody, segment: tcp }))
      list.push({ name: `${what} to us, frame to ${to}`, frames: [frame(f({}), mac)] })
  return list
}
