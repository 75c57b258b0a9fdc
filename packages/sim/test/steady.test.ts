import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const file = fileURLToPath(new URL('./steady.ts', import.meta.url))

it('nothing grows: under 2 octets of heap a frame over a million, wire, lossy, pair and capture', {
  timeout: 120_000,
}, () => {
  const out = execFileSync(process.execPath, ['--expose-gc', 'tools/run.mjs', file], {
    cwd: root,
    encoding: 'utf8',
  })
  const rows = JSON.parse(out) as { name: string; growth: number }[]
  expect(rows.map(row => row.name)).toEqual(['wire', 'lossy', 'pair', 'capture'])
  for (const { name, growth } of rows) expect(growth, name).toBeLessThan(2)
})
