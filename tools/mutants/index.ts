// npm run mutants [PACKAGE...] [-- ID...]: breaks the source in one place, and wants the test of that name to go red.
//
// packages/X/mutants.tsv holds one mutation a line: id, file, from, to (tab between them; \n and \t in the texts). `from`
// stands in the file exactly once. The id is how a title of a test in that package names what it shows: a requirement,
// or its first words. A mutant that is not noticed, an id that no test carries and a text that is not found are faults.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { packages, root } from '../sources.mjs'
import { tally } from '../tally.ts'
import type { Mutation } from './plugin.ts'

const LIMIT_MS = 30_000

interface Mutant extends Mutation {
  id: string
  at: string
  /** Test files to run. */
  tests: string[]
}

interface Report {
  testResults: { assertionResults: { status: string }[]; message: string }[]
}

const wanted = process.argv.slice(2).filter(word => word !== '--')
const names = wanted.filter(word => packages.some(p => p.name === word))
const ids = wanted.filter(word => !names.includes(word))
const work = mkdtempSync(join(tmpdir(), 'tiny-mutants-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
const { check, end } = tally('mutants')

const plain = (text = ''): string => text.replace(/\\n/g, '\n').replace(/\\t/g, '\t')

function testsOf(dir: string): string[] {
  return ['src', 'test']
    .map(folder => join(dir, folder))
    .filter(folder => existsSync(folder))
    .flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
    .filter(file => file.endsWith('.test.ts'))
}

/** The mutants that can be run; what is wrong with the others is reported at once. */
function mutants(): Mutant[] {
  const all: Mutant[] = []
  for (const { name, dir } of packages) {
    const list = join(dir, 'mutants.tsv')
    if (!existsSync(list) || (names.length > 0 && !names.includes(name))) continue
    const tests = testsOf(dir)
    for (const [i, line] of readFileSync(list, 'utf8').split('\n').entries()) {
      if (line === '' || line.startsWith('#')) continue
      const [id = '', path = '', from = '', to] = line.split('\t')
      if (ids.length > 0 && !ids.includes(id)) continue
      const at = `packages/${name}/mutants.tsv:${i + 1} ${id}`
      const file = join(dir, path)
      const count = existsSync(file) ? readFileSync(file, 'utf8').split(plain(from)).length - 1 : 0
      if (to === undefined) check(at, 'four columns: id, file, from, to')
      else if (count !== 1 || from === '') check(at, `${path}: ${JSON.stringify(from)} stands there ${count} times`)
      else {
        // Titles made from tables do not stand in the text: then every test file of the package is asked.
        const named = tests.filter(test => readFileSync(test, 'utf8').includes(id))
        all.push({ id, at, file, from: plain(from), to: plain(to), tests: named.length > 0 ? named : tests })
      }
    }
  }
  return all
}

const pattern = (id: string): string => `(^|[^\\w-])${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`

/** Empty when the mutant was noticed, else what is wrong. */
function outcome(file: string): string {
  if (!existsSync(file)) return ''
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const results = report.testResults.flatMap(result => result.assertionResults).map(({ status }) => status)
  if (results.includes('failed')) return ''
  if (results.includes('passed')) return 'stays green'
  const message = report.testResults.map(result => result.message).find(text => text !== '')
  return message ? `does not load: ${message}` : 'no test is titled with this id'
}

function run(mutant: Mutant, n: number): Promise<void> {
  const report = join(work, `${n}.json`)
  const tests = mutant.tests.map(test => relative(root, test))
  const args = [
    'run',
    ...tests,
    '-t',
    pattern(mutant.id),
    '--reporter=json',
    `--outputFile=${report}`,
    '--pool=threads',
    '--bail=1',
  ]
  const env = { ...process.env, TINY_MUTANT: JSON.stringify({ file: mutant.file, from: mutant.from, to: mutant.to }) }
  return new Promise(resolve => {
    const child = spawn(join(root, 'node_modules/.bin/vitest'), args, {
      cwd: root,
      env,
      stdio: 'ignore',
      detached: true,
    })
    // A mutant that never ends is noticed, too. Its workers go with it.
    const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), LIMIT_MS)
    child.on('close', () => {
      clearTimeout(timer)
      check(mutant.at, outcome(report))
      resolve()
    })
  })
}

const queue = mutants()
// Words that name nothing are no success.
if (wanted.length > 0 && queue.length === 0) check(wanted.join(' '), 'no package and no mutant of that name')
let next = 0
async function worker(): Promise<void> {
  for (let n = next++; n < queue.length; n = next++) await run(queue[n] as Mutant, n)
}
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
end()
