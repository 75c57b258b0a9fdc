import { describe, expect, it } from 'vitest'
import { packets, random, validProgram } from '../test/random.ts'
import { bpf } from './index.ts'
import { jit } from './jit.ts'
import { linux } from './linux.ts'
import type { Machine } from './machine.ts'

const SEED = 5150
const nothing = new Uint8Array(0)

describe('jit', () => {
  it(`gives the interpreter's verdicts: 5000 programs, seed ${SEED}`, () => {
    for (let i = 0; i < 5000; i++) {
      const r = random(SEED + i)
      const filter = bpf(validProgram(r, 64))
      const compiled = jit(filter)
      expect(compiled.isCompiled, compiled.reason).toBe(true)
      for (const b of packets(r, 8)) expect(compiled.run(b, 0, b.length)).toBe(filter.run(b, 0, b.length))
    }
  })
  it('compiles the longest programs, or says that it does not', () => {
    const chain: number[] = []
    for (let i = 0; i < 2047; i++) chain.push(0x04, 0, 0, 1, 0x15, 1, 0, i)
    const filter = bpf([...chain, 0x04, 0, 0, 5, 0x16, 0, 0, 0])
    const compiled = jit(filter)
    expect(compiled.run(nothing, 0, 0)).toBe(filter.run(nothing, 0, 0))
    expect(compiled.isCompiled).toBe(compiled.reason === '')
    const straight = jit(bpf([...Array.from({ length: 4095 }, () => [0x04, 0, 0, 1]).flat(), 0x16, 0, 0, 0]))
    expect(straight.isCompiled).toBe(true)
    expect(straight.run(nothing, 0, 0)).toBe(4095)
  })
  it('falls back to the interpreter where Function is forbidden, and says so', () => {
    const original = globalThis.Function
    globalThis.Function = function forbidden() {
      throw new EvalError('unsafe-eval is not allowed')
    } as unknown as FunctionConstructor
    try {
      const filter = jit(bpf([0x80, 0, 0, 0, 0x16, 0, 0, 0]))
      expect(filter.isCompiled).toBe(false)
      expect(filter.reason).toMatch(/unsafe-eval/)
      expect(filter.run(new Uint8Array(9), 0, 9)).toBe(9)
    } finally {
      globalThis.Function = original
    }
  })
  it('keeps the far loads of linux(), and can be compiled twice', () => {
    const info = { network: 14, link: 0, protocol: 0x800, kind: 4, ifindex: 2, vlan: undefined }
    const filter = linux([0x00, 0, 0, 3, 0x20, 0, 0, 0xfffff008, 0x20, 0, 0, 0xfffff004, 0x16, 0, 0, 0])
    for (const compiled of [jit(filter), jit(jit(filter))]) {
      expect(compiled.isCompiled).toBe(true)
      expect(compiled.run(nothing, 0, 0, info)).toBe(4)
      expect(compiled.run(nothing, 0, 0)).toBe(3)
    }
  })
  it('ends by the word of the memory that the filter brings', () => {
    const own = new Int32Array(17)
    const filter: Machine = {
      ...linux([0x20, 0, 0, 0xfffff000, 0x16, 0, 0, 0]),
      memory: own,
      far: () => (own[16] = 1) + 41,
    }
    expect(jit(filter).run(nothing, 0, 0)).toBe(42)
  })
  it('never asks again for octets that are known to be there, and still asks on the other ways', () => {
    // Way one knows 14 octets, way two none, both load at 12.
    const filter = bpf([
      ...[0x80, 0, 0, 0, 0x25, 1, 0, 20, 0x05, 0, 0, 1, 0x28, 0, 0, 12],
      ...[0x28, 0, 0, 12, 0x06, 0, 0, 1],
    ])
    const compiled = jit(filter)
    for (const n of [13, 14, 21, 22]) {
      const b = new Uint8Array(n)
      expect(compiled.run(b, 0, n)).toBe(filter.run(b, 0, n))
    }
  })
})
