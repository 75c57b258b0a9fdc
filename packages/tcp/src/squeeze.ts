// When the pool is exhausted: new data is refused; then the connection that has stood longest before a closed window goes.
import { ENOBUFS } from '@tiny/core'
import { ACK, CLOSE_WAIT, ESTABLISHED, IDLE_MS, OWE_WRITABLE, PERSIST, RST } from './const.js'
import { TCP_SQUEEZED } from './ids.js'
import { sendBare } from './output.js'
import { dispose, owe } from './tcb.js'
import type { Tcb, TcpEngine } from './types.js'

/** Aborts the connection that holds octets for a peer that takes none, for longest. @returns whether there was one */
export function squeeze(e: TcpEngine): boolean {
  let best: Tcb | undefined
  for (let i = 0; i < e.limit; i++) {
    const c = e.table[i]
    if (c?.snd && c.timer === PERSIST && !c.sndWnd && (!best || ((c.since - best.since) | 0) < 0)) best = c
  }
  if (!best) return false
  sendBare(e, best, RST | ACK)
  e.h.tell('count', TCP_SQUEEZED)
  dispose(e, best, -ENOBUFS)
  return true
}

/** A write found the pool exhausted: what waits for nobody makes room, and those that wait for it are told, or looked at again. */
export function relieve(e: TcpEngine): void {
  const pool = e.h.pool
  let isVain = false
  e.isShort = false
  for (let i = 0; i < e.limit; i++) {
    const c = e.table[i]
    if (!c?.isFull || c.snd || c.isFin || (c.state !== ESTABLISHED && c.state !== CLOSE_WAIT)) continue
    // Nobody more to make room: the others wait as well.
    if (pool.used + c.set.sndSize > pool.limit && !isVain) isVain = !squeeze(e)
    if (pool.used + c.set.sndSize <= pool.limit) owe(e, c, OWE_WRITABLE)
    else {
      e.isShort = true
      e.h.wake(IDLE_MS)
    }
  }
}
