// npm run recovery [-- --write] [TABLE...]: goodput of the stacks under loss, on the virtual clock, beside theory and the
// tables that were checked in. Fails when a row is below a limit, or is another one than in its table. All tables: each in
// a process of its own.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../sources.mjs'
import { STACKS } from './stacks.ts'
import {
  BUFFERS,
  faults,
  format,
  formatWire,
  heading,
  LOSSES,
  QUEUES,
  RTTS,
  row,
  TABLES,
  WIRE,
  WIRE_HEADING,
  wire,
} from './table.ts'

const words = process.argv.slice(2)
const isWriting = words.includes('--write')
const wanted = words.filter(word => word !== '--write')
const names = [...TABLES.map(table => table.name), 'wire']

/** Rows of a table, as they come: text, and what is below a limit. */
function* rowsOf(name: string): Generator<[string, string[]]> {
  const table = TABLES.find(x => x.name === name)
  if (!table) {
    for (const queue of QUEUES) {
      const runs = STACKS.map(stack => wire(queue, stack))
      const low = queue > 0 ? [] : runs.filter(x => x.half < WIRE.share)
      yield [
        formatWire(queue, runs),
        low.map(x => `${(100 * x.half).toFixed(1)} % of the wire, ${100 * WIRE.share} % at least`),
      ]
    }
    return
  }
  for (const loss of LOSSES)
    for (const rtt of RTTS)
      for (const buffer of BUFFERS) {
        const r = row(table, loss, rtt, buffer)
        yield [format(r), faults(r)]
      }
}

function run(name: string): void {
  const file = fileURLToPath(new URL(`./${name}.txt`, import.meta.url))
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const lines = before.split('\n')
  const table = TABLES.find(x => x.name === name)
  let text = table ? heading(table) : WIRE_HEADING
  let low = 0
  console.log(text.trimEnd())
  for (const [line, below] of rowsOf(name)) {
    text += `${line}\n`
    low += below.length
    console.log(`${line}${isWriting || lines.includes(line) ? '' : '  CHANGED'}`)
    for (const fault of below) console.log(`  BELOW ${fault}`)
  }
  if (isWriting) writeFileSync(file, text)
  const isSame = isWriting || text === before
  console.log(`${name}: ${low} below a limit${isSame ? '' : `; not as in ${name}.txt: npm run recovery -- --write`}\n`)
  if (low > 0 || !isSame) process.exitCode = 1
}

/** Runs a table in a process of its own, and prints what it has printed when it ends. */
const apart = (name: string): Promise<void> =>
  new Promise(done => {
    const args = [join(root, 'tools/run.mjs'), join(root, 'tools/recovery/index.ts'), name]
    const child = spawn(process.execPath, [...args, ...(isWriting ? ['--write'] : [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.on('close', code => {
      process.stdout.write(out)
      if (code !== 0) process.exitCode = 1
      done()
    })
  })

const unknown = wanted.filter(name => !names.includes(name))
if (unknown.length > 0) {
  console.log(`no table ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exitCode = 2
} else if (wanted.length > 0) for (const name of wanted) run(name)
else await Promise.all(names.map(apart))
