// RFC 792, RFC 1122 3.2.2.6 to 3.2.2.9: echo, and messages that are not errors.
import { EATEN, ENOBUFS, NO_PROTO } from '@tiny/core'
import { expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { cut, echo, icmp, octets, packet } from './packet.ts'

it('1122 I63 I68 an echo is answered with the same data, of any length', () => {
  const m = machine()
  for (const n of [0, 1, 2, 3, 7, 8, 55, 56, 57, 1471, 1472]) {
    m.receive(echo(octets(n)))
    expect(m.take(), `${n} octets`).toMatchObject([
      {
        type: 0,
        code: 0,
        info: 0xbeef0001 | 0,
        data: octets(n),
        dst: '10.0.0.9',
        hop: '10.0.0.9',
        ttl: 64,
        options: [],
      },
    ])
  }
  expect(m.drops()).toEqual([])
})

it('an answer that cannot be sent is counted: there is no way back, or the link is full', () => {
  const m = machine({ gateways: null })
  m.receive(echo([1], { src: '192.0.2.1' }))
  expect([m.take(), m.drops(), m.counted]).toEqual([[], [], [ids.ICMP_UNSENT]])
  m.counted.length = 0
  m.answer = -ENOBUFS
  m.receive(echo([1]))
  expect([m.take(), m.drops(), m.counted]).toEqual([[], [], [ids.IP_REFUSED, ids.ICMP_UNSENT]])
})

it('1122 I67 the answer comes from the address that was asked', () => {
  const m = machine()
  m.receive(echo([1]))
  expect(m.take()).toMatchObject([{ src: '10.0.0.2', dst: '10.0.0.9' }])
})

it('an echo from afar is answered by the gateway', () => {
  const m = machine()
  m.receive(echo([1], { src: '192.0.2.7' }))
  expect(m.take()).toMatchObject([{ dst: '192.0.2.7', hop: '10.0.0.1' }])
})

it('1122 I65 I66 an echo to several hosts is not answered', () => {
  const m = machine()
  m.join('239.1.2.3')
  for (const dst of ['255.255.255.255', '10.0.0.255', '10.0.0.0', '224.0.0.1', '239.1.2.3']) {
    m.receive(echo([1], { dst }))
    m.receive(echo([1], { dst }), dst > '224' && dst < '24' ? 2 : 1)
    expect([m.take(), m.drops()], dst).toEqual([[], [ids.ICMP_GROUP, ids.ICMP_GROUP]])
  }
})

it("1122 3.2.2.6 an echo reply to several hosts is nobody's, though a raw socket sees it", () => {
  const m = machine()
  const t = transport(m.ip, 1)
  const all = transport(m.ip, 0)
  t.answer = all.answer = EATEN
  for (const dst of ['255.255.255.255', '10.0.0.255', '224.0.0.1']) {
    const payload = icmp(0, 0, 0x10002, octets(5))
    m.receive(packet({ dst, proto: 1, payload }))
    expect([t.inputs, m.take(), m.drops()], dst).toEqual([[], [], [ids.ICMP_GROUP]])
    expect(all.inputs.splice(0), dst).toMatchObject([{ dst, payload }])
  }
})

it('no message to several hosts is believed, of any type', () => {
  for (let type = 0; type < 256; type++) {
    const m = machine()
    const t = transport(m.ip, 1)
    m.receive(packet({ dst: '224.0.0.1', proto: 1, payload: icmp(type, 0, 0, octets(28)) }))
    expect([t.inputs, m.take(), m.drops()], `type ${type}`).toEqual([[], [], [ids.ICMP_GROUP]])
  }
})

it('echo replies are not limited', () => {
  const m = machine()
  for (let i = 0; i < 2000; i++) m.receive(echo([i & 255]))
  expect(m.take()).toHaveLength(2000)
})

it('an echo with options is answered', () => {
  const m = machine()
  for (const options of [
    [148, 4, 0, 0],
    [7, 7, 4, 0, 0, 0, 0, 0],
    [68, 8, 5, 0, 0, 0, 0, 0],
  ]) {
    m.receive(echo(octets(9), { options }))
    expect(m.take()).toMatchObject([{ type: 0, data: octets(9) }])
  }
})

it('an echo in fragments is answered in fragments, up to 65,507 octets', () => {
  const m = machine({ room: 65535, maxDatagram: 65535 })
  for (const n of [1473, 4000, 65507]) {
    const payload = icmp(8, 0, 7, octets(n))
    const at = Array.from({ length: Math.ceil(payload.length / 1480) - 1 }, (_, i) => 1480 * (i + 1))
    for (const b of cut({ proto: 1, payload }, ...at)) m.receive(b)
    const list = m.take()
    expect(list.length).toBe(Math.ceil((n + 8) / 1480))
    expect(Uint8Array.from(list.flatMap(p => [...p.payload]))).toEqual(icmp(0, 0, 7, octets(n)))
  }
  expect(m.drops()).toEqual([])
})

it('an answer that the transmit buffer does not hold is cut', () => {
  const m = machine({ room: 600, maxDatagram: 620, mtu: 1500 })
  m.receive(echo(octets(1000)))
  const [answer] = m.take()
  expect(answer).toMatchObject({ type: 0, length: 620, data: octets(592) })
})

it('the checksum of an ICMP message is verified', () => {
  const m = machine()
  const t = transport(m.ip, 1)
  const good = icmp(8, 0, 1, octets(9))
  for (let bit = 0; bit < good.length * 8; bit++) {
    const payload = good.slice()
    payload[bit >> 3]! ^= 128 >> (bit & 7)
    m.receive(packet({ proto: 1, payload }))
  }
  expect([m.take(), t.inputs]).toEqual([[], []])
  expect(m.drops()).toEqual(Array(good.length * 8).fill(ids.ICMP_MALFORMED))
})

it('a message shorter than eight octets is malformed', () => {
  const m = machine()
  const t = transport(m.ip, 1)
  for (let n = 0; n < 8; n++) m.receive(packet({ proto: 1, payload: icmp(8, 0, 0, []).subarray(0, n) }))
  for (const short of [[8, 0, 0xf7, 0xff], [0, 0, 0xff, 0xff], []]) m.receive(packet({ proto: 1, payload: short }))
  expect([m.take(), t.inputs, m.drops()]).toEqual([[], [], Array(11).fill(ids.ICMP_MALFORMED)])
})

it('1122 I69 an echo reply goes to whoever takes ICMP', () => {
  const m = machine()
  const t = transport(m.ip, 1)
  const reply = icmp(0, 0, 0x10002, octets(5))
  m.receive(packet({ proto: 1, payload: reply }))
  expect(t.inputs.map(i => [i.payload, i.src])).toEqual([[reply, '10.0.0.9']])
  expect(m.take()).toEqual([])
})

it('1122 I80 a timestamp reply goes to whoever takes ICMP', () => {
  const m = machine()
  const t = transport(m.ip, 1)
  const reply = icmp(14, 0, 0x10002, octets(12))
  m.receive(packet({ proto: 1, payload: reply }))
  expect(t.inputs.map(i => i.payload)).toEqual([reply])
})

it('1122 I37 an unknown type is discarded in silence', () => {
  for (const isHeard of [false, true])
    for (let type = 0; type < 256; type++) {
      if ([3, 5, 8, 11, 12].includes(type)) continue
      const m = machine()
      const t = isHeard ? transport(m.ip, 1) : null
      if (t) t.answer = NO_PROTO
      m.receive(packet({ proto: 1, payload: icmp(type, 0, 0, octets(28)) }))
      m.run(1000)
      expect([m.drops(), m.take(), t?.inputs.length ?? 1], `type ${type}`).toEqual([[ids.ICMP_NOBODY], [], 1])
    }
})

it('1122 I72 I90 information, timestamp and address mask requests are not answered', () => {
  const m = machine()
  for (const type of [13, 15, 17]) {
    m.receive(packet({ proto: 1, payload: icmp(type, 0, 0, octets(12)) }))
    m.receive(packet({ proto: 1, dst: '255.255.255.255', payload: icmp(type, 0, 0, octets(12)) }))
  }
  m.run(1000)
  expect(m.take()).toEqual([])
})

it('1122 I84 no address mask is asked for or believed', () => {
  const m = machine()
  m.run(100000)
  m.receive(packet({ src: '10.0.0.1', proto: 1, payload: icmp(18, 0, 0, [255, 255, 0, 0]) }))
  m.send('10.0.1.9')
  expect(m.take()).toMatchObject([{ hop: '10.0.0.1' }])
})

it('a raw socket sees echo requests and errors, too', () => {
  const m = machine()
  const all = transport(m.ip, 0)
  const t = transport(m.ip, 1)
  m.receive(echo([1, 2, 3]))
  expect([all.inputs.length, t.inputs.length, m.take().length]).toEqual([1, 1, 1])
})
