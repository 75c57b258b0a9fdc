import { DLT_RAW } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { disassemble } from './asm.ts'
import { type FilterOptions, filter } from './filter.ts'
import { bpf } from './index.ts'
import { services } from './names.ts'

const refusal = (expression: string, options?: FilterOptions): string => {
  try {
    filter(expression, options)
    return ''
  } catch (e) {
    expect(e).toBeInstanceOf(RangeError)
    return (e as Error).message
  }
}

describe('filter', () => {
  it('says where an expression is wrong, and what was expected there', () => {
    const table: [string, RegExp][] = [
      ['tcp port', /^filter: position 8: expected an address, a number or a name, found the end$/],
      ['tcp and and udp', /^filter: position 8: expected .*, found 'and'$/],
      ['tcp port 80 or udp foo', /^filter: position 19: expected 'and', 'or' or the end, found 'foo'$/],
      ['port 70000', /^filter: position 5: a port is 0 to 65535, found '70000'$/],
      ['ip[0:3] = 1', /^filter: position 5: a size is 1, 2 or 4, found '3'$/],
      ['(tcp or udp', /^filter: position 11: expected '\)', found the end$/],
      ['net 10.0.0.1/8', /^filter: position 4: bits outside the mask have to be 0/],
      ['ip[0] / 0 = 1', /position 8: division by 0/],
      ['tcp # foo', /position 4: expected a word, a number, an address or a sign, found '#'/],
      ['host example', /position 5: names of hosts and networks are not looked up/],
      ['ip protochain 6', /position 3: this compiler has no protochain/],
      ['ip[0] + 1', /position 9: expected a comparison, found the end/],
      ['ether host ff:ff:ff:ff:ff:ff', /^$/],
      ['vlan 4096', /position 5: a VLAN is 0 to 4095/],
      ['constructor', /position 0: expected a word/],
      ['port toString', /position 5: no port is called toString/],
      ['ip proto valueOf', /position 9: expected the name or number of a protocol/],
    ]
    for (const [expression, why] of table)
      expect([expression, refusal(expression)]).toEqual([expression, expect.stringMatching(why)])
  })
  it('takes port names from an import, none without', () => {
    expect(refusal('port domain')).toMatch(/no port is called domain in the option names/)
    expect(filter('port domain', { names: services })).toEqual(filter('port 53'))
    expect(filter('port www', { names: { www: [80, 6] } })).toEqual(filter('tcp port 80'))
    expect(refusal('udp port http', { names: services })).toMatch(/no such port of udp/)
  })
  it('refuses options out of range', () => {
    for (const snap of [0, -1, 2 ** 32, Number.NaN]) expect(refusal('tcp', { snap })).toMatch(/snap/)
    expect(refusal('tcp', { type: 147 })).toMatch(/link type 147/)
  })
  it('filter too deep for an engine with little stack is refused, as is what is no text', () => {
    for (const none of [undefined, null, 5, ['ip']])
      expect(refusal(none as unknown as string)).toBe(`filter: ${none} is no expression`)
    const deep: ((n: number) => string)[] = [
      n => `${'('.repeat(n)}ip${')'.repeat(n)}`,
      n => `${'(tcp or '.repeat(n)}ip${')'.repeat(n)}`,
      n => `${'(tcp or '.repeat(n)}ip${' or udp)'.repeat(n)}`,
      n => `${'not '.repeat(n)}ip`,
      n => `ip[${'-'.repeat(n)}1] = 1`,
      n => `${'ip['.repeat(n)}1${']'.repeat(n)} = 1`,
      n => `${'('.repeat(n)}1${')'.repeat(n)} = len`,
      n => `vlan ${'('.repeat(n)}1${')'.repeat(n)}`,
      n => `len ${'% len '.repeat(n)}= 1`,
      n => `1 ${'+ 1 '.repeat(n)}= len`,
    ]
    for (const [i, make] of deep.entries()) {
      expect([i, refusal(make(120))]).toEqual([i, ''])
      expect([i, refusal(make(5000))]).toEqual([i, expect.stringMatching(/position \d+: too deep/)])
    }
    // Many terms side by side are not deep.
    expect(filter(Array(10000).fill('ip').join(' and '))).toEqual(filter('ip'))
    expect(refusal(Array(20000).fill('ip').join(' or '))).toBe('filter: more than 16384 tests')
  })
  it('returns snap octets, all packets for an empty expression', () => {
    expect(disassemble(filter(''))).toBe('(000) ret      #262144\n')
    expect(disassemble(filter(' \n', { snap: 96 }))).toBe('(000) ret      #96\n')
    expect(disassemble(filter('tcp', { snap: 96, type: DLT_RAW }))).toContain('ret      #96\n')
    expect(bpf(filter('', { snap: 0xffffffff })).run(new Uint8Array(1), 0, 1)).toBe(-1)
  })
  it('makes the shortest of the well-known', () => {
    expect(disassemble(filter('ip'))).toBe(
      '(000) ldh      [12]\n(001) jeq      #0x800           jt 2\tjf 3\n(002) ret      #262144\n(003) ret      #0\n',
    )
    // One load of the type, one of the header's length.
    const text = disassemble(filter('tcp port 80'))
    expect(text.match(/ldh {6}\[12\]/g)).toHaveLength(1)
    expect(text.match(/ldxb/g)).toHaveLength(1)
  })
  it('reaches far targets over jumps in between', () => {
    const many = Array.from({ length: 300 }, (_, i) => `ip host 10.0.${i >> 8}.${i & 255}`)
    const p = bpf(filter(many.join(' or ')))
    const frame = new Uint8Array(34)
    frame[12] = 8
    frame.set([10, 0, 0, 1], 26)
    expect(p.run(frame, 0, 34)).toBe(262144)
    frame.set([10, 0, 1, 43], 26)
    expect(p.run(frame, 0, 34)).toBe(262144)
    frame.set([10, 0, 1, 44], 26)
    expect(p.run(frame, 0, 34)).toBe(0)
    expect(bpf(filter(`not (${many.join(' or ')})`)).run(frame, 0, 34)).toBe(262144)
    expect(refusal(Array.from({ length: 2000 }, (_, i) => `host 10.1.${i >> 8}.${i & 255}`).join(' or '))).toMatch(
      /4096 at most|more than 16384/,
    )
  })
})
