// All rows of size-limit: those of each package's and each example's package.json. Paths are relative to the checkout; a
// file that is not there is an error of who measures it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../sources.mjs'

export const rows = []
for (const top of ['packages', 'examples']) {
  for (const name of existsSync(join(root, top)) ? readdirSync(join(root, top)).sort() : []) {
    const manifest = join(root, top, name, 'package.json')
    if (!existsSync(manifest)) continue
    for (const row of JSON.parse(readFileSync(manifest, 'utf8'))['size-limit'] ?? []) {
      rows.push({ ...row, path: join(top, name, row.path) })
    }
  }
}

/** The file of an example that is measured. @throws Error when it has none */
export function entryOf(example) {
  const row = rows.find(({ name }) => name === `examples/${example}`)
  if (!row) throw new Error(`no row of size-limit for examples/${example}`)
  return join(root, row.path)
}
