// npm run bench -- udp: datagrams of 18 octets between two stacks in one process, beside their ideal pipeline in the same
// run. The limit is the ratio.

import { randomInt } from 'node:crypto'
import { get32, host, sum } from '@tiny/core'
import { address } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { pair } from '@tiny/sim'
import { type Socket, udp } from '@tiny/udp'
import { end } from './datagram.ts'

/** Octets of a datagram, datagrams between two deliveries, in a round; rounds, of which the best counts. */
const SIZE = 18
const BATCH = 32
const ROUND = 400_000
const ROUNDS = 7
/** How many times the ideal a datagram may take. */
const LIMIT = 3

const data = new Uint8Array(64).map((_, i) => i)
let taken = 0
const take = (b: Uint8Array, o: number, n: number): void => {
  taken += n + (b[o] as number)
}

/** What sends a batch, from an offset that varies, and delivers it. */
type Batch = (from: number) => void

function ideal(): Batch {
  const wire = pair()
  const a = get32(address('10.0.0.1'), 0)
  const b = get32(address('10.0.0.2'), 0)
  const one = end(wire.a, wire.b, a, b, sum, take)
  const two = end(wire.b, wire.a, b, a, sum, take)
  return from => {
    for (let i = 0; i < BATCH; i++) one.send(data, (from + i) & 31, SIZE)
    wire.deliver()
    two.flush()
  }
}

function ours(): Batch {
  const wire = pair()
  const env = () => ({ now: () => performance.now() | 0, rand: () => randomInt(2 ** 32) | 0 })
  const stack = (dev: typeof wire.a, own: string) => {
    const h = host(env())
    return { h, u: udp(ipv4(h, ethernet(h, dev), { address: { address: address(own), length: 24 } })) }
  }
  const one = stack(wire.a, '10.0.0.1')
  const two = stack(wire.b, '10.0.0.2')
  const to = address('10.0.0.2')
  const from = one.u.bind(5000, {}) as Socket
  two.u.bind(7, { onDatagram: (_s, b, o, n) => take(b, o, n) }, { queue: 8192 })
  const batch: Batch = start => {
    for (let i = 0; i < BATCH; i++) one.u.send(from, data, (start + i) & 31, SIZE, to, 0, 7)
    wire.deliver()
    one.h.poll()
    two.h.poll()
  }
  // The neighbours get to know each other.
  for (let i = 0; i < 4; i++) {
    batch(0)
    wire.deliver()
  }
  return batch
}

/** Nanoseconds for a datagram. */
function timeOf(batch: Batch): number {
  const start = process.hrtime.bigint()
  for (let i = 0; i < ROUND / BATCH; i++) batch(i)
  return Number(process.hrtime.bigint() - start) / ROUND
}

/** Octets by which the heap grows with a datagram: 1,000,000 of them after the warm-up, in one piece of young generation. */
function growthOf(batch: Batch): number {
  const gc = (globalThis as { gc?: () => void }).gc
  gc?.()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 1_000_000 / BATCH; i++) batch(i)
  return (process.memoryUsage().heapUsed - before) / 1_000_000
}

export function run(): boolean {
  const limit = ideal()
  const stack = ours()
  let best = Number.POSITIVE_INFINITY
  let bestOurs = Number.POSITIVE_INFINITY
  for (let i = 0; i < ROUNDS; i++) {
    best = Math.min(best, timeOf(limit))
    const before = taken
    bestOurs = Math.min(bestOurs, timeOf(stack))
    if (taken - before < ROUND * SIZE) throw new Error('datagrams were lost')
  }
  const growth = Math.min(growthOf(stack), growthOf(stack), growthOf(stack))
  const ratio = bestOurs / best
  console.log(`udp, ${SIZE} octets, two stacks in one process`)
  console.log(`  ideal pipeline  ${best.toFixed(0).padStart(5)} ns a datagram`)
  console.log(
    `  @tiny           ${bestOurs.toFixed(0).padStart(5)} ns a datagram, ${((1e9 / bestOurs) | 0).toLocaleString('en')} a second`,
  )
  console.log(`  ratio           ${ratio.toFixed(2).padStart(5)}    limit ${LIMIT}`)
  console.log(`  heap growth     ${growth.toFixed(2).padStart(5)}    octets a datagram, limit 2`)
  return ratio <= LIMIT && growth < 2
}
