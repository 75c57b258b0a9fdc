// When the pool is exhausted: new data is refused; then the connection that has stood longest before a closed window goes.
import { ENOBUFS } from '@tiny/core'
import { PERSIST } from './const.js'
import { TCP_SQUEEZED } from './ids.js'
import { kill } from './output.js'
import type { Tcb, TcpEngine } from './types.js'

/** Aborts the connection that holds octets for a peer that takes none, for longest. @returns whether there was one */
export function squeeze(e: TcpEngine): boolean {
  let best: Tcb | undefined
  for (const c of e.table)
    if (c?.snd && c.timer === PERSIST && !c.sndWnd && (!best || ((c.since - best.since) | 0) < 0)) best = c
  if (!best) return false
  e.h.tell('count', TCP_SQUEEZED)
  kill(e, best, -ENOBUFS)
  return true
}
