import { ENOTCONN, EPIPE } from '@tiny/core'
import { CLOSED } from './const.js'
import { owe } from './tcb.js'
import type { Connection, Tcb, Tcp, TcpEngine } from './types.js'

/** All that was written so far is urgent: RFC 9293 3.8.5. @returns 0, -EPIPE, -ENOTCONN */
export function urgent(t: Tcp, connection: Connection): number {
  const e = t as TcpEngine
  const c = connection as Tcb
  if (c.state === CLOSED) return -ENOTCONN
  if (c.isFin) return -EPIPE
  // MUST-62: the first octet that is not urgent.
  c.sndUp = c.sndEnd
  owe(e, c, 0)
  return 0
}
