// What each primitive of the language asks of a packet, in the order in which libpcap asks it: a packet that ends before
// a field that is asked for is refused, so that the order shows.
import { DLT_EN10MB, DLT_LINUX_SLL } from '@tiny/core'
import { and, type Block, equal, field, masked, not, or, test } from './block.js'
import { ABS, AD_OFF, ALU, AND, B, H, IND, JEQ, JGE, JGT, JSET, LD, LDX, LEN, MSH, W } from './const.js'
import { fail, type Token } from './lex.js'
import { ARP, type Context, IPV4, IPV6, linkType, RARP } from './link.js'
import { find } from './table.js'
import { IP_NUMBERS } from './words.js'

/** What stands in front of an address or a number. */
export interface Qualifier {
  /** A protocol's word, or empty. */
  proto: string
  /** src, dst, or, and; or empty. */
  dir: string
  /** host, net, port, portrange, proto; or empty. */
  kind: string
}

/** Joins what is asked of source and destination. */
export function directed(dir: string, of: (isDst: boolean) => Block): Block {
  if (dir === 'src') return of(false)
  if (dir === 'dst') return of(true)
  return dir === 'and' ? and(of(false), of(true)) : or(of(false), of(true))
}

/** Packets of an IP protocol, over one version of IP or both. */
export function protocol(c: Context, t: Token, n: number, over: string): Block {
  if (over === '') return or(protocol(c, t, n, 'ip'), protocol(c, t, n, 'ip6'))
  const at = c.network
  if (over === 'ip') return and(linkType(c, t, IPV4), equal(at + 9, B, n))
  // Behind a fragment header too.
  const behind = and(equal(at + 6, B, 44), equal(at + 40, B, n))
  return and(linkType(c, t, IPV6), or(equal(at + 6, B, n), behind))
}

/** A protocol's word alone. */
export function named(c: Context, t: Token, word: string): Block {
  if (word === 'ether') fail(t, 'ether stands in front of host, proto, an address, broadcast, multicast or [')
  if (word === 'ip') return linkType(c, t, IPV4)
  if (word === 'ip6') return linkType(c, t, IPV6)
  if (word === 'arp') return linkType(c, t, ARP)
  if (word === 'rarp') return linkType(c, t, RARP)
  const is4 = word === 'icmp' || word === 'igmp' || word === 'igrp' || word === 'vrrp' || word === 'carp'
  return protocol(c, t, find(IP_NUMBERS, word) as number, is4 ? 'ip' : word === 'icmp6' ? 'ip6' : '')
}

/** An IPv4 address or network in an IP, ARP or RARP header. */
export function host4(c: Context, t: Token, address: number, mask: number, q: Qualifier): Block {
  const over = (type: number, src: number, dst: number): Block =>
    directed(q.dir, isDst => and(linkType(c, t, type), masked(c.network + (isDst ? dst : src), W, address, mask)))
  if (q.proto === 'ip') return over(IPV4, 12, 16)
  if (q.proto === 'arp') return over(ARP, 14, 24)
  if (q.proto === 'rarp') return over(RARP, 14, 24)
  if (q.proto) fail(t, `an IPv4 address has no place behind ${q.proto}`)
  return or(or(over(IPV4, 12, 16), over(ARP, 14, 24)), over(RARP, 14, 24))
}

/** An IPv6 address or network: four words each. */
export function host6(c: Context, t: Token, address: number[], mask: number[], q: Qualifier): Block {
  if (q.proto && q.proto !== 'ip6') fail(t, `an IPv6 address has no place behind ${q.proto}`)
  return directed(q.dir, isDst => {
    let all = linkType(c, t, IPV6)
    for (let i = 0; i < 4; i++) all = and(all, masked(c.network + (isDst ? 24 : 8) + 4 * i, W, address[i], mask[i]))
    return all
  })
}

/** A MAC address. */
export function hostMac(c: Context, t: Token, text: string, q: Qualifier): Block {
  if (q.proto !== 'ether' || (q.kind && q.kind !== 'host'))
    fail(t, 'a MAC address wants ether, ether src, ether dst or ether host before it')
  if (c.dlt !== DLT_EN10MB) fail(t, 'this link type has no MAC addresses')
  const parts = /[:.-]/.test(text) ? text.split(/[:.-]/) : [text]
  let digits = ''
  for (let i = 0; i < parts.length; i++)
    digits += parts.length === 6 && parts[i].length === 1 ? `0${parts[i]}` : parts[i]
  return mac(parseInt(digits.slice(0, 4), 16), parseInt(digits.slice(4), 16) | 0, q.dir)
}

const mac = (high: number, low: number, dir: string): Block =>
  directed(dir, isDst => and(equal(isDst ? 2 : 8, W, low), equal(isDst ? 0 : 6, H, high)))

const isPorted = (word: string): boolean => word === 'tcp' || word === 'udp' || word === 'sctp'

/** Ports of TCP, UDP and SCTP (proto 0), or of the one by number; one port or a range. IPv6 first, without headers between. */
export function ports(c: Context, t: Token, low: number, high: number, proto: number, q: Qualifier): Block {
  if (q.proto && !isPorted(q.proto)) fail(t, `${q.proto} has no ports`)
  if (low >>> 0 > 65535 || high >>> 0 > 65535) fail(t, 'a port is 0 to 65535')
  const numbers = q.proto ? [find(IP_NUMBERS, q.proto) as number] : proto ? [proto] : [132, 6, 17]
  if (q.proto && proto && proto !== numbers[0]) fail(t, `no such port of ${q.proto}`)
  const n = c.network
  const one = (code: number[]): Block =>
    low === high
      ? test(code, JEQ, low)
      : and(test(code, JGE, low > high ? high : low), not(test(code, JGT, low > high ? low : high)))
  const of4 = (proto: number): Block => {
    const first = and(equal(n + 9, B, proto), not(field(n + 6, H, JSET, 0x1fff)))
    return and(
      first,
      directed(q.dir, isDst => one([LDX | B | MSH, n, LD | IND | H, n + (isDst ? 2 : 0)])),
    )
  }
  const of6 = (proto: number): Block =>
    and(
      equal(n + 6, B, proto),
      directed(q.dir, isDst => one([LD | ABS | H, n + 40 + (isDst ? 2 : 0)])),
    )
  const any = (of: (proto: number) => Block): Block => {
    let all = of(numbers[0])
    for (let i = 1; i < numbers.length; i++) all = or(all, of(numbers[i]))
    return all
  }
  return or(and(linkType(c, t, IPV6), any(of6)), and(linkType(c, t, IPV4), any(of4)))
}

/** Whether the packet is longer than n octets, or as long. */
export const longer = (jump: number, n: number): Block => test([LD | LEN, 0], jump, n)

/** To all stations of the link, or of an IPv4 network whose mask is known. */
export function broadcast(c: Context, t: Token, word: string): Block {
  if (word === '' || word === 'ether') {
    if (c.dlt !== DLT_EN10MB) fail(t, 'this link type has no broadcasts')
    return mac(0xffff, -1, 'dst')
  }
  if (word !== 'ip') fail(t, `there is no ${word} broadcast`)
  if (c.netmask === undefined) fail(t, 'ip broadcast wants the option netmask')
  const rest = ~c.netmask
  const at = c.network + 16
  return and(linkType(c, t, IPV4), or(masked(at, W, 0, rest), masked(at, W, rest, rest)))
}

/** To several stations. */
export function multicast(c: Context, t: Token, word: string): Block {
  if (word === '' || word === 'ether') {
    if (c.dlt !== DLT_EN10MB) fail(t, 'this link type has no multicasts')
    return field(0, B, JSET, 1)
  }
  if (word === 'ip') return and(linkType(c, t, IPV4), field(c.network + 16, B, JGE, 224))
  if (word !== 'ip6') fail(t, `there is no ${word} multicast`)
  return and(linkType(c, t, IPV6), equal(c.network + 24, B, 255))
}

/** Sent by this machine. Where the link header does not say so, a load that @tiny/bpf/linux has does. */
export const outbound = (c: Context): Block => equal(c.dlt === DLT_LINUX_SLL ? 0 : AD_OFF + 4, H, 4)

/** With a VLAN tag, or one of this number; what follows in the expression looks behind it. */
export function vlan(c: Context, t: Token, id: Token | null): Block {
  if (c.dlt !== DLT_EN10MB) fail(t, 'this link type has no VLANs')
  const tags = or(or(linkType(c, t, 0x8100), linkType(c, t, 0x88a8)), linkType(c, t, 0x9100))
  if (id && id.value >>> 0 > 4095) fail(id, 'a VLAN is 0 to 4095')
  const all = id ? and(tags, test([LD | ABS | H, c.network, ALU | AND, 4095], JEQ, id.value)) : tags
  c.type += 4
  c.network += 4
  return all
}
