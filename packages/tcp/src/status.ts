import { copy } from '@tiny/core'
import { unread } from './buffer.js'
import { CLOSED } from './const.js'
import type { Connection, Status, Tcb, Tcp, TcpEngine } from './types.js'

/** RFC 9293 3.9.1.5 STATUS: a copy. */
export function status(t: Tcp, connection: Connection): Status {
  const e = t as TcpEngine
  const c = connection as Tcb
  const alen = e.ip.alen
  const pair = new Uint8Array(2 * alen)
  if (c.state !== CLOSED) copy(pair, 0, e.pairs, c.at, 2 * alen)
  return {
    state: c.state,
    port: c.port,
    peerPort: c.peerPort,
    address: pair.subarray(alen),
    peer: pair.subarray(0, alen),
    sndUna: c.sndUna,
    sndNxt: c.sndNxt,
    sndWnd: c.sndWnd,
    sndWl1: c.sndWl1,
    sndWl2: c.sndWl2,
    sndUp: c.sndUp,
    iss: c.iss,
    rcvNxt: c.rcvNxt,
    rcvWnd: Math.max((c.rcvAdv - c.rcvNxt) | 0, 0),
    rcvUp: c.rcvUp,
    irs: c.irs,
    mss: c.mss,
    cwnd: c.cwnd,
    ssthresh: c.ssthresh,
    sndShift: c.sndShift,
    rcvShift: c.rcvShift,
    hasTimestamps: !!c.timestamps,
    hasSack: !!c.sack,
    hasFastOpen: !!c.fastOpen?.isAccepted,
    srtt: c.srtt >> 3,
    rttvar: c.rttvar >> 2,
    rto: c.rto,
    retransmissions: c.tries,
    unsent: (c.sndEnd - c.sndUna) | 0,
    unread: unread(c),
    tos: c.set.opt.tos ?? 0,
    userTimeout: c.set.userTimeout,
  }
}
