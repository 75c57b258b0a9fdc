// Puts an observer into every host that a test makes: TINY_OBSERVER=mib one that counts, TINY_OBSERVER=throws one that
// throws. A test's own observer stays as it is.
import { join } from 'node:path'
import type { Plugin } from 'vitest/config'
import { root } from '../sources.mjs'

const HOST = join(root, 'packages/core/src/host.ts')

export const observer = (): Plugin => ({
  name: 'observer',
  enforce: 'pre',
  transform(code, id) {
    if (id.split('?')[0] !== HOST) return undefined
    const own = 'export function host('
    if (code.split(own).length !== 2) throw new Error(`${HOST}: no ${own}`)
    return `import { observed } from ${JSON.stringify(join(root, 'tools/observer/observed.ts'))}
${code.replace(own, 'function bare(')}
export const host = (env: Env, options?: HostOptions): Host => observed(bare, env, options)
`
  },
})
