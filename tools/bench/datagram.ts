// The ideal pipeline of a datagram: one end writes the headers, copies, sums and hands over; the other checks, sums, copies
// into an inbox and hands to the application. No protocol logic, the same wire and the same checksum as the stack beside it.
import { copy, type Dev, get16, get32, put16, put32, type Sum } from '@tiny/core'

const FRAME = 14
const IP = 20
const UDP = 8

export interface End {
  send(b: Uint8Array, o: number, n: number): void
  /** Hands what has come to the application. */
  flush(): void
}

/** One end. Call it twice: with a single instance the engine would fold its buffers into constants. */
export function end(
  dev: Dev,
  peer: Dev,
  own: number,
  to: number,
  sum: Sum,
  take: (b: Uint8Array, o: number, n: number) => void,
): End {
  const tx = new Uint8Array(2048)
  const inbox = new Uint8Array(65536)
  let fill = 0
  dev.recv = (b, o, n) => {
    for (let i = 0; i < 6; i++) if (b[o + i] !== dev.mac[i]) return
    const p = o + FRAME
    if (get16(b, o + 12) !== 0x800 || n < FRAME + IP + UDP || get32(b, p + 16) !== own || sum(b, p, IP, 0) !== 0xffff)
      return
    const length = get16(b, p + IP + 4)
    if (sum(b, p + IP, length, sum(b, p + 12, 8, 17 + length)) !== 0xffff) return
    put16(inbox, fill, length - UDP)
    copy(inbox, fill + 2, b, p + IP + UDP, length - UDP)
    fill += 2 + length - UDP
  }
  return {
    send(b, o, n) {
      const length = UDP + n
      const u = FRAME + IP
      copy(tx, 0, peer.mac, 0, 6)
      copy(tx, 6, dev.mac, 0, 6)
      put16(tx, 12, 0x800)
      put32(tx, FRAME, 0x45000000 | (IP + length))
      put32(tx, FRAME + 4, 0)
      put32(tx, FRAME + 8, 0x40110000)
      put32(tx, FRAME + 12, own)
      put32(tx, FRAME + 16, to)
      put16(tx, FRAME + 10, ~sum(tx, FRAME, IP, 0))
      put32(tx, u, (5000 << 16) | 7)
      put32(tx, u + 4, length << 16)
      copy(tx, u + UDP, b, o, n)
      put16(tx, u + 6, ~sum(tx, u, length, sum(tx, FRAME + 12, 8, 17 + length)))
      dev.send(tx, 0, u + length)
    },
    flush() {
      for (let p = 0; p < fill; ) {
        const n = get16(inbox, p)
        take(inbox, p + 2, n)
        p += 2 + n
      }
      fill = 0
    },
  }
}
