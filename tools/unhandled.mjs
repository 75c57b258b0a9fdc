// A reporter of vitest: writes errors that happened outside of any test to node_modules/.cache/unhandled.json. They make
// a run fail in which every test has passed, and vitest's own report in JSON does not have them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.mjs'

export default class {
  onTestRunEnd(_modules, errors) {
    const cache = join(root, 'node_modules/.cache')
    mkdirSync(cache, { recursive: true })
    const texts = errors.map(({ name, message, stack }) => stack ?? `${name}: ${message}`)
    writeFileSync(join(cache, 'unhandled.json'), JSON.stringify(texts))
  }
}
