import { describe, expect, it } from 'vitest'
import { content, damage } from './damage.ts'

const broken = (...bits: [number, number][]): Uint8Array => {
  const b = content(9, 100)
  for (const [at, bit] of bits) b[at] = (b[at] ?? 0) ^ (1 << bit)
  return b
}

describe('damage', () => {
  it.each([
    ['nothing', [], { k: 9, wrong: 0, isUnseen: false }],
    ['one bit', [[3, 0]], { k: 9, wrong: 1, isUnseen: false }],
    ['the number itself', [[0, 7]], { k: 9, wrong: 1, isUnseen: false }],
    // An odd and an even octet lie in columns of their own; 2 and 4 in the same, one without the bit and one with it.
    [
      'two bits that add up',
      [
        [9, 0],
        [12, 0],
      ],
      { k: 9, wrong: 2, isUnseen: false },
    ],
    [
      'two bits of which one takes what the other adds',
      [
        [2, 2],
        [4, 2],
      ],
      { k: 9, wrong: 2, isUnseen: true },
    ],
  ] as [string, [number, number][], object][])('tells %s', (_, bits, expected) => {
    const b = broken(...bits)
    expect(damage(b, 0, b.length)).toEqual(expected)
  })
})
