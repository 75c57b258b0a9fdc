// All rows of size-limit: those of each package's and each example's package.json, whose own dist or firmware exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const rows = []
for (const top of ['packages', 'examples']) {
  for (const name of existsSync(top) ? readdirSync(top).sort() : []) {
    const manifest = join(top, name, 'package.json')
    if (!existsSync(manifest)) continue
    for (const row of JSON.parse(readFileSync(manifest, 'utf8'))['size-limit'] ?? []) {
      const path = join(top, name, row.path)
      if (existsSync(path)) rows.push({ ...row, path })
    }
  }
}

export default rows.map(row => ({
  ...row,
  // The preset's own format adds a shim for everything in `ignore`, which is not ours to count.
  modifyEsbuildConfig: config => ({ ...config, format: 'esm' }),
}))
