import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { root } from '../sources.mjs'
import { floorFaults } from './floor.ts'

const FILE = join(root, 'snippet.ts')

function faults(text: string): string[] {
  const options: ts.CompilerOptions = { lib: ['lib.es5.d.ts'], types: [], target: ts.ScriptTarget.ES2020 }
  const host = ts.createCompilerHost(options)
  const read = host.getSourceFile
  host.getSourceFile = (name, ...rest) =>
    name === FILE ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2020, true) : read.call(host, name, ...rest)
  const program = ts.createProgram([FILE], options, host)
  const source = program.getSourceFile(FILE)
  return source ? floorFaults(source, program.getTypeChecker()) : ['no source']
}

it.each([
  ['new Uint8Array(4).fill(0)', 'Uint8Array fill'],
  ['declare const b: Int32Array; b.slice(1)', 'Int32Array slice'],
  ['Uint8Array.from([1])', 'Uint8ArrayConstructor from'],
  ['new DataView(new ArrayBuffer(1))', 'DataView'],
  ['new Date()', 'Date'],
  ['Object.freeze({})', 'Object.freeze'],
  ['for (const c of "abc") c', 'for-of'],
  ['const a = [1]; const b = [...a]', 'spread'],
  ['const f = (...a: number[]) => a', 'rest'],
  ['export function f(n = 1): number { return n }', 'default parameter'],
  ['const [a] = [1]', 'destructuring of an array'],
  ['class A {}', 'class'],
  ['a: for (;;) break a', 'label'],
  ['if (1) { function f() {} }', 'function declared in a block'],
  ['function f() { try {} catch (e) {} try {} catch (e) {} }', 'twice'],
  ['const e = new Error("x"); e.message = "y"', 'message'],
])('refuses %s', (text, reason) => {
  expect(faults(text).join()).toContain(reason)
})

it('accepts what the floor has', () => {
  expect(faults('const b = new Uint8Array(4); b.set([1], 1); b.subarray(1, 2)')).toEqual([])
  expect(faults('const a = [3]; a.slice(1); for (const n of a) n; "ab".slice(1); const { length } = a')).toEqual([])
  expect(faults('const ring = { fill(n: number) { return n } }; ring.fill(3)')).toEqual([])
  expect(faults('function f(n = 1) { try {} catch (e) {} return n } function g() { try {} catch (e) {} }')).toEqual([])
})
