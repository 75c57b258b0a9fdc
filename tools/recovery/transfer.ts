// One transfer in bulk between two stacks on a virtual clock: how fast it was, and what was sent in vain.
import { CAP_RX_SUM, CAP_TX_SUM, get32, host, type Link } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { ipv4 } from '@tiny/ipv4'
import { sim } from '@tiny/sim'
import { type Connection, status, tcp } from '@tiny/tcp'
import { type Arrived, arrive } from './arrived.ts'
import type { Stack } from './stacks.ts'

export interface Path {
  /** Probability that a segment is lost; ACKs are not. */
  loss: number
  /** Milliseconds of the round trip. */
  rtt: number
  /** Bits a second, 0: no limit. */
  bandwidth: number
  /** Probability that a segment comes a quarter of a round trip late. */
  reorder: number
  /** Octets that may wait for the bandwidth, what comes beyond them is lost; 0: no limit. */
  backlog?: number
}

export interface Transfer {
  path: Path
  /** Octets of the sender's and of the receiver's buffer. */
  buffer: number
  /** Octets to be moved, a whole number. */
  size: number
  seed: number
  /** Both ends. */
  stack: Stack
}

export interface Result {
  /** Octets a second that the receiver's application got: from the handshake to the last octet, and in the second half. */
  goodput: number
  secondHalf: number
  /** Milliseconds of virtual time. */
  time: number
  /** Segments with text that were sent; those of them that hold nothing new; those that arrived and brought nothing. */
  sent: number
  resent: number
  needless: number
  /** Octets of text in a full segment. */
  mss: number
}

/** Milliseconds of virtual time after which a transfer is given up. */
const MOST_MS = 1e8

/** Room in a line for whatever the buffers let go: a segment of one octet is a frame of 53. */
const roomOf = (buffer: number): number => 4 * buffer + 65536

// Octets of text in a datagram with a TCP segment, and its sequence number; no IP options.
const textOf = (b: Uint8Array, o: number): number => b[o + 2]! * 256 + b[o + 3]! - 20 - (b[o + 32]! >> 4) * 4
const seqOf = (b: Uint8Array, o: number): number => get32(b, o + 24)

export function transfer(x: Transfer): Result {
  const { path, buffer, size } = x
  const arrived: Arrived = { edge: 0, starts: [], ends: [] }
  let isMeasuring = false
  let needless = 0
  let resent = 0
  let sent = 0
  let most = 0
  const s = sim({
    seed: x.seed,
    trace(_at, from, _to, b, o) {
      const n = from ? 0 : textOf(b, o)
      if (n > 0 && isMeasuring && !arrive(arrived, seqOf(b, o), n)) needless++
    },
  })
  const room = roomOf(buffer)
  const line = s.line({
    delay: path.rtt / 2,
    bandwidth: path.bandwidth,
    backlog: path.backlog ?? 0,
    queue: room,
    frames: Math.min((room >> 6) + 512, 0xfffff),
    // Nothing is corrupted: there is nothing to be summed.
    caps: CAP_TX_SUM | CAP_RX_SUM,
  })
  const stack = (link: Link, own: string) => {
    const h = host(s.env(), { pool: 4 * buffer })
    const ip = ipv4(h, link, { address: prefix(`${own}/24`) })
    s.host(h, link)
    return tcp(ip, { ...x.stack.make(buffer), sendBuffer: buffer, receiveBuffer: buffer })
  }
  const [out, back] = line
  const send = out.send
  out.send = (b, o, n, hop) => {
    const seq = seqOf(b, o)
    const k = textOf(b, o)
    const error = send(b, o, n, hop)
    if (error === 0 && k > 0 && isMeasuring) {
      sent++
      const end = (seq + k) | 0
      if (((end - most) | 0) <= 0) resent++
      else most = end
    }
    return error
  }
  const sender = stack(out, '10.0.0.1')
  const receiver = stack(back, '10.0.0.2')
  const from = new Uint8Array(65536)
  const into = new Uint8Array(65536)
  let got = 0
  let half = 0
  receiver.listen(80, {
    onReadable(c) {
      for (let n = receiver.read(c, into); n > 0; n = receiver.read(c, into)) got += n
      if (!half && got >= size >> 1) half = s.now()
    },
  })
  let left = size
  let start = -1
  let mss = 0
  const fill = (c: Connection): void => {
    for (let n = 1; n > 0 && left > 0; left -= Math.max(n, 0)) n = sender.write(c, from, 0, Math.min(left, from.length))
    // The last segment does not wait for what is in flight.
    if (!left) sender.close(c)
  }
  const c = sender.connect(Uint8Array.of(10, 0, 0, 2), 80, {
    onWritable(c) {
      if (start < 0) {
        start = s.now()
        out.impair({ loss: path.loss, reorder: path.reorder, late: Math.max(path.rtt / 4, 0.1) })
        arrived.edge = most = (status(sender, c).iss + 1) | 0
        mss = status(sender, c).mss
        isMeasuring = true
      }
      fill(c)
    },
  })
  if (typeof c === 'number') throw new Error(`connect: ${c}`)
  if (!s.run(MOST_MS, () => got >= size)) throw new Error(`${got} of ${size} octets in ${MOST_MS} ms`)
  const time = s.now() - start
  return {
    goodput: (got / time) * 1000,
    secondHalf: ((got - (size >> 1)) / (s.now() - half)) * 1000,
    time,
    sent,
    resent,
    needless,
    mss,
  }
}
