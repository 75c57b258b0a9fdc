// The rules that a general linter does not know: what the engine floor refuses in protocol packages (with types, so
// that `fill` of a typed array is told from anything else called fill), file names, file sizes, and what manifests
// have in common.
// node tools/run.mjs tools/lint/index.ts
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import ts from 'typescript'
import { packages, root, scope } from '../sources.mjs'
import { floorFaults } from './floor.ts'
import { importFaults, manifestFaults } from './manifests.ts'

const MAX_LINES = 400
const EXAMPLE_LINES = 59
const VAGUE = /^(utils?|helpers?|common|misc)\b/

function* files(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue
    const path = join(dir, entry.name)
    if (entry.isDirectory()) yield* files(path)
    else yield path
  }
}

const faults: string[] = []
for (const top of ['packages', 'tools', 'examples'].filter(name => existsSync(join(root, name)))) {
  for (const path of files(join(root, top))) {
    if (VAGUE.test(basename(path))) faults.push(`${path}: a name that says nothing`)
    if (!/\.(ts|mjs|js)$/.test(path) || /\.test(-d)?\.ts$/.test(path)) continue
    const lines = readFileSync(path, 'utf8').split('\n').length - 1
    const most = top === 'examples' ? EXAMPLE_LINES : MAX_LINES
    if (lines > most) faults.push(`${path}: ${lines} lines, ${most} at most`)
  }
}

// An example refuses options that nobody knows, as what is made of it should.
for (const name of readdirSync(join(root, 'examples'))) {
  const sources = [...files(join(root, 'examples', name))].filter(path => path.endsWith('.js'))
  if (!sources.some(path => readFileSync(path, 'utf8').includes(`${scope}/core/strict`)))
    faults.push(`${join(root, 'examples', name)}: nothing of it uses strict`)
}

for (const { name, dir, manifest, protocol } of packages) {
  faults.push(...manifestFaults(name, dir, manifest))
  for (const path of files(join(dir, 'src')))
    if (!/\.test(-d)?\.ts$/.test(path)) faults.push(...importFaults(name, protocol, path, readFileSync(path, 'utf8')))
}

// A package that no project refers to is not type-checked, and nobody notices.
for (const file of ['tsconfig.json', 'tsconfig.test.json', 'tsconfig.tools.json']) {
  const { config } = ts.readConfigFile(join(root, file), ts.sys.readFile)
  const known = (config.references as { path: string }[]).map(({ path }) => path)
  for (const { name } of packages)
    if (!known.includes(`packages/${name}`)) faults.push(`${join(root, file)}: no reference to packages/${name}`)
}

for (const { dir } of packages.filter(p => p.protocol)) {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(dir, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: d => faults.push(ts.flattenDiagnosticMessageText(d.messageText, ' ')),
    },
  )
  if (!config) continue
  const program = ts.createProgram(config.fileNames, config.options)
  const checker = program.getTypeChecker()
  for (const name of config.fileNames) {
    const source = program.getSourceFile(name)
    if (source && !source.isDeclarationFile) faults.push(...floorFaults(source, checker))
  }
}

for (const fault of faults) console.log(relative(root, fault.split(': ')[0] ?? '') + fault.slice(fault.indexOf(': ')))
if (faults.length > 0) process.exit(1)
console.log('lint: the floor, names, sizes and manifests hold')
