import type { PacketInfo } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { bpf } from './index.ts'
import { linux } from './linux.ts'

const accept = [0x06, 0, 0, 1]
const returnA = [0x16, 0, 0, 0]
const AD = 0xfffff000
const NET = 0xfff00000
const LL = 0xffe00000
const ABSOLUTE = [0x20, 0x28, 0x30]
const INDIRECT = [0x40, 0x48, 0x50]
const nothing = new Uint8Array(0)

const refusal = (program: number[], rand?: () => number): string => {
  try {
    linux(program, rand)
    return ''
  } catch (e) {
    expect(e).toBeInstanceOf(RangeError)
    return (e as Error).message
  }
}

describe('linux refuses, and names the instruction and the rule', () => {
  it('BPF-rules all that bpf() refuses, but not far loads', () => {
    expect(refusal([0x04, 0, 0, 1, 0xff, 0, 0, 0, ...accept])).toBe('bpf: instruction 1: unknown code')
    for (const code of [...ABSOLUTE, ...INDIRECT, 0xb1])
      for (const k of [0x80000000, LL, NET, 0xffffefff]) expect(refusal([code, 0, 0, k, ...accept])).toBe('')
  })
  it('BPF-area absolute loads from AD_OFF on that nobody knows', () => {
    for (const code of ABSOLUTE) {
      for (const k of [AD + 1, AD + 2, AD + 63, AD + 64, AD + 68, 0xffffffff])
        expect(refusal([0x04, 0, 0, 1, code, 0, 0, k, ...accept])).toBe('bpf: instruction 1: unknown load')
      expect(refusal([code, 0, 0, AD + 60 - 12 + 4, ...accept])).toBe('')
    }
    for (const code of [...INDIRECT, 0xb1]) expect(refusal([code, 0, 0, AD + 1, ...accept])).toBe('')
  })
  it('BPF-nameless loads that mean nothing here, by name', () => {
    const names: [number, string][] = [
      [12, 'nlattr'],
      [16, 'nlattr_nest'],
      [20, 'mark'],
      [24, 'queue'],
      [28, 'hatype'],
      [32, 'rxhash'],
      [36, 'cpu'],
      [60, 'vlan_tpid'],
    ]
    for (const [at, name] of names)
      for (const code of ABSOLUTE)
        expect(refusal([code, 0, 0, AD + at, ...accept])).toBe(`bpf: instruction 0: ${name} means nothing here`)
  })
  it('BPF-rand random numbers without a source', () => {
    expect(refusal([0x20, 0, 0, AD + 56, ...accept])).toMatch(/want linux\(program, rand\)/)
    expect(linux([0x20, 0, 0, AD + 56, ...returnA], () => 77).run(nothing, 0, 0)).toBe(77)
  })
})

describe('linux', () => {
  const frame = Uint8Array.from({ length: 40 }, (_, i) => i + 1)
  const info: PacketInfo = { network: 14, link: 0, protocol: 0x86dd, kind: 3, ifindex: 9, vlan: 0x2005 }
  const value = (program: number[], i?: PacketInfo): number => linux([...program, ...returnA]).run(frame, 0, 40, i)

  it('tells protocol, kind, interface and tag, whatever the size of the load', () => {
    for (const code of ABSOLUTE) {
      const at = (k: number, i?: PacketInfo): number => value([code, 0, 0, AD + k], i)
      expect([0, 4, 8, 44, 48].map(k => at(k, info))).toEqual([0x86dd, 3, 9, 0x2005, 1])
      expect([0, 4, 44, 48].map(k => at(k, { ...info, vlan: undefined }))).toEqual([0x86dd, 3, 0, 0])
      expect([0, 4, 44, 48, 52].map(k => at(k))).toEqual([0, 0, 0, 0, 0])
    }
  })
  it('ends with A where there is no interface', () => {
    const program = [0x00, 0, 0, 77, 0x20, 0, 0, AD + 8, ...accept]
    expect(linux(program).run(frame, 0, 40)).toBe(77)
    expect(linux(program).run(frame, 0, 40, { ...info, ifindex: 0 })).toBe(77)
    expect(linux(program).run(frame, 0, 40, info)).toBe(1)
  })
  it('combines A and X', () => {
    expect(value([0x00, 0, 0, 6, 0x01, 0, 0, 3, 0x20, 0, 0, AD + 40])).toBe(5)
  })
  it('loads from the network and the link header', () => {
    expect(value([0x30, 0, 0, NET], info)).toBe(15)
    expect(value([0x28, 0, 0, NET + 2], info)).toBe(17 * 256 + 18)
    expect(value([0x30, 0, 0, NET + 25], info)).toBe(40)
    expect(value([0x30, 0, 0, NET + 26], info)).toBe(0)
    expect(value([0x30, 0, 0, LL + 6], info)).toBe(7)
    expect(value([0x01, 0, 0, 3, 0x50, 0, 0, NET], info)).toBe(18)
    expect(value([0x01, 0, 0, 0xffffffff, 0x50, 0, 0, NET + 1], info)).toBe(15)
    expect(value([0xb1, 0, 0, NET, 0x87, 0, 0, 0], info)).toBe(60)
    // By an indirect load, what is at AD_OFF is far behind the network header.
    expect(value([0x01, 0, 0, 0, 0x50, 0, 0, AD], info)).toBe(0)
  })
  it('reaches a link header in front of the packet, and none where there is none', () => {
    const behind = (link: number | undefined): number =>
      linux([0x30, 0, 0, LL + 6, ...returnA]).run(frame, 14, 26, { ...info, network: 0, link })
    expect(behind(-14)).toBe(7)
    expect(behind(undefined)).toBe(0)
  })
  it('is independent of other filters that run in between', () => {
    const far = linux([0x00, 0, 0, 77, 0x20, 0, 0, AD + 8, ...accept])
    const near = bpf([0x20, 0, 0, 100, ...accept])
    expect([far.run(frame, 0, 40), near.run(frame, 0, 40), far.run(frame, 0, 40)]).toEqual([77, 0, 77])
  })
})
