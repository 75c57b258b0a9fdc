// RFC 7413 4.2.2: the server.
import { isSame, type Tcb, type TcpEngine } from '@tiny/core'
import { isOver } from './age.js'
import { COOKIE, putCookie, setKey } from './cookie.js'
import { TFO_COOKIE, TFO_PASSIVE, TFO_PENDING } from './ids.js'
import { find, headOf } from './option.js'
import type { Service, State, Tfo } from './types.js'

/** RFC 7413 5.1: what was reset is counted for so long. */
const LINGER_MS = 60000

/** The SYN of a new connection is at hand. */
export function asked(e: TcpEngine, c: Tcb, f: Tfo, x: Service): void {
  const b = e.seg.b
  const p = find(e)
  if (!p) return
  if (!f.keys.length || (f.keyAge && isOver(e, f.keyAt, f.keyAge))) setKey(f, e, undefined)
  const o = p + headOf(b[p])
  const n = p + b[p + 1] - o
  let match = -1
  for (let i = f.keys.length - 1; i >= 0; i--) {
    putCookie(e, c, f.keys[i], f.scratch, 0)
    if (n === COOKIE && isSame(f.scratch, 0, b, o, COOKIE)) match = i
  }
  // PendingFastOpenRequests: what was acknowledged is none of them; what has ended without it is, for a while.
  for (let i = x.pending.length - 1; i >= 0; i--) {
    const old = x.pending[i]
    if (old.sndUna !== old.iss || (!old.state && isOver(e, old.heardAt, LINGER_MS))) x.pending.splice(i, 1)
  }
  const isAccepted = match >= 0 && x.pending.length < x.limit
  if (isAccepted) x.pending.push(c)
  if (n) e.h.tell('count', isAccepted ? TFO_PASSIVE : match < 0 ? TFO_COOKIE : TFO_PENDING, 1)
  // Who asks for a cookie, or comes with one that is not of the key in use, is given one.
  const state: State = { isAccepted, text: 0, server: null, kind: b[p], n: match ? COOKIE : -1 }
  c.fastOpen = state
}
