import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { mutant } from './tools/mutants/plugin.ts'
import { observer } from './tools/observer/plugin.ts'

const packages = fileURLToPath(new URL('./packages/', import.meta.url))

// Tests run on sources, not on dist: a red test points at the line that was written. tools/pack tests what is published.
export default defineConfig({
  plugins: [...(process.env['TINY_MUTANT'] ? [mutant()] : []), ...(process.env['TINY_OBSERVER'] ? [observer()] : [])],
  resolve: {
    alias: [
      { find: /^@tiny\/([a-z0-9-]+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@tiny\/([a-z0-9-]+)\/([a-z0-9-]+)$/, replacement: `${packages}$1/src/$2.ts` },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'tools/**/*.test.ts'],
    setupFiles: process.env['TINY_OBSERVER'] ? ['tools/observer/check.ts'] : [],
    passWithNoTests: true,
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/types.ts'] },
  },
})
