// Where packages are found in the checkout. Everything that bundles or walks sources asks here.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The scope in use, `@tiny` until `npm run rename`. */
export const scope = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')).name.split('/')[0]

/** Packages whose sources exist: folder name, folder, manifest, whether the engine floor binds it, and entry points. */
export const packages = readdirSync(join(root, 'packages'))
  .filter(name => existsSync(join(root, 'packages', name, 'src/index.ts')))
  .map(name => {
    const dir = join(root, 'packages', name)
    const manifest = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
    const protocol = readFileSync(join(dir, 'tsconfig.json'), 'utf8').includes('tsconfig.protocol.json')
    const entries = Object.keys(manifest.exports)
      .filter(path => path !== './package.json')
      .map(path => ({
        name: manifest.name + path.slice(1),
        file: join(dir, 'src', path === '.' ? 'index.ts' : `${path.slice(2)}.ts`),
      }))
      .filter(entry => existsSync(entry.file))
    return { name, dir, manifest, protocol, entries }
  })

const plugin = (name, fileOf) => ({
  name,
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${scope}/`) }, args => {
      const [, name, entry = 'index'] = args.path.split('/')
      return { path: join(root, 'packages', name, fileOf(entry)), sideEffects: false }
    })
  },
})

/** esbuild plugin: @tiny/x and @tiny/x/y from the sources of this checkout. */
export const fromSources = plugin('sources', entry => `src/${entry}.ts`)

/** The same from what was built, as a user gets it. */
export const fromDist = plugin('dist', entry => `dist/${entry}.js`)
