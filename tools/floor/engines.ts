// The engines of the floor, each as "run this script, give me what it printed".
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vm from 'node:vm'
import { runGate } from './gate.ts'
import { LEAST_FREE_KIB, PAGES, runQuickJs } from './quickjs.ts'

export interface Ran {
  printed: string
  /** What the run says beside it: memory left. */
  note: string
}

export interface Engine {
  name: string
  run(code: string): Promise<Ran>
}

/** An engine that is a program: it is handed a file and prints. */
function program(name: string, command: string): Engine {
  return {
    name,
    async run(code) {
      const folder = mkdtempSync(join(tmpdir(), 'floor-'))
      try {
        const file = join(folder, 'firmware.js')
        writeFileSync(file, code)
        const printed = execFileSync(command, [file], { encoding: 'utf8', timeout: 300_000, stdio: 'pipe' })
        return { printed: printed.trim(), note: '' }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  }
}

function quickjs(form: 'source' | 'bytecode'): Engine {
  return {
    name: `QuickJS in ${(PAGES * 64) / 1024} MiB, ${form}`,
    async run(code) {
      const { printed, free } = await runQuickJs(code, form)
      if (free < LEAST_FREE_KIB) throw new Error(`${free} KiB left of ${PAGES * 64}, ${LEAST_FREE_KIB} are needed`)
      return { printed, note: `${free} KiB free` }
    },
  }
}

const node: Engine = {
  name: 'Node',
  async run(code) {
    const printed: string[] = []
    vm.runInNewContext(code, { print: (text: string) => void printed.push(text) }, { timeout: 120_000 })
    return { printed: printed.join('\n'), note: '' }
  },
}

const gate: Engine = { name: 'ES5 gate', run: async code => ({ printed: runGate(code), note: '' }) }

const hasDuktape = spawnSync('duk', ['--help']).error === undefined
// Not packaged anywhere: whoever has one says where.
const optIn = [
  { name: 'MicroQuickJS', variable: 'MQJS' },
  { name: 'JerryScript', variable: 'JERRY' },
]

export const engines: Engine[] = [
  node,
  gate,
  quickjs('source'),
  quickjs('bytecode'),
  ...(hasDuktape ? [program('Duktape', 'duk')] : []),
  ...optIn.flatMap(({ name, variable }) => {
    const command = process.env[variable]
    return command ? [program(name, command)] : []
  }),
]

/** What a summary has to say about engines that are not there. */
export const notRun: string[] = [
  ...(hasDuktape ? [] : ['Duktape']),
  ...optIn.filter(({ variable }) => !process.env[variable]).map(({ variable }) => variable),
]
