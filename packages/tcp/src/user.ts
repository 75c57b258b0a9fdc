// RFC 9293 3.9.1, 3.10: the calls of the application.
import {
  copy,
  EADDRINUSE,
  EADDRNOTAVAIL,
  EAGAIN,
  ECONNABORTED,
  EINVAL,
  ENETUNREACH,
  ENOBUFS,
  ENOTCONN,
  EPIPE,
  ensure,
  put16,
  range,
} from '@tiny/core'
import { isEnded, read as readRing, unread, write as writeRing } from './buffer.js'
import { ephemeral, isn } from './choose.js'
import { CLOSE_WAIT, CLOSED, CLOSING, ESTABLISHED, FIN_WAIT_1, IDLE_MS, LAST_ACK, OWE_ACK, SYN_SENT } from './const.js'
import { TCP_ABORT_UNREAD, TCP_NO_ROOM, TCP_NO_ROUTE } from './ids.js'
import { listenerOf } from './listen.js'
import { initialWindow, setMss } from './mss.js'
import { growthOf, kill } from './output.js'
import { create, dispose, find, isDetached, owe, place, setState, walkIn } from './tcb.js'
import type { ConnectOptions, Handlers, Listener, ListenOptions, Tcb, TcpEngine } from './types.js'

const checkPort = (port: number, least: number): void =>
  ensure((port & 0xffff) === port && port >= least, `tcp: port ${port}`)

export function listen(e: TcpEngine, port: number, handlers: Handlers, options?: ListenOptions): Listener | number {
  const address = options?.address
  const alen = e.ip.alen
  checkPort(port, 1)
  const own = new Uint8Array(alen)
  if (address) {
    ensure(address.length === alen, 'tcp: octets of an address')
    if (!e.ip.isOwn(address, 0)) return -EADDRNOTAVAIL
    copy(own, 0, address, 0, alen)
  }
  // MUST-42: the same port on another address is another listener.
  const other = listenerOf(e, own, -alen, port)
  if (other && !other.address === !address) return -EADDRINUSE
  const l: Listener = {
    port,
    backlog: range('tcp: backlog', options?.backlog, 8, 1, 65535),
    address: address ? own : null,
    handlers,
    isOpen: true,
    half: [],
    fastOpen: null,
  }
  e.listeners.push(l)
  return l
}

export function connect(
  e: TcpEngine,
  address: Uint8Array,
  peerPort: number,
  handlers: Handlers,
  options?: ConnectOptions,
): Tcb | number {
  const ip = e.ip
  const alen = ip.alen
  const own = options?.address
  checkPort(peerPort, 1)
  checkPort(options?.port ?? 0, 0)
  ensure(address.length === alen && (!own || own.length === alen), 'tcp: octets of an address')
  // MUST-46
  if (ip.isGroup(address, 0)) return -EINVAL
  const at = place(e)
  if (at < 0) return -ENOBUFS
  copy(e.pairs, at, address, 0, alen)
  // MUST-44. Also with an address of one's own to come from there must be a way.
  const error = ip.source(address, 0, e.pairs, at + alen)
  if (error === -ENETUNREACH) e.h.tell('count', TCP_NO_ROUTE)
  if (error) return error
  if (own) {
    if (!ip.isOwn(own, 0)) return -EADDRNOTAVAIL
    copy(e.pairs, at + alen, own, 0, alen)
  }
  put16(e.pairs, at + 2 * alen, peerPort)
  put16(e.pairs, at + 2 * alen + 2, options?.port ?? 0)
  if (!options?.port && !ephemeral(e, at)) return -EADDRNOTAVAIL
  if (find(e, at)) return -EADDRINUSE
  const c = create(e, at, handlers, isn(e, at))
  setMss(e, c)
  c.cwnd = 0
  setState(e, c, SYN_SENT)
  owe(e, c, 0)
  return c
}

// The text is made when it is needed only: a string a call is garbage. What has no set() is text or an array, which would
// be sent as zeros.
function span(b: Uint8Array, o: number, n: number): void {
  if (!b.set || n >>> 0 !== n || !(o >= 0 && o + n <= b.length))
    ensure(false, `tcp: ${n} octets at ${o} of ${b.byteLength}`)
}

export function read(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, most: number): number {
  span(b, o, most)
  if (c.state === CLOSED || isDetached(e, c)) return -ENOTCONN
  const n = Math.min(unread(c), most)
  if (!unread(c)) return isEnded(c) ? 0 : -EAGAIN
  if (!n || !c.rcv) return 0
  readRing(c.rcv, c.rcvRead, b, o, n)
  c.rcvRead = (c.rcvRead + n) | 0
  if (((c.rcvUp - c.rcvRead) | 0) < 0) c.rcvUp = c.rcvRead
  if (!unread(c)) {
    walkIn(e, IDLE_MS)
    // What has ended was kept for this.
    owe(e, c, 0)
  }
  // RFC 9293 3.8.6.2.2: the peer is told when the window grows by a full segment or half the buffer.
  if (!isEnded(c) && growthOf(c) > 0) owe(e, c, OWE_ACK)
  return n
}

/** R2 (RFC 9293 3.8.3) counts from when there was something to send, or from the peer's last progress. */
function began(e: TcpEngine, c: Tcb): void {
  if (c.sndEnd !== c.sndUna) return
  const now = e.h.time()
  // RFC 5681 4.1: after a silence of a timeout the window is no larger than at a start.
  if (((now - c.since) | 0) > c.rto) c.cwnd = Math.min(c.cwnd, initialWindow(c))
  c.since = now
  c.tries = 0
}

export function write(e: TcpEngine, c: Tcb, b: Uint8Array, o: number, most: number): number {
  span(b, o, most)
  if (c.state === CLOSED) return -ENOTCONN
  if (c.isFin) return -EPIPE
  if (c.state < ESTABLISHED && !c.fastOpen) {
    // Before the connection stands nothing is taken, but for Fast Open: onWritable says when.
    c.isFull = true
    return 0
  }
  const room = c.set.sndSize - ((c.sndEnd - c.sndUna) | 0)
  const n = Math.min(room, most)
  c.isFull = n < most
  if (n <= 0) return 0
  if (!c.snd && !(c.snd = e.h.pool.take(c.set.sndSize))) {
    c.isFull = true
    e.isShort = true
    e.h.tell('count', TCP_NO_ROOM)
    e.h.wake(0)
    return 0
  }
  began(e, c)
  writeRing(c.snd, c.sndEnd, b, o, n)
  c.sndEnd = (c.sndEnd + n) | 0
  owe(e, c, 0)
  return n
}

/** CLOSE: everything written is sent, then FIN. */
export function close(e: TcpEngine, c: Tcb): number {
  if (c.state === CLOSED) return -ENOTCONN
  if (c.isFin) return 0
  if (c.state === SYN_SENT) {
    dispose(e, c, 0)
    return 0
  }
  began(e, c)
  c.isFin = true
  if (c.state === ESTABLISHED) setState(e, c, FIN_WAIT_1)
  else if (c.state === CLOSE_WAIT) setState(e, c, LAST_ACK)
  owe(e, c, 0)
  return 0
}

export function release(e: TcpEngine, c: Tcb): number {
  if (c.state === CLOSED || isDetached(e, c)) return -ENOTCONN
  c.handlers = e.nobody
  // SHLD-3: what was received and not read is lost, and the peer is told.
  if (unread(c) > 0) {
    kill(e, c, -EPIPE)
    return 0
  }
  owe(e, c, 0)
  close(e, c)
  return 0
}

/** ABORT */
export function abort(e: TcpEngine, c: Tcb): number {
  if (c.state === CLOSED) return -ENOTCONN
  if (unread(c) > 0) e.h.tell('count', TCP_ABORT_UNREAD)
  // RFC 9293 3.10.5: where both have closed nobody is told; who waits for a FIN that has not been sent (3.10.4) is.
  if (c.state < CLOSING || c.sndMax !== ((c.sndEnd + 1) | 0)) kill(e, c, -ECONNABORTED)
  else dispose(e, c, -ECONNABORTED)
  return 0
}
