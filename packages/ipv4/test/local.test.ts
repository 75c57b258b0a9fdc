// RFC 1122 3.2.1.3 (g), RFC 1112 6.1: what is sent to oneself. Through @tiny/ipv4/local, and without it.
import { CAP_LOCAL, CAP_TX_SUM, EADDRNOTAVAIL, ENETUNREACH, ENOBUFS } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { type Machine, machine, type Setup, transport } from './machine.ts'
import { dotted, icmp, octets, packet } from './packet.ts'

const here = (setup: Setup = {}): Machine => machine({ local: true, ...setup })
const GROUP = '239.1.2.3'

it('a datagram to the own address or the loopback is delivered by the next poll, never inside of send', () => {
  const m = here()
  const t = transport(m.ip)
  for (const [dst, src] of [
    ['10.0.0.2', '10.0.0.2'],
    ['127.0.0.1', '127.0.0.1'],
    ['127.8.7.6', '127.8.7.6'],
    ['127.0.0.1', '10.0.0.2'],
  ]) {
    expect(m.send(dst!, octets(9), { ttl: 5, tos: 8 }, src)).toBe(0)
    expect([t.inputs.length, m.h.wait()]).toEqual([0, 0])
    m.h.poll()
    expect(t.inputs).toMatchObject([{ payload: octets(9), src, dst, ttl: 5, tos: 8 }])
    t.inputs.length = 0
  }
  expect([m.take(), m.drops()]).toEqual([[], []])
})

it('1122 I13 3.2.1.3 what is sent to oneself has an own address for a source, too', () => {
  const m = here()
  for (const dst of ['10.0.0.2', '127.0.0.1'])
    for (const src of ['8.8.8.8', '10.0.0.9', '255.255.255.255', '224.0.0.1', '0.0.0.0'])
      expect(m.send(dst, octets(1), null, src), `${src} to ${dst}`).toBe(-EADDRNOTAVAIL)
  expect(m.send('10.0.0.2', octets(1), null, '127.0.0.1')).toBe(0)
})

it('the loopback is there before the host has an address, and after it has lost it', () => {
  const m = here({ address: null })
  const t = transport(m.ip)
  for (const address of [undefined, '10.0.0.2/24', null]) {
    if (address !== undefined) m.configure({ address })
    const k = new Uint8Array(4)
    expect([m.ip.source(m.pair('127.0.0.1'), 0, k, 0), dotted(k, 0)]).toEqual([0, '127.0.0.1'])
    expect(m.send('127.0.0.1', octets(9), null, '127.0.0.1')).toBe(0)
    m.h.poll()
    expect(t.inputs.splice(0)).toMatchObject([{ src: '127.0.0.1', dst: '127.0.0.1', payload: octets(9) }])
    expect(m.take()).toEqual([])
  }
})

it('says that it can', () => {
  expect(here().ip.caps & CAP_LOCAL).toBe(CAP_LOCAL)
  expect(machine().ip.caps & CAP_LOCAL).toBe(0)
})

it('source() gives the address that is asked for', () => {
  const m = here()
  for (const [dst, src] of [
    ['127.0.0.1', '127.0.0.1'],
    ['127.8.7.6', '127.8.7.6'],
    ['10.0.0.2', '10.0.0.2'],
  ]) {
    const k = new Uint8Array(4)
    expect(m.ip.source(m.pair(dst!), 0, k, 0)).toBe(0)
    expect(dotted(k, 0)).toBe(src)
    expect(m.ip.isOwn(m.pair(dst!), 0)).toBe(true)
  }
})

it('what comes of a delivery is for the next poll: two that answer each other do not hold the machine up', () => {
  const m = here()
  const t = transport(m.ip)
  const input = t.input
  t.input = (b, o, n, a, flags) => {
    m.send('10.0.0.2')
    return input(b, o, n, a, flags)
  }
  m.send('10.0.0.2')
  m.send('10.0.0.2')
  m.h.poll()
  expect(t.inputs).toHaveLength(2)
  m.h.poll()
  expect(t.inputs).toHaveLength(4)
})

it('nothing of it leaves the host', () => {
  const m = here({ gateways: ['10.0.0.1'] })
  for (const dst of ['127.0.0.1', '127.255.255.255', '127.0.0.0', '10.0.0.2']) m.send(dst)
  m.run(10000)
  expect(m.take()).toEqual([])
})

it('without @tiny/ipv4/local neither is reachable, and nothing leaves the host', () => {
  const m = machine()
  const k = new Uint8Array(4)
  for (const dst of ['127.0.0.1', '127.255.255.255', '10.0.0.2']) {
    expect(m.send(dst)).toBe(-ENETUNREACH)
    expect(m.ip.source(m.pair(dst), 0, k, 0)).toBe(-ENETUNREACH)
  }
  m.run(10000)
  expect(m.take()).toEqual([])
})

it('127.0.0.0/8 from outside is dropped, as source and as destination', () => {
  const m = here()
  const t = transport(m.ip, 0)
  m.receive(packet({ dst: '127.0.0.1' }))
  m.receive(packet({ dst: '127.0.0.1', src: '127.0.0.1' }))
  m.receive(packet({ src: '127.0.0.1' }))
  m.receive(packet({ src: '10.0.0.2' }))
  m.run(1000)
  expect([t.inputs, m.take()]).toEqual([[], []])
  expect(m.drops()).toEqual([ids.IP_NOT_OURS, ids.IP_NOT_OURS, ids.IP_SOURCE, ids.IP_SOURCE])
})

it('an echo to oneself is answered once', () => {
  const m = here()
  const t = transport(m.ip, 1)
  const request = icmp(8, 0, 0x10001, octets(5))
  expect(m.send('10.0.0.2', request, null, '10.0.0.2', 1)).toBe(0)
  m.run(10000)
  expect(t.inputs.map(i => i.payload)).toEqual([request, icmp(0, 0, 0x10001, octets(5))])
  expect([m.take(), m.h.wait(), m.used()]).toEqual([[], -1, 0])
})

it('an error about it comes back, once, whichever of the own addresses it was sent from', () => {
  const m = here()
  const t = transport(m.ip)
  t.answer = 1
  m.send('127.0.0.1', octets(8), null, '127.0.0.1')
  m.send('127.8.7.6', octets(8), null, '127.8.7.6')
  m.send('127.0.0.1', octets(8), null, '10.0.0.2')
  m.send('10.0.0.2', octets(8), null, '10.0.0.2')
  m.run(10000)
  expect(t.inputs).toHaveLength(4)
  expect(t.errors.map(e => [e.code, e.own, e.peer])).toEqual([
    [0x303, '127.0.0.1', '127.0.0.1'],
    [0x303, '127.8.7.6', '127.8.7.6'],
    [0x303, '10.0.0.2', '127.0.0.1'],
    [0x303, '10.0.0.2', '10.0.0.2'],
  ])
  expect([m.take(), m.used()]).toEqual([[], 0])
})

it('a device that makes checksums makes none of these: they are marked as good', () => {
  const m = here({ caps: CAP_TX_SUM })
  const t = transport(m.ip)
  m.send('10.0.0.2', octets(8), null, '10.0.0.2')
  m.h.poll()
  expect(t.inputs.map(i => i.flags & 4)).toEqual([4])
})

it('one larger than the MTU of the link is delivered, too', () => {
  const m = here({ mtu: 576, room: 4000, maxDatagram: 4000, queue: 8192 })
  const t = transport(m.ip)
  expect(m.send('10.0.0.2', octets(3000), null, '10.0.0.2')).toBe(0)
  m.run(1)
  expect(t.inputs.map(i => i.payload)).toEqual([octets(3000)])
  m.run(1000000)
  expect(m.used()).toBe(0)
})

describe('groups and broadcasts', () => {
  it('a member hears what it sends, and so does the link', () => {
    const m = here()
    const t = transport(m.ip)
    m.join(GROUP)
    m.send(GROUP)
    m.run(1)
    expect(t.inputs).toMatchObject([{ dst: GROUP, src: '10.0.0.2' }])
    expect(t.inputs[0]!.flags & 8).toBe(8)
    expect(m.take()).toMatchObject([{ hop: GROUP }])
  })

  it('others do not', () => {
    const m = here()
    const t = transport(m.ip)
    m.send(GROUP)
    m.run(1)
    expect([t.inputs, m.take().length]).toEqual([[], 1])
  })

  it('a broadcast is heard by its sender', () => {
    const m = here()
    const t = transport(m.ip)
    t.answer = 1
    for (const dst of ['255.255.255.255', '10.0.0.255']) m.send(dst)
    m.run(1)
    expect(t.inputs.map(i => [i.dst, i.flags & 8])).toEqual([
      ['255.255.255.255', 8],
      ['10.0.0.255', 8],
    ])
    m.run(10000)
    // No error about a broadcast, to ourselves neither.
    expect([m.take().length, t.errors]).toEqual([2, []])
  })
})

describe('bounds', () => {
  it('a full queue refuses', () => {
    const m = here({ queue: 256 })
    const t = transport(m.ip)
    const answers = Array.from({ length: 20 }, () => m.send('10.0.0.2', octets(30), null, '10.0.0.2'))
    expect(answers.filter(e => e === 0).length).toBeGreaterThan(1)
    expect(answers.filter(e => e === -ENOBUFS).length).toBeGreaterThan(10)
    expect(m.drops()).toEqual(answers.filter(e => e !== 0).map(() => ids.LOCAL_FULL))
    // The copy of a broadcast is lost, and said so; the broadcast is not.
    expect([m.send('255.255.255.255', octets(200)), m.take().length, m.drops()]).toEqual([0, 1, [ids.LOCAL_FULL]])
    m.run(1)
    expect(t.inputs).toHaveLength(answers.filter(e => e === 0).length)
    expect(m.send('10.0.0.2', octets(30), null, '10.0.0.2')).toBe(0)
  })

  it('so does an exhausted pool', () => {
    const m = here({ pool: 1000 })
    expect(m.send('10.0.0.2')).toBe(-ENOBUFS)
  })

  it('its memory goes back after a second of rest', () => {
    const m = here()
    transport(m.ip)
    m.send('10.0.0.2')
    expect(m.h.pool.used).toBeGreaterThan(0)
    m.run(0)
    expect(m.h.pool.used).toBeGreaterThan(0)
    m.run(1000)
    expect([m.h.pool.used, m.used(), m.h.wait()]).toEqual([0, 0, -1])
  })

  it('a queue of no size is refused', () => {
    for (const queue of [0, 100, 255, 300, Number.NaN]) expect(() => here({ queue }), `${queue}`).toThrow(RangeError)
  })
})
