// npm run bench -- tcp: one connection between two stacks in one process, beside the ideal pipeline of a segment in the same
// run: with the portable checksum, with a faster one handed in, and with none.
import { randomInt } from 'node:crypto'
import { get32, host, type Sum, sum } from '@tiny/core'
import { address } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { pair } from '@tiny/sim'
import { type Connection, tcp } from '@tiny/tcp'
import { end } from './segment.ts'

const TOTAL = 64 << 20
const ROUNDS = 3
const BATCH = 16
/** Share of the ideal with the portable sum; nanoseconds of logic a segment over the ideal with any. */
const SHARE = 0.8
const LOGIC_NS = 300

/** A checksum on a DataView, eight octets a step: what a machine may hand in. */
function viewSum(): Sum {
  let view: DataView = new DataView(new ArrayBuffer(0))
  let of: Uint8Array | undefined
  return (b, o, n, seed) => {
    if (b !== of) {
      view = new DataView(b.buffer, b.byteOffset, b.byteLength)
      of = b
    }
    let s = seed
    const last = o + n
    for (; o + 8 <= last; o += 8) s += view.getUint32(o) + view.getUint32(o + 4)
    for (; o + 2 <= last; o += 2) s += view.getUint16(o)
    if (o < last) s += view.getUint8(o) << 8
    s = (s % 0x100000000) + Math.floor(s / 0x100000000)
    while (s > 0xffff) s = (s % 0x10000) + Math.floor(s / 0x10000)
    return s
  }
}

const good: Sum = () => 0xffff

function ideal(mtu: number, s: Sum, caps: number): () => number {
  const wire = pair({ mtu })
  const a = get32(address('10.0.0.1'), 0)
  const b = get32(address('10.0.0.2'), 0)
  const app = new Uint8Array(32768)
  const used = caps ? good : s
  const one = end(wire.a, wire.b, a, b, used, app)
  const two = end(wire.b, wire.a, b, a, used, app)
  const mss = mtu - 40
  return () => {
    const start = process.hrtime.bigint()
    for (let sent = 0; sent < TOTAL; ) {
      for (let i = 0; i < BATCH; i++) one.send(mss)
      sent += BATCH * mss
      wire.deliver()
      two.flush()
      wire.deliver()
      one.acked()
    }
    return Number(process.hrtime.bigint() - start) / Math.ceil(TOTAL / mss)
  }
}

function ours(mtu: number, s: Sum, caps: number): () => number {
  const wire = pair({ mtu })
  const stack = (dev: typeof wire.a, own: string) => {
    const h = host(
      { now: () => performance.now() | 0, rand: () => randomInt(2 ** 32) | 0, sum: s },
      { pool: 1 << 20, room: Math.max(mtu, 1500) },
    )
    const d = caps ? { ...dev, caps } : dev
    if (caps) dev.recv = (b, o, n, f) => d.recv(b, o, n, f | 4)
    return {
      h,
      t: tcp(ipv4(h, ethernet(h, d), { address: { address: address(own), length: 24 } }), {
        sendBuffer: 65536,
        receiveBuffer: 65536,
      }),
    }
  }
  const one = stack(wire.a, '10.0.0.1')
  const two = stack(wire.b, '10.0.0.2')
  const data = new Uint8Array(65536).map((_, i) => i * 7)
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
  one.t.connect(address('10.0.0.2'), 80, {
    onWritable(x) {
      c = x
      fill(x)
    },
  })
  const turn = (): void => {
    one.h.poll()
    wire.deliver()
    two.h.poll()
    wire.deliver()
  }
  for (let i = 0; i < 10; i++) turn()
  return () => {
    const start = process.hrtime.bigint()
    const goal = got + TOTAL
    left = TOTAL
    fill(c as Connection)
    while (got < goal) turn()
    return Number(process.hrtime.bigint() - start) / Math.ceil(TOTAL / (mtu - 40))
  }
}

export function run(): boolean {
  let passed = true
  console.log('tcp, one connection, two stacks in one process; ns a segment')
  for (const mtu of [576, 1500, 9000]) {
    for (const [name, make, caps] of [
      ['portable sum', () => sum, 0],
      ['DataView sum', viewSum, 0],
      ['no sum', () => sum, 3],
    ] as const) {
      const limit = ideal(mtu, make(), caps)
      const stack = ours(mtu, make(), caps)
      let best = Number.POSITIVE_INFINITY
      let mine = Number.POSITIVE_INFINITY
      for (let i = 0; i < ROUNDS; i++) {
        best = Math.min(best, limit())
        mine = Math.min(mine, stack())
      }
      const share = best / mine
      const fine = mine - best <= LOGIC_NS && (caps > 0 || name !== 'portable sum' || mtu !== 1500 || share >= SHARE)
      passed &&= fine
      const rate = (mtu - 40) / mine
      console.log(
        `  ${String(mtu - 40).padStart(4)} octets, ${name}: ideal ${best.toFixed(0).padStart(5)}, @tiny ${mine.toFixed(0).padStart(5)}: ${(100 * share).toFixed(0).padStart(3)} %, ${(mine - best).toFixed(0)} ns of logic, ${(rate * 1000).toFixed(0)} MB/s${fine ? '' : '  BELOW'}`,
      )
    }
  }
  return passed
}
