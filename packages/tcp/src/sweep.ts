// What is given back when its time is over: TIME-WAIT records, and buffers that nobody has used for a second.
import { free, unread } from './buffer.js'
import { IDLE_MS } from './const.js'
import { leave } from './tcb.js'
import type { TcpEngine, TimeWait } from './types.js'

/** Has sweep() look at everything in ms milliseconds, or before. @returns that time */
export function sweepIn(e: TcpEngine, ms: number): number {
  const at = e.h.wake(ms)
  if (!e.isSweepDue || ((at - e.sweepAt) | 0) < 0) e.sweepAt = at
  e.isSweepDue = true
  return at
}

/** Ends TIME-WAIT. */
export function forget(e: TcpEngine, t: TimeWait): void {
  t.isUsed = false
  e.waiting--
  leave(e, t)
}

export function sweep(e: TcpEngine): void {
  if (!e.isSweepDue || !e.h.isDue(e.sweepAt)) return
  const now = e.h.time()
  e.isSweepDue = false
  // Not more often than once a second: there may be many.
  for (let i = 0; i < e.timeWaits.length; i++) {
    const t = e.timeWaits[i]
    const left = (t.due - now) | 0
    if (!t.isUsed) continue
    if (left > 0) sweepIn(e, Math.max(left, IDLE_MS))
    else forget(e, t)
  }
  for (let i = 0; i < e.limit; i++) {
    const c = e.table[i]
    if (!c) continue
    const isSent = c.snd && ((c.sndEnd - c.sndUna) | 0) <= 0
    const isRead = c.rcv && !unread(c) && !c.ranges.length
    if (((now - c.heardAt) | 0) >= IDLE_MS) {
      if (isSent) c.snd = free(e, c.snd)
      if (isRead) c.rcv = free(e, c.rcv)
    } else if (isSent || isRead) sweepIn(e, IDLE_MS)
  }
}
