import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { root, scope } from './sources.mjs'

const work = mkdtempSync(join(tmpdir(), 'tiny-rename-'))
afterAll(() => rmSync(work, { recursive: true }))

it('changes the scope in every file, and back', () => {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: work, encoding: 'utf8' })
  execFileSync('git', ['clone', '-q', root, work])
  for (const tool of ['rename.mjs', 'sources.mjs']) cpSync(join(root, 'tools', tool), join(work, 'tools', tool))
  git('add', '.')
  const before = git('write-tree')
  const rename = (name: string): string =>
    execFileSync('node', ['tools/rename.mjs', name], { cwd: work, encoding: 'utf8' })

  // Spelt so that this file does not hold it: what was renamed comes back, and what was there before would not.
  const other = ['ac', 'me'].join('')
  expect(() => rename('Not A Scope')).toThrow()
  expect(rename(other)).toMatch(/: \d+ places in \d+ files/)
  const name = (file: string): string => JSON.parse(readFileSync(join(work, file), 'utf8')).name
  expect(name('packages/udp/package.json')).toBe(`@${other}/udp`)
  expect(readFileSync(join(work, 'pnpm-lock.yaml'), 'utf8')).toContain(`'@${other}/core'`)
  expect(() => git('grep', '-qIF', `${scope}/`)).toThrow()

  rename(scope.slice(1))
  git('add', '.')
  expect(git('write-tree')).toBe(before)
})
