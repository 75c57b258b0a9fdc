// Each package's prepack: what its manifest exports has been built. Packed without, it would install and be empty.
// cd packages/core && node ../../tools/packed.mjs
import { existsSync, readFileSync } from 'node:fs'

const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const pathsOf = value => (typeof value === 'string' ? [value] : Object.values(value).flatMap(pathsOf))
const missing = pathsOf(exports).filter(path => !existsSync(path))
if (missing.length > 0) {
  console.error(`${name}: ${missing.join(', ')} not built: npm run build`)
  process.exitCode = 1
}
