// RFC 9293 3.8.4: keep-alives, of which only a firmware that can ask for them pays.
import { ETIMEDOUT } from '@tiny/core'
import { ACK, FIN_WAIT_2, KEEP_ALIVE } from './const.js'
import { TCP_KEEP_ALIVE } from './ids.js'
import { kill, sendSegment } from './output.js'
import { arm } from './tcb.js'
import type { Tcb, TcpEngine, Tuned } from './types.js'

/** Settings of a connection that is kept alive, or once was: how long in milliseconds, and how often. */
export interface Kept extends Tuned {
  readonly keepAlive: number
  readonly keepInterval: number
  readonly keepCount: number
}

/** Nothing is in flight and nothing waits to be sent; or it has been so since the timer was set. */
export function keepAlive(e: TcpEngine, c: Tcb): void {
  const set = c.set as Kept
  const silent = (e.h.time() - c.heardAt) | 0
  if (c.timer !== KEEP_ALIVE) {
    if (c.state <= FIN_WAIT_2) arm(e, c, KEEP_ALIVE, set.keepAlive)
  } else if (silent < set.keepAlive) {
    c.tries = 0
    arm(e, c, KEEP_ALIVE, set.keepAlive - silent)
  } else if (c.tries >= set.keepCount) kill(e, c, -ETIMEDOUT)
  else {
    // No data, a number that has been acknowledged.
    c.tries++
    e.h.tell('count', TCP_KEEP_ALIVE)
    sendSegment(e, c, (c.sndUna - 1) | 0, 0, ACK)
    arm(e, c, KEEP_ALIVE, set.keepInterval)
  }
}
