import { describe, expect, it } from 'vitest'
import { packages } from '../sources.mjs'
import { engines } from './engines.ts'
import { runGate, syntaxFaults } from './gate.ts'
import { lower, lowerEntry } from './lower.ts'
import { SCENES } from './scenes.ts'

const entries = packages.filter(p => p.protocol).flatMap(p => p.entries)

describe('the gate itself', () => {
  it.each([
    ['let a = 1', 'not ECMAScript 5'],
    ['if (1) { function f() {} }', 'declared in a block'],
    ['function f() { try {} catch (e) {} try {} catch (e) {} }', 'twice in one function'],
    ['a: for (;;) break a', 'label'],
    ['var a = [1, , 2]', 'hole'],
    ['var e = new Error("x"); e.message = "y"', 'message'],
    ['new Map()', 'Map is not defined'],
    ['new DataView(new ArrayBuffer(4))', 'DataView is not defined'],
    ['Date.now()', 'Date is not defined'],
    ['new Uint8Array(4).fill(0)', 'fill is not a function'],
    ['new Uint8Array(4).slice(0)', 'slice is not a function'],
    ['new Uint8Array(4).copyWithin(0, 1)', 'copyWithin is not a function'],
    ['Uint8Array.from([1])', 'from is not a function'],
    ['Object.assign({}, {})', 'assign is not a function'],
    ['new Uint8Array(4).subarray(-1)', 'subarray(-1'],
    ['var b = new Uint8Array(4); b[4] = 1', 'write at 4 of 4'],
    ['var b = new Uint8Array(4), i = 3; b[i++] += 1; b[i++]++', 'write at 4 of 4'],
    ['var o = { b: new Int32Array(2) }; o.b[o.b[1] - 1] = 1', 'write at -1 of 2'],
    ['var a = []; a[0] = 1; a[2] = 1', 'write at 2 of 1'],
    ['x = 1', 'x is not defined'],
  ])('refuses %s', (code, reason) => {
    expect(() => runGate(code)).toThrow(reason)
  })

  it('accepts what every engine has', () => {
    expect(runGate('var b = new Uint8Array(4), i = 0; b[i++] = 7; b[i] |= 1; print(b[0] + " " + b[1] + " " + i)')).toBe(
      '7 1 1',
    )
    expect(runGate('print(Math.imul(3, 5) + [1, 2].indexOf(2) + "ab".charCodeAt(0))')).toBe('113')
    expect(syntaxFaults('function f() { function g() {} return g } function h() { try {} catch (e) {} }')).toEqual([])
  })
})

describe.each(engines)('$name', engine => {
  it.each(entries)('loads $name', async ({ file }) => {
    const { printed } = await engine.run(await lowerEntry(file))
    expect(Number(printed)).toBeGreaterThan(0)
  })

  it.each(SCENES.filter(({ but }) => but !== engine.name))('runs $what as Node does', async ({ file }) => {
    const code = await lower(file)
    const expected = await engines[0]?.run(code)
    const { printed } = await engine.run(code)
    expect(printed).toBe(expected?.printed)
    expect(printed).toMatch(/\nhash [0-9a-f]{8}$/)
  })
})
