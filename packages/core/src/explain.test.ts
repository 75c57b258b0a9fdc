import { expect, it } from 'vitest'
import { explain } from './explain.ts'

// That each id of each package has a sentence, and each sentence an id, is seen by tools/walk.
it('tells in plain words why something was dropped', () => {
  expect(explain(101)).toBe('a frame is for another station')
  expect(explain(207)).toBe('nobody listens on the port of a datagram')
})

it('names the package that is missing', () => {
  expect(explain(208)).toContain('@tiny/udp')
  expect(explain(104)).toContain('@tiny/ethernet/snap')
})

it('an unknown id is called one', () => {
  for (const id of [0, -1, 99, 12345]) expect(explain(id)).toBe(`unknown reason ${id}`)
})
