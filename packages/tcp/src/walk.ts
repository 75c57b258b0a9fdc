// What is looked at for every connection, from time to time: its path, its timer, what waits for the pool, what is given back.
import { EADDRNOTAVAIL } from '@tiny/core'
import { free, unread } from './buffer.js'
import { IDLE_MS, OWE_WRITABLE, SYN_RECEIVED } from './const.js'
import { setMss } from './mss.js'
import { squeeze } from './squeeze.js'
import { dispose, owe, walkIn } from './tcb.js'
import { fire, goBack } from './timer.js'
import { forget } from './timewait.js'
import type { Tcb, TcpEngine } from './types.js'

/** An address, a route or a path MTU has changed: RFC 1191, and 3.9.2 for an address that is gone. */
function pathChanged(e: TcpEngine, c: Tcb): void {
  if (!e.ip.isOwn(e.pairs, c.at + e.ip.alen)) {
    dispose(e, c, -EADDRNOTAVAIL)
    return
  }
  const mss = c.mss
  setMss(e, c)
  // What was too big for the path is sent again at once; it is no sign of congestion (RFC 1191 6.4).
  if (c.mss < mss && c.sndNxt !== c.sndUna && c.state > SYN_RECEIVED) {
    if (c.isRecovering) c.cwnd = c.ssthresh
    goBack(e, c)
  }
}

/** Buffers that have been empty for a second go back to the pool. */
function giveBack(e: TcpEngine, c: Tcb): void {
  const isSent = c.snd && ((c.sndEnd - c.sndUna) | 0) <= 0
  const isRead = c.rcv && !unread(c) && !c.ranges.length
  if (((e.h.time() - c.heardAt) | 0) >= IDLE_MS) {
    if (isSent) c.snd = free(e, c.snd)
    if (isRead) c.rcv = free(e, c.rcv)
  } else if (isSent || isRead) walkIn(e, IDLE_MS)
}

/** Looks at everything: when something is due, after a change of addresses or paths, and each turn while a writer waits for the pool. */
export function walk(e: TcpEngine): void {
  const isElsewhere = e.epoch !== e.ip.epoch
  const pool = e.h.pool
  let isVain = false
  if (!isElsewhere && !e.isShort && !(e.isDue && e.h.isDue(e.due))) return
  e.epoch = e.ip.epoch
  e.isDue = e.isShort = false
  for (const t of e.timeWaits) {
    const left = (t.due - e.h.time()) | 0
    if (!t.isUsed) continue
    // Not more often than once a second: there may be many.
    if (left > 0) walkIn(e, Math.max(left, IDLE_MS))
    else forget(e, t)
  }
  for (const c of e.table) {
    if (!c) continue
    if (isElsewhere) pathChanged(e, c)
    if (!e.timers) fire(e, c)
    // A write found the pool exhausted: what waits for nobody makes room, and who waits is told, or looked at again.
    if (c.isFull && !c.snd && !c.isFin && c.state > SYN_RECEIVED) {
      // Nobody more to make room: the others wait as well.
      if (pool.used + c.set.sndSize > pool.limit && !isVain) isVain = !squeeze(e)
      if (pool.used + c.set.sndSize <= pool.limit) owe(e, c, OWE_WRITABLE)
      else {
        e.isShort = true
        e.h.wake(IDLE_MS)
      }
    }
    giveBack(e, c)
  }
}
