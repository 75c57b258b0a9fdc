// RFC 7413 4.1.3, 4.2: what a client knows of servers.
import {
  copy,
  ENOBUFS,
  EOPNOTSUPP,
  ensure,
  type FastOpenTcp,
  isSame,
  type Tcb,
  type TcpConnection,
  type TcpConnectOptions,
  type TcpEngine,
  type TcpHandlers,
} from '@tiny/core'
import { isOver } from './age.js'
import { EXPERIMENT, FAST_OPEN, HEADER, MSS_FLOOR } from './const.js'
import { TFO_ACTIVE, TFO_FAILED, TFO_FORGOTTEN } from './ids.js'
import { find } from './option.js'
import type { Cookie, Server, State, Tfo } from './types.js'

/** What is known of the server of a connection. The one used longest ago makes room. */
export function serverOf(e: TcpEngine, f: Tfo, c: Tcb): Server {
  const n = 2 * e.ip.alen
  const list = f.servers
  let x: Server | undefined
  let cookie: Cookie | undefined
  for (const y of list)
    if (isSame(y.pair, 0, e.pairs, c.at, n)) {
      // Cookies are an address's, failures a port's.
      cookie = y.cookie
      if (y.port === c.peerPort) x = y
    }
  if (x) list.splice(list.indexOf(x), 1)
  else
    x = {
      pair: new Uint8Array(e.pairs.subarray(c.at, c.at + n)),
      port: c.peerPort,
      cookie: cookie ?? { b: new Uint8Array(16), n: 0, kind: FAST_OPEN, at: 0, mss: 0 },
      failures: 0,
      at: 0,
    }
  list.unshift(x)
  if (list.length > f.limit) {
    list.pop()
    e.h.tell('count', TFO_FORGOTTEN)
  }
  return x
}

/** RFC 7413 4.1.3.1: a server, or the way to it, has not taken Fast Open. */
export function failed(e: TcpEngine, x: Server): void {
  if (x.failures < 7) x.failures++
  x.at = e.h.time()
  e.h.tell('count', TFO_FAILED)
}

/** The SYN,ACK is at hand. */
export function answered(e: TcpEngine, c: Tcb, f: Tfo, state: State, x: Server): void {
  const s = e.seg
  const k = x.cookie
  k.mss = c.peerMss
  const n = find(e, f)
  if (n > 0) {
    copy(k.b, 0, s.b, f.at, n)
    k.n = n
    k.kind = f.kind
    k.at = e.h.time()
  }
  state.isAccepted = ((s.ack - c.iss) | 0) > 1
  if (state.isAccepted) e.h.tell('count', TFO_ACTIVE)
  if (n > 0 || state.isAccepted) x.failures = 0
  else if (!c.tries) {
    // Who does not know the one option may know the other.
    if (!k.n) k.kind ^= FAST_OPEN ^ EXPERIMENT
    failed(e, x)
  }
}

/**
 * Opens a connection and sends data with its SYN, as much of it as fits, if the server has given a cookie before; the
 * rest, or all of it, as soon as the connection stands. With a cookie the server's application may read the data before
 * the handshake is over, and may be handed it twice: see the README.
 *
 * @param data is copied, all of it
 * @returns as Tcp.connect; -ENOBUFS also for data that does not fit the send buffer or the pool; -EOPNOTSUPP: tcp() was
 * given no tfo()
 * @throws RangeError for no data, and as Tcp.connect
 * @see RFC 7413 4.2
 */
export function connect<A = unknown>(
  t: FastOpenTcp,
  address: Uint8Array,
  port: number,
  handlers: TcpHandlers<A>,
  data: Uint8Array,
  options?: TcpConnectOptions,
): TcpConnection<A> | number {
  const e = t as FastOpenTcp & TcpEngine
  const f = e.fastOpen as Tfo | undefined
  if (!f) return -EOPNOTSUPP
  ensure(data.length > 0, 'tfo: no data')
  const connection = t.connect(address, port, handlers, options)
  if (typeof connection === 'number') return connection
  const c = connection as unknown as Tcb
  const x = serverOf(e, f, c)
  const k = x.cookie
  if (isOver(e, k.at, f.cookieAge)) k.n = 0
  const isPlain = x.failures && !isOver(e, x.at, f.backOff << (x.failures - 1))
  const n = isPlain ? -1 : k.n
  const state: State = {
    isAccepted: false,
    text: n > 0 ? data.length : 0,
    server: isPlain ? null : x,
    kind: k.kind,
    n,
  }
  c.fastOpen = state
  if (k.mss) c.mss = Math.min(Math.max(k.mss, MSS_FLOOR), e.ip.mss(e.pairs, c.at) - HEADER)
  if (t.write(connection, data) < data.length) {
    c.handlers = e.nobody
    t.abort(connection)
    return -ENOBUFS
  }
  // The first onWritable is still owed.
  c.isFull = true
  return connection
}
