// RFC 9293 3.1: the header.
import { CAP_TX_SUM, copy, get16, get32, HEAD, put16, put32, type SendOptions, SUM_GOOD, TCP } from '@tiny/core'
import { ACK, ACKNO, FIN, FLAGS, HEADER, OFFSET, RST, SEQ, SUM, URGENT, WINDOW } from './const.js'
import { TCP_MALFORMED, TCP_OUT, TCP_SUM } from './ids.js'
import type { Segment, TcpEngine } from './types.js'

/** Reads a segment into e.seg, its pair and ports to pairs[spare]. @returns whether it is sound; what is not is dropped and counted */
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
  copy(e.pairs, e.spare, b, a, e.stride - 4)
  copy(e.pairs, e.spare + e.stride - 4, b, o, 4)
  return true // eaten: read
}

/** SEG.LEN, which SYN and FIN are part of. */
export const lengthOf = (s: Segment): number => s.len + ((s.flags >> 1) & 1) + (s.flags & FIN)

/** Sends a segment whose text, n octets, lies behind its header, to the peer at pairs[at]. @returns as Ip.send */
export function emit(
  e: TcpEngine,
  at: number,
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
  copy(b, HEAD, e.pairs, at + e.stride - 2, 2)
  copy(b, HEAD + 2, e.pairs, at + e.stride - 4, 2)
  put32(b, HEAD + SEQ, seq)
  put32(b, HEAD + ACKNO, flags & ACK ? ack : 0)
  put32(b, HEAD + OFFSET, (hl << 26) | (flags << 16) | wnd)
  put32(b, HEAD + SUM, up)
  n += hl
  if (!(e.ip.caps & CAP_TX_SUM))
    put16(b, HEAD + SUM, ~e.h.sum(b, HEAD, n, e.h.sum(e.pairs, at, 2 * e.ip.alen, TCP + n)))
  const error = e.ip.send(TCP, n, e.pairs, at, opt)
  if (!error) e.h.tell('packet', TCP_OUT, b, HEAD, n)
  return error
}

/** RFC 9293 3.10.7.1: the reset that answers the segment at hand, unless it is one itself. */
export function reset(e: TcpEngine): void {
  const s = e.seg
  if (s.flags & RST) return
  const hl = HEADER + (e.timestamps?.echo(e, HEAD + HEADER) ?? 0)
  if (s.flags & ACK) emit(e, e.spare, s.ack, 0, RST, 0, 0, hl, 0, null)
  else emit(e, e.spare, 0, s.seq + lengthOf(s), RST | ACK, 0, 0, hl, 0, null)
}
