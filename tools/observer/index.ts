// npm run observers [-- PACKAGE...]: the tests of the packages with an observer in every host that counts, then with one that
// throws. They run without one in npm test. Those of core are about observers themselves; what measures is left out.
import { spawnSync } from 'node:child_process'
import { packages, root } from '../sources.mjs'

const names = process.argv.slice(2)
const all = names.length > 0 ? names : packages.map(p => p.name).filter(name => name !== 'core')
let failed = 0
for (const observer of ['mib', 'throws']) {
  console.log(`\nTINY_OBSERVER=${observer}`)
  const ran = spawnSync(
    'npx',
    [
      'vitest',
      'run',
      '--reporter=default',
      '--silent',
      '--testTimeout=60000',
      ...['kernel', 'heap', 'million', 'ram', 'steady'].flatMap(word => ['--exclude', `**/${word}*.test.ts`]),
      ...all.map(name => `packages/${name}/`),
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, TINY_OBSERVER: observer } },
  )
  if (ran.status !== 0) failed++
}
process.exitCode = failed ? 1 : 0
