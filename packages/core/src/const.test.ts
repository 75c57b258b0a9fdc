import { readFileSync } from 'node:fs'
import { constants, platform } from 'node:os'
import { expect, it } from 'vitest'
import * as core from './const.ts'

const errors = Object.entries(core as unknown as { [name: string]: number }).filter(([name]) => /^E(?!ATEN)/.test(name))

it.runIf(platform() === 'linux')("errors have Linux's values", () => {
  expect(errors.length).toBeGreaterThan(20)
  const errno = constants.errno as unknown as { [name: string]: number }
  for (const [name, value] of errors) expect(value, name).toBe(errno[name])
})

it('the README names each error with its value', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  for (const [name, value] of errors) expect(text).toContain(`${name} ${value}`)
})

it('answers of a transport differ, as flags and capabilities do in their bits', () => {
  expect(new Set([core.EATEN, core.NO_PORT, core.NO_PROTO]).size).toBe(3)
  const flags = [core.LINK_BROADCAST, core.LINK_MULTICAST, core.SUM_GOOD, core.LOOPED, core.IP_GROUP]
  expect(flags.reduce((x, y) => x + y, 0)).toBe(flags.reduce((x, y) => x | y, 0))
  const caps = [core.CAP_TX_SUM, core.CAP_RX_SUM, core.CAP_LOCAL]
  expect(caps.reduce((x, y) => x + y, 0)).toBe(caps.reduce((x, y) => x | y, 0))
})
