// All rows of size-limit: those of each package's and each example's package.json whose file exists. Paths are relative
// to the checkout.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../sources.mjs'

export const rows = []
for (const top of ['packages', 'examples']) {
  for (const name of existsSync(join(root, top)) ? readdirSync(join(root, top)).sort() : []) {
    const manifest = join(root, top, name, 'package.json')
    if (!existsSync(manifest)) continue
    for (const row of JSON.parse(readFileSync(manifest, 'utf8'))['size-limit'] ?? []) {
      const path = join(top, name, row.path)
      if (existsSync(join(root, path))) rows.push({ ...row, path })
    }
  }
}
