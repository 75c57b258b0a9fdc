// Builds the package in the current directory with tsup, unless nothing that goes into it has changed since the last
// time. A package without sources yet is passed over.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { root } from './sources.mjs'

const stampOf = name => join(root, 'node_modules/.cache/build', name)
const read = file => (existsSync(file) ? readFileSync(file) : '')

const name = basename(process.cwd())
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
if (!existsSync('src/index.ts')) process.exit(0)

const sources = readdirSync('src', { recursive: true })
  .map(file => join('src', file))
  .filter(file => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
const shared = ['tools/tsup.ts', 'tsconfig.base.json', 'tsconfig.protocol.json', 'floor.d.ts', 'pnpm-lock.yaml']
const inputs = ['package.json', 'tsconfig.json', ...sources.sort(), ...shared.map(file => join(root, file))]
// Declarations of a dependency decide about ours. Its stamp stands for them: pnpm builds dependencies first.
for (const dependency of Object.keys(manifest.dependencies ?? {})) inputs.push(stampOf(basename(dependency)))

const hash = createHash('sha256')
for (const file of inputs) hash.update(basename(file)).update('\0').update(read(file)).update('\0')
const stamp = hash.digest('hex')
const outputs = Object.keys(manifest.exports).flatMap(path =>
  path === '.' ? ['dist/index.js'] : path.endsWith('.json') ? [] : [`dist/${path.slice(2)}.js`],
)
if (String(read(stampOf(name))) === stamp && outputs.every(file => existsSync(file))) process.exit(0)

const { status } = spawnSync('tsup', ['--silent'], { stdio: ['ignore', 2, 2], shell: true })
if (status === 0) {
  mkdirSync(dirname(stampOf(name)), { recursive: true })
  writeFileSync(stampOf(name), stamp)
}
process.exit(status ?? 1)
