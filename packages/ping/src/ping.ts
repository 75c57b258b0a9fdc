// RFC 792 echo, RFC 1122 3.2.2.6; RFC 5927 for what must be ours in an error.
import {
  copy,
  EATEN,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  ENOBUFS,
  ENOTCONN,
  type Engine,
  ETIMEDOUT,
  errorOf,
  get16,
  HEAD,
  ICMP,
  type Ip,
  isSame,
  NO_PROTO,
  put16,
  putSum,
  range,
  type Transport,
} from '@tiny/core'
import { ECHO, ECHO_REPLY, HEADER, ID, LEAST, SEQ, SUM } from './const.js'
import { PING_DATA, PING_NO_ROUTE } from './ids.js'
import type { Ping, PingOptions, Record, Request, Socket } from './types.js'

/**
 * Ping sockets on an Ip.
 *
 * @throws RangeError for an option out of range
 * @see RFC 792
 */
export function ping(ip: Ip, options?: PingOptions): Ping {
  const h = ip.host
  const alen = ip.alen
  const limit = range('ping: sockets', options?.sockets, 4, 1, 1024)
  let sockets: Record[] = []
  const requests: Request[] = []
  // The one that an error has just been taken for: who reported it stands in the message, which comes next.
  let failed: Request | null = null

  // Replies are told by microseconds; a clock of milliseconds makes do.
  const micros = (): number => (h.env.micros ? h.env.micros() : h.time() * 1000)
  const octet = (r: Request, i: number): number => (r.tag >> (8 * (i & 3))) & 0xff

  // The request on its way to b[peer] whose header, or that of its reply, is at o.
  function find(b: Uint8Array, o: number, peer: number): Request | undefined {
    for (const r of requests) {
      if (r.s?.id === get16(b, o + ID) && r.seq === get16(b, o + SEQ) && !r.code && isSame(pairs, r.at, b, peer, alen))
        return r
    }
    return undefined
  }

  const u: Ping & Transport & Engine = {
    proto: ICMP,
    // input path
    input(b, o, n, a) {
      if (failed) copy(pairs, failed.at + alen, b, a, alen)
      failed = null
      const r = b[o] === ECHO_REPLY && n >= HEADER && find(b, o, a)
      if (!r) return NO_PROTO // eaten: ip counts what nobody takes
      n -= HEADER
      let isOurs = n === r.size || (n < r.size && n >= LEAST)
      for (let i = 0; i < n; i++) if (b[o + HEADER + i] !== octet(r, i)) isOurs = false
      if (!isOurs) return h.drop(PING_DATA, b, o, n + HEADER)
      r.time = (micros() - r.time) | 0
      r.size = n
      r.code = 1
      return EATEN
    },
    error(code, _info, b, o, _n, a) {
      const r = b[o] === ECHO && find(b, o, a + alen)
      if (!r) return false
      r.code = errorOf(code)
      r.icmp = code
      failed = r
      return true
    },
    poll() {
      for (const r of requests) {
        if (r.s && !r.code && h.isDue(r.due)) {
          r.code = -ETIMEDOUT
          r.icmp = 0
        }
      }
    },
    flush() {
      failed = null
      for (const r of requests) {
        const s = r.s
        if (s && r.code) {
          r.s = null
          if (r.code > 0) s.handlers.onReply?.(s, r.seq, r.time / 1000, r.size)
          else s.handlers.onError?.(s, r.seq, r.code, r.icmp, pairs, r.at + alen)
        }
      }
    },
    used: () => sockets.length + requests.filter(r => r.s).length,
    open<A>(handlers: Record['handlers']) {
      let id = h.env.rand() & 0xffff
      if (sockets.length === limit) return -ENOBUFS
      while (sockets.some(s => s.id === id)) id = (id + 1) & 0xffff
      const s: Record = { id, seq: 0, handlers, app: undefined }
      sockets.push(s)
      return s as Socket<A>
    },
    send(s: Record, k, a, opt) {
      const x = h.tx
      const size = range('ping: size', opt?.size, 56, 0, 65507)
      const timeout = range('ping: timeout', opt?.timeout, 1000, 1, 2147483)
      range('ping: address at', a, 0, 0, k.byteLength - alen)
      if (!(s.id >= 0)) return -ENOTCONN
      if (size > x.length - HEAD - HEADER) return -EMSGSIZE
      if (ip.isGroup(k, a)) return -EINVAL
      let i = 0
      while (i < requests.length && requests[i].s) i++
      const r = requests[i]
      if (!r) return -ENOBUFS
      copy(pairs, r.at, k, a, alen)
      const error = ip.source(pairs, r.at, pairs, r.at + alen)
      if (error) {
        if (error === -ENETUNREACH) h.tell('count', PING_NO_ROUTE)
        return error
      }
      r.tag = h.env.rand()
      put16(x, HEAD, ECHO << 8)
      put16(x, HEAD + ID, s.id)
      put16(x, HEAD + SEQ, s.seq)
      for (i = 0; i < size; i++) x[HEAD + HEADER + i] = octet(r, i)
      putSum(h.sum, x, HEAD, HEADER + size, HEAD + SUM, 0)
      r.time = micros()
      const refused = ip.send(ICMP, HEADER + size, pairs, r.at, opt ?? null)
      // Also of one that was refused: the time that has been read is not to be that of the next.
      r.due = h.wake(timeout)
      if (refused) return refused
      r.s = s
      r.seq = s.seq
      r.size = size
      r.code = 0
      s.seq = (s.seq + 1) & 0xffff
      return r.seq
    },
    close(s: Record) {
      // open() may have answered an error: that is none.
      range('ping: socket', s?.id, NaN, -1, 65535)
      s.id = -1
      sockets = sockets.filter(other => other !== s)
      for (const r of requests) if (r.s === s) r.s = null
    },
  }
  const k = range('ping: requests', options?.requests, 16, 1, 1024)
  for (let i = 0; i < k; i++)
    requests.push({ s: null, at: 2 * alen * i, seq: 0, tag: 0, size: 0, time: 0, due: 0, code: 0, icmp: 0 })
  const pairs = new Uint8Array(2 * alen * k)
  h.add(u)
  ip.add(u)
  return u
}
