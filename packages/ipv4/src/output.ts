// RFC 791, RFC 1122 3.3.3: the header, fragments, delivery to ourselves; RFC 6864 and 7739: identification.
import {
  copy,
  EADDRNOTAVAIL,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  ENOBUFS,
  get32,
  HEAD,
  put16,
  type SendOptions,
} from '@tiny/core'
import { push } from '@tiny/core/queue'
import {
  COPIED,
  DF,
  DST,
  FRAGMENT,
  GATEWAY_MS,
  HEADER,
  HEADER_MAX,
  ID,
  LENGTH,
  MF,
  MTU_FLOOR,
  NOP,
  PROTO,
  SRC,
  SUM,
  TOS,
  TTL,
} from './const.js'
import { hopOf, isLocal, isMulticast, mtuOf, pathOf, watchGateway } from './path.js'
import type { Ip4 } from './types.js'

/**
 * RFC 6864: a datagram that cannot be fragmented needs no identification. For the others each destination has a counter
 * of its own that starts anywhere (RFC 7739 5.3): what one sees tells nothing of another's.
 */
function idOf(ip: Ip4, dst: number): number {
  const p = pathOf(ip, dst)
  if (p.idDst !== dst) p.id = ip.h.env.rand()
  p.idDst = dst
  p.id = (p.id + 1) | 0
  return p.id
}

/**
 * Walks the options from o to end.
 *
 * @returns 0, or one more than the offset of the first that runs past the end or is shorter than its own two octets
 */
export function badOption(b: Uint8Array, o: number, end: number): number {
  while (o < end && b[o]) {
    if (b[o] === NOP) o++
    else if (o + 1 < end && b[o + 1] > 1 && o + b[o + 1] <= end) o += b[o + 1]
    else return o + 1
  }
  return 0
}

/** A copy for ourselves, delivered by the next poll. */
function loop(ip: Ip4, o: number, n: number): number {
  if (!push(ip.h.pool, ip.local, 0, ip.h.tx, o, n)) return -ENOBUFS
  ip.h.wake(0)
  return 0
}

const setSum = (ip: Ip4, b: Uint8Array, o: number, hl: number): void => {
  put16(b, o + SUM, 0)
  put16(b, o + SUM, ~ip.h.sum(b, o, hl, 0))
}

export function send(ip: Ip4, proto: number, n: number, k: Uint8Array, a: number, opt: SendOptions | null): number {
  const b = ip.h.tx
  const dst = get32(k, a)
  const options = opt?.options
  const hl = HEADER + (options ? options.length : 0)
  const o = HEAD - hl
  const total = hl + n
  // RFC 1112 6.1: a multicast stays on its network unless told otherwise.
  const ttl = opt?.ttl ?? (isMulticast(dst) ? 1 : ip.ttl)
  if (hl & 3 || hl > HEADER_MAX || !(ttl > 0 && ttl < 256) || !dst || (options && badOption(options, 0, hl - HEADER)))
    return -EINVAL
  if (total > 65535 || n > b.length - HEAD) return -EMSGSIZE
  const isHere = isLocal(ip, dst)
  // RFC 1122 3.2.1.3: the source is our own address, or none before we have one.
  if (get32(k, a + 4) !== ip.address && !isHere) return -EADDRNOTAVAIL
  const hop = isHere ? dst : hopOf(ip, dst)
  if (!hop) return -ENETUNREACH
  const mtu = mtuOf(ip, dst)
  const df = opt?.df && mtu > MTU_FLOOR ? DF : 0
  b[o] = 0x40 | (hl >> 2)
  b[o + TOS] = opt?.tos ?? 0
  put16(b, o + LENGTH, total)
  put16(b, o + ID, df ? 0 : idOf(ip, dst))
  put16(b, o + FRAGMENT, df)
  b[o + TTL] = ttl
  b[o + PROTO] = proto
  copy(b, o + SRC, k, a + 4, 4)
  copy(b, o + DST, k, a, 4)
  if (options) copy(b, o + HEADER, options, 0, hl - HEADER)
  setSum(ip, b, o, hl)
  if (isHere) return loop(ip, o, total)
  // RFC 1112 6.1: a member of the group hears what it sends.
  if (ip.groups.indexOf(dst) >= 0) loop(ip, o, total)
  if (hop === ip.gateways[ip.gateway] && hop !== dst) watchGateway(ip, GATEWAY_MS)
  return total <= mtu ? ip.link.send(b, o, total, hop) : df ? -EMSGSIZE : sendFragments(ip, hl, n, mtu, hop)
}

/** Fragments are made in place: each header overwrites the end of the payload that was sent before. */
function sendFragments(ip: Ip4, hl: number, n: number, mtu: number, hop: number): number {
  const b = ip.h.tx
  const header = ip.header
  const most = (mtu - hl) & ~7
  if (most < 8) return -EMSGSIZE
  copy(header, 0, b, HEAD - hl, hl)
  for (let at = 0; at < n; at += most) {
    const k = Math.min(most, n - at)
    put16(header, LENGTH, hl + k)
    put16(header, FRAGMENT, (at >> 3) | (at + k < n ? MF : 0))
    setSum(ip, header, 0, hl)
    copy(b, HEAD + at - hl, header, 0, hl)
    const error = ip.link.send(b, HEAD + at - hl, hl + k, hop)
    if (error) return error
    // Options that are not copied are in the first fragment only: no operation takes their place.
    for (let i = HEADER; i < hl && header[i]; ) {
      const end = header[i] === NOP ? i + 1 : i + header[i + 1]
      if (header[i] & COPIED) i = end
      else while (i < end) header[i++] = NOP
    }
  }
  return 0
}
