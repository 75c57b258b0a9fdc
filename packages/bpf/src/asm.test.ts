import { describe, expect, it } from 'vitest'
import { doubtfulProgram, random, validProgram } from '../test/random.ts'
import { assemble, disassemble, fromRows, pack, parse, printC, printNumbers, source, unpack } from './asm.ts'
import { bpf } from './index.ts'

const SEED = 977

// From the documentation of the kernel: two ICMP echo requests in three get through; a program with every operand.
const SAMPLED = `
    ldh [12]
    jne #0x800, drop
    ldb [23]
    jneq #1, drop
    # get a random uint32 number`.replace('# get', '; get')

describe('assemble', () => {
  const one = (text: string): number[] => [...assemble(text)]

  it('takes every instruction of bpf_asm', () => {
    const table: [string, number[]][] = [
      ['ld [12]', [0x20, 0, 0, 12]],
      ['ldh [0xc]', [0x28, 0, 0, 12]],
      ['ldb [014]', [0x30, 0, 0, 12]],
      ['ld [x + 12]', [0x40, 0, 0, 12]],
      ['ldh [%x+12]', [0x48, 0, 0, 12]],
      ['LDB [X + 12]', [0x50, 0, 0, 12]],
      ['ld #-1', [0x00, 0, 0, -1]],
      ['ldi 7', [0x00, 0, 0, 7]],
      ['ldxi #7', [0x01, 0, 0, 7]],
      ['ldx #7', [0x01, 0, 0, 7]],
      ['ld M[3]', [0x60, 0, 0, 3]],
      ['ldx M[3]', [0x61, 0, 0, 3]],
      ['ld #len', [0x80, 0, 0, 0]],
      ['ld len', [0x80, 0, 0, 0]],
      ['ldx #pktlen', [0x81, 0, 0, 0]],
      ['ldxb 4 * ([14] & 0xf)', [0xb1, 0, 0, 14]],
      ['ldx 4*([14]&0xf)', [0xb1, 0, 0, 14]],
      ['st M[15]', [0x02, 0, 0, 15]],
      ['stx M[0]', [0x03, 0, 0, 0]],
      ['add #5', [0x04, 0, 0, 5]],
      ['add x', [0x0c, 0, 0, 0]],
      ['sub #0b101', [0x14, 0, 0, 5]],
      ['mul x', [0x2c, 0, 0, 0]],
      ['div #2', [0x34, 0, 0, 2]],
      ['mod %x', [0x9c, 0, 0, 0]],
      ['or #0xff', [0x44, 0, 0, 255]],
      ['and #0xffffffff', [0x54, 0, 0, -1]],
      ['xor x', [0xac, 0, 0, 0]],
      ['lsh #1', [0x64, 0, 0, 1]],
      ['rsh x', [0x7c, 0, 0, 0]],
      ['neg', [0x84, 0, 0, 0]],
      ['tax', [0x07, 0, 0, 0]],
      ['txa', [0x87, 0, 0, 0]],
      ['ret a', [0x16, 0, 0, 0]],
      ['ret #-1', [0x06, 0, 0, -1]],
      ['ld proto', [0x20, 0, 0, -4096]],
      ['ld #type', [0x20, 0, 0, -4092]],
      ['ldh [ifidx]', [0x28, 0, 0, -4088]],
      ['ld nla', [0x20, 0, 0, -4084]],
      ['ld vlan_tci', [0x20, 0, 0, -4096 + 44]],
      ['ld vlan_avail', [0x20, 0, 0, -4096 + 48]],
      ['ldb [vlanp]', [0x30, 0, 0, -4096 + 48]],
      ['ld poff', [0x20, 0, 0, -4096 + 52]],
      ['ld rand', [0x20, 0, 0, -4096 + 56]],
      ['.insn 0x15 1 2 0x3', [0x15, 1, 2, 3]],
    ]
    for (const [text, want] of table) expect([text, ...one(text)]).toEqual([text, ...want])
  })
  it('takes jumps in all their forms', () => {
    const jumps = (text: string): number[][] => {
      const p = one(`${text}\nret #0\nyes: ret #1\nno: ret #2`)
      return [p.slice(0, 4)]
    }
    expect(jumps('jeq #1, yes, no')).toEqual([[0x15, 1, 2, 1]])
    expect(jumps('jgt x, yes')).toEqual([[0x2d, 1, 0, 0]])
    expect(jumps('jge %x,yes,no')).toEqual([[0x3d, 1, 2, 0]])
    expect(jumps('jset #0x1fff, no, yes')).toEqual([[0x45, 2, 1, 0x1fff]])
    expect(jumps('jne #1, no')).toEqual([[0x15, 0, 2, 1]])
    expect(jumps('jneq x, no')).toEqual([[0x1d, 0, 2, 0]])
    expect(jumps('jlt #1, yes')).toEqual([[0x35, 0, 1, 1]])
    expect(jumps('jle #1, yes')).toEqual([[0x25, 0, 1, 1]])
    expect(jumps('ja no')).toEqual([[0x05, 0, 0, 2]])
    expect(jumps('jmp yes')).toEqual([[0x05, 0, 0, 1]])
    expect(jumps('(000) jeq      #0x1              jt 2\tjf 3')).toEqual([[0x15, 1, 2, 1]])
    expect(jumps('l0:\tjeq #0x1, yes, no')).toEqual([[0x15, 1, 2, 1]])
  })
  it('passes over comments and empty lines, and keeps the case of labels', () => {
    expect(one(`${SAMPLED}\n ld rand /* 32\n bits */\nmod #3\njneq #1, drop\nret #-1\ndrop: ret #0`)).toEqual(
      one(
        'ldh [12]\njeq #0x800, a, Drop\na: ldb [23]\njne #1, Drop\nld rand\nmod #3\njeq #1, A, Drop\nA:\n\nret #-1\nDrop:\nret #0',
      ),
    )
  })
  it('names the line that is at fault', () => {
    const faults: [string, RegExp][] = [
      ['ret #0\nfoo', /line 2: no instruction: foo/],
      ['ld x', /line 1: no instruction/],
      ['ld [y + 1]', /line 1/],
      ['ldh M[3]', /line 1/],
      ['ldx [3]', /line 1/],
      ['ldh #3', /line 1/],
      ['st [3]', /line 1/],
      ['neg x', /line 1/],
      ['jeq 1 2 3', /line 1/],
      ['ret x', /line 1/],
      ['add', /line 1/],
      ['ldb [nosuch]', /line 1/],
      ['ret #4294967296', /line 1: 4294967296 is no 32-bit number/],
      ['ja nowhere\nret #0', /line 1: no label nowhere/],
      ['a: ret #0\na: ret #0', /line 2: label a for the second time/],
      ['a: ret #0\n ja a', /line 2: jump backwards to a/],
      [`jeq #1, a\n${'tax\n'.repeat(256)}a: ret #0`, /line 1: jump over 256 instructions to a/],
      ['ja toString\nret #0', /no label toString/],
    ]
    for (const [text, why] of faults) {
      expect(() => assemble(text)).toThrow(RangeError)
      expect(() => assemble(text)).toThrow(why)
    }
    expect([...assemble(`ja a\n${'tax\n'.repeat(256)}a: ret #0`)].slice(0, 4)).toEqual([0x05, 0, 0, 256])
  })
})

describe('exact round trip', () => {
  it(`of 2000 random programs through every notation, seed ${SEED}`, () => {
    for (let i = 0; i < 2000; i++) {
      const r = random(SEED + i)
      const p = validProgram(r, 64, () => (r(6) ? null : 0xfffff000 + r(70)))
      const want = [...Int32Array.from(p)]
      expect([...assemble(disassemble(p))]).toEqual(want)
      expect([...assemble(source(p))]).toEqual(want)
      expect([...parse(printNumbers(p))]).toEqual(want)
      expect([...parse(printC(p))]).toEqual(want)
      for (const isLittle of [false, true]) {
        const b = new Uint8Array(3 + 2 * p.length)
        b.set(pack(p, isLittle), 3)
        expect([...unpack(b, 3, 2 * p.length, isLittle)]).toEqual(want)
      }
    }
  })
  it('of programs that no kernel takes', () => {
    for (let i = 0; i < 2000; i++) {
      // Jumps backwards cannot be written, and no need: -dd and -ddd hold all numbers.
      const p = doubtfulProgram(random(SEED + i)).map((v, j) => (j % 4 === 3 ? v & 0x7fff : v))
      expect([...assemble(disassemble(p))]).toEqual([...Int32Array.from(p)])
    }
  })
})

describe('the other forms', () => {
  it('parse() wants the count to be right', () => {
    expect([...parse('1\n6 0 0 4294967295\n')]).toEqual([6, 0, 0, -1])
    expect([...parse('2,40 0 0 12,6 0 0 1,')]).toEqual([40, 0, 0, 12, 6, 0, 0, 1])
    for (const text of [
      '',
      '2\n6 0 0 1',
      '6 0 0 1',
      '1\n6 0 0',
      '1\n6 0 0 x',
      '{ 0x6, 0, 0 },',
      'tcp port 80',
      '1\n6 0 0 4294967296',
    ])
      expect(() => parse(text)).toThrow(RangeError)
  })
  it('rows and octets want their sizes', () => {
    expect([...fromRows([[40, 0, 0, 12], Int32Array.of(6, 0, 0, 1)])]).toEqual([40, 0, 0, 12, 6, 0, 0, 1])
    expect(() => fromRows([[40, 0, 0]])).toThrow(/row 0 has 3 numbers/)
    expect(() => unpack(new Uint8Array(12), 0, 12, true)).toThrow(/12 octets/)
    expect([...pack([0x28, 1, 2, 0x03040506], true)]).toEqual([0x28, 0, 1, 2, 6, 5, 4, 3])
    expect([...pack([0x28, 1, 2, 0x03040506], false)]).toEqual([0, 0x28, 1, 2, 3, 4, 5, 6])
  })
  it('disassembles as tcpdump -d does', () => {
    const text =
      '(000) ldh      [12]\n(001) jeq      #0x800           jt 2\tjf 7\n(002) ldxb     4*([14]&0xf)\n' +
      '(003) ldh      [x + 14]\n(004) st       M[1]\n(005) jset     x                jt 6\tjf 7\n(006) ret      #262144\n(007) ret      \n'
    expect(disassemble(bpf(assemble(text)).bpf)).toBe(text)
  })
})
