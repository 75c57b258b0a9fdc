// RFC 9293 3.10.7.2: LISTEN.
import { copy, isSame } from '@tiny/core'
import { isn } from './choose.js'
import { ACK, OWE_WRITABLE, RST, SYN, SYN_RECEIVED } from './const.js'
import { TCP_ACK, TCP_BACKLOG, TCP_FULL, TCP_NO_ACK, TCP_RESET } from './ids.js'
import { setPeer } from './input.js'
import { create, dispose, owe, place, setState } from './tcb.js'
import { text } from './text.js'
import type { Listener, Tcb, TcpEngine, TimeWait } from './types.js'
import { reset } from './wire.js'

/** The listener for what came to b[a + alen]: one on that address, else one on all. */
export function listenerOf(e: TcpEngine, b: Uint8Array, a: number, port: number): Listener | undefined {
  let best: Listener | undefined
  for (const l of e.listeners)
    if (l.port === port && (l.address ? isSame(l.address, 0, b, a + e.ip.alen, e.ip.alen) : !best)) best = l
  return best
}

/** The oldest half-open connection of all listeners. */
function oldestHalf(e: TcpEngine): Tcb | undefined {
  let best: Tcb | undefined
  for (const l of e.listeners) {
    const c = l.half[0] as Tcb | undefined
    if (c && (!best || ((c.heardAt - best.heardAt) | 0) < 0)) best = c
  }
  return best
}

// input path
export function arriveInListen(
  e: TcpEngine,
  l: Listener,
  b: Uint8Array,
  o: number,
  n: number,
  t: TimeWait | null,
): number {
  const s = e.seg
  const h = e.h
  // First, RST; second, ACK; third, SYN.
  if (s.flags & RST) return h.drop(TCP_RESET, b, o, n)
  if (s.flags & ACK) {
    reset(e)
    return h.drop(TCP_ACK, b, o, n)
  }
  if (!(s.flags & SYN)) return h.drop(TCP_NO_ACK, b, o, n)
  // A flood of SYNs is bounded: the oldest half-open one makes room.
  const isOver = l.half.length >= l.backlog
  if (isOver || e.open === e.limit) {
    const old = isOver ? (l.half[0] as Tcb) : oldestHalf(e)
    if (!old) return h.drop(TCP_FULL, b, o, n)
    h.tell('count', TCP_BACKLOG)
    dispose(e, old, 0)
  }
  const at = place(e)
  copy(e.pairs, at, e.pairs, e.spare, e.stride)
  let iss = isn(e, at)
  // MAY-2: beyond all that a connection which was in TIME-WAIT has sent.
  if (t && ((t.sndNxt - iss) | 0) > 0) iss = (t.sndNxt + 0xffff) | 0
  const c = create(e, at, l.handlers, iss)
  c.listener = l
  c.isPassive = true
  setPeer(e, c)
  setState(e, c, SYN_RECEIVED)
  if (!c.listener) {
    // RFC 7413 4.2.2: the slot fastOpen has accepted it, the application has it from here on.
    owe(e, c, OWE_WRITABLE)
    return text(e, c, b, o, n)
  }
  l.half.push(c)
  owe(e, c, 0)
  return 0 // eaten: half open; text that came with the SYN comes again
}
