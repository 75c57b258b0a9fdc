// For tests: `expect(growthOf(new URL('./loads.ts', import.meta.url)).echo.made).toBeLessThan(2)`, where loads.ts calls
// measure() of ./measure.ts with the loads by name.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../sources.mjs'
import type { Growth } from './measure.ts'

/** Runs a file of loads, and gives the octets by which the heap grows with each packet. */
export function growthOf(file: URL): Growth {
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']
  const out = execFileSync(process.execPath, [...flags, join(root, 'tools/run.mjs'), fileURLToPath(file)])
  return JSON.parse(`${out}`)
}
