// A part of the tables, in seconds: their limits, and rows as they were recorded, within a tenth. `npm run recovery` runs
// all of them, to the last digit.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Arrived, arrive } from './arrived.ts'
import { mathis, padhye } from './rates.ts'
import { STACKS } from './stacks.ts'
import { faults, recorded, row, TABLES, WIRE, wire } from './table.ts'

const LIMIT_MS = 180000

describe('theory', () => {
  it('Mathis: a segment a round trip times the square root of 3/2p', () => {
    expect(mathis(1460, 0.1, 0.015, 1)).toBeCloseTo(146000)
    expect(mathis(1460, 0.1, 0.015, 2)).toBeCloseTo(146000 / Math.SQRT2)
  })

  it('Padhye: near Mathis for few losses and short timeouts, less with timeouts, never more than the window', () => {
    expect(padhye(1460, 0.1, 0, 0.015, 1, 1e9)).toBeCloseTo(mathis(1460, 0.1, 0.015, 1))
    // 1 / (0.1 sqrt(0.2/3) + 1 * min(1, 3 sqrt(0.3/8)) * 0.1 * 1.32) segments a second.
    expect(padhye(1000, 0.1, 1, 0.1, 1, 1e9)).toBeCloseTo(1000 / (0.02582 + 0.58095 * 0.132), -1)
    expect(padhye(1460, 0.1, 1, 0.001, 1, 8192)).toBe(81920)
    expect(padhye(1460, 0.1, 1, 0, 1, 8192)).toBe(81920)
  })
})

it('what arrives in vain is told from what brings an octet', () => {
  for (let seed = 1; seed <= 50; seed++) {
    let x = seed
    const next = (n: number): number => (x = (Math.imul(x, 48271) >>> 0) % 0x7fffffff) % n
    const first = 0x7fffff80
    const a: Arrived = { edge: first | 0, starts: [], ends: [] }
    const seen = new Set<number>()
    for (let i = 0; i < 200; i++) {
      const start = next(300)
      const n = 1 + next(20)
      let isNew = false
      for (let k = start; k < start + n; k++) {
        isNew ||= !seen.has(k)
        seen.add(k)
      }
      expect(arrive(a, (first + start) | 0, n), `seed ${seed}, step ${i}`).toBe(isNew)
    }
  }
})

describe('goodput', () => {
  const rows = [
    ['paced', 0, 20, 8],
    ['paced', 0, 20, 64],
    ['paced', 0.01, 100, 64],
    ['paced', 0.1, 300, 64],
    ['reordered', 0, 100, 64],
    ['bursts', 0.01, 300, 64],
  ] as const
  it.each(rows)(
    '%s, loss %d, %i ms, %i KB: within the limits, and as recorded',
    { timeout: LIMIT_MS },
    (name, loss, rtt, k) => {
      const table = TABLES.find(x => x.name === name)!
      const r = row(table, loss, rtt, k * 1024)
      expect(faults(r)).toEqual([])
      const text = readFileSync(new URL(`./${name}.txt`, import.meta.url), 'utf8')
      const before = recorded(text, loss, rtt, k * 1024)
      expect(before.length).toBe(STACKS.length)
      for (const [i, { goodput }] of r.cells.entries()) {
        expect(goodput / 1000, STACKS[i]!.name).toBeGreaterThan(0.9 * before[i]!)
        expect(goodput / 1000, STACKS[i]!.name).toBeLessThan(1.1 * before[i]!)
      }
    },
  )

  it('with window scaling, 100 Mbit/s and 100 ms are filled to 95 %', { timeout: LIMIT_MS }, () => {
    const { half, result } = wire(0, STACKS[0]!)
    expect(half).toBeGreaterThanOrEqual(WIRE.share)
    expect(result.resent).toBe(0)
  })

  it('SACK survives a queue that runs over in slow start: nothing is sent in vain, and the wire is full again', {
    timeout: LIMIT_MS,
  }, () => {
    const { half, result } = wire(1250000, STACKS[1]!)
    expect(half).toBeGreaterThanOrEqual(WIRE.share)
    expect(result.resent).toBeGreaterThan(500)
    expect(result.needless).toBeLessThan(result.resent / 100)
  })
})
