// Octets of every entry point and example, from the rows of size-limit.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { root, scope } from '../sources.mjs'

/** What sizes are measured of: esbuild --bundle --minify --format=esm. */
export const ESM = { bundle: true, minify: true, format: 'esm', write: false, logLevel: 'error' } as const

export interface Row {
  name: string
  raw: number
  brotli: number
  /** Octets of brotli; 0: no budget. */
  budget: number
  passed: boolean
}

// size-limit takes the size of an empty project off every row. Our numbers are those of `esbuild --bundle --minify
// --format=esm` and nothing else: it is added again, and each run compares one row with esbuild itself.
const EMPTY = { raw: 12, brotli: 16 }

/** Rows of size-limit come in pairs: NAME is brotli with the budget, `NAME raw` the same without compression. */
export function measure(): Row[] {
  const run = spawnSync('size-limit', ['--json'], { cwd: root, encoding: 'utf8', shell: true, maxBuffer: 1 << 24 })
  if (!run.stdout.trim().startsWith('[')) throw new Error(`size-limit: ${run.stdout}${run.stderr}`)
  const all = JSON.parse(run.stdout) as { name: string; size: number; sizeLimit?: number }[]
  const rows: Row[] = []
  for (const { name, size, sizeLimit } of all) {
    if (name.endsWith(' raw')) continue
    const raw = (all.find(other => other.name === `${name} raw`)?.size ?? -EMPTY.raw) + EMPTY.raw
    const brotli = size + EMPTY.brotli
    const budget = sizeLimit ?? 0
    rows.push({ name, raw, brotli, budget, passed: budget === 0 || brotli <= budget })
  }
  const { name, raw, brotli } = rows.find(row => row.name === `${scope}/core`) as Row
  const code = buildSync({ entryPoints: [join(root, 'packages/core/dist/index.js')], ...ESM }).outputFiles[0]?.contents
  if (code?.length !== raw || brotliCompressSync(code).length !== brotli)
    throw new Error(`${name}: ${raw} and ${brotli} octets, esbuild itself says ${code?.length}`)
  return rows
}
