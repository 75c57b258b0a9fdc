// npm run build [-- NAME...]: builds packages with tsup into their dist, dependencies first, two at a time. One whose
// inputs have not changed since the last time is left as it is.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { packages, root, scope } from './sources.mjs'

const SHARED = [
  'tools/tsup.ts',
  'tools/constants.mjs',
  'tsconfig.base.json',
  'tsconfig.protocol.json',
  'floor.d.ts',
  'pnpm-lock.yaml',
]
const AT_A_TIME = 2
const stampFile = name => join(root, 'node_modules/.cache/build', name)

/** Our own packages that a package is built upon. */
const needs = ({ manifest }) =>
  Object.keys(manifest.dependencies ?? {})
    .filter(name => name.startsWith(`${scope}/`))
    .map(name => basename(name))

/** A hash of everything that decides about a package's dist; the stamp of a dependency stands for its declarations. */
function stampOf(pkg) {
  const sources = readdirSync(join(pkg.dir, 'src'), { recursive: true })
    .filter(file => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file))
    .map(file => join(pkg.dir, 'src', file))
  const own = ['package.json', 'tsconfig.json'].map(file => join(pkg.dir, file))
  const inputs = [...own, ...sources.sort(), ...SHARED.map(file => join(root, file)), ...needs(pkg).map(stampFile)]
  const hash = createHash('sha256')
  for (const file of inputs)
    hash
      .update(basename(file))
      .update('\0')
      .update(existsSync(file) ? readFileSync(file) : '')
  return hash.digest('hex')
}

function isFresh(pkg, stamp) {
  const file = stampFile(pkg.name)
  const outputs = pkg.entries.map(entry => join(pkg.dir, 'dist', `${basename(entry.file, '.ts')}.d.cts`))
  return existsSync(file) && String(readFileSync(file)) === stamp && outputs.every(output => existsSync(output))
}

/** Runs tsup; its output is shown when it fails. */
function build(pkg) {
  const stamp = stampOf(pkg)
  if (isFresh(pkg, stamp)) return true
  return new Promise(resolve => {
    const args = ['--out-dir', 'dist.new']
    const child = spawn(join(root, 'node_modules/.bin/tsup'), args, { cwd: pkg.dir, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', text => (output += text))
    child.stderr.on('data', text => (output += text))
    child.on('close', code => {
      if (code === 0) {
        // Swapped when complete: whoever reads dist meanwhile finds the old one or the new one.
        rmSync(join(pkg.dir, 'dist'), { recursive: true, force: true })
        renameSync(join(pkg.dir, 'dist.new'), join(pkg.dir, 'dist'))
        mkdirSync(dirname(stampFile(pkg.name)), { recursive: true })
        writeFileSync(stampFile(pkg.name), stamp)
      } else console.error(`${pkg.manifest.name} does not build\n${output}`)
      resolve(code === 0)
    })
  })
}

/** One build at a time in a checkout: a second one waits, and finds everything fresh. */
async function lock() {
  const file = join(root, 'node_modules/.cache/build.lock')
  mkdirSync(dirname(file), { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      break
    } catch {
      if (!isRunning(file)) rmSync(file, { force: true })
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
  process.on('exit', () => rmSync(file, { force: true }))
}

function isRunning(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 0 ? process.kill(pid, 0) : true
  } catch {
    return false
  }
}

await lock()
const wanted = process.argv.slice(2)
const wave = new Set(
  packages.flatMap(pkg => (wanted.length === 0 || wanted.includes(pkg.name) ? [pkg.name, ...needs(pkg)] : [])),
)
const left = packages.filter(pkg => wave.has(pkg.name))
const done = new Set()
while (left.length > 0) {
  const ready = left.filter(pkg => needs(pkg).every(name => done.has(name)))
  if (ready.length === 0) throw new Error(`a cycle, or no sources, below ${left.map(pkg => pkg.name).join(', ')}`)
  const next = ready.slice(0, AT_A_TIME)
  const results = await Promise.all(next.map(build))
  if (results.includes(false)) process.exit(1)
  for (const pkg of next) {
    done.add(pkg.name)
    left.splice(left.indexOf(pkg), 1)
  }
}
