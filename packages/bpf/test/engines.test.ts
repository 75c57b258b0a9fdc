import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { engines } from '../../../tools/floor/engines.ts'
import { lower } from '../../../tools/floor/lower.ts'
import { expressionCases, programCases } from './cases.ts'
import { answer } from './firmware.ts'

const SEED = 20143
const firmware = lower(fileURLToPath(new URL('firmware-entry.ts', import.meta.url)))
const scripts = [programCases('near', SEED, 100), programCases('far', SEED, 100), ...expressionCases(SEED, 3)]

describe.each(engines.filter(e => e.name !== 'ES5 gate'))('$name', engine => {
  it.each(scripts.map((text, i) => ({ text, kind: `${text.slice(0, text.indexOf('\n'))}, part ${i}` })))(
    `answers as the sources do: $kind, seed ${SEED}`,
    { timeout: 120000 },
    async ({ text }) => {
      const { printed } = await engine.run(`var CASES=${JSON.stringify(text)};${await firmware}`)
      expect(printed).toBe(answer(text))
      expect(Number.parseInt(printed, 10)).toBeGreaterThan(50)
    },
  )
})

describe.each(engines.filter(e => e.name === 'ES5 gate'))('$name', engine => {
  it('finds nothing that an engine lacks, and no write behind an end', { timeout: 120000 }, async () => {
    for (const text of [programCases('near', SEED, 50), programCases('far', SEED, 50), ...expressionCases(SEED, 3)])
      expect((await engine.run(`var CASES=${JSON.stringify(text)};${await firmware}`)).printed).toBe(answer(text))
  })
})
