// npm run seeds [-- COUNT [FIRST]]: transfers of TCP between two machines, and in whole networks, from so many seeds, 10,000
// from 1 on unless said. One that fails prints its seed, which as FIRST shows it again: npm run seeds -- 1 4711
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './sources.mjs'

const [count = '10000', first = '1', ...more] = process.argv.slice(2)
if (more.length > 0 || ![count, first].every(word => /^[1-9]\d{0,8}$/.test(word))) {
  console.error('usage: npm run seeds [-- COUNT [FIRST]]')
  process.exitCode = 2
} else {
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      'packages/tcp/test/seeds.test.ts',
      'packages/tcp/test/networks.test.ts',
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, TINY_SEEDS: count, TINY_FIRST: first } },
  )
  process.exitCode = status ?? 1
}
