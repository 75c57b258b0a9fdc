// The kernel of this machine, and our stack: the same frames, the same calls. RECORD=1 writes down what the kernel counts.
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lacking } from '../../../tools/netns/index.ts'
import { faults, type Moved, moved, RECORD } from './judge.ts'
import { kernel } from './kernel.ts'
import { ours } from './ours.ts'
import { stimuli } from './stimuli.ts'

const missing = lacking('python3', 'sysctl')

describe.skipIf(missing !== '')(`beside the kernel${missing && ` (there is no ${missing})`}`, () => {
  let theirs: Awaited<ReturnType<typeof kernel>>
  const own = ours()
  const record: { [name: string]: Moved } = {}
  beforeAll(async () => {
    theirs = await kernel()
  })
  afterAll(() => {
    theirs?.close()
    if (process.env['RECORD']) writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`)
  })

  it.each(stimuli().map(s => [s.name, s] as const))('%s', { timeout: 20000 }, async (name, s) => {
    // A kernel that is busy may keep an ACK for later: what differs has another chance.
    let found: string[] = []
    for (let tries = 0; tries < 3; tries++) {
      record[name] = await moved(theirs, s)
      found = faults(name, record[name], await moved(own, s))
      if (!found.length) break
    }
    expect(found).toEqual([])
  })
})
