// RFC 791 3.1, RFC 1122 3.2.1: datagrams with the caller's header, what is filled in and what is refused.
import { EINVAL, EMSGSIZE, ENETUNREACH, ENOBUFS, get16, put16 } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { sendWhole } from '../src/header.ts'
import { type Machine, machine, random } from './machine.ts'
import { checksum, type Fields, OWN, octets, PEER, packet } from './packet.ts'

/** What goes to a peer, unless the fields say otherwise. */
const ours = (f: Fields = {}): Uint8Array => packet({ src: OWN, dst: PEER, ...f })

/** Sends from the middle of a buffer, which must stay as it is. */
function send(m: Machine, b: Uint8Array): number {
  const whole = new Uint8Array(b.length + 12).fill(0xa5)
  whole.set(b, 5)
  const before = whole.slice()
  const answer = sendWhole(m.ip, whole, 5, b.length)
  expect(whole).toEqual(before)
  return answer
}

const sent = (m: Machine): Uint8Array[] => m.take().map(p => p.octets)

describe('what is sent', () => {
  it('791 3.1 a datagram goes out as it was given, octet by octet', () => {
    const m = machine()
    for (const b of [
      ours(),
      ours({ ttl: 1, tos: 0xb9, df: true, id: 0xffff }),
      ours({ options: [7, 3, 4, 0], payload: octets(0) }),
      ours({ options: [...octets(0), ...Array(40).fill(1)], payload: octets(3) }),
      ours({ proto: 255, payload: octets(1480) }),
      ours({ mf: true, offset: 1480, payload: octets(8) }),
    ]) {
      expect(send(m, b)).toBe(0)
      expect(sent(m)).toEqual([b])
    }
  })

  it('RFC 791 total length and checksum are filled in, whatever is there', () => {
    const m = machine()
    const right = ours({ payload: octets(11) })
    for (const [length, sum] of [
      [0, 0],
      [19, 1],
      [65535, 0xffff],
    ])
      expect(send(m, ours({ payload: octets(11), length: length!, sum: sum! }))).toBe(0)
    expect(sent(m)).toEqual([right, right, right])
  })

  it('an identification of 0 is filled in, each time with another; a source of 0 is ours', () => {
    const m = machine()
    for (let i = 0; i < 3; i++) expect(send(m, ours({ id: 0, src: '0.0.0.0' }))).toBe(0)
    const all = sent(m)
    expect(new Set(all.map(b => get16(b, 4))).size).toBe(3)
    for (const b of all) {
      expect([...b.subarray(12, 16)]).toEqual([10, 0, 0, 2])
      expect(checksum(b.subarray(0, 20))).toBe(0)
    }
  })

  it('what the ways of ip decide: the first hop, groups and broadcasts', () => {
    const m = machine({ gateways: ['10.0.0.1'] })
    for (const dst of ['10.0.0.7', '192.0.2.1', '224.0.0.5', '10.0.0.255', '255.255.255.255'])
      expect(send(m, ours({ dst }))).toBe(0)
    expect(m.take().map(p => p.hop)).toEqual([
      '10.0.0.7',
      '10.0.0.1',
      '224.0.0.5',
      '255.255.255.255',
      '255.255.255.255',
    ])
  })

  it('a source that is not ours stays', () => {
    const m = machine()
    expect(send(m, ours({ src: '192.0.2.9' }))).toBe(0)
    expect(sent(m)).toEqual([ours({ src: '192.0.2.9' })])
  })

  it('a host without an address sends from 0.0.0.0, to all only', () => {
    const m = machine({ address: null })
    expect(send(m, ours({ src: '0.0.0.0', dst: '255.255.255.255' }))).toBe(0)
    expect([...sent(m)[0]!.subarray(12, 16)]).toEqual([0, 0, 0, 0])
    for (const dst of ['224.0.0.1', '192.0.2.7', '10.0.0.9'])
      expect(send(m, ours({ src: '0.0.0.0', dst })), dst).toBe(-ENETUNREACH)
    expect(sent(m)).toEqual([])
  })

  it('to ourselves with local()', () => {
    const m = machine({ local: true })
    expect(send(m, ours({ src: '127.0.0.1', dst: '127.0.0.1' }))).toBe(0)
    expect(sent(m)).toEqual([])
  })
})

describe('what is refused', () => {
  const bad: [string, Uint8Array, number][] = [
    ['no octets', new Uint8Array(0), EINVAL],
    ['less than a header', ours().subarray(0, 19), EINVAL],
    ['another version', ours({ version: 6 }), EINVAL],
    ['a header shorter than 20 octets', ours({ ihl: 4 }), EINVAL],
    ['a header longer than the datagram', ours({ ihl: 8, payload: [...Array(10).fill(1), 0] }), EINVAL],
    ['TTL 0 (RFC 1122 3.2.1.7)', ours({ ttl: 0 }), EINVAL],
    ['an option that runs past the end', ours({ options: [7, 9, 4, 0] }), EINVAL],
    ['an option shorter than itself', ours({ options: [7, 1, 0, 0] }), EINVAL],
    ['a source route (RFC 7126 4.3)', ours({ options: [131, 3, 4, 0] }), EINVAL],
    ['a fragment that ends above 65,535', ours({ offset: 65528 - 16, payload: octets(8) }), EINVAL],
    ['a group for a source', ours({ src: '224.0.0.1' }), EINVAL],
    ['all for a source', ours({ src: '255.255.255.255' }), EINVAL],
    ['the network for a source', ours({ src: '10.0.0.255' }), EINVAL],
    ['the loopback for a source (RFC 1122 3.2.1.3 g)', ours({ src: '127.0.0.1' }), EINVAL],
    ['the loopback for a destination', ours({ dst: '127.0.0.1' }), ENETUNREACH],
    ['what lies beyond the link, without gateways', ours({ dst: '192.0.2.1' }), ENETUNREACH],
    ['nobody', ours({ dst: '0.0.0.0' }), ENETUNREACH],
    ['more than the MTU', ours({ payload: octets(1481) }), EMSGSIZE],
  ]
  it.each(bad)('1122 3.2.1 %s', (_, b, error) => {
    const m = machine({ gateways: null })
    expect(send(m, b)).toBe(-error)
    expect(sent(m)).toEqual([])
  })

  it('1122 3.2.1 the reserved bit', () => {
    const m = machine()
    const b = ours()
    put16(b, 6, 0x8000)
    expect(send(m, b)).toBe(-EINVAL)
  })

  it('more than the room, though the link takes it; and one octet less is taken', () => {
    const m = machine({ room: 1000, maxDatagram: 1000 })
    expect(send(m, ours({ payload: octets(1001) }))).toBe(-EMSGSIZE)
    expect(send(m, ours({ payload: octets(1000) }))).toBe(0)
  })

  it('what the link refuses', () => {
    const m = machine()
    m.answer = -ENOBUFS
    expect(send(m, ours())).toBe(-ENOBUFS)
  })

  it.each([
    [-1, 20],
    [0, 29],
    [9, 20],
    [0, -1],
  ])('octets outside of the buffer are misuse: %i, %i', (o, n) => {
    expect(() => sendWhole(machine().ip, ours(), o, n)).toThrow(`ipv4: ${n} octets at ${o} of 28`)
  })
})

it('random octets are sent whole or not at all, and their header is sound', () => {
  const seed = 0x5eed
  console.log(`seed ${seed}`)
  const rand = random(seed)
  const m = machine({ gateways: ['10.0.0.1'] })
  let taken = 0
  for (let i = 0; i < 10000; i++) {
    const b = ours({ options: i & 1 ? [1, 1, 1, 0] : [], payload: octets(rand() & 31) })
    for (let k = rand() & 3; k--; ) b[(rand() >>> 1) % b.length] = rand()
    // The fake link judges whole ICMP messages.
    if (b[9] === 1) b[9] = 2
    const n = rand() & 7 ? b.length : (rand() >>> 1) % b.length
    const answer = sendWhole(m.ip, b, 0, n)
    const all = sent(m)
    expect(all.length).toBe(answer ? 0 : 1)
    for (const p of all) {
      taken++
      expect(get16(p, 2)).toBe(n)
      expect(checksum(p.subarray(0, (p[0]! & 15) * 4))).toBe(0)
      expect(p.subarray(20)).toEqual(b.subarray(20, n))
    }
  }
  expect(taken).toBeGreaterThan(1500)
  expect(taken).toBeLessThan(9700)
})
