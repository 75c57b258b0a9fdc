// npm run subsets [-- --all]: every firmware that can be assembled type-checks, bundles, and behaves like all others but for
// what it lacks. Without --all: none, each part alone, each left out, all pairs, and all.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { fromSources, root } from '../sources.mjs'
import { behaviours, type Firmware, faults } from './behaviours.ts'
import { sources, subsets } from './parts.ts'

const isAll = process.argv.includes('--all')
const list = subsets(isAll)
const dir = join(root, 'node_modules/.cache/subsets')
rmSync(dir, { recursive: true, force: true })
mkdirSync(dir, { recursive: true })
for (const [i, names] of list.entries()) writeFileSync(join(dir, `f${i}.ts`), sources(names))
writeFileSync(
  join(dir, 'tsconfig.json'),
  JSON.stringify({
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      emitDeclarationOnly: false,
      declaration: false,
      isolatedDeclarations: false,
      noUncheckedIndexedAccess: false,
      rootDir: root,
    },
    include: ['*.ts', join(root, 'floor.d.ts')],
  }),
)
const types = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', dir], { encoding: 'utf8' })
const wrong = new Set<number>()
for (const match of types.stdout.matchAll(/f(\d+)\.ts\(.*error.*/g)) {
  wrong.add(Number(match[1]))
  console.log(`${list[Number(match[1])]?.join(' ') || 'none'}: ${match[0]}`)
}
if (types.status !== 0 && wrong.size === 0) throw new Error(types.stdout)

for (const [i, names] of list.entries()) {
  const { outputFiles } = await build({
    entryPoints: [join(dir, `f${i}.ts`)],
    bundle: true,
    format: 'iife',
    globalName: 'subset',
    write: false,
    logLevel: 'error',
    plugins: [fromSources],
  })
  const context = createContext({})
  runInContext(`${outputFiles[0]?.text}\nglobalThis.firmware = subset.firmware`, context)
  // The floor's objects are plain: those of another context do as well.
  for (const fault of faults((context as { firmware: Firmware }).firmware, names)) {
    wrong.add(i)
    console.log(`${names.join(' ') || 'none'}: ${fault}`)
  }
}
rmSync(dir, { recursive: true, force: true })
console.log(
  `subsets: ${list.length - wrong.size} of ${list.length} type-check, bundle and behave, ${Object.keys(behaviours).length} behaviours each`,
)
process.exitCode = wrong.size > 0 ? 1 : 0
