// npm run bench -- options: what each option of TCP costs: octets of the client firmware, heap of an idle connection, time of
// a full segment and its acknowledgment on Node, operations of it on QuickJS; beside the base of the same run.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import type { TcpOptions } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { build } from 'esbuild'
import { QuickJS } from 'quickjs-wasi'
import { fromSources, root } from '../sources.mjs'
import { heap } from './heap.ts'
import { bestOf, both, streamOf, TWO } from './stacks.ts'

const ROWS: readonly (readonly [name: string, bits: number])[] = [
  ['nothing', 0],
  ['wscale', 1],
  ['timestamps', 2],
  ['sack', 4],
  ['all three', 7],
]
const IDLE = 4000
const COUNT = 1024
const WINDOW = 65536
/** Segments of the stream on QuickJS, and how many operations it does between two calls of its handler. */
const SEGMENTS = 4000
const STEP = 10000
/** A lossless segment with all three may take so many nanoseconds, and so many times the operations, more than without. */
const MOST_NS = 300
const MOST_TIMES = 1.5

const mssOf = (bits: number): number => (bits & 2 ? 1448 : 1460)
const slotsOf = (bits: number): TcpOptions => ({
  ...(bits & 1 ? { windowScale: wscale() } : {}),
  ...(bits & 2 ? { timestamps: timestamps() } : {}),
  ...(bits & 4 ? { sack: sack() } : {}),
})

/** Octets of brotli of the client firmware with these options. */
async function octetsOf(bits: number): Promise<number> {
  const names = ['wscale', 'timestamps', 'sack'].filter((_, i) => bits & (1 << i))
  const imports = names.map(name => `import { ${name} } from '@tiny/tcp/${name}'\n`).join('')
  const slots = names.map(name => `${name === 'wscale' ? 'windowScale' : name}: ${name}()`).join(', ')
  const dir = join(root, 'examples/client')
  const source = readFileSync(join(dir, 'firmware.js'), 'utf8').replace('tcp(ip)', `tcp(ip, { ${slots} })`)
  const { outputFiles } = await build({
    stdin: { contents: imports + source, resolveDir: dir },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    plugins: [fromSources],
  })
  return brotliCompressSync(outputFiles[0]?.contents ?? new Uint8Array(0)).length
}

/** Octets of heap of one end of an idle connection. */
function heapOf(bits: number): number {
  let now = 0
  const { one, two, turn } = both({
    now: () => now,
    tcp: () => ({ connections: IDLE, sendBuffer: 256, receiveBuffer: 256, ...slotsOf(bits) }),
  })
  two.t.listen(80, {}, { backlog: IDLE })
  let open = 0
  const handlers = { onWritable: () => void open++ }
  const pass = (): void => {
    now += 1000
    turn()
  }
  const before = heap()
  for (let i = 0; i < IDLE; i++) {
    one.t.connect(TWO, 80, handlers)
    if (i % 32 === 0) pass()
  }
  for (let i = 0; i < 10; i++) pass()
  const after = heap()
  if (open !== IDLE) throw new Error(`${open} connections`)
  return (after - before) / 2 / IDLE
}

/** A round of a stream: nanoseconds a full segment. */
function stream(bits: number): () => number {
  const move = streamOf(both({ tcp: () => ({ sendBuffer: WINDOW, receiveBuffer: WINDOW, ...slotsOf(bits) }) }))
  return () => move(COUNT * mssOf(bits)) / COUNT
}

/** Operations of a full segment on QuickJS: its calls and turns of loops, as it counts them for its interrupt handler. */
async function operationsOf(bits: number): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'tools/bench/exchange.js')],
    bundle: true,
    format: 'iife',
    write: false,
    plugins: [fromSources],
  })
  let count = 0
  let start = 0
  let end = 0
  const wasm = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'))
  const machine = await QuickJS.create({
    wasm,
    interruptHandler() {
      count++
      return false
    },
  })
  const print = machine.newFunction('print', text => {
    if (text?.toString() === 'stands') start = count
    else end = count
    return machine.undefined
  })
  machine.setProp(machine.global, 'print', print)
  const code = `var bits = ${bits}, segments = ${SEGMENTS}, mss = ${mssOf(bits)};\n${outputFiles[0]?.text}`
  machine.evalCode(code)
  return ((end - start) * STEP) / SEGMENTS
}

export async function run(): Promise<boolean> {
  console.log(
    'options of TCP, over nothing: octets of brotli, octets of heap an idle connection, a full segment and its ACK',
  )
  const base = { octets: 0, heap: 0, ns: 0, operations: 0 }
  heapOf(7)
  let passed = true
  for (const [name, bits] of ROWS) {
    const octets = await octetsOf(bits)
    const kept = heapOf(bits)
    const { limit, mine } = bestOf(stream(0), stream(bits))
    const operations = await operationsOf(bits)
    if (bits === 0) Object.assign(base, { octets, heap: kept, operations })
    const times = operations / base.operations
    const fine = mine - limit <= MOST_NS && times <= MOST_TIMES
    passed &&= fine
    console.log(
      `${name.padEnd(10)} ${`+${octets - base.octets}`.padStart(6)} octets ${`+${Math.round(kept - base.heap)}`.padStart(5)} of heap; ${mine.toFixed(0).padStart(5)} ns beside ${limit.toFixed(0)}; ${operations.toFixed(0).padStart(4)} operations on QuickJS, ${times.toFixed(2)} of nothing's${fine ? '' : '  TOO MUCH'}`,
    )
  }
  console.log(`nothing is ${base.octets} octets, ${Math.round(base.heap)} of heap`)
  return passed
}
