// node tools/run.mjs FILE.ts [args]: bundles a TypeScript entry with its imports, packages from their sources, and runs
// it in this process. Node 20 strips no types by itself, and this needs neither a build nor a loader.
import { mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, stop } from 'esbuild'
import { fromSources } from './sources.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// The bundle lies elsewhere than its sources: each keeps its own `import.meta.url`, by which tools find their files.
const ownAddress = {
  name: 'own-address',
  setup(context) {
    context.onLoad({ filter: /\.(ts|mjs)$/ }, async args => {
      if (args.path.includes('node_modules')) return undefined
      const text = await readFile(args.path, 'utf8')
      const contents = text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(args.path).href))
      return { contents, loader: args.path.endsWith('.ts') ? 'ts' : 'js' }
    })
  },
}

/** Bundles `file` into node_modules/.cache and gives the path of the result. */
export async function bundle(file) {
  const entry = resolve(file)
  const outfile = join(
    root,
    'node_modules/.cache/run',
    `${relative(root, entry).replace(/[\\/]/g, '-')}.${process.pid}.mjs`,
  )
  mkdirSync(dirname(outfile), { recursive: true })
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    packages: 'external',
    plugins: [fromSources, ownAddress],
  })
  return outfile
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [file, ...rest] = process.argv.slice(2)
  if (!file) throw new Error('usage: node tools/run.mjs FILE.ts [args]')
  process.setSourceMapsEnabled(true)
  // Tools call the programs of node_modules, also when npm did not start them.
  process.env.PATH = join(root, 'node_modules/.bin') + delimiter + process.env.PATH
  const out = await bundle(file)
  process.argv = [process.argv[0], resolve(file), ...rest]
  process.on('exit', () => rmSync(out, { force: true }))
  // Whoever reads may have read enough: `| head`. A build under way would complain.
  process.stdout.on('error', error => {
    if (error.code !== 'EPIPE') throw error
    stop()
    process.exit()
  })
  await import(pathToFileURL(out).href)
}
