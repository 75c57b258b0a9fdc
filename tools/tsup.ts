// One build for all packages: the entry points are those of the package's own exports map.
import { existsSync, readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { constantsOf, keepConstants } from './constants.mjs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> }
const names = Object.keys(manifest.exports)
  .filter(path => path !== './package.json')
  .map(path => (path === '.' ? 'index' : path.slice(2)))

export default defineConfig({
  entry: [...names, ...constantsOf('.')].map(name => `src/${name}.ts`).filter(file => existsSync(file)),
  format: ['esm', 'cjs'],
  target: 'es2020',
  // Readable output that keeps names; minifySyntax only, because it inlines the numbers of const.ts.
  minify: false,
  treeshake: false,
  // Node's own modules keep the name that says so.
  removeNodeProtocol: false,
  esbuildOptions(options) {
    options.minifySyntax = true
  },
  // Declarations are resolved through node_modules, as a user's would be, not through the source paths of tsconfig.base.json.
  // Written for the newest target, whatever that of the package is: with ES5's library alone, for-of has no iterators there.
  dts: { compilerOptions: { composite: false, incremental: false, paths: {}, lib: ['ES2022'] } },
  clean: true,
  plugins: [
    {
      name: 'constants',
      renderChunk(code) {
        return { code: this.format === 'esm' ? keepConstants(code) : code }
      },
    },
  ],
})
