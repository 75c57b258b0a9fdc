// Where things lie, and what says so, on each link type.
import { DLT_EN10MB, DLT_LINUX_SLL, DLT_NULL, DLT_RAW } from '@tiny/core'
import { and, type Block, equal, field, masked, never, not } from './block.js'
import { B, H, JGT, W } from './const.js'
import { fail, type Token } from './lex.js'
import type { Names } from './names.js'

export const IPV4 = 0x800
export const ARP = 0x806
export const RARP = 0x8035
export const IPV6 = 0x86dd

/** What compiling goes by; `type` and `network` move behind each `vlan`. */
export interface Context {
  readonly dlt: number
  readonly netmask: number | undefined
  readonly names: Names
  /** Offset of the protocol's type, where the link has one. */
  type: number
  /** Offset of the network header. */
  network: number
}

const LINKS = [DLT_NULL, 0, 4, DLT_EN10MB, 12, 14, DLT_RAW, 0, 0, DLT_LINUX_SLL, 14, 16]

/** @throws RangeError for a link type that the compiler does not know */
export function contextOf(dlt: number, netmask: number | undefined, names: Names): Context {
  for (let i = 0; i < LINKS.length; i += 3)
    if (LINKS[i] === dlt) return { dlt, netmask, names, type: LINKS[i + 1], network: LINKS[i + 2] }
  throw new RangeError(`filter: link type ${dlt} is none of DLT_NULL, DLT_EN10MB, DLT_RAW, DLT_LINUX_SLL`)
}

/** Packets whose link header says this EtherType, or (up to 1,500) this service access point of IEEE 802.2. */
export function linkType(c: Context, t: Token, proto: number): Block {
  if (c.dlt === DLT_RAW)
    return proto === IPV4 || proto === IPV6 ? masked(0, B, proto === IPV4 ? 0x40 : 0x60, 0xf0) : never()
  // The address family, written by this kind of machine: the low octet first.
  if (c.dlt === DLT_NULL)
    return proto === IPV4 || proto === IPV6 ? equal(0, W, proto === IPV4 ? 0x2000000 : 0xa000000) : never()
  if (proto === 0xe0 || proto === 0x809b || proto === 0x80f3) fail(t, 'this compiler has no IPX and no AppleTalk')
  if (proto >>> 0 > 1500) return equal(c.type, H, proto)
  const is802 = c.dlt === DLT_EN10MB ? not(field(c.type, H, JGT, 1500)) : equal(c.type, H, 4)
  const isBoth = proto === 0x06 || proto === 0xf0 || proto === 0xfe
  return and(is802, isBoth ? equal(c.network, H, (proto << 8) | proto) : equal(c.type + 2, B, proto))
}
