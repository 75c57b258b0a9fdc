// node tools/run.mjs packages/bpf/test/bench.ts: nanoseconds a packet, interpreter and compiled, in one run; the median of
// the ratios of nine rounds. The packets are TCP segments of one connection, both ways, at varying offsets of one buffer;
// the verdicts are added up. Each filter is called from a loop of its own, as a firmware's one filter is.
import type { Filter } from '@tiny/core'
import { filter } from '../src/filter.ts'
import { bpf } from '../src/index.ts'
import { jit } from '../src/jit.ts'
import { frame } from './frames.ts'
import { random } from './random.ts'

const EXPRESSIONS = [
  'ip',
  'tcp port 80',
  'udp port 53 or tcp port 53',
  'host 10.0.0.1 and not port 22',
  'tcp[tcpflags] & (tcp-syn|tcp-fin) != 0',
  'tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)',
]
const COUNT = 1024
const r = random(7)
const b = new Uint8Array(COUNT * 128)
const at = new Int32Array(COUNT)
const lengths = new Int32Array(COUNT)
let end = 0
for (let i = 0; i < COUNT; ) {
  const one = frame(r, 1)
  // IPv4 without options, TCP, not a fragment, whole.
  if (one[12] !== 8 || one[14] !== 0x45 || one[23] !== 6 || ((one[20] ?? 0) & 63) + (one[21] ?? 0) || one.length < 54)
    continue
  i++
  const ports = i & 1 ? [0, 80, 200, 1] : [200, 1, 0, 80]
  one.set(ports, 34)
  one.set(i & 1 ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1], 26)
  b.set(one, end)
  at[i - 1] = end
  lengths[i - 1] = one.length
  end += one.length
}

type Loop = (b: Uint8Array, at: Int32Array, lengths: Int32Array, rounds: number) => number
const loops = new Map<Filter, Loop>()
function loopOf(f: Filter): Loop {
  const known = loops.get(f)
  if (known) return known
  const text =
    'return function(b,at,lengths,rounds){var t=0;for(var k=0;k<rounds;k++)for(var i=0;i<at.length;i++)t=t+run(b,at[i],lengths[i])|0;return t}'
  const loop = new Function('run', `/* ${loops.size} */${text}`)(f.run) as Loop
  loops.set(f, loop)
  return loop
}

let total = 0
function nanoseconds(f: Filter, rounds: number): number {
  // Time of the processor: what else the machine does is not counted.
  const start = process.cpuUsage()
  total = (total + loopOf(f)(b, at, lengths, rounds)) | 0
  return (process.cpuUsage(start).user * 1000) / (rounds * COUNT)
}
const median = (list: number[]): number => [...list].sort((x, y) => x - y)[list.length >> 1] ?? 0

// The loop itself, round a filter that does nothing.
const nothing: Filter = { bpf: new Int32Array(0), run: (_b, o) => o }
nanoseconds(nothing, 3000)
const empty = median(Array.from({ length: 9 }, () => nanoseconds(nothing, 3000)))
console.log(`${empty.toFixed(1)} ns for the loop, which is taken off`)

let least = Number.POSITIVE_INFINITY
for (const expression of EXPRESSIONS) {
  const slow = bpf(filter(expression))
  const quick = jit(slow)
  if (!quick.isCompiled) throw new Error(quick.reason)
  nanoseconds(slow, 400)
  nanoseconds(quick, 4000)
  const rows = Array.from(
    { length: 9 },
    () => [nanoseconds(slow, 200) - empty, nanoseconds(quick, 2000) - empty] as const,
  )
  const ratio = median(rows.map(([s, q]) => s / q))
  least = Math.min(least, ratio)
  const [s, q] = [median(rows.map(row => row[0])), median(rows.map(row => row[1]))]
  console.log(
    `${s.toFixed(0).padStart(6)} ns ${q.toFixed(1).padStart(6)} ns ${ratio.toFixed(1).padStart(6)} x  ${expression}`,
  )
}
console.log(`at least ${least.toFixed(1)} x the interpreter (${total})`)
