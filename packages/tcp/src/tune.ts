// RFC 9293 3.9.1, 3.8.4, 3.8.3: what an application may change about a connection.
import { EAGAIN, EINVAL, ENOTCONN, range } from '@tiny/core'
import { CLOSED, ESTABLISHED, KEEP_ALIVE, MOST_MS, NO_TIMER, OWE_ACK } from './const.js'
import { type Kept, keepAlive } from './keepalive.js'
import { growthOf } from './output.js'
import { ringSize } from './size.js'
import { owe } from './tcb.js'
import type { Connection, Settings, Tcb, Tcp, TcpEngine, Tuned } from './types.js'

/**
 * Changes settings of a connection; what is left out stays as it is.
 *
 * @returns 0; -EINVAL: a receive buffer only grows; -EAGAIN: a buffer that is in use keeps its size; -ENOTCONN. Nothing
 * was changed then
 * @throws RangeError for values out of range
 */
export function tune(t: Tcp, connection: Connection, s: Settings): number {
  const e = t as TcpEngine
  const c = connection as Tcb
  const was = c.set as Partial<Kept> & Tuned
  const tos = range('tcp: tos', s.tos, was.opt.tos ?? 0, 0, 255)
  const ttl = s.ttl ?? was.opt.ttl
  if (ttl !== undefined) range('tcp: ttl', ttl, 0, 1, 255)
  const keep = range('tcp: keepAlive', s.keepAlive, was.keepAlive ?? 0, 0, MOST_MS)
  const set: Kept = {
    noDelay: s.noDelay ?? was.noDelay,
    keepAlive: keep,
    keepInterval: range('tcp: keepInterval', s.keepInterval, was.keepInterval ?? 75000, 1, MOST_MS),
    keepCount: range('tcp: keepCount', s.keepCount, was.keepCount ?? 9, 1, 1000),
    idle: keep ? keepAlive : null,
    userTimeout: range('tcp: userTimeout', s.userTimeout, was.userTimeout, 0, MOST_MS),
    sndSize: ringSize('tcp: sendBuffer', s.sendBuffer, was.sndSize, e.most),
    rcvSize: ringSize('tcp: receiveBuffer', s.receiveBuffer, was.rcvSize, e.most),
    opt:
      s.tos === undefined && s.ttl === undefined
        ? was.opt
        : ttl === undefined
          ? { df: true, tos }
          : { df: true, tos, ttl },
  }
  if (c.state === CLOSED) return -ENOTCONN
  // A ring that holds octets keeps its size, and a window that was offered does not shrink (SHLD-14).
  if (set.rcvSize < was.rcvSize) return -EINVAL
  if ((c.snd && set.sndSize !== was.sndSize) || (c.rcv && set.rcvSize !== was.rcvSize)) return -EAGAIN
  c.set = set
  // Another interval counts from the flush, which sets it anew.
  if (c.timer === KEEP_ALIVE) c.timer = NO_TIMER
  // A larger buffer opens the window: a peer that stands before it is told.
  owe(e, c, c.state >= ESTABLISHED && growthOf(c) > 0 ? OWE_ACK : 0)
  return 0
}
