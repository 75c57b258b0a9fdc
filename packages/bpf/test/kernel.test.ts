import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { bpf } from '../src/index.ts'
import { jit } from '../src/jit.ts'
import { linux } from '../src/linux.ts'
import { compare } from './compare.ts'
import { far, wired } from './far.ts'
import { hasKernel, type Kernel, kernel } from './kernel.ts'
import { near } from './near.ts'
import { random } from './random.ts'

const SEED = 20141
const COUNT = 20000
const isRoot = hasKernel && spawnSync('unshare', ['-n', 'true']).status === 0
const rand = (): number => 4

const limit = { timeout: 120000 }

describe.skipIf(!hasKernel)('against the kernel', () => {
  const judge = hasKernel ? kernel() : (null as unknown as Kernel)
  afterAll(() => judge?.end())

  it(`runs ${COUNT} random programs as the kernel does, seed ${SEED}`, limit, async () => {
    const tally = await compare(judge, near(bpf), 'valid', SEED, COUNT)
    expect(tally.taken).toBe(COUNT)
    expect(tally.telling).toBeGreaterThan(COUNT / 2)
    expect(tally.left).toBeLessThan(tally.runs / 10)
  })

  it(`refuses what the kernel refuses of ${COUNT} programs, seed ${SEED}`, limit, async () => {
    const tally = await compare(judge, near(bpf), 'doubtful', SEED, COUNT)
    expect(tally.taken).toBeGreaterThan(COUNT / 10)
    expect(tally.taken).toBeLessThan(COUNT * 0.9)
  })

  it(`compiled: ${COUNT} random programs, seed ${SEED}`, limit, async () => {
    const compiled = (program: number[]): ReturnType<typeof jit> => {
      const f = jit(bpf(program))
      if (!f.isCompiled) throw new RangeError(f.reason)
      return f
    }
    expect((await compare(judge, near(compiled), 'valid', SEED + COUNT, COUNT)).taken).toBe(COUNT)
  })

  it(`linux: ${COUNT} random programs with loads from anywhere, seed ${SEED}`, limit, async () => {
    const tally = await compare(
      judge,
      far(p => linux(p, rand), true),
      'valid',
      SEED,
      COUNT,
    )
    expect(tally.taken).toBe(COUNT)
    expect(tally.left).toBe(0)
    const doubtful = await compare(
      judge,
      far(p => linux(p, rand), false),
      'doubtful',
      SEED,
      COUNT,
    )
    expect(doubtful.taken).toBeGreaterThan(COUNT / 10)
    expect(doubtful.own).toBeLessThan(COUNT / 10)
  })

  it(`linux, compiled: ${COUNT / 4} random programs, seed ${SEED}`, limit, async () => {
    const tally = await compare(
      judge,
      far(p => jit(linux(p, rand)), true),
      'valid',
      SEED + COUNT,
      COUNT / 4,
    )
    expect(tally.taken).toBe(COUNT / 4)
  })
})

describe.skipIf(!isRoot)('against the kernel, on a network of its own', () => {
  const judge = isRoot ? kernel('packet.py', 'unshare', '-n') : (null as unknown as Kernel)
  afterAll(() => judge?.end())

  it(`linux: ${COUNT / 4} programs on frames with an interface, a kind, tags, seed ${SEED}`, limit, async () => {
    const tally = await compare(
      judge,
      wired(p => linux(p, rand), true),
      'valid',
      SEED,
      COUNT / 4,
    )
    expect(tally.taken).toBe(COUNT / 4)
    expect(tally.telling).toBeGreaterThan(COUNT / 20)
  })

  it(`linux: the payload's offset in 5000 frames, seed ${SEED}`, limit, async () => {
    const program = [0x20, 0, 0, 0xfffff034, 0x16, 0, 0, 0]
    const subject = wired(p => linux(p, rand), true)
    const filter = subject.make(program)
    const frames = subject.packets!(random(SEED), 5000)
    const [verdict] = await judge.judge([{ program, packets: frames }])
    const ours = frames.map(sent => {
      const { b, info } = subject.view!(sent)
      const v = filter.run(b, 0, b.length, info)
      return v === 0 ? -1 : Math.min(v, b.length)
    })
    expect(ours).toEqual(verdict?.lengths)
    expect(new Set(ours).size).toBeGreaterThan(20)
  })
})
