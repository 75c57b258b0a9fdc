// Whole networks from a seed: 2,000 of them, or TINY_SEEDS from TINY_FIRST on, as `npm run seeds` sets them.
// packages/tcp/seeds.txt has the output of the last long run.
import { expect, it } from 'vitest'
import { network } from './network.ts'

const SEEDS = Number(process.env['TINY_SEEDS'] ?? 2000)
const FIRST = Number(process.env['TINY_FIRST'] ?? 1)

it(`${SEEDS} networks: every stream is whole, or both sides are told; nothing throws, nothing stays, nothing is lost without a word`, {
  timeout: 60000 + 200 * SEEDS,
}, () => {
  const faults: string[] = []
  const total = { talks: 0, failed: 0, passed: 0, reports: 0, longest: 0 }
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    try {
      const { faults: found, time, codes, story, passed, reports } = network(seed)
      total.talks += codes.length
      total.failed += codes.filter(Boolean).length
      total.passed += passed
      total.reports += reports
      total.longest = Math.max(total.longest, time)
      for (const fault of found) faults.push(`seed ${seed}: ${fault}`)
      // One seed alone is looked at closely.
      if (SEEDS === 1) console.log(story.join('\n'))
    } catch (error) {
      faults.push(`seed ${seed}: ${error}`)
    }
  }
  console.log(
    `${SEEDS} networks from ${FIRST}: ${faults.length} faults; of ${total.talks} ends ${total.failed} were told of an error; routers passed ${total.passed} datagrams and reported ${total.reports}; the longest took ${Math.round(total.longest / 1000)} s of its own time`,
  )
  expect(faults).toEqual([])
  if (SEEDS >= 100) expect(Math.min(total.failed, total.passed, total.reports)).toBeGreaterThan(0)
})
