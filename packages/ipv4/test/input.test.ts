// RFC 791 3.1, RFC 1122 3.2.1: what is discarded before anybody sees it.
import { expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { mend, octets, packet } from './packet.ts'

/** A datagram that must be dropped under one id, without a word to anybody. */
function silent(b: Uint8Array, id: number, flags = 0): void {
  const m = machine()
  const t = transport(m.ip)
  const all = transport(m.ip, 0)
  m.receive(b, flags)
  m.run(100000)
  expect(m.drops(), `${b}`).toEqual([id])
  expect(m.take(), `${b}`).toEqual([])
  expect(t.inputs.length + all.inputs.length, `${b}`).toBe(0)
  expect(m.used()).toBe(0)
}

it('1122 I1 IP delivers to the transport of the protocol, ICMP answers', () => {
  const m = machine()
  const t = transport(m.ip)
  const other = transport(m.ip, 17)
  m.receive(packet({ payload: octets(11) }))
  expect(t.inputs.map(i => [i.payload, i.src, i.dst, i.flags])).toEqual([[octets(11), '10.0.0.9', '10.0.0.2', 0]])
  expect(other.inputs).toEqual([])
  m.receive(packet({ proto: 1, payload: [8, 0, 0xf7, 0xff, 0, 0, 0, 0] }))
  expect(m.take()).toMatchObject([{ proto: 1, type: 0, dst: '10.0.0.9' }])
  expect(m.drops()).toEqual([])
})

it('every transport of a protocol hears of it, and one of all protocols', () => {
  const m = machine()
  const list = [transport(m.ip), transport(m.ip), transport(m.ip, 0)]
  m.receive(packet())
  expect(list.map(t => t.inputs.length)).toEqual([1, 1, 1])
})

it('1122 I8 I9 what is discarded is told to the observer, with its octets', () => {
  const m = machine()
  m.receive(packet({ dst: '10.0.0.77' }))
  m.receive(packet({ sum: 0 }))
  expect(m.drops()).toEqual([ids.IP_NOT_OURS, ids.IP_SUM])
})

it('1122 I10 a version other than 4 is discarded in silence', () => {
  // Long enough for any header that a version above 4 could be taken for.
  const payload = octets(1000)
  for (let version = 0; version < 16; version++)
    if (version !== 4) silent(packet({ version, payload }), ids.IP_MALFORMED)
})

it('1122 I11 a datagram with one wrong bit in its header is discarded in silence', () => {
  const good = packet({ options: [1, 1, 1, 0] })
  for (let bit = 0; bit < 192; bit++) {
    const b = good.slice()
    b[bit >> 3]! ^= 128 >> (bit & 7)
    const m = machine()
    const t = transport(m.ip, 0)
    m.receive(b)
    expect(m.drops(), `bit ${bit}`).toHaveLength(1)
    expect([m.take(), t.inputs], `bit ${bit}`).toEqual([[], []])
  }
  silent(packet({ sum: 0 }), ids.IP_SUM)
  silent(packet({ sum: 0xffff }), ids.IP_SUM)
})

it('a header length below 5 words, or beyond the datagram, is malformed', () => {
  for (let ihl = 0; ihl < 5; ihl++) silent(packet({ ihl }), ids.IP_MALFORMED)
  silent(mend(packet({ ihl: 15, payload: octets(39) })), ids.IP_MALFORMED)
  silent(mend(packet({ ihl: 6, length: 23, payload: octets(3) })), ids.IP_MALFORMED)
})

it('a total length below the header, or beyond what came, is malformed', () => {
  for (const length of [0, 1, 19, 29, 30, 0x7fff, 0x8000, 0xffff]) silent(packet({ length }), ids.IP_MALFORMED)
  silent(packet({ options: [1, 1, 1, 0], length: 23 }), ids.IP_MALFORMED)
})

it('every truncation of a datagram is dropped', () => {
  for (const whole of [packet(), packet({ options: [7, 7, 4, 0, 0, 0, 0, 0] })])
    for (let n = 0; n < whole.length; n++) {
      const m = machine()
      const t = transport(m.ip, 0)
      m.receive(whole.subarray(0, n))
      expect(m.drops(), `${n} octets`).toHaveLength(1)
      expect([m.take(), t.inputs], `${n} octets`).toEqual([[], []])
    }
})

it('octets behind the total length are padding', () => {
  const m = machine()
  const t = transport(m.ip)
  const padded = new Uint8Array(46).fill(0x99)
  padded.set(packet({ payload: octets(3) }))
  m.receive(padded)
  m.receive(packet({ payload: [] }))
  expect(t.inputs.map(i => i.payload)).toEqual([octets(3), octets(0)])
})

it('1122 I22 datagrams with a TTL of 0 or 1 are received', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet({ ttl: 0 }))
  m.receive(packet({ ttl: 1 }))
  expect(t.inputs.map(i => i.ttl)).toEqual([0, 1])
})

it('1122 I19 TOS and TTL go up as they came', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet({ tos: 0xb9, ttl: 17 }))
  expect(t.inputs).toMatchObject([{ tos: 0xb9, ttl: 17 }])
})

it('SUM_GOOD goes up for whole datagrams only', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet(), 4)
  m.receive(packet({ mf: true }), 4)
  m.receive(packet({ offset: 8 }), 4)
  expect(t.inputs.map(i => i.flags)).toEqual([4, 0])
})

it('a datagram without payload is delivered', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet({ payload: [] }))
  expect(t.inputs).toHaveLength(1)
})

it('1122 I4 I6 I7 nothing is forwarded, whatever the number of interfaces', () => {
  const m = machine()
  // A second interface of the same host.
  const other = machine({ address: '192.0.2.1/24', gateways: [] })
  for (const dst of ['192.0.2.7', '10.0.0.77', '8.8.8.8', '10.0.0.1']) {
    m.receive(packet({ dst }))
    m.receive(packet({ dst, options: [131, 7, 4, 192, 0, 2, 7, 0] }))
  }
  m.run(1000)
  expect(m.drops()).toEqual(Array(8).fill(ids.IP_NOT_OURS))
  expect([m.take(), other.take()]).toEqual([[], []])
})
