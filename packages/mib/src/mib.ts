// RFC 4293, RFC 4022, RFC 4113, RFC 2011 (ICMP), counted as Linux does. What the packets that pass show is not counted
// anywhere else in the stack: a site tells of the packet once, and its octets are read here.
import { ECONNABORTED, ECONNREFUSED, ECONNRESET, ETIMEDOUT, get16, ICMP, sum, TCP, UDP } from '@tiny/core'
import {
  ACK,
  ACTIVE_OPENS,
  ADDR_ERRORS,
  ATTEMPT_FAILS,
  BAD_ICMP,
  BAD_ICMP_SUM,
  BAD_IP_SUM,
  BAD_OFFSETS,
  CLOSED,
  CURR_ESTAB,
  DATA,
  DATA_OFFSET,
  DST,
  ECN,
  EMBRYONIC_RSTS,
  ENDED,
  ESTAB_RESETS,
  ESTABLISHED,
  EXTENDED,
  FIELD,
  FIN,
  FIN_WAIT_2,
  FIRST,
  FLAGS,
  FRAGMENTS,
  GROUP_PORT,
  ICMP_MALFORMED,
  ICMP_NOBODY,
  ICMP_UNBELIEVED,
  IN_BCAST,
  IN_MCAST,
  IN_MCAST_OCTETS,
  IN_OCTETS,
  IN_PROTO,
  IN_TYPE,
  IP_DELIVERED,
  IP_IN,
  IP_MALFORMED,
  IP_NO_PORT,
  IP_NO_PROTO,
  IP_NOT_OURS,
  IP_OPTIONS,
  IP_OUT,
  KINDS,
  KNOWN_TYPES,
  LAST,
  LATER,
  MORE,
  OFFSET,
  OUT_MCAST,
  OUT_OCTETS,
  OUT_PROTO,
  OUT_RSTS,
  PASSIVE_OPENS,
  PROTO,
  RST,
  SIZE,
  SYN,
  SYN_ACK_AGAIN,
  SYN_AGAIN,
  SYN_RECEIVED,
  SYN_SENT,
  TCP_ERROR_OUTSIDE,
  TCP_MALFORMED,
  TCP_OUT,
  TFO_PASSIVE,
  TIME_WAIT,
  TIME_WAITS,
  TOS,
  TOTAL,
  TRUNCATED,
} from './const.js'
import type { Mib, MibOptions } from './types.js'

// ESTABLISHED and CLOSE-WAIT are 4 and 5.
const isOpen = (state: number): number => +(state >> 1 === ESTABLISHED >> 1)

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

  function count(id: number, k: number): void {
    times[id] = (times[id] ?? 0) + k
    // The drop that follows is no error to Linux.
    if (id === TCP_ERROR_OUTSIDE) v[BAD_ICMP] -= k
    // Linux has accepted what comes with a good cookie.
    if (id === TFO_PASSIVE) known++
  }
  const isGroup = (b: Uint8Array, at: number): boolean | undefined => m.ip?.isGroup(b, at)

  // A datagram to several hosts, in or out.
  function group(b: Uint8Array, o: number, at: number): void {
    if (!isGroup(b, o + DST)) return
    if (b[o + DST] >> 4 !== 14) at += IN_BCAST - IN_MCAST
    v[at]++
    v[at + (IN_MCAST_OCTETS - IN_MCAST)] += get16(b, o + TOTAL)
  }
  function kind(at: number, value: number, k: number): void {
    if (value < KINDS) v[at + value] += k
  }
  // A datagram by its protocol and, behind the place of that, by its type of ICMP.
  function kinds(b: Uint8Array, o: number, at: number, k: number): void {
    const proto = b[o + PROTO]
    kind(at, proto, k)
    if (proto === ICMP) kind(at + (IN_TYPE - IN_PROTO), b[o + ((b[o] & 15) << 2)], k)
  }

  const m: Mib = {
    values: v,
    times,
    ip: undefined,
    drop(id, b, o, n) {
      const hl = (b[o] & 15) << 2
      count(id, 1)
      if (id >= IP_MALFORMED && id <= IP_OPTIONS) {
        // What is malformed, in Linux's order: version and length of the header, its checksum, the length of all.
        const isSound = id !== IP_MALFORMED || (n >= 20 && b[o] >> 4 === 4 && hl >= 20)
        v[IN_OCTETS] += n
        if (isSound) v[ECN + (b[o + TOS] & 3)]++
        if (id === IP_MALFORMED && isSound && hl <= n) {
          if (sum(b, o, hl, 0) !== 0xffff) v[BAD_IP_SUM]++
          else if (get16(b, o + TOTAL) > n) v[TRUNCATED]++
        }
        // A group that was not joined is nothing to Linux, nor is what comes from outside for its loopback, or to all on the link.
        if (id === IP_NOT_OURS && b[o + DST] >> 4 !== 14 && !m.ip?.isOwn(b, o + DST)) v[ADDR_ERRORS]++
      }
      if (id === IP_NO_PROTO) kinds(b, o, IN_PROTO, -1)
      if (id === IP_NO_PORT && isGroup(b, o + DST)) v[GROUP_PORT]++
      if (id === ICMP_MALFORMED) {
        // Linux looks at the checksum first, then whether there is a header.
        if (sum(b, o, n, 0) !== 0xffff) v[BAD_ICMP_SUM]++
        kind(IN_TYPE, b[o], -1)
      }
      // A report about a segment or datagram of no socket, or about none that could be read; a type that is unknown.
      if (
        id === ICMP_UNBELIEVED
          ? n < 20 || hl < 20 || b[o + PROTO] === TCP || b[o + PROTO] === UDP
          : id === ICMP_NOBODY && b[o + hl] > KNOWN_TYPES && b[o + hl] >> 1 !== EXTENDED
      )
        v[BAD_ICMP]++
      // A header that is cut short, or longer than the segment, is no error to Linux.
      if (id === TCP_MALFORMED && n >= 20 && b[o + DATA_OFFSET] >> 4 < 5) v[BAD_OFFSETS]++
    },
    packet(id, b, o, n) {
      count(id, 1)
      if (id >= TCP_OUT) {
        // From the header of TCP on. What is sent again is told of twice: as sent, and as that.
        const flags = b[o + FLAGS]
        const isNew = id === TCP_OUT
        if (flags & FIN || n > (b[o + DATA_OFFSET] >> 4) << 2) v[DATA] += isNew ? 1 : -1
        if (isNew && flags & RST) v[OUT_RSTS]++
        if (!isNew && flags & SYN) v[flags & ACK ? SYN_ACK_AGAIN : SYN_AGAIN]++
        return
      }
      const field = get16(b, o + FIELD)
      if (id === IP_IN) {
        v[IN_OCTETS] += n
        v[ECN + (b[o + TOS] & 3)]++
        group(b, o, IN_MCAST)
        if (field & (MORE | OFFSET)) v[FRAGMENTS]++
      } else if (id === IP_DELIVERED) kinds(b, o, IN_PROTO, 1)
      else {
        v[OUT_OCTETS] += n
        group(b, o, OUT_MCAST)
        if (id !== IP_OUT) return
        if (field & OFFSET) {
          v[LATER]++
          if (!(field & MORE)) v[LAST]++
        } else {
          kinds(b, o, OUT_PROTO, 1)
          if (field & MORE) v[FIRST]++
        }
      }
    },
    count,
    state(kind, from, to) {
      if (kind !== TCP) return
      const half = from === SYN_RECEIVED
      v[CURR_ESTAB] += isOpen(to) - isOpen(from)
      if (to === SYN_SENT) v[ACTIVE_OPENS]++
      if (to === TIME_WAIT) v[TIME_WAITS]++
      if (to === SYN_RECEIVED && from === SYN_SENT) known++
      if (to <= CLOSED) {
        if (isOpen(from)) v[ESTAB_RESETS]++
        // What the application had let go of, and the peer did not close, is no time-out to Linux.
        if (to !== -ETIMEDOUT || from !== FIN_WAIT_2) count(ENDED - to, 1)
        // As Linux: what the application gives up has not failed, nor has what was half open and timed out.
        const isReset = half && (to === -ECONNREFUSED || to === -ECONNRESET)
        if (isReset && !known) v[EMBRYONIC_RSTS]++
        if (isReset || (from === SYN_SENT && to && to !== -ECONNABORTED)) v[ATTEMPT_FAILS]++
      }
      if (half) {
        if (known) known--
        else if (isOpen(to)) v[PASSIVE_OPENS]++
      }
    },
  }
  return m
}
