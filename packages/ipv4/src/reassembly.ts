// RFC 791 3.2, RFC 1122 3.3.2; overlaps as RFC 5722 has them for IPv6.
import { copy, EATEN, get16, get32, mix, put16, putSum } from '@tiny/core'
import {
  DST,
  FRAGMENT,
  HEADER,
  HEADER_MAX,
  ID,
  LENGTH,
  MF,
  OFFSET,
  PROTO,
  REASSEMBLY_MS,
  SRC,
  SUM,
  TIME_EXCEEDED,
} from './const.js'
import { sendError } from './icmp.js'
import {
  FRAGMENT_DUPLICATE,
  FRAGMENT_END,
  FRAGMENT_EVICTED,
  FRAGMENT_MALFORMED,
  FRAGMENT_OVERLAP,
  FRAGMENT_TIMEOUT,
  FRAGMENT_TOO_BIG,
} from './ids.js'
import { deliver } from './input.js'
import type { Ip4, Reassembly } from './types.js'

/** Gives a datagram up. What is at hand of it is the first header and eight octets. */
function discard(ip: Ip4, r: Reassembly, id: number): number {
  r.got = 0
  return ip.host.drop(id, r.b, HEADER_MAX - r.hl, r.hl + 8)
}

/**
 * The record of a datagram, or one for a new one. Each source has one half of the records to use, by a keyed hash: a
 * flood from one leaves the other half alone. The oldest of a half makes room.
 */
function recordOf(ip: Ip4, src: number, dst: number, key: number): Reassembly {
  let i = mix(ip.host.key, src, 2) >>> 31
  let r = ip.reassemblies[i]
  for (; i < ip.reassemblies.length; i += 2) {
    const x = ip.reassemblies[i]
    if (x.got && x.src === src && x.dst === dst && x.key === key) return x
    if (r.got && (!x.got || ((x.due - r.due) | 0) < 0)) r = x
  }
  if (r.got) discard(ip, r, FRAGMENT_EVICTED)
  r.src = src
  r.dst = dst
  r.key = key
  r.end = r.size = r.hl = r.flags = 0
  r.due = ip.host.wake(REASSEMBLY_MS)
  for (let i = 0; i < r.map.length; i++) r.map[i] = 0
  return r
}

/** A fragment of n octets at o with a checked header. */
// input path
export function reassemble(ip: Ip4, b: Uint8Array, o: number, hl: number, n: number, flags: number): number {
  const h = ip.host
  const field = get16(b, o + FRAGMENT)
  const from = (field & OFFSET) << 3
  const end = from + n - hl
  const isMore = field & MF
  if (n === hl || (isMore && end & 7)) return h.drop(FRAGMENT_MALFORMED, b, o, n)
  if (end > ip.mmsR) return h.drop(FRAGMENT_TOO_BIG, b, o, n)
  const r = recordOf(ip, get32(b, o + SRC), get32(b, o + DST), (get16(b, o + ID) << 8) | b[o + PROTO])
  // Blocks of eight octets that have come before.
  const blocks = (end + 7) >> 3
  let there = from >> 3
  for (let i = there; i < blocks; i++) {
    there += r.map[i]
    r.map[i] = 1
  }
  // It lies behind the end, or is a second end: all is dropped. All of it came before: a duplicate. Some of it did: all is
  // dropped.
  if ((r.size && end > r.size) || (!isMore && end < r.end)) return discard(ip, r, FRAGMENT_END)
  if (there === blocks) return h.drop(FRAGMENT_DUPLICATE, b, o, n)
  if (there > from >> 3) return discard(ip, r, FRAGMENT_OVERLAP)
  copy(r.b, HEADER_MAX + from, b, o + hl, n - hl)
  r.got += n - hl
  r.flags |= flags
  if (end > r.end) r.end = end
  if (!isMore) r.size = end
  if (!from) {
    copy(r.b, HEADER_MAX - hl, b, o, hl)
    r.hl = hl
  }
  if (r.got !== r.size) return EATEN // eaten: more to come
  const p = HEADER_MAX - r.hl
  n = r.hl + r.end
  if (n > ip.mmsR + HEADER) return discard(ip, r, FRAGMENT_TOO_BIG)
  r.got = 0
  put16(r.b, p + LENGTH, n)
  put16(r.b, p + FRAGMENT, 0)
  putSum(h.sum, r.b, p, r.hl, p + SUM, 0)
  return deliver(ip, r.b, p, r.hl, n, r.flags)
}

/** Gives up on what has not come within a minute. */
export function pollReassembly(ip: Ip4): void {
  for (const r of ip.reassemblies) {
    if (!r.got || !ip.host.isDue(r.due)) continue
    discard(ip, r, FRAGMENT_TIMEOUT)
    // RFC 1122 3.3.2, RFC 792: only if the first fragment came.
    if (r.hl) sendError(ip, (TIME_EXCEEDED << 8) | 1, 0, r.b, HEADER_MAX - r.hl, r.hl + 8, r.flags)
  }
}
