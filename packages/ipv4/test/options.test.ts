// RFC 791 3.1, RFC 1122 3.2.1.6 to 3.2.1.8: TOS, TTL and options, both ways.
import { EINVAL, EMSGSIZE } from '@tiny/core'
import { expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { octets, packet } from './packet.ts'

const ROUTER_ALERT = [148, 4, 0, 0]
const RECORD_ROUTE = [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]

it('1122 I18 a transport sets the TOS', () => {
  const m = machine()
  m.send('10.0.0.9')
  m.send('10.0.0.9', [1], { tos: 0xb8 })
  m.send('10.0.0.9', [1], { tos: 0xff })
  expect(m.take().map(p => p.tos)).toEqual([0, 0xb8, 0xff])
})

it('1122 I23 a transport sets the TTL', () => {
  const m = machine()
  for (const ttl of [1, 17, 255]) expect(m.send('10.0.0.9', [1], { ttl })).toBe(0)
  expect(m.take().map(p => p.ttl)).toEqual([1, 17, 255])
})

it('1122 I21 a TTL of 0 is not sent', () => {
  const m = machine()
  for (const ttl of [0, 0.5, -1, 256, 1000, Number.NaN])
    expect(m.send('10.0.0.9', [1], { ttl }), `${ttl}`).toBe(-EINVAL)
  expect(m.take()).toEqual([])
})

it('1122 I24 the TTL of all others is configurable', () => {
  for (const ttl of [1, 64, 255]) {
    const m = machine({ ttl })
    m.send('10.0.0.9')
    expect(m.take()).toMatchObject([{ ttl }])
  }
  const m = machine()
  m.send('10.0.0.9')
  expect(m.take()).toMatchObject([{ ttl: 64 }])
  for (const ttl of [0, 256, -1, Number.NaN]) expect(() => machine({ ttl })).toThrow(RangeError)
})

it('1122 I25 a transport sends options', () => {
  const m = machine()
  for (const options of [ROUTER_ALERT, RECORD_ROUTE, Array(40).fill(1), [1, 1, 1, 0]]) {
    expect(m.send('10.0.0.9', octets(9), { options: Uint8Array.from(options) })).toBe(0)
    expect(m.take()).toMatchObject([{ hl: 20 + options.length, options, payload: octets(9) }])
  }
})

it('options that are none are refused', () => {
  const m = machine()
  for (const options of [[1], [1, 1, 1], Array(44).fill(1), [7, 0, 0, 0], [7, 1, 1, 1], [7, 5, 0, 0], [1, 1, 1, 7]])
    expect(m.send('10.0.0.9', [1], { options: Uint8Array.from(options) }), `${options}`).toBe(-EINVAL)
  expect(m.take()).toEqual([])
})

it('1122 I26 all options that came are there for the transport', () => {
  const m = machine()
  const t = transport(m.ip)
  const list = [ROUTER_ALERT, RECORD_ROUTE, Array(40).fill(1), [130, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
  for (const options of list) m.receive(packet({ options, payload: octets(5) }))
  expect(t.inputs.map(i => [i.options, i.payload])).toEqual(list.map(options => [options, octets(5)]))
})

it('1122 I27 I30 I28 options that are unknown or not ours to act on are passed over', () => {
  const m = machine()
  const t = transport(m.ip)
  // All but the two without a length and the two source routes; 136 is the Stream Identifier, 130 Security.
  const kinds = Array.from({ length: 256 }, (_, kind) => kind).filter(kind => ![0, 1, 131, 137].includes(kind))
  for (const kind of kinds) m.receive(packet({ options: [kind, 4, 9, 9] }))
  expect(t.inputs.map(i => i.options[0])).toEqual(kinds)
  expect([m.drops(), m.take()]).toEqual([[], []])
})

it('what follows the end of the options is not looked at', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet({ options: [0, 7, 0, 0] }))
  m.receive(packet({ options: [1, 0, 131, 200] }))
  expect(t.inputs).toHaveLength(2)
})

it('1122 I60 options that run past the header or over themselves draw a parameter problem at that octet', () => {
  const bad: [number[], number][] = [
    [[7, 0, 0, 0], 20],
    [[7, 1, 0, 0], 20],
    [[7, 5, 0, 0], 20],
    [[1, 1, 1, 7], 23],
    [[1, 1, 148, 3], 22],
    [[148, 4, 0, 0, 1, 7, 255, 0], 25],
    [[148, 4, 0, 0, 131, 0, 0, 0], 24],
    [[...Array(39).fill(1), 130], 59],
  ]
  for (const [options, at] of bad) {
    const m = machine()
    const t = transport(m.ip, 0)
    const b = packet({ options })
    m.receive(b)
    expect(m.drops(), `${options}`).toEqual([ids.IP_OPTIONS])
    expect(t.inputs).toEqual([])
    expect(m.take(), `${options}`).toMatchObject([
      { type: 12, code: 0, info: (at - 0) << 24, data: b, dst: '10.0.0.9' },
    ])
  }
})

it('every truncation of an option is dropped', () => {
  for (let n = 1; n < 11; n++) {
    // A Record Route of eleven octets with n of them in the header, behind no-operations.
    const options = [...Array(12 - n).fill(1), ...RECORD_ROUTE.slice(0, n)]
    const m = machine()
    const t = transport(m.ip, 0)
    m.receive(packet({ options }))
    expect([m.drops(), t.inputs], `${n} octets`).toEqual([[ids.IP_OPTIONS], []])
  }
})

it('RFC 7126 4.3 4.4 a source-routed datagram is dropped', () => {
  for (const kind of [131, 137])
    for (const options of [
      [kind, 7, 4, 192, 0, 2, 7, 0],
      [kind, 7, 8, 192, 0, 2, 7, 0],
      [1, 1, 1, kind, 3, 4, 0, 0],
      [148, 4, 0, 0, kind, 3, 4, 0],
    ]) {
      const m = machine()
      const t = transport(m.ip, 0)
      m.receive(packet({ options }))
      expect([m.drops(), t.inputs], `${options}`).toEqual([[ids.IP_OPTIONS], []])
      // Its sender is told, and its route is not followed.
      for (const { type, dst } of m.take()) expect([type, dst]).toEqual([12, '10.0.0.9'])
    }
})

it('1122 I36 no source route is sent, let alone two in one header', () => {
  const m = machine()
  for (const options of [
    [131, 7, 4, 192, 0, 2, 7, 0],
    [137, 7, 4, 192, 0, 2, 7, 0],
    [131, 7, 4, 192, 0, 2, 7, 131, 7, 4, 192, 0, 2, 8, 0, 0],
    [1, 1, 1, 137, 3, 4, 0, 0],
  ])
    expect(m.send('10.0.0.9', [1], { options: Uint8Array.from(options) }), `${options}`).toBe(-EINVAL)
  expect(m.take()).toEqual([])
})

it('1122 I29 a Stream Identifier is never sent unasked, nor any option', () => {
  const m = machine()
  m.send('10.0.0.9')
  m.receive(packet({ proto: 1, payload: [8, 0, 0xf7, 0xff, 0, 0, 0, 0], options: [136, 4, 0, 1] }))
  m.receive(packet({ proto: 99, options: [136, 4, 0, 1] }))
  expect(m.take().map(p => p.options)).toEqual([[], [], []])
})

it('a datagram with options has room for less', () => {
  const m = machine({ mtu: 1500 })
  const options = Uint8Array.from(Array(40).fill(1))
  expect(m.send('10.0.0.9', octets(1440), { df: true, options })).toBe(0)
  expect(m.send('10.0.0.9', octets(1441), { df: true, options })).toBe(-EMSGSIZE)
  expect(m.take()).toMatchObject([{ length: 1500, hl: 60 }])
})
