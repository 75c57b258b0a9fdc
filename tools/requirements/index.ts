// node tools/run.mjs tools/requirements/index.ts [--write | --check] [--report FILE]
// Joins the requirement lists with the tests that ran: fails when a MUST of a package has neither a passed test titled
// with its id nor a line in the package's waivers.tsv. --write puts the coverage tables into the README files, --check
// fails when one of them is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fill } from '../fill.ts'
import { packages, root } from '../sources.mjs'
import { faultsOf, isMust, requirements, type Shown, shownBy, waiversOf } from './lists.ts'

const flags = process.argv.slice(2)
const at = flags.indexOf('--report')
const file = at >= 0 ? (flags[at + 1] ?? '') : join(root, 'node_modules/.cache/vitest.json')
if (!existsSync(file)) throw new Error(`${file}: no report of a test run, npm test writes it`)
const shown = shownBy(JSON.parse(readFileSync(file, 'utf8')))

const cell = (text: string): string => text.replace(/[|<>]/g, c => `\\${c}`)
const sayTests = (tests: Shown[]): string =>
  tests
    .map(({ title }) => title.replace(/^(RFC )?[\d.]*( ?1122)?( ?((MUST|SHLD|MAY|REC)-|[LIU])\d+[,:]?)+ ?/, ''))
    .join('; ')

/** The coverage table of a package: one row a requirement of its lists. */
function table(name: string): string {
  const rows = requirements.filter(row => row.owner === name)
  const waivers = waiversOf(name)
  const musts = rows.filter(isMust)
  const lines = [
    `${musts.filter(row => shown.has(row.id)).length} of ${musts.length} MUST and MUST NOT are shown by a test of that id, ` +
      `${musts.filter(row => waivers.has(row.id)).length} are left out with a reason; ` +
      `${rows.filter(row => !isMust(row) && shown.has(row.id)).length} of ${rows.length - musts.length} others are shown.`,
    '',
    '| id | level | section | requirement | shown by |',
    '| --- | --- | --- | --- | --- |',
  ]
  for (const { id, level, section, feature } of rows) {
    const tests = shown.get(id)
    const waiver = waivers.get(id)
    const how = tests ? cell(sayTests(tests)) : waiver ? `left out: ${cell(waiver)}` : '-'
    lines.push(`| ${id} | ${level} | ${section} | ${cell(feature)} | ${how} |`)
  }
  return lines.join('\n')
}

const faults = faultsOf(shown)
for (const { name } of packages) {
  const path = join(root, 'packages', name, 'README.md')
  if (!existsSync(path) || !requirements.some(row => row.owner === name)) continue
  const old = readFileSync(path, 'utf8')
  const now = fill(old, 'coverage', table(name))
  if (now === old) continue
  if (flags.includes('--write')) writeFileSync(path, now)
  else if (flags.includes('--check'))
    faults.push(`packages/${name}/README.md: the coverage table is stale, npm run readme`)
}
for (const fault of faults) console.log(fault)
const owned = requirements.filter(row => isMust(row) && packages.some(p => p.name === row.owner))
console.log(
  `requirements: ${owned.length - faults.filter(f => f.includes('neither')).length} of ${owned.length} MUST shown or explained`,
)
process.exitCode = faults.length > 0 ? 1 : 0
