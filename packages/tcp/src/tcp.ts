// RFC 9293: TCP on an Ip.
import { type Ip, range, TCP } from '@tiny/core'
import { isFinAcked } from './ack.js'
import { isEnded, unread } from './buffer.js'
import {
  ACK,
  CLOSED,
  LAST_ACK,
  MARKED,
  OWE_CALLS,
  OWE_END,
  OWE_ERROR,
  OWE_READABLE,
  OWE_URGENT,
  OWE_WRITABLE,
  TIME_WAIT_MS,
} from './const.js'
import { error } from './error.js'
import { input } from './input.js'
import { output, sendBare } from './output.js'
import { ringSize } from './size.js'
import { dispose, isDetached } from './tcb.js'
import { fire } from './timer.js'
import { enterTimeWait } from './timewait.js'
import type { FastOpenSlot, FastOpenTcp, Tcb, Tcp, TcpEngine, TcpOption, TcpOptions } from './types.js'
import { abort, close, connect, listen, read, release, write } from './user.js'
import { walk } from './walk.js'

/** Calls back what is owed, in order, each mark cleared before: what throws loses nothing. */
function callBack(c: Tcb): void {
  for (let owed = c.owed & OWE_CALLS; owed; owed = c.owed & OWE_CALLS) {
    // Also those that have taken their place meanwhile.
    const h = c.handlers
    const first = owed & -owed
    c.owed &= ~first
    if (first === OWE_WRITABLE) {
      c.isFull = false
      if (!c.isFin) h.onWritable?.(c, c.set.sndSize - ((c.sndEnd - c.sndUna) | 0))
    } else if (first === OWE_URGENT) h.onUrgent?.(c, (c.rcvUp - c.rcvRead) | 0)
    else if (first === OWE_READABLE) {
      const n = unread(c)
      if (n > 0) h.onReadable?.(c, n)
    } else if (first === OWE_END) h.onEnd?.(c)
    else if (first === OWE_ERROR) h.onError?.(c, c.code)
    else h.onClose?.(c, c.code)
  }
}

function flush(e: TcpEngine): void {
  while (e.head < e.tail) {
    const c = e.marked[e.head]
    callBack(c)
    // From here on what is owed anew comes behind.
    e.head++
    c.owed &= ~MARKED
    if (c.state !== CLOSED) {
      // RFC 5681 4.2: what came out of order is answered one by one, by ACKs that carry nothing.
      if (c.dupOwed > 1) for (let n = (c.dupOwed + 1) >> 1; n--; ) sendBare(e, c, ACK)
      c.dupOwed = 0
      output(e, c)
      // Both sides have ended. What has been received is kept until it is read.
      if (isEnded(c) && isFinAcked(c) && (isDetached(e, c) || !unread(c))) {
        if (c.state === LAST_ACK) dispose(e, c, 0)
        else enterTimeWait(e, c)
      }
    }
  }
  e.head = e.tail = 0
}

/**
 * TCP on an Ip. One of it: it resets what it has no connection for (RFC 9293 3.10.7.1), so that two would reset each
 * other's.
 *
 * @throws RangeError for options out of range
 */
export function tcp(ip: Ip, options: TcpOptions & { fastOpen: FastOpenSlot }): FastOpenTcp
export function tcp(ip: Ip, options?: TcpOptions): Tcp
export function tcp(ip: Ip, options?: TcpOptions): Tcp {
  const h = ip.host
  const { windowScale, timestamps, sack, congestion, ecn, fastOpen }: TcpOptions = options ?? {}
  const limit = range('tcp: connections', options?.connections, 16, 1, 0x100000)
  const waits = range('tcp: timeWaits', options?.timeWaits, 16, 1, 65536)
  const n = 2 * ip.alen + 4
  const most = windowScale ? 0x40000000 : 65536
  let bits = 1
  while (bits < 19 && 2 << bits < limit) bits++
  const e: TcpEngine = {
    h,
    ip,
    limit,
    timeWaitMs: range('tcp: timeWait', options?.timeWait, TIME_WAIT_MS, 1, 0x3fffffff),
    minRto: range('tcp: minRto', options?.minRto, 1000, 1, 60000),
    set: {
      noDelay: false,
      userTimeout: 0,
      sndSize: ringSize('tcp: sendBuffer', options?.sendBuffer, 4096, most),
      rcvSize: ringSize('tcp: receiveBuffer', options?.receiveBuffer, 4096, most),
      opt: { df: true },
      idle: null,
    },
    most,
    nobody: {},
    listeners: [],
    table: [],
    heads: [],
    shift: 32 - bits,
    stride: n,
    pairs: new Uint8Array(n * (limit + waits + 1)),
    spare: n * (limit + waits),
    timeWaits: [],
    waits,
    wait: 0,
    waiting: 0,
    last: null,
    open: 0,
    place: 0,
    options: [timestamps, windowScale, sack, ecn, fastOpen].filter(Boolean) as TcpOption[],
    windowScale,
    timestamps,
    sack,
    congestion,
    ecn,
    fastOpen,
    timers: options?.timers,
    none: [],
    isDue: false,
    due: 0,
    marked: [],
    head: 0,
    tail: 0,
    seg: { b: h.tx, o: 0, seq: 0, ack: 0, len: 0, wnd: 0, flags: 0, up: 0, p: 0 },
    isShort: false,
    epoch: ip.epoch,
    ports: h.env.rand(),
    scratch: new Uint8Array(n),
    listen: (port, handlers, options) => listen(e, port, handlers as never, options),
    connect: (address, port, handlers, options) => connect(e, address, port, handlers as never, options) as never,
    read: (c, b, o = 0, n = b.length - o) => read(e, c as Tcb, b, o, n),
    write: (c, b, o = 0, n = b.length - o) => write(e, c as Tcb, b, o, n),
    close: c => close(e, c as Tcb),
    release: c => release(e, c as Tcb),
    abort: c => abort(e, c as Tcb),
    used: () => e.open + e.waiting,
  }
  for (let i = 0; i < limit; i++) e.table.push(null)
  for (let i = 0; i < 1 << bits; i++) e.heads.push(null)

  h.add({
    poll: () => walk(e),
    flush: () => flush(e),
    used: e.used,
  })
  e.timers?.attach(h, limit, i => fire(e, e.table[i]))
  ip.add({
    proto: TCP,
    input: (b, o, n, a, flags) => input(e, b, o, n, a, flags),
    error: (code, _info, b, o, _n, a) => error(e, code, b, o, a),
  })
  return e
}
