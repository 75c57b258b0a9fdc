// Two stacks back to back in one process, for the benches of TCP; and checksums for them to be given.
import { randomInt } from 'node:crypto'
import { type Host, host, type Sum, sum } from '@tiny/core'
import { address } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type Pair, pair } from '@tiny/sim'
import { type Connection, type Tcp, type TcpOptions, tcp } from '@tiny/tcp'

/** Rounds at the most; without one that is better by a hundredth. */
const MOST_ROUNDS = 5000
const CALM_ROUNDS = 300
const CALM = 0.99

export interface Stack {
  readonly h: Host
  readonly t: Tcp
}

export interface Both {
  readonly wire: Pair
  readonly one: Stack
  readonly two: Stack
  /** Polls one, delivers, polls two, delivers. */
  turn(): void
}

export interface BothOptions {
  mtu?: number
  sum?: Sum
  /** What the cards do with checksums; 3: all of it. */
  caps?: number
  /** Octets that the rings of a stack may hold. */
  pool?: number
  /** Milliseconds; the machine's own clock unless given. */
  now?: () => number
  tcp?: () => TcpOptions
}

/** The address of the second. */
export const TWO: Uint8Array = address('10.0.0.2')

/** Few frames where they are large, lest whoever uses the wire goes through more memory than the second cache holds. */
export const wireOf = (mtu: number): Pair => pair({ mtu, frames: mtu > 4096 ? 64 : 256 })

export function both(options: BothOptions): Both {
  const mtu = options.mtu ?? 1500
  const caps = options.caps ?? 0
  const wire = wireOf(mtu)
  const stack = (dev: typeof wire.a, own: string): Stack => {
    const h = host(
      {
        now: options.now ?? (() => performance.now() | 0),
        rand: () => randomInt(2 ** 32) | 0,
        ...(options.sum ? { sum: options.sum } : {}),
      },
      { pool: options.pool ?? 1 << 20, room: Math.max(mtu, 1500) },
    )
    const d = caps ? { ...dev, caps } : dev
    if (caps) dev.recv = (b, o, n, f) => d.recv(b, o, n, f | 4)
    const ip = ipv4(h, ethernet(h, d), { address: { address: address(own), length: 24 }, maxDatagram: mtu })
    return { h, t: tcp(ip, options.tcp?.()) }
  }
  const one = stack(wire.a, '10.0.0.1')
  const two = stack(wire.b, '10.0.0.2')
  return {
    wire,
    one,
    two,
    turn() {
      one.h.poll()
      wire.deliver()
      two.h.poll()
      wire.deliver()
    },
  }
}

/** A connection from one to two, which stands. @returns moves so many octets, and says how many nanoseconds it took */
export function streamOf({ one, two, turn }: Both): (octets: number) => number {
  const data = new Uint8Array(32768).map((_, i) => i * 7)
  const app = new Uint8Array(32768)
  let got = 0
  let left = 0
  two.t.listen(80, {
    onReadable(c) {
      for (let n = two.t.read(c, app); n > 0; n = two.t.read(c, app)) got += n
    },
  })
  const fill = (c: Connection): void => {
    for (let n = 1; n > 0 && left > 0; left -= Math.max(n, 0)) n = one.t.write(c, data, 0, Math.min(left, data.length))
  }
  let c: Connection | undefined
  one.t.connect(TWO, 80, {
    onWritable(x) {
      c = x
      fill(x)
    },
  })
  for (let i = 0; i < 10; i++) turn()
  return octets =>
    timeOf(() => {
      left = octets
      const goal = got + left
      fill(c as Connection)
      while (got < goal) turn()
    })
}

/**
 * A checksum on a DataView: what a machine may hand in. A header is summed octet by octet, for which no view is looked up.
 * A new one each time, so that no two runs share the engine's knowledge of it.
 */
export function viewSum(): Sum {
  const views = new WeakMap<Uint8Array, DataView>()
  return (b, o, n, seed) => {
    if (n < 64) return sum(b, o, n, seed)
    let v = views.get(b)
    if (!v) {
      v = new DataView(b.buffer, b.byteOffset, b.length)
      views.set(b, v)
    }
    let s = seed
    const end = (o + n) & 0x1fffffff
    for (o &= 0x1fffffff; o < end - 15; o += 16) {
      s += v.getUint16(o) + v.getUint16(o + 2) + v.getUint16(o + 4) + v.getUint16(o + 6)
      s += v.getUint16(o + 8) + v.getUint16(o + 10) + v.getUint16(o + 12) + v.getUint16(o + 14)
    }
    for (; o < end - 1; o += 2) s += v.getUint16(o)
    if (o < end) s += (b[o] as number) << 8
    s = (s & 0xffff) + (s >>> 16)
    return (s & 0xffff) + (s >>> 16)
  }
}

/**
 * The best of each, over short rounds in turns, until neither has become better for a while: what the machine does besides
 * falls on some rounds only.
 */
export function bestOf(limit: () => number, mine: () => number): { limit: number; mine: number } {
  const best = { limit: Number.POSITIVE_INFINITY, mine: Number.POSITIVE_INFINITY }
  for (let round = 0, calm = 0; round < MOST_ROUNDS && calm < CALM_ROUNDS; round++) {
    const l = limit()
    const m = mine()
    calm = l < best.limit * CALM || m < best.mine * CALM ? 0 : calm + 1
    best.limit = Math.min(best.limit, l)
    best.mine = Math.min(best.mine, m)
  }
  return best
}

/** Nanoseconds that f takes. */
export function timeOf(f: () => void): number {
  const start = process.hrtime.bigint()
  f()
  return Number(process.hrtime.bigint() - start)
}
