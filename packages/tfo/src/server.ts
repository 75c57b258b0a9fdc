// RFC 7413 4.2.2: the server.
import { EOPNOTSUPP, type FastOpenTcp, isSame, range, type Tcb, type TcpEngine, type TcpListener } from '@tiny/core'
import { isOver } from './age.js'
import { COOKIE, FIN, LINGER_MS } from './const.js'
import { putCookie, setKey } from './cookie.js'
import { TFO_ASKED, TFO_COOKIE, TFO_OLD_KEY, TFO_PASSIVE, TFO_PENDING } from './ids.js'
import { find } from './option.js'
import type { Service, State, Tfo } from './types.js'

/** The SYN of a new connection is at hand. */
// input path
function asked(e: TcpEngine, c: Tcb, f: Tfo, x: Service): void {
  const n = find(e, f)
  if (n < 0) return // eaten: a plain handshake
  // A drawn key is good for twice its time at most, also when nobody asked in between.
  if (f.keyAge && isOver(e, f.keyAt, 2 * f.keyAge)) f.keys.length = 0
  if (!f.keys.length || (f.keyAge && isOver(e, f.keyAt, f.keyAge))) setKey(f, e, undefined)
  let match = -1
  for (let i = f.keys.length - 1; i >= 0; i--) {
    putCookie(e, c, f.keys[i], e.scratch, 0)
    if (n === COOKIE && isSame(e.scratch, 0, e.seg.b, f.at, COOKIE)) match = i
  }
  // PendingFastOpenRequests: what was acknowledged is none of them; what has ended without it is, for a while.
  x.pending = x.pending.filter(old => old.sndUna === old.iss && (old.state || !isOver(e, old.heardAt, LINGER_MS)))
  const isAccepted = match >= 0 && x.pending.length < x.limit
  if (isAccepted) {
    x.pending.push(c)
    if (match) e.h.tell('count', TFO_OLD_KEY)
    // The application is told of it at once. A FIN comes again, after the handshake.
    c.listener = null
    e.seg.flags &= ~FIN
  }
  e.h.tell('count', !n ? TFO_ASKED : isAccepted ? TFO_PASSIVE : match < 0 ? TFO_COOKIE : TFO_PENDING)
  // Who asks for a cookie, or comes with one that is not of the key in use, is given one.
  const state: State = { isAccepted, text: 0, server: null, kind: f.kind, n: match ? COOKIE : -1 }
  c.fastOpen = state
}

/**
 * Serves Fast Open on a listener: who has asked for a cookie before may send text in a SYN, which the application is
 * handed at once. A SYN that the network delivers twice may then be two connections with the same text: see the README.
 *
 * @param limit connections at a time whose SYN,ACK is not acknowledged, 8 unless given; beyond it, the handshake is plain
 * @returns 0, or -EOPNOTSUPP: tcp() was given no tfo()
 * @throws RangeError for a limit out of 1 to 65,535
 * @see RFC 7413 4.2, 5.1
 */
export function serve(t: FastOpenTcp, listener: TcpListener, limit?: number): number {
  if (!(t as FastOpenTcp & TcpEngine).fastOpen) return -EOPNOTSUPP
  // What is pending stays so when the limit changes.
  const pending = (listener.fastOpen as Service | null)?.pending ?? []
  const service: Service = { limit: range('tfo: pending', limit, 8, 1, 65535), pending, asked }
  listener.fastOpen = service
  return 0
}
