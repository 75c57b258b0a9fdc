import { afterAll, describe, expect, it } from 'vitest'
import { bpf } from '../src/index.ts'
import { compare } from './compare.ts'
import { hasKernel, kernel } from './kernel.ts'
import { near } from './near.ts'

const SEED = 20141
const COUNT = 20000

describe.skipIf(!hasKernel)('against the kernel', () => {
  const judge = hasKernel ? kernel() : null
  afterAll(() => judge?.end())

  it(`runs ${COUNT} random programs as the kernel does, seed ${SEED}`, { timeout: 120000 }, async () => {
    const tally = await compare(judge!, near(bpf), 'valid', SEED, COUNT)
    expect(tally.taken).toBe(COUNT)
    expect(tally.telling).toBeGreaterThan(COUNT / 2)
    expect(tally.left).toBeLessThan(tally.runs / 10)
  })

  it(`refuses what the kernel refuses of ${COUNT} programs, seed ${SEED}`, { timeout: 120000 }, async () => {
    const tally = await compare(judge!, near(bpf), 'doubtful', SEED, COUNT)
    expect(tally.taken).toBeGreaterThan(COUNT / 10)
    expect(tally.taken).toBeLessThan(COUNT * 0.9)
  })
})
