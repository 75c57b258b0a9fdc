import { expect, it } from 'vitest'
import { OPTIONS, strict } from './strict.ts'

const names = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]

it.each(names)('%s: each of its options is taken, and given back as it is', name => {
  const options = Object.fromEntries(OPTIONS[name].map(key => [key, 1]))
  expect(strict(name, options)).toBe(options)
  expect(new Set<string>(OPTIONS[name]).size).toBe(OPTIONS[name].length)
})

it.each(names)('%s: what it does not know is refused', name => {
  for (const key of ['fastopen', '', 'length', 'indexOf', 'Room'])
    expect(() => strict(name, { [key]: 1 })).toThrow(new RangeError(`${name}: no option ${key}`))
})

it('an option is refused whatever its value, beside others that are known', () => {
  expect(() => strict('udp', { sockets: 1, fastopen: undefined })).toThrow('udp: no option fastopen')
})

it('no options are none too many', () => {
  const none = {}
  expect(strict('core', none)).toBe(none)
})
