// What ethernet() is given, and what it refuses.
import { type Dev, host } from '@tiny/core'
import { type EthernetOptions, ethernet, neighbour } from '@tiny/ethernet'
import { expect, it } from 'vitest'
import { mac, PEER, PEER_MAC, quad } from './frame.ts'
import { station } from './station.ts'

let x = 1
const h = host({ now: () => 0, rand: () => (x = Math.imul(x, 69069) + 1) })
const dev = (type: number): Dev => ({ type, mtu: 1500, mac: new Uint8Array(6), caps: 0, send: () => 0, recv() {} })
const make = (options?: EthernetOptions, type = 1): unknown => ethernet(h, dev(type), options)

it.each([0, 101, 113, 12])('a device of type %i is refused', type => {
  expect(() => make({}, type)).toThrow(new RangeError(`ethernet: device of type ${type}`))
})

it.each([1, 0, -1, 1025, Number.NaN])('neighbours: %d is refused', neighbours => {
  expect(() => make({ neighbours })).toThrow(RangeError)
  expect(() => make({ neighbours })).toThrow(`ethernet: neighbours ${neighbours}`)
})

it.each([0, -5, 999, 1e9 + 1, Number.NaN, Number.POSITIVE_INFINITY])('age: %d is refused', age => {
  expect(() => make({ age })).toThrow(RangeError)
  expect(() => make({ age })).toThrow(`ethernet: age ${age}`)
})

it('the bounds themselves are taken', () => {
  make({ neighbours: 2 })
  make({ neighbours: 1024, age: 1e9 })
  make()
})

it.each([0, 3, 5, 16])('an IP address of %i octets is a RangeError, and changes nothing', n => {
  const s = station()
  expect(() => neighbour(s.link, new Uint8Array(n).fill(9), Uint8Array.from(mac(PEER_MAC)))).toThrow(RangeError)
  expect(() => neighbour(s.link, new Uint8Array(n).fill(9), null)).toThrow(/^ethernet: /)
  expect(s.used()).toBe(0)
})

it.each([0, 5, 7, 8])('a MAC address of %i octets is a RangeError, and changes nothing', n => {
  const s = station({ neighbours: 2 })
  expect(() => neighbour(s.link, Uint8Array.from(quad(PEER)), new Uint8Array(n))).toThrow(RangeError)
  expect(() => neighbour(s.link, Uint8Array.from(quad(PEER)), new Uint8Array(n))).toThrow(/^ethernet: /)
  expect(s.used()).toBe(0)
})

it.each([
  ['0.0.0.0', PEER_MAC],
  ['224.0.0.5', PEER_MAC],
  ['255.255.255.255', PEER_MAC],
  [PEER, 'ff:ff:ff:ff:ff:ff'],
  [PEER, '01:00:5e:00:00:05'],
])('%s at %s is not one neighbour: a RangeError, and nothing changes', (ip, at) => {
  const s = station()
  expect(() => neighbour(s.link, Uint8Array.from(quad(ip)), Uint8Array.from(mac(at)))).toThrow(RangeError)
  expect(s.used()).toBe(0)
})

it('before a layer above has set recv and lost, packets come to nobody and nothing throws', () => {
  const s = station()
  ;(s.link as { lost?: unknown }).lost = undefined
  s.send(PEER)
  s.run(5000)
  expect([s.used(), s.drops()]).toEqual([0, [114]])
  const d = dev(1)
  ethernet(h, d)
  d.recv(Uint8Array.from([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 0, 1]), 0, 15, 0)
})
