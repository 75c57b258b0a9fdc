import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copy, get16, get32, isSame, put16, put32 } from './octets.ts'

describe('octets in network order', () => {
  it('reads the high octet first', () => {
    const b = Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x9a)
    expect([get16(b, 0), get16(b, 3), get32(b, 0)]).toEqual([0x1234, 0x789a, 0x12345678])
  })

  it('gives 32 bits as an int32, 16 bits as a positive number', () => {
    const b = Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc)
    expect(get16(b, 0)).toBe(0xfffe)
    expect(get32(b, 0)).toBe(0xfffefdfc | 0)
    expect(get32(Uint8Array.of(0x80, 0, 0, 0), 0)).toBe(-0x80000000)
  })

  it('writes what it reads, at any offset, and nothing beside it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(9), (v, o) => {
        const b = new Uint8Array(16).fill(0xa5)
        put32(b, o, v)
        expect(get32(b, o)).toBe(v)
        put16(b, o + 4, v)
        expect(get16(b, o + 4)).toBe(v & 0xffff)
        expect(b.filter((x, i) => (i < o || i > o + 5) && x !== 0xa5)).toHaveLength(0)
      }),
    )
  })

  it('takes uint32 and negative numbers alike', () => {
    const b = new Uint8Array(4)
    put32(b, 0, 0xc0a80001)
    expect([...b]).toEqual([0xc0, 0xa8, 0, 1])
    put32(b, 0, -1)
    expect([...b]).toEqual([255, 255, 255, 255])
    put16(b, 0, -2)
    expect([...b]).toEqual([255, 254, 255, 255])
  })
})

describe('copy', () => {
  it.each([0, 1, 2, 31, 63, 64, 65, 66, 200])('copies %i octets and no more', n => {
    const from = Uint8Array.from({ length: 256 }, (_, i) => i)
    const to = new Uint8Array(256).fill(0xee)
    copy(to, 7, from, 3, n)
    const expected = new Uint8Array(256).fill(0xee)
    for (let i = 0; i < n; i++) expected[7 + i] = 3 + i
    expect(to).toEqual(expected)
  })

  it.each([0, 10, 64, 65, 200])('moves %i octets towards the front within one array', n => {
    const b = Uint8Array.from({ length: 256 }, (_, i) => i)
    copy(b, 5, b, 9, n)
    expect(Array.from(b.subarray(5, 5 + n))).toEqual(Array.from({ length: n }, (_, i) => 9 + i))
  })
})

describe('isSame', () => {
  it('compares n octets, and none as the same', () => {
    const b = Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 5)
    expect(isSame(b, 0, b, 4, 3)).toBe(true)
    expect(isSame(b, 0, b, 4, 4)).toBe(false)
    expect(isSame(b, 0, b, 1, 1)).toBe(false)
    expect(isSame(b, 0, b, 3, 0)).toBe(true)
  })

  it('sees a difference wherever it is', () => {
    const b = new Uint8Array(20)
    for (let i = 0; i < 20; i++) {
      const c = b.slice()
      c[i] = 1
      expect(isSame(b, 0, c, 0, 20)).toBe(false)
      expect(isSame(b, 0, c, 0, i)).toBe(true)
    }
  })
})
