// RFC 7413 4.1.3, 4.2: what a client knows of servers.
import { copy, isSame, type Tcb, type TcpEngine } from '@tiny/core'
import { TFO_ACTIVE, TFO_FAILED, TFO_FORGOTTEN } from './ids.js'
import { EXPERIMENT, FAST_OPEN, find, headOf } from './option.js'
import type { Cookie, Server, State, Tfo } from './types.js'

/** What is known of the server of a connection. The one used longest ago makes room. */
export function serverOf(e: TcpEngine, f: Tfo, c: Tcb): Server {
  const n = 2 * e.ip.alen
  const list = f.servers
  let cookie: Cookie | undefined
  for (let i = 0; i < list.length; i++) {
    const x = list[i]
    if (!isSame(x.pair, 0, e.pairs, c.at, n)) continue
    // Cookies are an address's, failures a port's.
    cookie = x.cookie
    if (x.port === c.peerPort) {
      list.splice(i, 1)
      list.unshift(x)
      return x
    }
  }
  list.unshift({
    pair: new Uint8Array(e.pairs.subarray(c.at, c.at + n)),
    port: c.peerPort,
    cookie: cookie ?? { b: new Uint8Array(16), n: 0, kind: FAST_OPEN, at: 0, mss: 0 },
    failures: 0,
    at: 0,
  })
  if (list.length > f.limit) {
    list.pop()
    e.h.tell('count', TFO_FORGOTTEN, 1)
  }
  return list[0]
}

/** RFC 7413 4.1.3.1: a server, or the way to it, has not taken Fast Open. */
export function failed(e: TcpEngine, x: Server): void {
  if (x.failures < 7) x.failures++
  x.at = e.h.time()
  e.h.tell('count', TFO_FAILED, 1)
}

/** The SYN,ACK is at hand. */
export function answered(e: TcpEngine, c: Tcb, state: State, x: Server): void {
  const s = e.seg
  const k = x.cookie
  const p = find(e)
  const o = p && p + headOf(s.b[p])
  const n = p && p + s.b[p + 1] - o
  k.mss = c.peerMss
  if (n) {
    copy(k.b, 0, s.b, o, n)
    k.n = n
    k.kind = s.b[p]
    k.at = e.h.time()
  }
  state.isAccepted = ((s.ack - c.iss) | 0) > 1
  if (state.isAccepted) e.h.tell('count', TFO_ACTIVE, 1)
  if (n || state.isAccepted) x.failures = 0
  else if (!c.tries) {
    // Who does not know the one option may know the other.
    if (!k.n) k.kind ^= FAST_OPEN ^ EXPERIMENT
    failed(e, x)
  }
}
