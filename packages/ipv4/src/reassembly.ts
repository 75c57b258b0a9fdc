// RFC 791 3.2, RFC 1122 3.3.2; overlaps as RFC 5722 has them for IPv6.
import { copy, get16, get32, put16 } from '@tiny/core'
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
  TIME_EXCEEDED,
} from './const.js'
import { sendError } from './icmp.js'
import {
  FRAGMENT_DUPLICATE,
  FRAGMENT_EVICTED,
  FRAGMENT_MALFORMED,
  FRAGMENT_OVERLAP,
  FRAGMENT_TIMEOUT,
  FRAGMENT_TOO_BIG,
} from './ids.js'
import { deliver } from './input.js'
import type { Ip4, Reassembly } from './types.js'

export function reassemblyOf(maxDatagram: number): Reassembly {
  const n = maxDatagram - HEADER
  return {
    b: new Uint8Array(HEADER_MAX + n),
    map: new Uint8Array((n + 7) >> 3),
    isUsed: false,
    src: 0,
    dst: 0,
    key: 0,
    got: 0,
    end: 0,
    total: 0,
    hl: 0,
    first: 0,
    flags: 0,
    due: 0,
  }
}

const discard = (ip: Ip4, r: Reassembly, id: number): number => {
  r.isUsed = false
  return ip.h.drop(id, r.b, HEADER_MAX - r.hl, r.hl + r.first)
}

/** A place for a new datagram: a source that has half of them loses its oldest, else all lose the oldest one. */
function place(ip: Ip4, src: number): Reassembly {
  const list = ip.reassemblies
  let free: Reassembly | undefined
  let own: Reassembly | undefined
  let oldest: Reassembly | undefined
  let held = 0
  for (let i = 0; i < list.length; i++) {
    const r = list[i]
    if (!r.isUsed) free = r
    else {
      if (!oldest || ((r.due - oldest.due) | 0) < 0) oldest = r
      if (r.src === src) {
        held++
        if (!own || ((r.due - own.due) | 0) < 0) own = r
      }
    }
  }
  if (own && held >= list.length / 2) free = own
  const r = (free ?? oldest) as Reassembly
  if (r.isUsed) discard(ip, r, FRAGMENT_EVICTED)
  return r
}

/** A fragment of n octets at o with a checked header. */
// input path
export function reassemble(ip: Ip4, b: Uint8Array, o: number, hl: number, n: number, flags: number): number {
  const h = ip.h
  const field = get16(b, o + FRAGMENT)
  const from = (field & OFFSET) << 3
  const k = n - hl
  const end = from + k
  const src = get32(b, o + SRC)
  const dst = get32(b, o + DST)
  const key = (get16(b, o + ID) << 8) | b[o + PROTO]
  if (!k || (field & MF && k & 7)) return h.drop(FRAGMENT_MALFORMED, b, o, n)
  if (hl + end > ip.maxDatagram) return h.drop(FRAGMENT_TOO_BIG, b, o, n)
  let r: Reassembly | undefined
  for (let i = 0; i < ip.reassemblies.length; i++) {
    const x = ip.reassemblies[i]
    if (x.isUsed && x.src === src && x.dst === dst && x.key === key) r = x
  }
  if (!r) {
    r = place(ip, src)
    r.isUsed = true
    r.src = src
    r.dst = dst
    r.key = key
    r.got = r.end = r.total = r.hl = r.first = r.flags = 0
    r.due = h.time() + REASSEMBLY_MS
    h.wake(REASSEMBLY_MS)
    for (let i = 0; i < r.map.length; i++) r.map[i] = 0
  }
  // Blocks of eight octets that are there already: all of them make it a duplicate, some an overlap.
  const last = (end + 7) >> 3
  let there = 0
  for (let i = from >> 3; i < last; i++) there += r.map[i]
  const isLast = !(field & MF)
  if (there && there === last - (from >> 3) && (!isLast || end === r.total)) return h.drop(FRAGMENT_DUPLICATE, b, o, n)
  // So does anything behind the end, or two ends.
  if (there || (isLast ? r.total || end < r.end : r.total && end > r.total)) {
    discard(ip, r, FRAGMENT_OVERLAP)
    return h.drop(FRAGMENT_OVERLAP, b, o, n)
  }
  for (let i = from >> 3; i < last; i++) r.map[i] = 1
  copy(r.b, HEADER_MAX + from, b, o + hl, k)
  r.got += k
  r.flags |= flags
  if (end > r.end) r.end = end
  if (isLast) r.total = end
  if (!from) {
    copy(r.b, HEADER_MAX - hl, b, o, hl)
    r.hl = hl
    r.first = k
  }
  if (r.got !== r.total) return 0 // eaten: more to come
  const p = HEADER_MAX - r.hl
  const size = r.hl + r.total
  r.isUsed = false
  if (size > ip.maxDatagram) return h.drop(FRAGMENT_TOO_BIG, r.b, p, r.hl + r.first)
  put16(r.b, p + LENGTH, size)
  put16(r.b, p + FRAGMENT, 0)
  return deliver(ip, r.b, p, r.hl, size, r.flags)
}

/** Gives up on what has not come within a minute. */
export function pollReassembly(ip: Ip4): void {
  for (let i = 0; i < ip.reassemblies.length; i++) {
    const r = ip.reassemblies[i]
    const left = (r.due - ip.h.time()) | 0
    if (!r.isUsed) continue
    if (left > 0) ip.h.wake(left)
    else {
      discard(ip, r, FRAGMENT_TIMEOUT)
      // RFC 1122 3.3.2, RFC 792: only if the first fragment came.
      if (r.hl) sendError(ip, (TIME_EXCEEDED << 8) | 1, 0, r.b, HEADER_MAX - r.hl, r.hl + r.first, r.flags)
    }
  }
}
