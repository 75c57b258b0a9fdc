// Firmware in a machine of 2 MiB: what it did, and the octets left free.
import { join } from 'node:path'
import { lower } from '../floor/lower.ts'
import { LEAST_FREE_KIB, PAGES, runQuickJs } from '../floor/quickjs.ts'
import { root } from '../sources.mjs'

/** Those that tools/machine drives. */
export const FIRMWARES: readonly string[] = ['minimal', 'client', 'full']

export interface Fit {
  name: string
  form: 'source' | 'bytecode'
  /** Octets of the script, KiB of the machine, KiB left for buffers. */
  code: number
  machine: number
  free: number
  printed: string
  passed: boolean
}

/** The full one shares its machine with a second stack: compiling both there takes four pages more. */
const formsOf = (name: string): readonly Fit['form'][] => (name === 'full' ? ['bytecode'] : ['source', 'bytecode'])

/** Runs the firmware that tools/machine/NAME.js drives, from source and from bytecode; less of it if brief. */
export async function fits(name: string, isBrief = false): Promise<Fit[]> {
  const code = `var isBrief=${isBrief};${await lower(join(root, 'tools/machine', `${name}.js`))}`
  const found: Fit[] = []
  for (const form of formsOf(name)) {
    const { printed, free } = await runQuickJs(code, form)
    found.push({ name, form, code: code.length, machine: PAGES * 64, free, printed, passed: free >= LEAST_FREE_KIB })
  }
  return found
}
