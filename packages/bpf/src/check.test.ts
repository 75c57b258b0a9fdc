import { describe, expect, it } from 'vitest'
import { bpf } from './index.ts'

const accept = [0x06, 0, 0, 1]
/** Instructions in front of `ret #1`. */
const before = (...rows: number[][]): number[] => [...rows.flat(), ...accept]
const nothing = new Uint8Array(0)
const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)

function refuses(program: ArrayLike<number>, i: number, rule: RegExp): void {
  let message = ''
  try {
    bpf(program)
  } catch (e) {
    expect(e).toBeInstanceOf(RangeError)
    message = (e as Error).message
  }
  expect(message).toMatch(new RegExp(`^bpf: instruction ${i}: `))
  expect(message).toMatch(rule)
}

describe('bpf refuses, and names the instruction and the rule', () => {
  it('BPF-count 1 to 4096 instructions', () => {
    const nops = (n: number): number[] => before(...Array.from({ length: n - 1 }, () => [0x00, 0, 0, 1]))
    expect(bpf(nops(4096)).run(nothing, 0, 0)).toBe(1)
    refuses(nops(4097), 4096, /4096/)
    refuses([], 0, /no return/)
    for (const none of [undefined, null, {}, 'ip']) refuses(none as unknown as number[], 0, /no return/)
    refuses(8 as unknown as number[], 0, /4 numbers/)
  })
  it('BPF-four numbers for each instruction', () => {
    refuses([0x06, 0, 0], 0, /4 numbers/)
    refuses([...accept, 0x06], 0, /4 numbers/)
  })
  it('BPF-integer numbers that struct sock_filter can hold', () => {
    for (const k of [1.5, Number.NaN, 2 ** 32, -(2 ** 31) - 1, Number.POSITIVE_INFINITY])
      refuses([0x06, 0, 0, k], 0, /range/)
    for (const k of [2 ** 32 - 1, -(2 ** 31)]) expect(bpf([0x06, 0, 0, k]).run(nothing, 0, 0)).toBe(k | 0)
    refuses(before([21.5, 0, 0, 0]), 0, /range/)
    refuses('6001' as unknown as number[], 0, /range/)
  })
  it('BPF-octet code, jt and jf', () => {
    const long = before([0x15, 256, 0, 1], ...Array.from({ length: 300 }, () => [0x00, 0, 0, 1]))
    refuses(long, 0, /range/)
    long[1] = 255
    expect(bpf(long).run(nothing, 0, 0)).toBe(1)
    for (const jt of [-1, 256]) {
      refuses(before([0x15, jt, 0, 1]), 0, /range/)
      refuses(before([0x15, 0, jt, 1]), 0, /range/)
    }
    refuses(before([0x100, 0, 0, 1]), 0, /range/)
    refuses(before([-256, 0, 0, 1]), 0, /range/)
  })
  it('BPF-code unknown codes', () => {
    const known =
      '00 01 02 03 04 05 06 07 0c 14 15 16 1c 1d 20 24 25 28 2c 2d 30 34 35 3c 3d 40 44 45 48 4c 4d 50 54 5c ' +
      '60 61 64 6c 74 7c 80 81 84 87 94 9c a4 ac b1'
    const taken: string[] = []
    for (let code = 0; code < 256; code++) {
      try {
        bpf([0x02, 0, 0, 1, code, 0, 0, 1, ...accept, ...accept])
        taken.push(code.toString(16).padStart(2, '0'))
      } catch (e) {
        expect((e as Error).message).toBe('bpf: instruction 1: unknown code')
      }
    }
    expect(taken.join(' ')).toBe(known)
  })
  it('BPF-return last', () => {
    refuses([0x00, 0, 0, 1], 0, /no return/)
    refuses([...accept, 0x07, 0, 0, 0], 1, /no return/)
    expect(bpf([0x00, 0, 0, 7, 0x16, 0, 0, 0]).run(nothing, 0, 0)).toBe(7)
  })
  it('BPF-jump of a condition behind the end', () => {
    for (const code of [0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d]) {
      refuses(before([code, 1, 0, 0]), 0, /jump/)
      refuses(before([code, 0, 1, 0]), 0, /jump/)
      expect(bpf(before([code, 0, 0, 0])).run(nothing, 0, 0)).toBe(1)
    }
  })
  it('BPF-ja behind the end, and backwards', () => {
    for (const k of [1, -1, 0x7fffffff, 0xffffffff]) refuses(before([0x05, 0, 0, k]), 0, /jump/)
    expect(bpf(before([0x05, 255, 255, 0])).run(nothing, 0, 0)).toBe(1)
  })
  it('BPF-division by a constant 0, and its remainder', () => {
    for (const code of [0x34, 0x94]) {
      refuses(before([code, 0, 0, 0]), 0, /division/)
      bpf(before([code, 0, 0, -1]))
      bpf(before([code | 8, 0, 0, 0]))
    }
    bpf(before([0x24, 0, 0, 0], [0x04, 0, 0, 0]))
  })
  it('BPF-shift by 32 or more', () => {
    for (const code of [0x64, 0x74]) {
      refuses(before([code, 0, 0, 32]), 0, /shift/)
      refuses(before([code, 0, 0, -1]), 0, /shift/)
      bpf(before([code, 0, 0, 31]))
      bpf(before([code | 8, 0, 0, 99]))
    }
  })
  it('BPF-words M[] has 16', () => {
    for (const code of [0x02, 0x03, 0x60, 0x61]) {
      const ready = [0x02, 0, 0, 15]
      bpf(before(ready, [code, 0, 0, 15]))
      refuses(before(ready, [code, 0, 0, 16]), 1, /16 words/)
      refuses(before(ready, [code, 0, 0, -1]), 1, /16 words/)
    }
  })
  it('BPF-stored before loaded, on every way', () => {
    for (const code of [0x60, 0x61]) {
      refuses(before([code, 0, 0, 3]), 0, /before/)
      refuses(before([0x02, 0, 0, 2], [code, 0, 0, 3]), 1, /before/)
      bpf(before([0x03, 0, 0, 3], [code, 0, 0, 3]))
      // Stored on the one way only, then on both.
      refuses(before([0x15, 0, 1, 0], [0x02, 0, 0, 3], [code, 0, 0, 3]), 2, /before/)
      bpf(before([0x15, 0, 2, 0], [0x02, 0, 0, 3], [0x05, 0, 0, 1], [0x02, 0, 0, 3], [code, 0, 0, 3]))
      // Stored before the ways part.
      bpf(before([0x02, 0, 0, 3], [0x15, 0, 1, 0], [0x02, 0, 0, 2], [code, 0, 0, 3]))
    }
  })
  it('BPF-stored holds behind a jump: what no way reaches may load', () => {
    bpf(before([0x05, 0, 0, 1], [0x60, 0, 0, 3]))
    refuses(before([0x05, 0, 0, 0], [0x60, 0, 0, 3]), 1, /before/)
  })
  it('BPF-far loads at k >= 2^31 are for @tiny/bpf/linux', () => {
    for (const code of [0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1]) {
      for (const k of [-1, 0xfffff000, 0x80000000]) refuses(before([code, 0, 0, k]), 0, /@tiny\/bpf\/linux/)
      bpf(before([code, 0, 0, 0x7fffffff]))
    }
    bpf(before([0x00, 0, 0, -1], [0x01, 0, 0, -1], [0x80, 0, 0, -1], [0x81, 0, 0, -1]))
  })
})

describe('bpf', () => {
  it('keeps a copy of the program', () => {
    const program = [...accept]
    const filter = bpf(program)
    program[3] = 0
    expect(filter.run(nothing, 0, 0)).toBe(1)
    expect([...filter.bpf]).toEqual(accept)
  })
  it('loads 4, 2 and 1 octets up to the end of the packet, and ends with 0 behind it', () => {
    for (const [code, size] of [
      [0x20, 4],
      [0x28, 2],
      [0x30, 1],
    ]) {
      const value = (k: number): number => bpf([code, 0, 0, k, 0x04, 0, 0, 1, 0x16, 0, 0, 0]).run(bytes, 1, 6)
      let want = 0
      for (let i = 0; i < size; i++) want = want * 256 + i + 2
      expect(value(0)).toBe(want + 1)
      expect(value(6 - size)).toBeGreaterThan(1)
      expect(value(7 - size)).toBe(0)
      expect(value(0x7fffffff)).toBe(0)
    }
  })
  it('ends with 0 on division by X = 0', () => {
    for (const code of [0x3c, 0x9c]) expect(bpf(before([0x01, 0, 0, 0], [code, 0, 0, 0])).run(nothing, 0, 0)).toBe(0)
  })
  it('does arithmetic without signs', () => {
    const value = (code: number, a: number, k: number): number =>
      bpf([0x00, 0, 0, a, code, 0, 0, k, 0x16, 0, 0, 0]).run(nothing, 0, 0) >>> 0
    expect(value(0x34, 0xffffffff, 2)).toBe(0x7fffffff)
    expect(value(0x34, 0xffffffff, 1)).toBe(0xffffffff)
    expect(value(0x94, 0xfffffffe, 0xffffffff)).toBe(0xfffffffe)
    expect(value(0x24, 0xffffffff, 0xffffffff)).toBe(1)
    expect(value(0x74, 0x80000000, 31)).toBe(1)
    expect(value(0x84, 1, 0)).toBe(0xffffffff)
    expect(value(0xa4, 0xff00ff00, 0xffffffff)).toBe(0x00ff00ff)
  })
})
