// npm run pack: what a user gets. Packs every package, installs the tarballs with plain npm into an empty folder and
// imports every entry point from ESM, CommonJS and TypeScript (node16 and bundler); then copies each example to an empty
// folder, installs the same tarballs and runs its one command.
// Prints one line a check and writes their count for .ci/run.
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { packages, root, scope } from '../sources.mjs'
import { tally } from '../tally.ts'

interface Manifest {
  name?: string
  scripts?: { start?: string }
  dependencies?: { [name: string]: string }
  devDependencies?: { [name: string]: string }
  tiny?: { seconds?: number }
}

const work = mkdtempSync(join(tmpdir(), 'tiny-pack-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
const { check, end } = tally('pack')

function run(command: string, args: string[], cwd: string): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000, env: { ...process.env, NO_COLOR: '1' } })
}

function must(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = run(command, args, cwd)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

/** Tarball of each package by its name. */
function pack(): Map<string, string> {
  const tarballs = new Map<string, string>()
  for (const { dir, manifest } of packages) {
    const out = must('pnpm', ['pack', '--pack-destination', work], dir)
    tarballs.set(manifest.name, join(work, basename(out.trim().split('\n').pop() ?? '')))
  }
  return tarballs
}

/** An empty folder with a manifest that takes our packages from the tarballs, dependencies of dependencies too. */
function install(folder: string, manifest: Manifest): void {
  const ours = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]))
  const own = Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [name, ours[name] ?? range])
  const changed = { ...manifest, dependencies: Object.fromEntries(own), overrides: ours }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(changed))
  must('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'], folder)
}

function fails(result: SpawnSyncReturns<string>): string {
  return result.status === 0 ? '' : `${result.error ?? ''}${result.stdout}${result.stderr}`.trim().slice(0, 2000)
}

/** The same import of every entry point in four ways. */
function imports(folder: string): void {
  const names = packages.flatMap(p => p.entries.map(entry => entry.name))
  const lines = (of: (name: string, i: number) => string): string => names.map(of).join('\n')
  const isFull = 'const empty = all => Object.keys(all).filter(key => key !== "default").length === 0\n'
  const test = `${isFull}${lines((name, i) => `if (empty(e${i})) throw new Error('${name} is empty')`)}\n`
  writeFileSync(join(folder, 'esm.mjs'), lines((name, i) => `import * as e${i} from '${name}'`) + `\n${test}`)
  writeFileSync(join(folder, 'cjs.cjs'), lines((name, i) => `const e${i} = require('${name}')`) + `\n${test}`)
  check('imports from ESM', fails(run('node', ['esm.mjs'], folder)))
  check('imports from CommonJS', fails(run('node', ['cjs.cjs'], folder)))

  // A type that is `any` would accept everything: the second line has to be refused.
  const typed = `import { host } from '${scope}/core'\nimport { address } from '${scope}/core/text'
export const a: Uint8Array = address('10.0.0.1')\n// @ts-expect-error an Env is needed\nhost()\n`
  const all = lines((name, i) => `import * as e${i} from '${name}'\nvoid e${i}`)
  for (const file of ['types.mts', 'types.cts']) writeFileSync(join(folder, file), `${typed}${all}\n`)
  const compilerOptions = { strict: true, noEmit: true, target: 'es2020', lib: ['es2020'], types: [] }
  for (const [module, moduleResolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    const files = moduleResolution === 'bundler' ? ['types.mts'] : ['types.mts', 'types.cts']
    const config = { compilerOptions: { ...compilerOptions, module, moduleResolution }, files }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const result = run('node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder)
    check(`types, moduleResolution ${moduleResolution}`, fails(result))
  }
}

interface Watched {
  status: number | null
  stdout: string
  stderr: string
  /** It was still running when its time was over. */
  isStopped: boolean
}

/** Runs `npm start` for so many seconds at most; what it has started ends with it. */
function watch(folder: string, seconds: number): Promise<Watched> {
  return new Promise(resolve => {
    const env = { ...process.env, NO_COLOR: '1' }
    const child = spawn('npm', ['start', '--silent'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const seen: Watched = { status: null, stdout: '', stderr: '', isStopped: false }
    child.stdout.on('data', text => (seen.stdout += text))
    child.stderr.on('data', text => (seen.stderr += text))
    const timer = setTimeout(() => {
      seen.isStopped = true
      if (child.pid) process.kill(-child.pid)
    }, seconds * 1000)
    child.on('close', status => {
      clearTimeout(timer)
      resolve({ ...seen, status })
    })
  })
}

/** Copies an example out and runs it. It ends by itself, or `"tiny": { "seconds": N }` says how long it is watched. */
async function example(name: string): Promise<void> {
  const folder = join(work, `example-${name}`)
  cpSync(join(root, 'examples', name), folder, {
    recursive: true,
    filter: path => !/node_modules|[\\/]dist$/.test(path),
  })
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  install(folder, manifest)
  const installed = readdirSync(join(folder, 'node_modules', scope)).map(name =>
    join(folder, 'node_modules', scope, name),
  )
  const nested = installed.filter(path => existsSync(join(path, 'node_modules', scope)))
  check(`examples/${name} has one copy of each of ${installed.length} packages`, nested.join(' '))
  const seconds = manifest.tiny?.seconds
  const { status, stdout, stderr, isStopped } = await watch(folder, seconds ?? 60)
  // One that runs for ever is stopped; until then it has to have said something, and nothing to stderr.
  const isGood = stdout.trim() !== '' && (isStopped ? seconds !== undefined && stderr === '' : status === 0)
  const end = isStopped ? 'was stopped' : `ended with ${status}`
  check(`examples/${name} runs`, isGood ? '' : `${end}, said:\n${`${stdout}${stderr}`.slice(0, 2000)}`)
}

const tarballs = pack()
for (const [name, file] of tarballs) {
  const listed = must('tar', ['tzf', file], work).split('\n')
  const bad = listed.filter(path => /\.test(-d)?\.ts$|tsconfig|tsup|mutants|waivers/.test(path))
  const missing = ['package/package.json', 'package/README.md', 'package/dist/index.js'].filter(
    path => !listed.includes(path),
  )
  check(`${name} packs what it should`, [...bad, ...missing.map(path => `no ${path}`)].join(' '))
}
const consumer = join(work, 'consumer')
mkdirSync(consumer)
install(consumer, { name: 'consumer', dependencies: Object.fromEntries([...tarballs.keys()].map(name => [name, '*'])) })
imports(consumer)
const examples = existsSync(join(root, 'examples')) ? readdirSync(join(root, 'examples')) : []
for (const name of examples.sort()) if (existsSync(join(root, 'examples', name, 'package.json'))) await example(name)
end()
