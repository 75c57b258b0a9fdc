// A sender with SACK, and a peer that says which of its segments have arrived. Segment k holds the octets from
// 1 + MSS * k on.
import { status } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { connect, type Opening, type Pair, type Setup, write } from './machine.ts'
import { blocks, padded, permitted } from './options.ts'

export const MSS = 1000

export interface Sender extends Pair {
  /** Octets that the application has written. */
  written: number
  /** First segment that has not been acknowledged. */
  una: number
  /** Writes what fits. */
  fill(): void
  /** The peer acknowledges up to segment k, and reports ranges of segments, from and to: k is the segment behind the last. */
  ack(k: number, ...ranges: readonly (readonly [number, number])[]): string
  /** The same in octets, relative to the stack's ISS. */
  octets(ack: number, ...ranges: readonly (readonly [number, number])[]): string
  /** What has been sent since the last call: N for each segment of new data, R with its number for those sent again. */
  log(): string
  /** Behind the last octet ever sent, relative. */
  max: number
}

export const setup = (more: Setup = {}): Setup => ({ sack: sack(), sendBuffer: 65536, ...more })

/** A connection with nothing in flight. */
export function sender(more: Opening = {}, open: typeof connect = connect): Sender {
  const pair = open({
    wnd: 65535,
    mss: MSS,
    ...more,
    setup: setup(more.setup),
    options: padded(permitted, more.options ?? []),
  })
  const x: Sender = {
    ...pair,
    written: 0,
    una: 0,
    max: 1,
    fill() {
      for (let n = 0; (n = write(pair, 8192, x.written)) > 0; ) x.written += n
    },
    ack: (k, ...ranges) =>
      x.octets(1 + MSS * k, ...ranges.map(([from, to]) => [1 + MSS * from, 1 + MSS * to] as const)),
    octets(ack, ...ranges) {
      pair.p.send('A', { ack, options: ranges.length ? padded(blocks(pair.p.own, ...ranges)) : [] })
      return x.log()
    },
    log() {
      let out = ''
      for (const s of pair.m.take()) {
        const seq = (s.seq - pair.p.own) | 0
        const n = s.text.length + (s.flags.includes('F') ? 1 : 0)
        if (!n) out += 'a'
        else if (seq >= x.max) out += 'N'
        else out += `R${(seq - 1) / MSS}`
        x.max = Math.max(x.max, seq + n)
        out += ' '
      }
      return out.trim()
    },
  }
  return x
}

/** With n segments in flight, as many as the window takes, and more data behind them; segment `una` is the first. */
export function flying(n: number, more: Opening = {}, open: typeof connect = connect): Sender & { first: number } {
  const x = sender(more, open)
  x.fill()
  let k = 0
  for (; status(x.m.t, x.c).cwnd < n * MSS; k++) {
    x.ack(k + 1)
    x.fill()
  }
  x.log()
  const { cwnd } = status(x.m.t, x.c)
  if (cwnd !== n * MSS || x.max - 1 - k * MSS !== n * MSS)
    throw new Error(`cwnd ${cwnd}, in flight ${x.max - 1 - k * MSS}`)
  return Object.assign(x, { first: k })
}
