// What every package.json of packages/ says alike, and that its exports and its size rows name the same entry points.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { scope } from '../sources.mjs'

type Conditions = { [condition: string]: { types?: string; default?: string } }

export interface Manifest {
  name: string
  version: string
  description?: string
  license?: string
  type?: string
  sideEffects?: boolean
  engines?: { node?: string }
  scripts?: { [name: string]: string }
  files?: string[]
  repository?: { directory?: string }
  exports: { [path: string]: string | Conditions }
  dependencies?: { [name: string]: string }
  peerDependencies?: object
  'size-limit'?: { name: string; path: string; ignore?: string[]; brotli?: boolean }[]
}

/** Packages that may depend on something beside core: adapters and devices, on their one native dependency. */
const NATIVE: { readonly [name: string]: readonly string[] } = { tun: ['koffi'] }

/** Every fault of one manifest. */
export function manifestFaults(name: string, dir: string, manifest: Manifest): string[] {
  const faults: string[] = []
  const want = (is: boolean, what: string): void => {
    if (!is) faults.push(`${dir}/package.json: ${what}`)
  }
  want(manifest.name === `${scope}/${name}`, `name ${scope}/${name}`)
  want((manifest.description ?? '').length > 20, 'a description')
  want(manifest.license === 'MIT', 'license MIT')
  want(manifest.type === 'module' && manifest.sideEffects === false, 'type module, sideEffects false')
  want(manifest.engines?.node === '>=20', 'engines node >=20')
  want(manifest.files?.join(' ') === 'dist src !src/**/*.test*.ts', 'files dist, src, !src/**/*.test*.ts')
  want(manifest.repository?.directory === `packages/${name}`, 'repository.directory')
  want(manifest.scripts?.['prepack'] === 'node ../../tools/packed.mjs', 'a prepack that looks for dist')
  want(manifest.peerDependencies === undefined, 'no peer dependencies')
  const allowed = [...(name === 'core' ? [] : [`${scope}/core`]), ...(NATIVE[name] ?? [])]
  for (const [dependency, range] of Object.entries(manifest.dependencies ?? {})) {
    want(allowed.includes(dependency), `depends on ${dependency}: only ${allowed.join(', ') || 'nothing'} may be`)
    want(!dependency.startsWith(scope) || range === 'workspace:^', `${dependency} as workspace:^`)
  }

  const rows = manifest['size-limit'] ?? []
  const paths = Object.keys(manifest.exports).filter(path => path !== './package.json')
  want(manifest.exports['./package.json'] === './package.json', 'exports ./package.json')
  for (const path of paths) {
    const file = path === '.' ? 'index' : path.slice(2)
    const { import: esm, require: cjs } = manifest.exports[path] as Conditions
    want(existsSync(join(dir, 'src', `${file}.ts`)), `exports ${path} without src/${file}.ts`)
    want(Object.keys(esm ?? {}).join() === 'types,default' && esm?.default === `./dist/${file}.js`, `${path}: import`)
    want(Object.keys(cjs ?? {}).join() === 'types,default' && cjs?.default === `./dist/${file}.cjs`, `${path}: require`)
    for (const suffix of ['', ' raw']) {
      const row = rows.find(other => other.name === manifest.name + path.slice(1) + suffix)
      want(row?.path === `dist/${file}.js`, `no size-limit row ${manifest.name}${path.slice(1)}${suffix}`)
      want((row?.brotli === false) === (suffix !== ''), `${row?.name}: brotli`)
      want(
        name === 'core' || row?.ignore?.[0] === `${scope}/core`,
        `${row?.name}: own code alone, ignore ${scope}/core`,
      )
    }
  }
  want(rows.length === 2 * paths.length, 'a size-limit row of no entry point')
  return faults
}

/** Imports of a source file that are neither its own, nor core's, nor (in devices and adapters) Node's. */
export function importFaults(name: string, isProtocol: boolean, file: string, text: string): string[] {
  const faults: string[] = []
  for (const { fileName: from } of ts.preProcessFile(text).importedFiles) {
    const isOwn = from.startsWith('./')
    const isCore = name !== 'core' && (from === `${scope}/core` || from.startsWith(`${scope}/core/`))
    const isNode = !isProtocol && (from.startsWith('node:') || (NATIVE[name] ?? []).includes(from))
    if (!isOwn && !isCore && !isNode) faults.push(`${file}: imports ${from}`)
  }
  return faults
}
