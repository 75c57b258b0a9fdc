// What is exported and never imported, declared and never used. The entry points are those of the exports maps.
import { relative } from 'node:path'
import { packages, scope } from './tools/sources.mjs'

const own = packages.map(({ name, dir, entries }) => [
  `packages/${name}`,
  {
    entry: [
      ...entries.map(entry => relative(dir, entry.file)),
      'src/**/*.test.ts',
      'src/**/*.test-d.ts',
      'test/**/*.ts',
    ],
    project: ['src/**/*.ts', 'test/**/*.ts'],
    // Tests put packages together; what sources import is judged by tools/lint.
    ignoreDependencies: [new RegExp(`^${scope}/`)],
  },
])

export default {
  workspaces: {
    '.': {
      entry: [
        'tools/*.{ts,mjs}',
        'tools/*/index.ts',
        'tools/floor/exchange.ts',
        'tools/floor/stream.ts',
        'tools/machine/*.{ts,js}',
        // Loaded by name, where vitest runs with an observer.
        'tools/observer/{check,observed}.ts',
        'tools/size/cost.ts',
        'tools/**/*.test.ts',
      ],
      project: ['tools/**/*.{ts,mjs}'],
    },
    ...Object.fromEntries(own),
  },
  // Called as programs by tools/publish.ts and tools/setup.mjs; and what tests and bench are to use; koffi is required when a device is opened. Programs of Debian are no dependencies.
  ignoreDependencies: ['@arethetypeswrong/cli', 'publint', 'pnpm', 'mitata', 'koffi'],
  rules: { binaries: 'off' },
  // Types of a package that its other files name.
  ignoreExportsUsedInFile: true,
  // Numbers of an RFC stand there whether all of them are used or not.
  ignoreIssues: { 'packages/*/src/const.ts': ['exports'] },
}
