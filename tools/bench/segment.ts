// The ideal pipeline of a segment: one end copies what the application writes into a ring, writes the headers, copies from
// the ring, sums and hands over; the other checks, sums, copies into a ring, hands to the application, and answers every
// second segment. No protocol logic, the same copies, the same wire and the same checksum as the stack beside it.
import { copy, type Dev, get16, get32, put16, put32, type Sum } from '@tiny/core'

const FRAME = 14
const IP = 20
const TCP = 20
/** Sequence numbers begin anywhere (RFC 6528): a ring of which every segment begins on a cache line is nobody's. */
const ISS = 0x1234567

export interface End {
  /** Takes n octets of the application into the ring: no more than it holds. */
  write(n: number): void
  /** Sends n octets of the ring. */
  send(n: number): void
  /** Octets acknowledged by the other end so far. */
  acked(): number
  /** Hands what has come to the application. */
  flush(): void
}

/**
 * One end with rings of so many octets, a power of two, which answers every second segment by itself, or every `each`th; 0:
 * none. Call it twice: with a single instance the engine would fold its buffers into constants.
 */
export function end(
  dev: Dev,
  peer: Dev,
  own: number,
  to: number,
  sum: Sum,
  app: Uint8Array,
  ring: number,
  each = 2,
): End {
  const tx = new Uint8Array(16384)
  const send = new Uint8Array(ring)
  const receive = new Uint8Array(ring)
  let seq = ISS
  let written = ISS
  let next = ISS
  let read = ISS
  let acked = ISS
  let owed = 0
  function emit(at: number, ack: number, n: number): void {
    const t = FRAME + IP
    const length = TCP + n
    copy(tx, 0, peer.mac, 0, 6)
    copy(tx, 6, dev.mac, 0, 6)
    put16(tx, 12, 0x800)
    put32(tx, FRAME, 0x45000000 | (IP + length))
    put32(tx, FRAME + 4, 0x4000)
    put32(tx, FRAME + 8, 0x40060000)
    put32(tx, FRAME + 12, own)
    put32(tx, FRAME + 16, to)
    put16(tx, FRAME + 10, ~sum(tx, FRAME, IP, 0))
    put32(tx, t, (5000 << 16) | 80)
    put32(tx, t + 4, at)
    put32(tx, t + 8, ack)
    put32(tx, t + 12, 0x50100000 | 0xffff)
    put32(tx, t + 16, 0)
    const p = at & (ring - 1)
    const k = Math.min(n, ring - p)
    copy(tx, t + TCP, send, p, k)
    copy(tx, t + TCP + k, send, 0, n - k)
    put16(tx, t + 16, ~sum(tx, t, length, sum(tx, FRAME + 12, 8, 6 + length)))
    dev.send(tx, 0, t + length)
  }
  dev.recv = (b, o, n) => {
    for (let i = 0; i < 6; i++) if (b[o + i] !== dev.mac[i]) return
    const p = o + FRAME
    if (get16(b, o + 12) !== 0x800 || n < FRAME + IP + TCP || get32(b, p + 16) !== own || sum(b, p, IP, 0) !== 0xffff)
      return
    const length = get16(b, p + 2) - IP
    if (sum(b, p + IP, length, sum(b, p + 12, 8, 6 + length)) !== 0xffff) return
    acked = get32(b, p + IP + 8)
    const text = length - TCP
    if (!text || get32(b, p + IP + 4) !== next) return
    const at = next & (ring - 1)
    const k = Math.min(text, ring - at)
    copy(receive, at, b, p + IP + TCP, k)
    copy(receive, 0, b, p + IP + TCP + k, text - k)
    next = (next + text) | 0
    if (++owed === each) {
      owed = 0
      emit(seq, next, 0)
    }
  }
  return {
    write(n) {
      for (let left = n; left > 0; ) {
        const at = written & (ring - 1)
        const k = Math.min(left, ring - at, app.length)
        copy(send, at, app, 0, k)
        written = (written + k) | 0
        left -= k
      }
    },
    send(n) {
      emit(seq, next, n)
      seq = (seq + n) | 0
    },
    acked: () => acked,
    flush() {
      while (read !== next) {
        const n = Math.min((next - read) | 0, app.length)
        const at = read & (ring - 1)
        const k = Math.min(n, ring - at)
        copy(app, 0, receive, at, k)
        copy(app, k, receive, 0, n - k)
        read = (read + n) | 0
      }
    },
  }
}
