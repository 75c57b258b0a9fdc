// RFC 4293, RFC 4022, RFC 4113, RFC 2011 (ICMP), counted as Linux does. What the packets that pass show is not counted
// anywhere else in the stack: a site tells of the packet once, and its octets are read here.
import { ECONNABORTED, ECONNREFUSED, ECONNRESET, EPIPE, ETIMEDOUT, get16, get32, ICMP, sum, TCP, UDP } from '@tiny/core'
import {
  ACK,
  CLOSE_WAIT,
  CLOSED,
  DATA_OFFSET,
  DST,
  ESTABLISHED,
  EXT_IN_BCAST,
  EXT_IN_CSUM_ERRORS,
  EXT_IN_MCAST,
  EXT_IN_MCAST_OCTETS,
  EXT_IN_NO_ECT,
  EXT_IN_OCTETS,
  EXT_IN_TRUNCATED,
  EXT_OUT_MCAST,
  EXT_OUT_OCTETS,
  FIELD,
  FIN,
  FIN_WAIT_2,
  FLAGS,
  ICMP_IN_CSUM_ERRORS,
  ICMP_IN_ERRORS,
  ICMP_IN_MSGS,
  ICMP_IN_TYPE,
  ICMP_MALFORMED,
  ICMP_NOBODY,
  ICMP_OUT_MSGS,
  ICMP_OUT_TYPE,
  ICMP_TYPES,
  ICMP_UNBELIEVED,
  IP_DELIVERED,
  IP_FRAG_CREATES,
  IP_FRAG_FAILS,
  IP_FRAG_OKS,
  IP_IN,
  IP_IN_ADDR_ERRORS,
  IP_IN_DELIVERS,
  IP_IN_HDR_ERRORS,
  IP_IN_RECEIVES,
  IP_MALFORMED,
  IP_NO_PORT,
  IP_NO_PROTO,
  IP_NOT_OURS,
  IP_OPTIONS,
  IP_OUT,
  IP_OUT_REQUESTS,
  IP_OUT_TRANSMITS,
  IP_REASM_OKS,
  IP_REASM_REQDS,
  KNOWN_TYPES,
  MORE,
  OFFSET,
  PROTO,
  RST,
  SIZE,
  SYN,
  SYN_RECEIVED,
  SYN_SENT,
  TCP_ACTIVE_OPENS,
  TCP_ATTEMPT_FAILS,
  TCP_CURR_ESTAB,
  TCP_ERROR_OUTSIDE,
  TCP_ESTAB_RESETS,
  TCP_FAST,
  TCP_GROUP,
  TCP_IN_ERRS,
  TCP_IN_SEGS,
  TCP_MALFORMED,
  TCP_OUT,
  TCP_OUT_RSTS,
  TCP_OUT_SEGS,
  TCP_PASSIVE_OPENS,
  TCP_RETRANS_SEGS,
  TFO_PASSIVE,
  TIME_WAIT,
  TOS,
  TOTAL,
  UDP_FULL,
  UDP_IGNORED_MULTI,
  UDP_IN_DATAGRAMS,
  UDP_LENGTH,
  UDP_NO_PORTS,
  X_ABORT_ON_CLOSE,
  X_ABORT_ON_DATA,
  X_ABORT_ON_TIMEOUT,
  X_EMBRYONIC_RSTS,
  X_FAST_RETRANS,
  X_ORIG_DATA_SENT,
  X_SYN_RETRANS,
  X_TW,
} from './const.js'
import type { Mib, MibOptions } from './types.js'

const isOpen = (state: number): number => +(state === ESTABLISHED || state === CLOSE_WAIT)

/**
 * Counters of a stack, to be given to host() as its observer.
 *
 * @see RFC 4293, RFC 4022, RFC 4113
 */
export function mib(options?: MibOptions): Mib {
  const v = options?.wide ? new Float64Array(SIZE) : new Uint32Array(SIZE)
  const times: { [id: number]: number } = {}
  // Connections in SYN-RECEIVED that are no passive open when they leave it: both sides have asked at once, or it has been
  // counted already.
  let known = 0

  function told(id: number, k: number): void {
    times[id] = (times[id] ?? 0) + k
  }
  const isGroup = (b: Uint8Array, at: number): boolean =>
    get32(b, at) === -1 || b[at] >> 4 === 14 || !!m.ip?.isGroup(b, at)

  // A datagram to several hosts, in or out.
  function group(b: Uint8Array, o: number, at: number): void {
    if (!isGroup(b, o + DST)) return
    if (b[o + DST] >> 4 !== 14) at += EXT_IN_BCAST - EXT_IN_MCAST
    v[at]++
    v[at + EXT_IN_MCAST_OCTETS - EXT_IN_MCAST] += get16(b, o + TOTAL)
  }
  function icmpType(b: Uint8Array, o: number, at: number, k: number): void {
    if (b[o] < ICMP_TYPES) v[at + b[o]] += k
  }
  // What a transport was handed, or k = -1, was not after all.
  function handed(b: Uint8Array, o: number, k: number): void {
    const proto = b[o + PROTO]
    v[IP_IN_DELIVERS] += k
    if (proto === ICMP) {
      v[ICMP_IN_MSGS] += k
      icmpType(b, o + ((b[o] & 15) << 2), ICMP_IN_TYPE, k)
    }
    if (proto === TCP) v[TCP_IN_SEGS] += k
    if (proto === UDP) v[UDP_IN_DATAGRAMS] += k
  }

  const m: Mib = {
    values: v,
    times,
    ip: undefined,
    drop(id, b, o, n) {
      const hl = (b[o] & 15) << 2
      let isSound = true
      told(id, 1)
      if (id === IP_MALFORMED) {
        // In Linux's order: version and length of the header, its checksum, the length of all.
        isSound = n >= 20 && b[o] >> 4 === 4 && hl > 16
        const isThere = isSound && hl <= n
        const isSum = isThere && sum(b, o, hl, 0) === 0xffff
        if (isThere && !isSum) v[EXT_IN_CSUM_ERRORS]++
        v[isSum && get16(b, o + TOTAL) > n ? EXT_IN_TRUNCATED : IP_IN_HDR_ERRORS]++
      }
      if (id <= IP_OPTIONS && id >= IP_MALFORMED) received(b, o, n, isSound)
      // A group that was not joined is nothing to Linux, nor is what comes from outside for its loopback, or to all on the link.
      if (id === IP_NOT_OURS && b[o + DST] >> 4 !== 14 && !m.ip?.isOwn(b, o + DST)) v[IP_IN_ADDR_ERRORS]++
      if (id === IP_NO_PROTO) handed(b, o, -1)
      if (id === IP_NO_PORT) v[isGroup(b, o + DST) ? UDP_IGNORED_MULTI : UDP_NO_PORTS]++
      if (id === IP_NO_PORT || (id >= UDP_LENGTH && id <= UDP_FULL)) v[UDP_IN_DATAGRAMS]--
      if (id === ICMP_MALFORMED) {
        // Linux looks at the checksum first, then whether there is a header.
        if (sum(b, o, n, 0) !== 0xffff) v[ICMP_IN_CSUM_ERRORS]++
        icmpType(b, o, ICMP_IN_TYPE, -1)
      }
      // A report about a segment or datagram of no socket, or about none that could be read.
      if (id === ICMP_UNBELIEVED && (n < 20 || b[o + PROTO] === TCP || b[o + PROTO] === UDP)) v[ICMP_IN_ERRORS]++
      if (id === ICMP_NOBODY && b[o + hl] > KNOWN_TYPES) v[ICMP_IN_ERRORS]++
      // A header that is cut short, or longer than the segment, is no error to Linux.
      if (id === TCP_MALFORMED && n >= 20 && b[o + DATA_OFFSET] >> 4 < 5) v[TCP_IN_ERRS]++
      if (id === TCP_GROUP) v[TCP_IN_SEGS]--
    },
    packet(id, b, o, n) {
      if (id >= TCP_OUT) segment(id, b, o, n)
      else datagram(id, b, o, n)
    },
    count(id, k) {
      told(id, k)
      // The drop that follows is no error to Linux.
      if (id === TCP_ERROR_OUTSIDE) v[ICMP_IN_ERRORS] -= k
      // Linux has accepted what comes with a good cookie.
      if (id === TFO_PASSIVE) known++
    },
    state(kind, from, to) {
      if (kind !== TCP) return
      v[TCP_CURR_ESTAB] += isOpen(to) - isOpen(from)
      if (to === SYN_SENT) v[TCP_ACTIVE_OPENS]++
      if (to === SYN_RECEIVED && from === SYN_SENT) known++
      if (to <= CLOSED) {
        if (isOpen(from)) v[TCP_ESTAB_RESETS]++
        if (from === TIME_WAIT) v[X_TW]++
        if (to === -ECONNABORTED) v[X_ABORT_ON_DATA]++
        if (to === -EPIPE) v[X_ABORT_ON_CLOSE]++
        if (to === -ETIMEDOUT && from !== FIN_WAIT_2) v[X_ABORT_ON_TIMEOUT]++
        // As Linux: what the application gives up has not failed, nor has what was half open and timed out.
        const isReset = to === -ECONNREFUSED || to === -ECONNRESET
        if (isReset && from === SYN_RECEIVED && !known) v[X_EMBRYONIC_RSTS]++
        if ((from === SYN_RECEIVED && isReset) || (from === SYN_SENT && to && to !== -ECONNABORTED))
          v[TCP_ATTEMPT_FAILS]++
      }
      if (from === SYN_RECEIVED) {
        if (known) known--
        else if (isOpen(to)) v[TCP_PASSIVE_OPENS]++
      }
    },
  }
  // n octets at o, from the header of TCP on.
  function segment(id: number, b: Uint8Array, o: number, n: number): void {
    const flags = b[o + FLAGS]
    const hasData = flags & FIN || n > (b[o + DATA_OFFSET] >> 4) << 2 ? 1 : 0
    if (id === TCP_OUT) {
      v[TCP_OUT_SEGS]++
      v[X_ORIG_DATA_SENT] += hasData
      if (flags & RST) v[TCP_OUT_RSTS]++
      return
    }
    // Told after TCP_OUT: of what is sent again Linux takes only a SYN,ACK for a segment more.
    v[TCP_RETRANS_SEGS]++
    v[X_ORIG_DATA_SENT] -= hasData
    if (id === TCP_FAST) v[X_FAST_RETRANS]++
    if (flags & SYN) v[X_SYN_RETRANS]++
    if ((flags & (SYN | ACK)) !== (SYN | ACK)) v[TCP_OUT_SEGS]--
  }
  function datagram(id: number, b: Uint8Array, o: number, n: number): void {
    const field = get16(b, o + FIELD) & (MORE | OFFSET)
    if (id === IP_IN) {
      received(b, o, n, true)
      group(b, o, EXT_IN_MCAST)
      // A whole one is delivered next: what is delivered besides was put together.
      v[field ? IP_REASM_REQDS : IP_REASM_OKS] += field ? 1 : -1
    } else if (id === IP_DELIVERED) {
      v[IP_REASM_OKS]++
      handed(b, o, 1)
    } else {
      v[IP_OUT_TRANSMITS]++
      v[EXT_OUT_OCTETS] += n
      group(b, o, EXT_OUT_MCAST)
      if (id !== IP_OUT) return
      if (field) {
        v[IP_FRAG_CREATES]++
        // A datagram whose last fragment does not follow has failed.
        if (!(field & MORE)) {
          v[IP_FRAG_OKS]++
          v[IP_FRAG_FAILS]--
        }
      }
      if (field & OFFSET) return
      if (field) v[IP_FRAG_FAILS]++
      v[IP_OUT_REQUESTS]++
      if (b[o + PROTO] === ICMP) {
        v[ICMP_OUT_MSGS]++
        icmpType(b, o + ((b[o] & 15) << 2), ICMP_OUT_TYPE, 1)
      }
    }
  }
  function received(b: Uint8Array, o: number, n: number, isSound: boolean): void {
    v[IP_IN_RECEIVES]++
    v[EXT_IN_OCTETS] += n
    if (isSound) v[EXT_IN_NO_ECT + (b[o + TOS] & 3)]++
  }
  return m
}
