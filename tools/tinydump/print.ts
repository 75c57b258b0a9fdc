// A packet on one line, as tcpdump prints it: Ethernet, ARP, IPv4; other protocols by name or number.
import { macText } from '@tiny/core/text'
import { icmp } from './icmp.ts'
import type { Captured } from './record.ts'
import { tcp } from './tcp.ts'
import { Cut, dump, hex, ip, port, u8, u16, type View } from './text.ts'

export interface Style {
  /** -n */
  isNumeric: boolean
  /** -e */
  hasLink: boolean
  /** -x */
  hasOctets: boolean
  /** -t: no time */
  isTimeless: boolean
}

const PROTOCOLS: { readonly [n: number]: string } = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  132: 'sctp',
}

// RFC 768: the length in the header, and whether the n octets that IP has of it are as many.
function udp(v: View, o: number, n: number): string {
  const own = u16(v, o + 4)
  if (n < 8) return `truncated-udp ${n}`
  if (own < 8) return `truncated-udplength ${own}`
  return own > n ? `UDP, bad length ${own - 8} > ${n - 8}` : `UDP, length ${own - 8}`
}

// `length`: octets from the header on that the frame had on the wire.
function datagram(v: View, o: number, length: number): string {
  const missing = u16(v, o + 2) - length
  const text = content(v, o)
  const isHeader = u8(v, o) >> 4 === 4 && (u8(v, o) & 15) >= 5
  return missing > 0 && isHeader ? `truncated-ip - ${missing} bytes missing! ${text}` : text
}

function content(v: View, o: number): string {
  const ihl = (u8(v, o) & 15) * 4
  if (u8(v, o) >> 4 !== 4) return `version error: ${u8(v, o) >> 4} != 4`
  if (ihl < 20) return `bad-hlen ${ihl}`
  const total = u16(v, o + 2)
  const fragment = u16(v, o + 6)
  const proto = u8(v, o + 9)
  const src = ip(v, o + 12)
  const dst = ip(v, o + 16)
  const n = total - ihl
  if (total < ihl) return `bad-len ${total}`
  // What is behind is the link's padding.
  v.end = Math.min(v.end, o + total)
  const at = o + ihl
  const plain = `${src} > ${dst}: `
  if (fragment & 0x1fff) return `${plain}${(v.isNumeric ? undefined : PROTOCOLS[proto]) ?? `ip-proto-${proto}`}`
  try {
    if (proto === 6) return tcp(v, at, n, src, dst)
    if (proto === 1) return icmp(v, at, n, src, dst)
    if (proto === 17) {
      const head = `${src}.${port(v, u16(v, at), 17)} > ${dst}.${port(v, u16(v, at + 2), 17)}: `
      return head + udp(v, at, n)
    }
  } catch (e) {
    if (e instanceof Cut) return `${plain}[|${PROTOCOLS[proto]}]`
    throw e
  }
  return `${plain} ${PROTOCOLS[proto] ?? `ip-proto-${proto}`} ${n}`
}

function arp(v: View, o: number, length: number): string {
  const op = u16(v, o + 6)
  if (u16(v, o) !== 1 || u16(v, o + 2) !== 0x800 || u8(v, o + 4) !== 6 || u8(v, o + 5) !== 4)
    return `Unknown Hardware (${u16(v, o)}), length ${length}`
  u16(v, o + 26)
  const target = macText(v.b, o + 18)
  const known = target === '00:00:00:00:00:00' || target === 'ff:ff:ff:ff:ff:ff' ? '' : ` (${target})`
  const text =
    op === 1
      ? `Request who-has ${ip(v, o + 24)}${known} tell ${ip(v, o + 14)}`
      : op === 2
        ? `Reply ${ip(v, o + 14)} is-at ${macText(v.b, o + 8)}`
        : `Unknown (${op})`
  return `${text}, length ${length}`
}

const TYPES: { readonly [type: number]: string } = {
  2048: 'IPv4',
  2054: 'ARP',
  34525: 'IPv6',
  32821: 'Reverse ARP',
  33024: '802.1Q',
}

function six(v: View, o: number): string {
  const word = (at: number): string => u16(v, at).toString(16)
  const address = (at: number): string => {
    const text = Array.from({ length: 8 }, (_, i) => word(at + 2 * i)).join(':')
    const runs = [...text.matchAll(/(^|:)0(:0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)
    const run = runs[0]
    if (!run) return text
    const head = text.slice(0, run.index)
    return `${head}::${text.slice(run.index + run[0].length).replace(/^:/, '')}`
  }
  return `${address(o + 8)} > ${address(o + 24)}: next header ${u8(v, o + 6)}, length ${u16(v, o + 4)}`
}

// What the network header says: the protocol's word, and the rest.
function network(v: View, type: number, o: number, length: number): [string, string] {
  if (type === 0x800) return ['IP ', datagram(v, o, length)]
  if (type === 0x806 || type === 0x8035) return [type === 0x806 ? 'ARP, ' : 'RARP, ', arp(v, o, length)]
  if (type === 0x86dd) return ['IP6 ', six(v, o)]
  return ['', '']
}

function ethernet(v: View, p: Captured, style: Style): { text: string; at: number } {
  u16(v, 12)
  let type = u16(v, 12)
  let at = 14
  let tags = ''
  const names = (t: number): string => `${TYPES[t] ?? 'Unknown'} (0x${hex(t, 4)})`
  const outer = type
  while (type === 0x8100 || type === 0x88a8 || type === 0x9100) {
    const tci = u16(v, at)
    type = u16(v, at + 2)
    tags += `vlan ${tci & 4095}, p ${tci >> 13}${tci & 4096 ? ', DEI' : ''}, `
    at += 4
    if (type > 1500) tags += `ethertype ${names(type)}, `
  }
  const link = `${macText(v.b, 6)} > ${macText(v.b, 0)}, `
  const hasLink = style.hasLink || !TYPES[type]
  if (outer <= 1500) return { text: `${link}802.3, length ${outer}`, at }
  const [word, rest] = network(v, type, at, p.length - at)
  const head = hasLink
    ? `${link}ethertype ${names(outer)}, length ${p.length}: ${tags.replace(/, $/, rest ? ', ' : '')}`
    : ''
  const body = hasLink
    ? tags || word === 'ARP, ' || word === 'RARP, ' || word === 'IP6 ' || word === 'IP '
      ? rest
      : ''
    : word + rest
  return { text: head + body, at }
}

function time(micros: number): string {
  // Of a time that no date has, the time of day.
  const d = new Date(Math.floor(micros / 1000) % 8.64e15)
  const two = (n: number): string => `${n}`.padStart(2, '0')
  const fraction = `${micros % 1e6}`.padStart(6, '0')
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${fraction} `
}

/** Prints packets one after the other: sequence numbers of TCP count from what came before. */
export function printer(style: Style): (p: Captured) => string {
  const connections: View['connections'] = new Map()
  return p => {
    const v: View = { b: p.b, end: p.b.length, isNumeric: style.isNumeric, connections }
    let text = ''
    let at = 0
    try {
      if (p.type === 1) ({ text, at } = ethernet(v, p, style))
      else {
        at = p.type === 113 ? 16 : p.type === 0 ? 4 : 0
        const type = p.type === 113 ? u16(v, 14) : u8(v, at) >> 4 === 6 ? 0x86dd : 0x800
        text = network(v, type, at, p.length - at).join('')
      }
    } catch (e) {
      if (!(e instanceof Cut)) throw e
      text = '[|ether]'
    }
    return `${style.isTimeless ? '' : time(p.micros)}${text}${style.hasOctets ? dump(p.b, at) : ''}`
  }
}
