// What a kernel has counted, held against our stack: no privileges are needed.
import { describe, expect, it } from 'vitest'
import { faults, idle, moved, recorded, table, unmet } from './judge.ts'
import { ours } from './ours.ts'
import { sequence, stimulus } from './random.ts'
import { stimuli } from './stimuli.ts'

const all = stimuli()
const record = recorded()

describe('the judge', () => {
  it('has 150 stimuli and more, each by a name of its own, and each recorded', () => {
    expect(all.length).toBeGreaterThanOrEqual(150)
    expect(new Set(all.map(s => s.name)).size).toBe(all.length)
    expect(all.map(s => s.name).filter(name => !record[name])).toEqual([])
  })

  it('excepts only what there is, and says why', () => {
    expect(idle(all.map(s => s.name))).toEqual([])
    for (const [counter, verdict, why] of table()) {
      expect(['exact', 'at-least', 'not comparable'], counter).toContain(verdict)
      if (verdict !== 'exact') expect(why, counter).toMatch(/.{10}/)
    }
  })

  it('knows of random sequences only what may happen in them', () => {
    const names = Array.from({ length: 5000 }, (_, seed) => stimulus(sequence(seed)).name)
    expect(unmet(names)).toEqual([])
  })

  it('moves every counter of TcpExt that it calls exact', () => {
    const seen = new Set(Object.values(record).flatMap(m => Object.keys(m)))
    const names = table()
      .filter(([counter, verdict]) => verdict === 'exact' && !counter!.endsWith('*'))
      .map(([counter]) => counter!)
    expect(names.filter(name => !seen.has(name))).toEqual([])
  })
})

describe('what a kernel has counted', () => {
  const t = ours()
  it.each(all.map(s => [s.name, s] as const))('%s', async (name, s) => {
    expect(faults(name, record[name] ?? {}, await moved(t, s))).toEqual([])
  })
})
