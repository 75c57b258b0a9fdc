// RFC 1122 3.2.2.1, 4.2.3.9; RFC 792.
import { expect, it } from 'vitest'
import { ECONNREFUSED, EHOSTUNREACH, EMSGSIZE, ENETUNREACH, EPROTO, EPROTONOSUPPORT, errorOf } from './index.ts'

const UNREACHABLE = [
  ['net', ENETUNREACH],
  ['host', EHOSTUNREACH],
  ['protocol', EPROTONOSUPPORT],
  ['port', ECONNREFUSED],
  ['fragmentation needed', EMSGSIZE],
  ['source route failed', EHOSTUNREACH],
  ['network unknown', ENETUNREACH],
  ['host unknown', EHOSTUNREACH],
  ['source host isolated', EHOSTUNREACH],
  ['network prohibited', ENETUNREACH],
  ['host prohibited', EHOSTUNREACH],
  ['network unreachable for this type of service', ENETUNREACH],
  ['host unreachable for this type of service', EHOSTUNREACH],
  ['communication prohibited', EHOSTUNREACH],
  ['host precedence violation', EHOSTUNREACH],
  ['precedence cutoff', EHOSTUNREACH],
] as const

it.each(UNREACHABLE.map(([name, error], code) => [code, name, error] as const))(
  'destination unreachable, code %i, %s, is an error of its own',
  (code, _, error) => expect(errorOf(3 * 256 + code)).toBe(-error),
)

it('what has no meaning yet is a host that cannot be reached, for each of all types and codes', () => {
  for (let type = 0; type < 256; type++)
    for (let code = 0; code < 256; code++) {
      if (type === 3 && code < UNREACHABLE.length) continue
      expect(errorOf(type * 256 + code), `${type} ${code}`).toBe(type === 12 ? -EPROTO : -EHOSTUNREACH)
    }
})

it('time exceeded and parameter problem', () => {
  expect([errorOf(11 * 256), errorOf(11 * 256 + 1), errorOf(12 * 256)]).toEqual([-EHOSTUNREACH, -EHOSTUNREACH, -EPROTO])
})
