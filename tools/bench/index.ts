// npm run bench [-- NAME...]: each bench in a process of its own, so that none finds the code of another warm. A bench
// prints ours beside the limit measured in the same run, and answers whether ours is within it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../sources.mjs'

interface Bench {
  run(): boolean | Promise<boolean>
}
const BENCHES: { readonly [name: string]: () => Promise<Bench> } = {
  sum: () => import('./sum.ts'),
  udp: () => import('./udp.ts'),
  tcp: () => import('./tcp.ts'),
  options: () => import('./options.ts'),
  tap: () => import('./tap.ts'),
}

const wanted = process.argv.slice(2)
const names = wanted.length > 0 ? wanted : Object.keys(BENCHES)
const unknown = names.filter(name => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  console.log(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`)
  process.exitCode = 2
} else if ('gc' in globalThis && names.length === 1) {
  const bench = await BENCHES[names[0] as string]!()
  if (!(await bench.run())) process.exitCode = 1
} else {
  for (const name of names) {
    const args = ['--expose-gc', join(root, 'tools/run.mjs'), join(root, 'tools/bench/index.ts'), name]
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}
