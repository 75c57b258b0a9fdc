import { expect, it } from 'vitest'
import { ensure, range } from './range.ts'

it('gives a whole number between two bounds, or what stands for none', () => {
  expect(range('x: y', undefined, 5, 1, 9)).toBe(5)
  for (const v of [1, 4, 9]) expect(range('x: y', v, 5, 1, 9)).toBe(v)
})

it.each([0, 10, -1, 1.5, 8.999, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %d', v => {
  expect(() => range('x: y', v, 5, 1, 9)).toThrow(new RangeError(`x: y ${v} is not 1 to 9`))
})

it.each(['5', '', true, [5], {}])('refuses text and whatever else JavaScript would take for a number: %j', v => {
  expect(() => range('x: y', v as number, 5, 0, 9)).toThrow(RangeError)
})

it('a value that is given is looked at, also one that is falsy', () => {
  expect(range('x: y', 0, 5, 0, 9)).toBe(0)
  expect(() => range('x: y', 0, 5, 1, 9)).toThrow(RangeError)
})

it('throws a RangeError with the text', () => {
  ensure(true, 'never')
  expect(() => ensure(false, 'tcp: port 70000')).toThrow(new RangeError('tcp: port 70000'))
})
