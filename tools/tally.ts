// Checks that are no tests of vitest's: each prints a line, and the counts are kept for the closing line of .ci/run.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './sources.mjs'

export interface Tally {
  /** One check: `fault` is empty when it passed. */
  check(name: string, fault: string): void
  /** Writes the counts and sets the exit code. */
  end(): void
}

export function tally(step: string): Tally {
  let passed = 0
  let failed = 0
  return {
    check(name, fault) {
      if (fault === '') passed++
      else failed++
      console.log(`${fault === '' ? 'ok    ' : 'FAILED'} ${step}: ${name}${fault && `\n${fault}`}`)
    },
    end() {
      const file = join(root, 'node_modules/.cache/tally', `${step}.json`)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify({ passed, failed, skipped: 0 }))
      process.exitCode = failed > 0 ? 1 : 0
    },
  }
}
