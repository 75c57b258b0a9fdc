// RFC 7413 4.2.2: the client sends its SYN.
import {
  ENOBUFS,
  EOPNOTSUPP,
  ensure,
  type FastOpenTcp,
  type Tcb,
  type TcpConnection,
  type TcpConnectOptions,
  type TcpEngine,
  type TcpHandlers,
} from '@tiny/core'
import { isOver } from './age.js'
import { serverOf } from './client.js'
import type { State, Tfo } from './types.js'

const HEADER = 20
/** CVE-2019-11479: a smaller MSS is not believed. */
const MSS_FLOOR = 48

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
  const server = x.failures && !isOver(e, x.at, f.backOff << (x.failures - 1)) ? null : x
  const state: State = {
    isAccepted: false,
    text: server && k.n ? data.length : 0,
    server,
    kind: k.kind,
    n: server ? k.n : -1,
  }
  c.fastOpen = state
  if (k.mss) c.mss = Math.min(Math.max(k.mss, MSS_FLOOR), e.ip.mss(e.pairs, c.at) - HEADER)
  if (t.write(connection, data) < data.length) {
    c.isDetached = true
    t.abort(connection)
    return -ENOBUFS
  }
  // The first onWritable is still owed.
  c.isFull = true
  return connection
}
