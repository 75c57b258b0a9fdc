// The long run of the judges, by hand:
//   node tools/run.mjs packages/bpf/test/long.ts [seed] [programs] [expressions] [programs on each engine]
// 100,000 programs of each kind, 100,000 expressions and 10,000 programs an engine unless given. Prints its seed; the
// same seed gives the same run.

import { fileURLToPath } from 'node:url'
import { engines } from '../../../tools/floor/engines.ts'
import { lower } from '../../../tools/floor/lower.ts'
import { bpf } from '../src/index.ts'
import { jit } from '../src/jit.ts'
import { linux } from '../src/linux.ts'
import { programCases } from './cases.ts'
import { compare, type Subject, type Tally } from './compare.ts'
import { far, wired } from './far.ts'
import { answer } from './firmware.ts'
import { frame } from './frames.ts'
import { kernel } from './kernel.ts'
import { near } from './near.ts'
import { pcap } from './pcap.ts'
import { random } from './random.ts'
import { garbled, sentence } from './sentences.ts'
import { judge } from './verdicts.ts'

const [seed = Date.now() % 1000000000, programs = 100000, expressions = 100000, each = 10000] = process.argv
  .slice(2)
  .map(Number)
console.log(`seed ${seed}`)
const rand = (): number => 4

const print = (name: string, t: Tally): void =>
  console.log(
    `${name}: ${t.programs} programs, ${t.taken} taken, ${t.runs} runs (${t.telling} between none and all), ` +
      `${t.left} runs left out, ${t.own} programs refused by us alone`,
  )

async function programRuns(): Promise<void> {
  const pair = kernel()
  const runs: [string, Subject, 'valid' | 'doubtful'][] = [
    ['interpreter', near(bpf), 'valid'],
    ['validator', near(bpf), 'doubtful'],
    ['compiled', near(p => jit(bpf(p))), 'valid'],
    ['linux, interpreter', far(p => linux(p, rand), true), 'valid'],
    ['linux, validator', far(p => linux(p, rand), false), 'doubtful'],
    ['linux, compiled', far(p => jit(linux(p, rand)), true), 'valid'],
  ]
  for (const [name, subject, kind] of runs) print(name, await compare(pair, subject, kind, seed, programs))
  pair.end()
  if (process.getuid?.() !== 0) return
  const wire = kernel('packet.py', 'unshare', '-n')
  print(
    'linux, frames',
    await compare(
      wire,
      wired(p => linux(p, rand), true),
      'valid',
      seed,
      programs,
    ),
  )
  wire.end()
}

async function expressionRuns(): Promise<void> {
  const lib = pcap()
  const types = [1, 1, 1, 101, 113, 0]
  const r = random(seed)
  const frames = types.map(type => Array.from({ length: 150 }, () => frame(r, type)))
  const sum = { taken: 0, faults: 0, runs: 0, torn: 0, ours: 0, plain: 0, best: 0 }
  for (let i = 0; i < expressions; i++) {
    const one = random(seed + i)
    const k = i % types.length
    const o = await judge(lib, i % 3 === 2 ? garbled(one) : sentence(one, 3), types[k] ?? 1, frames[k] ?? [])
    if (o.fault) {
      sum.faults++
      console.log(`seed ${seed + i}: ${o.fault}`)
    }
    if (!o.isTaken) continue
    sum.taken++
    sum.runs += o.hits + o.misses
    sum.torn += o.torn
    sum.ours += o.lengths[0]
    sum.plain += o.lengths[1]
    sum.best += o.lengths[2] || o.lengths[1]
  }
  lib.end()
  console.log(
    `expressions: ${expressions}, ${sum.taken} taken, ${sum.runs} runs, ${sum.faults} disagreements; ` +
      `${sum.torn} runs in which tcpdump and tcpdump -O differ; instructions: ours ${sum.ours}, -O ${sum.plain}, optimised ${sum.best}`,
  )
  if (sum.faults) process.exitCode = 1
}

async function engineRuns(): Promise<void> {
  const firmware = await lower(fileURLToPath(new URL('firmware-entry.ts', import.meta.url)))
  for (const engine of engines) {
    if (engine.name === 'ES5 gate' || engine.name === 'Node') continue
    const start = performance.now()
    for (let i = 0; i < each; i += 100)
      for (const kind of ['near', 'far'] as const) {
        const text = programCases(kind, seed + i, 100)
        const { printed } = await engine.run(`var CASES=${JSON.stringify(text)};${firmware}`)
        if (printed !== answer(text)) throw new Error(`${engine.name} ${kind} seed ${seed + i}: ${printed}`)
      }
    console.log(`${engine.name}: 2 x ${each} programs, ${Math.round((performance.now() - start) / 1000)} s`)
  }
}

await programRuns()
await expressionRuns()
await engineRuns()
