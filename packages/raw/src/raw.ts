// Raw sockets: what RFC 1122 3.4 offers to a transport, handed to the application.
import {
  COPIED,
  copy,
  EMSGSIZE,
  ENOBUFS,
  ENOTCONN,
  EOPNOTSUPP,
  EPROTONOSUPPORT,
  errorOf,
  HEAD,
  type Ip,
  isSame,
  NO_PROTO,
  type PacketInfo,
  range,
} from '@tiny/core'
import { QUOTED, TYPE_IPV4 } from './const.js'
import { RAW_FULL } from './ids.js'
import { check, inbox, keep, table } from './sockets.js'
import type { OpenOptions, Raw, RawOptions, RawRecord, Socket, Whole, WholeOptions, WholeRaw } from './types.js'

/**
 * Raw sockets on an Ip. Each gets a copy of every datagram of its protocol, after the checks and the reassembly of ip
 * and beside whoever else takes it.
 *
 * @throws RangeError for an option out of range
 */
export function raw<I extends Ip>(ip: I, options: WholeOptions<I>): WholeRaw
export function raw(ip: Ip, options?: RawOptions): Raw
export function raw(ip: Ip, options?: RawOptions & { whole?: Whole<never> }): WholeRaw {
  const h = ip.host
  const alen = ip.alen
  // From the start of the IP header to its addresses, and from the protocol to them.
  const before = alen > 4 ? 8 : 12
  const back = alen > 4 ? 2 : 3
  const pair = new Uint8Array(2 * alen)
  const info: PacketInfo = { network: 0, link: undefined, protocol: TYPE_IPV4, kind: 0, ifindex: 1, vlan: undefined }
  const t = table<RawRecord>(
    h,
    range('raw: sockets', options?.sockets, 8, 1, 1024),
    // The pair is there whatever a filter keeps.
    before + 2 * alen,
    (s, b, o, n, _length, icmp) => {
      const a = o + before
      if (icmp) s.handlers.onError?.(s, errorOf(icmp), icmp, b, a + alen)
      else s.handlers.onDatagram?.(s, b, o, n, a)
    },
    s => s.handlers.onError?.(s, -ENOBUFS, 0, pair, 0),
  )

  ip.add({
    proto: 0,
    // input path
    input(b, o, n, a, flags) {
      let answer = NO_PROTO
      info.kind = flags & 3
      for (const s of t.sockets) {
        if ((s.proto && s.proto !== b[a - back]) || (s.accept && !s.accept(b, o, n, a))) continue
        answer = COPIED
        keep(h, s, RAW_FULL, b, a - before, o + n - a + before, before + 2 * alen, 0, 0, info)
      }
      return answer
    },
    // RFC 5927: the pair and eight octets of what a socket sent last are all that can be checked.
    error(code, _info, b, o, _n, a) {
      let isOurs = false
      for (const s of t.sockets) {
        if (s.proto === b[a - back] && isSame(s.last, 0, b, a, 2 * alen) && isSame(s.last, 2 * alen, b, o, QUOTED)) {
          isOurs = true
          keep(h, s, RAW_FULL, b, a - before, before + 2 * alen, 0, code, 0, null)
        }
      }
      return isOurs
    },
  })

  const u: WholeRaw & { sockets: RawRecord[] } = {
    open<A>(proto: number, handlers: RawRecord['handlers'], o?: OpenOptions) {
      const s: RawRecord = inbox(proto, 255, handlers, o?.queue, 4096, 2 * alen + QUOTED)
      s.accept = o?.accept ?? null
      return t.put(s) as Socket<A> | number
    },
    send(s: RawRecord, b, o, n, k, a, opt) {
      const x = h.tx
      check(b, o, n)
      check(k, a, alen)
      // What open() refused with is no socket either.
      if (!(s.proto >= 0)) return -ENOTCONN
      if (!s.proto) return -EPROTONOSUPPORT
      if (n > x.length - HEAD) return -EMSGSIZE
      copy(pair, 0, k, a, alen)
      const from = opt?.from
      if (from) copy(pair, alen, from, 0, alen)
      const error = from ? 0 : ip.source(k, a, pair, alen)
      if (error) return error
      copy(x, HEAD, b, o, n)
      copy(s.last, 0, pair, alen, alen)
      copy(s.last, alen, pair, 0, alen)
      copy(s.last, 2 * alen, x, HEAD, QUOTED)
      return ip.send(s.proto, n, pair, 0, opt ?? null) || n
    },
    sendWhole(s, b, o, n) {
      check(b, o, n)
      if (!(s.proto >= 0)) return -ENOTCONN
      return options?.whole ? options.whole(ip as never, b, o, n) || n : -EOPNOTSUPP
    },
    close(s: RawRecord) {
      t.close(s)
      u.sockets = t.sockets
    },
    sockets: t.sockets,
    used: t.used,
  }
  return u
}
