// RFC 9293 3.1: the header.
import { CAP_TX_SUM, copy, get16, get32, HEAD, put16, put32, type SendOptions, SUM_GOOD, TCP } from '@tiny/core'
import { ACK, ACKNO, FLAGS, HEADER, OFFSET, SEQ, SUM, URGENT, WINDOW } from './const.js'
import { TCP_MALFORMED, TCP_OUT, TCP_SUM } from './ids.js'
import type { TcpEngine } from './types.js'

/** Reads a segment into e.seg. @returns whether it is sound; what is not is dropped and counted */
// input path
export function parse(e: TcpEngine, b: Uint8Array, o: number, n: number, a: number, flags: number): boolean {
  const s = e.seg
  const hl = (b[o + OFFSET] >> 4) << 2
  if (n < HEADER || hl < HEADER || hl > n || !get16(b, o) || !get16(b, o + 2)) {
    e.h.drop(TCP_MALFORMED, b, o, n)
    return false // eaten: counted
  }
  if (!(flags & SUM_GOOD) && e.h.sum(b, o, n, e.h.sum(b, a, 2 * e.ip.alen, TCP + n)) !== 0xffff) {
    e.h.drop(TCP_SUM, b, o, n)
    return false // eaten: counted
  }
  s.b = b
  s.o = o + hl
  s.len = n - hl
  s.seq = get32(b, o + SEQ)
  s.ack = get32(b, o + ACKNO)
  s.flags = b[o + FLAGS]
  s.wnd = get16(b, o + WINDOW)
  s.up = get16(b, o + URGENT)
  s.p = o + HEADER
  return true // eaten: read
}

/** Sends a segment whose text, n octets, lies behind its header; pair (peer, own) at pairs[a]. @returns as Ip.send */
export function emit(
  e: TcpEngine,
  a: number,
  port: number,
  peerPort: number,
  seq: number,
  ack: number,
  flags: number,
  wnd: number,
  up: number,
  hl: number,
  n: number,
  opt: SendOptions | null,
): number {
  const b = e.h.tx
  put16(b, HEAD, port)
  put16(b, HEAD + 2, peerPort)
  put32(b, HEAD + SEQ, seq)
  put32(b, HEAD + ACKNO, flags & ACK ? ack : 0)
  put32(b, HEAD + OFFSET, (hl << 26) | (flags << 16) | wnd)
  put32(b, HEAD + SUM, up)
  n += hl
  if (!(e.ip.caps & CAP_TX_SUM)) put16(b, HEAD + SUM, ~e.h.sum(b, HEAD, n, e.h.sum(e.pairs, a, 2 * e.ip.alen, TCP + n)))
  const error = e.ip.send(TCP, n, e.pairs, a, opt)
  if (!error) e.h.tell('packet', TCP_OUT, b, HEAD, n)
  return error
}

/** RFC 9293 3.10.7.1: the reset that answers the segment at hand, unless it is one itself; its pair lies at b[a]. */
export function reset(e: TcpEngine, b: Uint8Array, a: number, port: number, peerPort: number): void {
  const s = e.seg
  if (s.flags & 4) return
  copy(e.pairs, e.spare, b, a, 2 * e.ip.alen)
  const hl = HEADER + (e.timestamps?.echo(e, HEAD + HEADER) ?? 0)
  if (s.flags & ACK) emit(e, e.spare, port, peerPort, s.ack, 0, 4, 0, 0, hl, 0, null)
  else
    emit(
      e,
      e.spare,
      port,
      peerPort,
      0,
      s.seq + s.len + ((s.flags >> 1) & 1) + (s.flags & 1),
      4 | ACK,
      0,
      0,
      hl,
      0,
      null,
    )
}
