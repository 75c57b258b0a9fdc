import { EOPNOTSUPP, type FastOpenTcp, range, type TcpEngine, type TcpListener } from '@tiny/core'
import type { Service } from './types.js'

/**
 * Serves Fast Open on a listener: who has asked for a cookie before may send text in a SYN, which the application is
 * handed at once. A SYN that the network delivers twice may then be two connections with the same text: see the README.
 *
 * @param limit connections at a time whose SYN,ACK is not acknowledged, 8 unless given; beyond it, the handshake is plain
 * @returns 0, or -EOPNOTSUPP: tcp() was given no tfo()
 * @throws RangeError for a limit out of 1 to 65,535
 * @see RFC 7413 4.2, 5.1
 */
export function serve(t: FastOpenTcp, listener: TcpListener, limit?: number): number {
  if (!(t as FastOpenTcp & TcpEngine).fastOpen) return -EOPNOTSUPP
  const service: Service = { limit: range('tfo: pending', limit, 8, 1, 65535), pending: [] }
  listener.fastOpen = service
  return 0
}
