// What a frame says, in one line. Only for what this demonstration sends: tshark tells the rest.
import { get16, get32, ICMP, TCP, UDP } from '@tiny/core'
import { addressText, macText } from '@tiny/core/text'
import { plural } from './paint.ts'

const HEADER = 14
const ARP = 0x0806
const IPV4 = 0x0800
const MORE = 0x2000
const OFFSET = 0x1fff

const ICMP_NAMES: { readonly [type: number]: string } = {
  0: 'echo reply',
  3: 'destination unreachable',
  8: 'echo request',
  11: 'time exceeded',
}

function arp(b: Uint8Array, o: number): string {
  const sender = addressText(b, o + 14)
  return get16(b, o + 6) === 1
    ? `ARP: who has ${addressText(b, o + 24)}? ${sender} asks`
    : `ARP: ${sender} is at ${macText(b, o + 8)}`
}

function icmp(b: Uint8Array, o: number, n: number): string {
  const type = b[o] ?? 0
  const name = ICMP_NAMES[type] ?? `type ${type}`
  return `ICMP: ${name}${type === 0 || type === 8 ? ` ${get16(b, o + 6)}, ${plural(n - 8, 'octet')} of data` : `, code ${b[o + 1]}`}`
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']

function tcp(b: Uint8Array, o: number, n: number): string {
  const flags = FLAGS.filter((_, i) => (b[o + 13] ?? 0) & (1 << i)).join(' ') || 'no flags'
  const octets = n - (((b[o + 12] ?? 0) >> 4) << 2)
  return `TCP: port ${get16(b, o)} to port ${get16(b, o + 2)}, ${flags}, ${plural(octets, 'octet')}`
}

function ip(b: Uint8Array, o: number, end: number): string {
  const hl = ((b[o] ?? 0) & 15) << 2
  const n = get16(b, o + 2) - hl
  const field = get16(b, o + 6)
  const proto = b[o + 9] ?? 0
  const at = (field & OFFSET) * 8
  if (hl < 20 || n < 8 || o + hl + n > end) return 'IPv4: not sound'
  if (field & (MORE | OFFSET))
    return `IPv4: octets ${at} to ${at + n - 1} of datagram ${get16(b, o + 4)}${field & MORE ? ', more to come' : ', the last of it'}`
  if (proto === ICMP) return icmp(b, o + hl, n)
  if (proto === UDP) return `UDP: port ${get16(b, o + hl)} to port ${get16(b, o + hl + 2)}, ${plural(n - 8, 'octet')}`
  if (proto === TCP && n >= 20) return tcp(b, o + hl, n)
  return `IPv4: protocol ${proto}`
}

/** One line for the Ethernet frame at o. */
export function describe(b: Uint8Array, o: number, n: number): string {
  const type = get16(b, o + 12)
  if (type === ARP && get32(b, o + HEADER) === 0x00010800) return arp(b, o + HEADER)
  return type === IPV4 ? ip(b, o + HEADER, o + n) : `EtherType 0x${type.toString(16).padStart(4, '0')}`
}
