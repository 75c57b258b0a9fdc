// When the pool is exhausted: new data is refused; then the connection that has stood longest before a closed window goes.
import { ENOBUFS } from '@tiny/core'
import { ACK, PERSIST, RST } from './const.js'
import { TCP_SQUEEZED } from './ids.js'
import { sendSegment } from './output.js'
import { dispose } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'

/** Aborts the connection that holds octets for a peer that takes none, for longest. @returns whether there was one */
export function squeeze(e: TcpEngine): boolean {
  let best: Tcb | undefined
  for (let i = 0; i < e.limit; i++) {
    const c = e.table[i]
    if (c?.snd && c.timer === PERSIST && !c.sndWnd && (!best || ((c.since - best.since) | 0) < 0)) best = c
  }
  if (!best) return false
  sendSegment(e, best, best.sndNxt, 0, RST | ACK)
  e.h.tell('count', TCP_SQUEEZED, 1)
  dispose(e, best, -ENOBUFS)
  return true
}
