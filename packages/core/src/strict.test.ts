import { expect, it } from 'vitest'
import { OPTIONS, strict } from './strict.ts'

const names = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]
const slot = {}
/** What a slot takes. */
const SLOTS: Record<string, unknown> = {
  address: slot,
  from: slot,
  options: slot,
  observer: slot,
  gateways: slot,
  fragment: (ip: unknown) => ip,
  whole: (ip: unknown) => ip,
  windowScale: slot,
  timestamps: slot,
  sack: slot,
  congestion: slot,
  ecn: slot,
  fastOpen: slot,
  timers: slot,
}

it.each(names)('%s: each of its options is taken, and given back as it is', name => {
  const options = Object.fromEntries(
    OPTIONS[name].map(key => [key, SLOTS[key] ?? (/^on|^accept/.test(key) ? () => slot : 1)]),
  )
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

it('a slot takes what the function of its package gives, not true, and not that function', () => {
  let refused = 0
  for (const name of names)
    for (const key of OPTIONS[name]) {
      if (!(key in SLOTS)) continue
      for (const wrong of [true, 1, 'sack', () => slot, false])
        expect(() => strict(name, { [key]: wrong })).toThrow(new RangeError(`${name}: ${key} cannot be ${wrong}`))
      expect(strict(name, { [key]: undefined })).toEqual({ [key]: undefined })
      refused++
    }
  // Some have them in common: gateways, fragment and address; from, options.
  expect(refused).toBe(Object.keys(SLOTS).length + 8)
})

it('handlers are an object of functions, with names that are known', () => {
  const heard = (): void => {}
  for (const name of ['udp', 'tcp', 'ping', 'raw', 'packet'] as const) {
    const key = `${name}Handlers` as const
    const handlers = Object.fromEntries(OPTIONS[key].map(k => [k, heard]))
    expect(strict(key, handlers)).toBe(handlers)
    expect(() => strict(key, { onData: heard })).toThrow(`${key}: no option onData`)
    for (const wrong of [null, true, {}, 'heard'])
      expect(() => strict(key, { onError: wrong })).toThrow(`${key}: onError cannot be ${wrong}`)
    expect(() => strict('udpBind', { accept: true })).toThrow('udpBind: accept cannot be true')
    for (const wrong of [undefined, null, heard, 7])
      expect(() => strict(key, wrong as object)).toThrow(new RangeError(`${key}: ${wrong} is no object`))
  }
})
