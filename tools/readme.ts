// npm run readme [-- --check]: writes what is generated into the README files, after npm test. The tables stand between
// <!-- sizes --> and <!-- /sizes -->, and so on for `coverage` and `cost`. --check fails when one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastRun } from './requirements/lists.ts'
import { coverageTable } from './requirements/table.ts'
import { costOf } from './size/files.ts'
import { measure } from './size/measure.ts'
import { sizeTable } from './size/table.ts'
import { whatIs } from './size/what.ts'
import { packages, root } from './sources.mjs'

const isCheck = process.argv[2] === '--check'
if (process.argv[2] && !isCheck) throw new Error(`usage: npm run readme [-- --check], not ${process.argv[2]}`)
let stale = 0

/** Puts `text` between `<!-- name -->` and `<!-- /name -->`; a text without the two is left as it is. */
function fill(whole: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = whole.indexOf(open)
  const to = whole.indexOf(close)
  if (from < 0 || to < from) return whole
  return `${whole.slice(0, from + open.length)}\n\n${text}\n\n${whole.slice(to)}`
}

function update(file: string, tables: { [name: string]: string }): void {
  const path = join(root, file)
  if (!existsSync(path)) return
  const old = readFileSync(path, 'utf8')
  const now = Object.entries(tables).reduce((text, [name, table]) => fill(text, name, table), old)
  if (now === old) return
  stale++
  console.log(`${file}: ${isCheck ? 'stale, npm run readme' : 'written'}`)
  if (!isCheck) writeFileSync(path, now)
}

const rows = measure()
const shown = lastRun()
const { table } = await costOf('minimal')
const full = await costOf('full')
const silent = /^\| `(.*)` \| \d+ \| {2}\|$/m.exec(`${table}\n${full.table}`)
if (silent) throw new Error(`tools/size/files.ts does not say why there is ${silent[1]}`)
update('README.md', { sizes: sizeTable(rows, whatIs), cost: table, 'cost full': full.table })
for (const { name, manifest } of packages) {
  const own = rows.filter(row => row.name === manifest.name || row.name.startsWith(`${manifest.name}/`))
  const cost = name === 'tcp' ? (await costOf('client', name)).table : ''
  update(`packages/${name}/README.md`, { sizes: sizeTable(own, null), coverage: coverageTable(name, shown), cost })
}
if (stale === 0) console.log('readme: nothing is stale')
process.exitCode = isCheck && stale > 0 ? 1 : 0
