import { expect, it } from 'vitest'
import { growthOf } from '../../../tools/heap/index.ts'

it('the heap grows by less than two octets a segment in steady state', { timeout: 300000 }, () => {
  const growth = growthOf(new URL('./loads.ts', import.meta.url))
  expect(Object.keys(growth).length).toBeGreaterThan(4)
  for (const [name, { made, kept }] of Object.entries(growth)) {
    expect(kept, name).toBeLessThan(2)
    // core's copy() of more than 64 octets makes a view of 96, garbage at once: faster than the loop that makes none.
    // Into a ring and out of it, twice, each time in two pieces where it wraps.
    expect(made, name).toBeLessThan(name.startsWith('large') ? 5 * 96 : 2)
  }
})
