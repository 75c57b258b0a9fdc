import { expect, it } from 'vitest'
import { growthOf } from '../../../tools/heap/index.ts'

it('the heap grows by less than two octets a packet in steady state', { timeout: 300000 }, () => {
  const growth = growthOf(new URL('./loads.ts', import.meta.url))
  expect(Object.keys(growth).length).toBe(6)
  for (const [name, { made, kept }] of Object.entries(growth)) {
    expect(kept, name).toBeLessThan(2)
    expect(made, name).toBeLessThan(2)
  }
})
