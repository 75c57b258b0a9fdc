// npm run bench -- tcp: TCP between two stacks in one process, beside what the same octets take without any protocol.

import { growthOf } from '../heap/index.ts'
import { root } from '../sources.mjs'
import { bulk } from './bulk.ts'
import { crowds, idle } from './crowd.ts'
import { turns } from './turns.ts'

/** Octets by which the heap may grow with a segment. */
const GROWTH = 2

function growth(): boolean {
  const found = growthOf(new URL(`file://${root}/packages/tcp/test/loads.ts`))
  const most = Math.max(...Object.values(found).map(({ kept }) => kept))
  const list = Object.entries(found).map(([name, { kept }]) => `${name} ${kept.toFixed(2)}`)
  console.log(`  octets by which the heap grows with a segment (limit ${GROWTH}): ${list.join(', ')}`)
  return most < GROWTH
}

export function run(): boolean {
  // Each is run, whatever the others find; what measures the heap comes first.
  return [idle, bulk, turns, growth, crowds].map(bench => bench()).every(Boolean)
}
