import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { root } from './sources.mjs'

const cache = mkdtempSync(join(tmpdir(), 'tiny-closing-'))
afterEach(() => rmSync(cache, { recursive: true, force: true }))

function closing(files: Record<string, unknown>, ...steps: string[]): { lines: string[]; status: number | null } {
  mkdirSync(join(cache, 'tally'), { recursive: true })
  for (const [name, value] of Object.entries(files)) writeFileSync(join(cache, name), JSON.stringify(value))
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'tools/closing.mjs'), cache, ...steps], {
    encoding: 'utf8',
  })
  return { lines: stdout.trimEnd().split('\n'), status }
}

const report = (passed: number, failed: number, testResults: unknown[]) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults,
})

it('all is well', () => {
  const files = {
    'vitest.json': report(5, 0, []),
    'unhandled.json': [],
    'tally/pack.json': { passed: 3, failed: 0, skipped: 0 },
  }
  const { lines, status } = closing(files, 'test=0', 'lint=0', 'pack=0')
  expect([lines.at(-1), status]).toEqual(['9 passed, 0 failed, 1 skipped', 0])
})

it('tests that failed, files that did not load and errors outside of any test are told of and counted', () => {
  const failed = { status: 'failed', fullName: 'part does', failureMessages: ['expected 1 to be 2'] }
  const passed = { status: 'passed', fullName: 'part is', failureMessages: [] }
  const { lines, status } = closing(
    {
      'vitest.json': report(5, 1, [
        { name: join(root, 'tools/a.test.ts'), status: 'failed', assertionResults: [passed, failed] },
        { name: join(root, 'tools/b.test.ts'), status: 'failed', message: 'no such module', assertionResults: [] },
        { name: join(root, 'tools/c.test.ts'), status: 'passed', assertionResults: [passed] },
      ]),
      'unhandled.json': ['Error: read ENOTCONN'],
    },
    'test=1',
  )
  expect(lines).toEqual([
    'FAILED tools/a.test.ts > part does',
    'expected 1 to be 2',
    'FAILED tools/b.test.ts: no such module',
    'FAILED outside of any test: Error: read ENOTCONN',
    'FAILED test: 5 passed, 3 failed, 1 skipped',
    '5 passed, 3 failed, 1 skipped',
  ])
  expect(status).toBe(1)
})

it('a step that failed counts, whatever it has counted itself, and nothing at all is no success', () => {
  expect(closing({ 'vitest.json': report(5, 0, []) }, 'test=1').lines.at(-1)).toBe('5 passed, 1 failed, 1 skipped')
  expect(closing({}, 'lint=1').status).toBe(1)
  expect(closing({}).status).toBe(1)
})
