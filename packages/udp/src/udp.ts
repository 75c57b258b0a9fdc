// RFC 768; RFC 1122 4.1; RFC 6056 3.3.1 for ports.
//
// One closure: as free functions over a record, the same code has 74 octets of brotli more.
import {
  CAP_TX_SUM,
  copy,
  EADDRINUSE,
  EDESTADDRREQ,
  EMSGSIZE,
  ENETUNREACH,
  ENOBUFS,
  ENOTCONN,
  type Engine,
  errorOf,
  get16,
  HEAD,
  type Ip,
  NO_PORT,
  put16,
  put32,
  range,
  SUM_GOOD,
  type Transport,
  UDP,
} from '@tiny/core'
import { EPHEMERAL, EPHEMERAL_MASK, HEADER, IDLE, LENGTH, MARK, OPTIONS, PORT, SUM } from './const.js'
import { UDP_ERROR_FULL, UDP_FULL, UDP_LENGTH, UDP_NO_ROUTE, UDP_OUT, UDP_SUM } from './ids.js'
import type { BindOptions, Record, Socket, Udp, UdpOptions } from './types.js'

/**
 * UDP on an Ip.
 *
 * @throws RangeError for an option out of range
 * @see RFC 768, RFC 1122 4.1
 */
export function udp(ip: Ip, options?: UdpOptions): Udp {
  const h = ip.host
  const alen = ip.alen
  // Twice as many ephemeral ports as sockets: there is always one to be found.
  const limit = range('udp: sockets', options?.sockets, 16, 1, 8192)
  let sockets: Record[] = []
  const pair = new Uint8Array(2 * alen)
  // From the start of the IP header to its addresses.
  const before = alen > 4 ? 8 : 12

  function check(port: number, b: Uint8Array, o: number, n: number): void {
    // Text and arrays have no set(): they are refused, not sent as zeros. byteLength would tell as well, in 35 ns more.
    if ((port & 0xffff) !== port || n >>> 0 !== n || !b.set || !(o >= 0 && o + n <= b.length))
      throw new RangeError(`udp: port ${port}, ${n} octets at ${o} of ${b.length}`)
  }

  // Keeps n octets at o with the IP header in front for who takes them, for the flush: a datagram, or the header of ours
  // that an error is about. The peer's port stands first in what came, and second in what went out. In front of each stand
  // its length, where its UDP header is, and the error. The flush empties what it begins, so nothing wraps.
  // input path
  function keep(b: Uint8Array, o: number, n: number, peer: number, own: number, error: number): number {
    const at = error ? PORT : 0
    const start = peer - before
    const end = n + o - start
    // A socket that chooses comes before one that takes all.
    let s: Record | undefined
    for (const x of sockets)
      if (x.port === get16(b, o + PORT - at) && !s?.accept)
        if (x.accept ? x.accept(b, peer, own, get16(b, o + at)) : !s) s = x
    // RFC 1122 4.1.3.1: ip tells the sender.
    if (!s) return NO_PORT
    if (s.fill + MARK + end > s.size || !(s.inbox ??= h.pool.take(s.size))) {
      s.lost++
      return h.drop(error ? UDP_ERROR_FULL : UDP_FULL, b, o, n)
    }
    put32(s.inbox, s.fill, (end << 16) | ((o - start) << 8) | error)
    copy(s.inbox, s.fill + MARK, b, start, end)
    s.fill += MARK + end
    return 0 // eaten: told at the flush
  }

  function free(s: Record): void {
    if (s.inbox) h.pool.give(s.inbox)
    s.inbox = null
  }

  const u: Udp & Transport & Engine & { sockets: Record[] } = {
    proto: UDP,
    sockets,
    // input path
    input(b, o, n, a, flags) {
      const length = get16(b, o + LENGTH)
      // One of the two is true also when there is less than a header.
      if (length < HEADER || length > n) return h.drop(UDP_LENGTH, b, o, n)
      if (
        !(flags & SUM_GOOD) &&
        get16(b, o + SUM) &&
        h.sum(b, o, length, h.sum(b, a, 2 * alen, UDP + length)) !== 0xffff
      )
        return h.drop(UDP_SUM, b, o, n)
      return keep(b, o, length, a, a + alen, 0)
    },
    // RFC 1122 4.1.3.3: to the socket that sent it. Ports and addresses are all there is to be checked (RFC 5927).
    error: (code, _info, b, o, _n, a) => !keep(b, o, HEADER, a + alen, a, -errorOf(code)),
    // What is due is done in the flush, which comes after it.
    poll() {},
    flush() {
      for (const s of sockets) {
        while (s.next < s.fill) {
          const b = s.inbox as Uint8Array
          const start = s.next + MARK
          const a = start + before
          const o = start + b[start - 2] + HEADER
          const code = b[start - 1]
          s.next = start + get16(b, start - MARK)
          s.idleAt = h.wake(IDLE)
          if (code) s.handlers.onError?.(s, -code, b, a, get16(b, o - HEADER + PORT))
          else s.handlers.onDatagram?.(s, b, o, s.next - o, a, get16(b, o - HEADER))
        }
        s.fill = s.next = 0
        if (s.told !== s.lost) {
          s.told = s.lost
          s.handlers.onError?.(s, -ENOBUFS, pair, 0, 0)
        }
        if (s.inbox && h.isDue(s.idleAt)) free(s)
      }
    },
    used: () => sockets.length,
    bind<A>(port: number, handlers: Record['handlers'], o?: BindOptions) {
      check(port, pair, 0, 0)
      const s: Record = {
        port,
        accept: o?.accept ?? null,
        handlers,
        size: range('udp: queue', o?.queue, 2048, 64, 1e7),
        inbox: null,
        fill: 0,
        next: 0,
        idleAt: 0,
        lost: 0,
        told: 0,
        app: undefined,
      }
      if (sockets.length === limit) return -ENOBUFS
      // RFC 6056 3.3.1: from a random port on upwards, and round, to the first that is free.
      for (let r = h.env.rand(); ; r++) {
        s.port = port || EPHEMERAL | (r & EPHEMERAL_MASK)
        if (!sockets.some(x => x.port === s.port && !(port && (x.accept || s.accept)))) break
        if (port) return -EADDRINUSE
      }
      sockets.push(s)
      return s as Socket<A>
    },
    send(s: Record, b, o, n, k, a, port, opt) {
      const x = h.tx
      check(port, b, o, n)
      check(port, k, a, alen)
      if (!(s.port >= 0)) return -ENOTCONN
      // A datagram from port 0 wants no answer: who gives one is told so, not stopped.
      if (!port) return -EDESTADDRREQ
      if (n > x.length - HEAD - HEADER) return -EMSGSIZE
      copy(pair, 0, k, a, alen)
      const from = opt?.from
      if (from) copy(pair, alen, from, 0, alen)
      const error = from ? 0 : ip.source(k, a, pair, alen)
      const length = n + HEADER
      put32(x, HEAD, (s.port << 16) | port)
      put32(x, HEAD + LENGTH, length << 16)
      copy(x, HEAD + HEADER, b, o, n)
      // Of what goes out in fragments no device can make the checksum. One that comes out as 0 is sent as its other form.
      if (!(ip.caps & CAP_TX_SUM && length + OPTIONS <= ip.mss(pair, 0)))
        put16(x, HEAD + SUM, h.sum(x, HEAD, length, h.sum(pair, 0, 2 * alen, UDP + length)) ^ 0xffff || 0xffff)
      const refused = error || ip.send(UDP, length, pair, 0, opt ?? null)
      if (!refused || refused === -ENETUNREACH) h.tell('count', refused ? UDP_NO_ROUTE : UDP_OUT)
      return refused || n
    },
    close(s: Record) {
      free(s)
      // Another list: the flush that called us may still be going through this one.
      u.sockets = sockets = sockets.filter(other => other !== s)
      s.port = -1
      s.fill = 0
      s.told = s.lost
    },
  }
  h.add(u)
  ip.add(u)
  return u
}
