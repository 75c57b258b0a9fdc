import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { address, addressText, mac, macText, prefix } from './text.ts'

// What is none to a strict reader, though some library takes it.
const NO_ADDRESS = [
  '10.0.0.256',
  '256.0.0.1',
  '1.2.3',
  '1.2.3.4.5',
  '1',
  '',
  ' ',
  '.',
  '...',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '010.0.0.1',
  '10.0.0.01',
  '00.0.0.0',
  '10.0.0.00',
  ' 10.0.0.1',
  '10.0.0.1 ',
  '10. 0.0.1',
  '10.0.0.1\n',
  '10.0.0\n.1',
  '\t10.0.0.1',
  '0x0a.0.0.1',
  '10.0.0.0x1',
  '10.0.0.a',
  '10.0.0.-1',
  '-10.0.0.1',
  '+10.0.0.1',
  '10.0.0.1e0',
  '10.0.0.1000',
  '10.0.0.99999999999999999999',
  '10,0,0,1',
  '10.0.0.1/24',
  '::1',
  '::ffff:10.0.0.1',
  // Digits of other scripts: Arabic-Indic, fullwidth, superscript; a fullwidth stop.
  '\u0661.2.3.4',
  '10.0.0.\uff11',
  '10.0.0.\u00b9',
  '10\uff0e0\uff0e0\uff0e1',
  '10.0.0.1\u0000',
  '\ufeff10.0.0.1',
  'localhost',
  'undefined',
]

describe('address', () => {
  it('gives the four octets', () => {
    expect(address('10.0.0.2')).toEqual(Uint8Array.of(10, 0, 0, 2))
    expect(address('255.255.255.255')).toEqual(Uint8Array.of(255, 255, 255, 255))
    expect(address('0.0.0.0')).toEqual(new Uint8Array(4))
  })

  it.each(NO_ADDRESS)('refuses %j', text => {
    expect(() => address(text)).toThrow(RangeError)
    expect(() => address(text)).toThrow(`address: ${text} is not four numbers of 0 to 255 with dots between`)
  })

  it('refuses what is no text, from JavaScript', () => {
    for (const x of [undefined, null, 10, 10.5, {}, [], Number.NaN, true])
      expect(() => address(x as unknown as string)).toThrow(RangeError)
  })

  it('takes and prints each address, and no other text for it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), b => {
        expect(address(addressText(b))).toEqual(b)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9.]{0,16}$/), text => {
        let b: Uint8Array
        try {
          b = address(text)
        } catch (e) {
          expect(e).toBeInstanceOf(RangeError)
          return
        }
        expect(addressText(b)).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it('of random text is an address or a RangeError, nothing else', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(() => address(text)).toThrow(RangeError)
        expect(() => prefix(text)).toThrow(RangeError)
        expect(() => mac(text)).toThrow(RangeError)
      }),
    )
  })
})

describe('addressText', () => {
  it('prints four octets at o, at the start unless given', () => {
    const b = Uint8Array.of(9, 10, 0, 255, 1, 7)
    expect(addressText(b)).toBe('9.10.0.255')
    expect(addressText(b, 1)).toBe('10.0.255.1')
  })
})

describe('prefix', () => {
  it('gives address and length', () => {
    expect(prefix('10.0.0.2/24')).toEqual({ address: Uint8Array.of(10, 0, 0, 2), length: 24 })
    for (let n = 0; n <= 32; n++) expect(prefix(`192.0.2.1/${n}`).length).toBe(n)
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/100',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0',
    '10.0.0.0/08',
    '10.0.0.0/00',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0/8 ',
    '10.0.0.0/8\n',
    '10.0.0.0/0x8',
    '10.0.0.0/8.0',
    '10.0.0.0/1e1',
    '10.0.0.0/+8',
    '10.0.0.0/\u0668',
    '10.0.0.0/255.0.0.0',
    '/8',
    '/',
    '',
    '10.0.0.256/8',
    '10/8',
    '010.0.0.0/8',
  ])('refuses %j', text => {
    expect(() => prefix(text)).toThrow(RangeError)
  })

  it('says what is wrong', () => {
    expect(() => prefix('10.0.0.0/33')).toThrow(
      'prefix: 10.0.0.0/33 is not an address, a slash and a number of 0 to 32',
    )
    expect(() => prefix('10.0.0.256/24')).toThrow('address: 10.0.0.256 is not four numbers')
  })
})

describe('mac', () => {
  it('gives the six octets, in either case', () => {
    expect(mac('02:00:00:00:00:01')).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 1))
    expect(mac('AB:cd:EF:01:23:45')).toEqual(Uint8Array.of(0xab, 0xcd, 0xef, 1, 0x23, 0x45))
  })

  it.each([
    '',
    '02:00:00:00:00',
    '02:00:00:00:00:01:02',
    '2:0:0:0:0:1',
    '02-00-00-00-00-01',
    '0200.0000.0001',
    '020000000001',
    '02:00:00:00:00:0g',
    '02:00:00:00:00:001',
    ' 02:00:00:00:00:01',
    '02:00:00:00:00:01 ',
    '02:00:00:00:00:01\n',
    '0x:00:00:00:00:01',
    '02:00:00:00:00:-1',
    '02:00:00:00:00:\uff11\uff11',
  ])('refuses %j', text => {
    expect(() => mac(text)).toThrow(RangeError)
    expect(() => mac(text)).toThrow(`mac: ${text} is not six octets with colons between`)
  })

  it('takes what it prints', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), b => {
        expect(mac(macText(b))).toEqual(b)
      }),
    )
    expect(macText(Uint8Array.of(1, 2, 0, 0, 0, 0xa, 0xff), 1)).toBe('02:00:00:00:0a:ff')
  })
})
