// One connection, as many octets as it takes, beside the ideal pipeline of a segment in the same run.
import { get32, type Sum, sum } from '@tiny/core'
import { wscale } from '@tiny/tcp/wscale'
import { end } from './segment.ts'
import { bestOf, both, streamOf, TWO, timeOf, viewSum, wireOf } from './stacks.ts'

/** Octets of a round. */
const TOTAL = 1 << 20
/**
 * Octets of the buffers; the ideal has as many in flight, so that both go through as much memory. Large segments have a
 * scaled window: seven of them, which 16 bits let into a turn, would be measured with a seventh of a turn each.
 */
const windowOf = (mss: number): number => (mss > 4096 ? 524288 : 65536)
/** Share of the ideal with the portable sum; nanoseconds of logic a segment over the ideal with any. */
const SHARE = 0.8
const LOGIC_NS = 300

const good: Sum = () => 0xffff
/** Segments that are in flight, and of a round. */
const batchOf = (mss: number): number => (windowOf(mss) / mss) | 0
const countOf = (mss: number): number => Math.ceil(TOTAL / mss / batchOf(mss)) * batchOf(mss)

function ideal(mtu: number, s: Sum, caps: number): () => number {
  const wire = wireOf(mtu)
  const a = get32(Uint8Array.of(10, 0, 0, 1), 0)
  const b = get32(TWO, 0)
  const used = caps ? good : s
  const one = end(wire.a, wire.b, a, b, used, new Uint8Array(32768), windowOf(mtu - 40))
  const two = end(wire.b, wire.a, b, a, used, new Uint8Array(32768), windowOf(mtu - 40))
  const count = countOf(mtu - 40)
  const batch = batchOf(mtu - 40)
  return () =>
    timeOf(() => {
      for (let sent = 0; sent < count; sent += batch) {
        one.write(batch * (mtu - 40))
        for (let i = 0; i < batch; i++) one.send(mtu - 40)
        wire.deliver()
        two.flush()
        wire.deliver()
        one.acked()
      }
    }) / count
}

function ours(mtu: number, s: Sum, caps: number): () => number {
  const window = windowOf(mtu - 40)
  const stacks = both({
    mtu,
    sum: s,
    caps,
    tcp: () => ({ sendBuffer: window, receiveBuffer: window, ...(window > 65536 ? { windowScale: wscale() } : {}) }),
  })
  const count = countOf(mtu - 40)
  const move = streamOf(stacks)
  return () => move(count * (mtu - 40)) / count
}

export function bulk(): boolean {
  let passed = true
  console.log('tcp, one connection, two stacks in one process; ns a segment, the best of each')
  for (const mtu of [1500, 576, 9000])
    for (const [name, make, caps] of [
      ['portable sum', () => sum, 0],
      ['DataView sum', viewSum, 0],
      ['no sum', () => sum, 3],
    ] as const) {
      const { limit, mine } = bestOf(ideal(mtu, make(), caps), ours(mtu, make(), caps))
      const share = limit / mine
      const isJudged = name === 'portable sum' && mtu === 1500
      const fine = mine - limit <= LOGIC_NS && (!isJudged || share >= SHARE)
      passed &&= fine
      console.log(
        `  ${String(mtu - 40).padStart(4)} octets, ${name}: ideal ${limit.toFixed(0).padStart(5)}, @tiny ${mine.toFixed(0).padStart(5)}: ${(100 * share).toFixed(0).padStart(3)} %${isJudged ? ` (limit ${100 * SHARE})` : ''}, ${(mine - limit).toFixed(0)} ns of logic (limit ${LOGIC_NS}), ${((1000 * (mtu - 40)) / mine).toFixed(0)} MB/s${fine ? '' : '  BELOW'}`,
      )
    }
  return passed
}
