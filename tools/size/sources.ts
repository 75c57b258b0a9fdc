// Sizes without a build, for who has not the time for one: what tsup would write is made in memory, by the same esbuild
// with the same settings, and measured as measure() does. A test compares it with what tsup writes.
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { constantsOf, keepConstants } from '../constants.mjs'
import { packages, root, scope } from '../sources.mjs'
import { ESM, type Row } from './measure.ts'
import { rows } from './rows.mjs'

interface SizeRow {
  name: string
  path: string
  limit?: string
  ignore?: string[]
}

/** What the dist of a package would hold, by path. */
export async function distOf(name: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const { dir, entries } of packages.filter(other => other.name === name)) {
    const { outputFiles } = await build({
      // tsup finds its entries by a glob, which sorts them; their order is that of the modules they share.
      entryPoints: [
        ...entries.map(entry => entry.file),
        ...constantsOf(dir).map(name => join(dir, `src/${name}.ts`)),
      ].sort(),
      absWorkingDir: dir,
      outdir: join(dir, 'dist'),
      bundle: true,
      splitting: true,
      format: 'esm',
      target: 'es2020',
      minifySyntax: true,
      external: [`${scope}/*`, 'node:*'],
      tsconfigRaw: {},
      write: false,
      logLevel: 'error',
    })
    for (const { path, text } of outputFiles) files.set(path, keepConstants(text))
  }
  return files
}

/** Where an import lies, and in the dist of which package; null when it is in none. */
function find(path: string, importer: string): { name: string; file: string } | null {
  const [first, second = '', entry = 'index'] = path.split('/')
  const file =
    first === scope ? join(root, 'packages', second, 'dist', `${entry}.js`) : resolve(dirname(importer), path)
  const [top, name = '', folder] = relative(root, file).split(sep)
  return top === 'packages' && folder === 'dist' ? { name, file } : null
}

/** Finds imports in what distOf() gives, and leaves those of `ignore` out. */
const fromMemory = (known: Map<string, Promise<Map<string, string>>>, ignore: readonly string[]): Plugin => ({
  name: 'memory',
  setup(context) {
    context.onResolve({ filter: /.*/ }, ({ path, importer }) => {
      if (path.startsWith('node:') || ignore.some(name => path === name || path.startsWith(`${name}/`)))
        return { path, external: true }
      const found = find(path, importer)
      return found && { path: found.file, namespace: 'memory', sideEffects: false, pluginData: found.name }
    })
    context.onLoad({ filter: /.*/, namespace: 'memory' }, async ({ path, pluginData }) => {
      const files = known.get(pluginData) ?? distOf(pluginData)
      known.set(pluginData, files)
      const contents = (await files).get(path)
      return contents === undefined ? { errors: [{ text: `${path} is not there` }] } : { contents }
    })
  },
})

const budgetOf = (limit: string | undefined): number => Number((limit ?? '0 B').replace(' B', ''))

/**
 * Octets of entry points, of examples, and of any other file with all that it imports.
 *
 * @param names names of rows, as `npm run size` prints them, or paths of files; a row that is not there is left out
 */
export async function measureSources(names: readonly string[]): Promise<Row[]> {
  const dists = new Map<string, Promise<Map<string, string>>>()
  const known = new Map<string, SizeRow>()
  for (const row of rows as SizeRow[]) known.set(row.name, { ...row, path: join(root, row.path) })
  for (const { dir, manifest } of packages)
    for (const row of (manifest['size-limit'] ?? []) as SizeRow[])
      known.set(row.name, { ...row, path: join(dir, row.path) })
  const out: Row[] = []
  for (const name of names) {
    const row = known.get(name) ?? { name: basename(name), path: name }
    if (!known.has(name) && !/\.[jt]s$/.test(name)) continue
    const { outputFiles } = await build({
      ...ESM,
      entryPoints: [row.path],
      plugins: [fromMemory(dists, row.ignore ?? [])],
    })
    const code = outputFiles[0]?.contents ?? new Uint8Array(0)
    const brotli = brotliCompressSync(code).length
    const budget = budgetOf(row.limit)
    out.push({ name: row.name, raw: code.length, brotli, budget, passed: budget === 0 || brotli <= budget })
  }
  return out
}
