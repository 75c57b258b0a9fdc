// RFC 1122 3.3.1.6: what is set by hand, at the start and while the stack runs; and what comes of leaving things out.
import { EADDRNOTAVAIL, EINVAL, EMSGSIZE, ENETUNREACH, host } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { configure, ipv4 } from '@tiny/ipv4'
import { gateways } from '@tiny/ipv4/gateway'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, random, transport } from './machine.ts'
import { cut, echo, icmp, icmpError, octets, packet, quad } from './packet.ts'

describe('the address', () => {
  it('is shared with the link, which answers for it', () => {
    const m = machine()
    const shared = m.link.address
    expect([...shared!]).toEqual([10, 0, 0, 2])
    m.configure({ address: '192.0.2.5/24' })
    expect(m.link.address).toBe(shared)
    expect([...shared!]).toEqual([192, 0, 2, 5])
    m.configure({ address: null })
    expect([...shared!]).toEqual([0, 0, 0, 0])
  })

  it('1122 I111 may change at any time, and the epoch tells', () => {
    const m = machine()
    const t = transport(m.ip)
    const { epoch } = m.ip
    m.configure({ address: '192.0.2.5/25' })
    expect(m.ip.epoch).not.toBe(epoch)
    m.receive(packet())
    expect(m.drops()).toEqual([ids.IP_NOT_OURS])
    m.receive(packet({ src: '192.0.2.9', dst: '192.0.2.5' }))
    m.receive(packet({ src: '192.0.2.9', dst: '192.0.2.127' }))
    expect(t.inputs.map(i => i.dst)).toEqual(['192.0.2.5', '192.0.2.127'])
    expect(m.send('192.0.2.9', [1], null, '10.0.0.2')).toBe(-EADDRNOTAVAIL)
    expect(m.send('192.0.2.9', [1], null, '192.0.2.5')).toBe(0)
    expect(m.take()).toMatchObject([{ hop: '192.0.2.9', src: '192.0.2.5' }])
    expect(m.ip.isOwn(m.pair('10.0.0.2'), 0)).toBe(false)
  })

  it('a change asks for a poll, so that transports see it', () => {
    const m = machine()
    let woken = 0
    m.h.env.wake = () => void woken++
    m.configure({ address: '10.0.0.5/24' })
    expect([woken > 0, m.h.wait()]).toEqual([true, 0])
  })

  it('is copied', () => {
    const m = machine()
    const address = Uint8Array.from(quad('10.0.0.7'))
    configure(m.ip, { address, length: 24 })
    address[3] = 99
    expect([...m.link.address!]).toEqual([10, 0, 0, 7])
  })

  it('has to be one of a host', () => {
    const bad = [
      '0.0.0.0/24',
      '0.1.2.3/8',
      '127.0.0.1/8',
      '224.0.0.1/24',
      '240.0.0.1/24',
      '255.255.255.255/32',
      '10.0.0.0/24',
      '10.0.0.255/24',
      '10.0.0.2/33',
      '10.0.0.2/-1',
      '10.0.0.2/23.5',
      '10.0.0.2/31.5',
      '10.0.0.2/NaN',
      '10.0.0.2/x',
      '10.0.0/24',
      '10.0.0.2.3/24',
    ]
    for (const address of bad) {
      expect(() => machine({ address }), address).toThrow(RangeError)
      // What is refused changes nothing.
      const m = machine()
      const t = transport(m.ip)
      expect(() => m.configure({ address }), address).toThrow(RangeError)
      m.receive(packet())
      expect([t.inputs.length, m.send('10.0.0.9'), m.send('10.0.1.9')], address).toEqual([1, 0, 0])
      expect(m.take().map(p => p.hop)).toEqual(['10.0.0.9', '10.0.0.1'])
      expect([...m.link.address!]).toEqual([10, 0, 0, 2])
    }
  })

  it('without one there is none to answer from', () => {
    const m = machine({ address: null })
    m.receive(echo([1], { dst: '255.255.255.255' }))
    m.receive(packet({ dst: '255.255.255.255', proto: 99 }))
    m.receive(packet({ dst: '0.0.0.0', options: [7, 1, 0, 0] }))
    m.run(1000)
    expect(m.take()).toEqual([])
  })
})

describe('options', () => {
  it('misspelt ones are refused by strict', () => {
    for (const key of ['adress', 'mtu', 'gateway', 'groups', 'forward'])
      expect(() => strict('ipv4', { [key]: 1 })).toThrow(`ipv4: no option ${key}`)
    const all = { address: {}, gateways: {}, fragment: (n: number) => n, maxDatagram: 1, reassemblies: 1, ttl: 1 }
    expect(strict('ipv4', all)).toBe(all)
    expect(strict('gateways', { paths: 1 })).toEqual({ paths: 1 })
    expect(strict('local', { queue: 1 })).toEqual({ queue: 1 })
  })

  it('TOS is an octet', () => {
    const m = machine()
    for (const tos of [256, 0x1ff, -1, 1e9, 1.5, Number.NaN, 2 ** 32, '8' as unknown as number])
      expect(m.send('10.0.0.9', [1], { tos }), `${tos}`).toBe(-EINVAL)
    expect(m.take()).toEqual([])
  })

  it('TTL is an octet, and not 0', () => {
    const m = machine()
    for (const ttl of [0, 256, -1, 1.5, 0.5, Number.NaN, 2 ** 32 + 1, '64' as unknown as number])
      expect(m.send('10.0.0.9', [1], { ttl }), `${ttl}`).toBe(-EINVAL)
    expect(m.take()).toEqual([])
  })

  it('maxDatagram larger than what can be answered is refused', () => {
    expect(() => machine({ room: 1000, maxDatagram: 1021 })).toThrow(RangeError)
    expect(machine({ room: 1000, maxDatagram: 1020 }).ip.mmsR).toBe(1000)
  })

  it('a list of gateways with one that is none changes nothing', () => {
    const m = machine({ gateways: ['10.0.0.1', '10.0.0.3'] })
    expect(() => m.configure({ gateways: ['10.0.0.4', '224.0.0.1'] })).toThrow(RangeError)
    expect(m.send('192.0.2.7')).toBe(0)
    expect(m.take()).toMatchObject([{ hop: '10.0.0.1' }])
  })

  it('a list of gateways serves one interface', () => {
    const list = gateways([Uint8Array.from(quad('10.0.0.1'))])
    const h = host({ now: () => 0, rand: random(1) })
    const link = { type: 101, mtu: 1500, caps: 0, send: () => 0, recv() {} }
    ipv4(h, link, { gateways: list })
    expect(() => ipv4(h, link, { gateways: list })).toThrow(RangeError)
  })
})

// RFC 1122 3.3.3, 3.3.1: what a machine without the slots violates is a small, known list. All else is as with them.
describe('without its slots', () => {
  it('without gateways: the network that it is on, nothing beyond', () => {
    const m = machine({ gateways: null })
    const t = transport(m.ip)
    expect([m.send('192.0.2.7'), m.send('10.0.0.9'), m.send('255.255.255.255')]).toEqual([-ENETUNREACH, 0, 0])
    m.advise('192.0.2.7', false)
    m.advise('192.0.2.7', true)
    m.lose('10.0.0.9', null)
    const ours = packet({ src: '10.0.0.2', dst: '10.0.0.9' })
    m.receive(icmpError(3, 4, 600, ours))
    m.receive(icmpError(5, 1, 0x0a000005, ours))
    expect(t.errors.map(e => e.code)).toEqual([0x304])
    expect([m.mss('10.0.0.9'), m.drops(), m.used()]).toEqual([1480, [ids.ICMP_UNBELIEVED, ids.ICMP_NOBODY], 0])
  })

  it('1122 I120 without fragmentation nothing larger than MMS_S is sent', () => {
    const m = machine({ fragment: false })
    expect(m.mss('10.0.0.9')).toBe(1480)
    expect([m.send('10.0.0.9', octets(1480)), m.send('10.0.0.9', octets(1481))]).toEqual([0, -EMSGSIZE])
    expect(m.take()).toMatchObject([{ length: 1500 }])
  })

  it('1122 I68 without fragmentation an echo reply is as long as fits', () => {
    for (const mtu of [576, 577, 1500]) {
      const m = machine({ fragment: false, mtu, room: 4000, maxDatagram: 4000 })
      for (const b of cut({ proto: 1, payload: icmp(8, 0, 3, octets(3000)) }, 1480, 2960)) m.receive(b)
      const [answer] = m.take()
      expect(answer).toMatchObject({ type: 0, info: 3, length: mtu })
      expect(answer!.data).toEqual(octets(mtu - 28))
      m.receive(echo(octets(33)))
      expect(m.take()).toMatchObject([{ type: 0, data: octets(33) }])
    }
  })
})
