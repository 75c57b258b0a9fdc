// RFC 1122 3.2.1.3, 3.3.1.1, 3.3.6; RFC 919, 922, 950, 3021: whose a datagram is, and where it goes.
import { EADDRNOTAVAIL, EINVAL, ENETUNREACH } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { dotted, echo, packet, quad } from './packet.ts'

const ALL = '255.255.255.255'

describe('what is received', () => {
  it('1122 I14 a datagram to another host is discarded in silence', () => {
    for (const dst of ['10.0.0.3', '10.0.1.2', '192.0.2.1', '127.0.0.1', '127.255.255.255', '224.0.0.2', '240.0.0.1']) {
      const m = machine()
      const t = transport(m.ip, 0)
      m.receive(packet({ dst }))
      m.receive(echo([1, 2], { dst }))
      m.run(1000)
      expect([m.drops(), m.take(), t.inputs], dst).toEqual([[ids.IP_NOT_OURS, ids.IP_NOT_OURS], [], []])
    }
  })

  it('1122 I15 a source that is not one host is discarded in silence', () => {
    const martians = [
      '10.0.0.255',
      '10.0.0.0',
      ALL,
      '0.0.0.0',
      '0.0.0.1',
      '0.255.255.255',
      '127.0.0.1',
      '127.255.0.9',
      '224.0.0.1',
      '239.1.2.3',
      '240.0.0.1',
      '255.255.255.254',
    ]
    for (const src of martians) {
      const m = machine()
      const t = transport(m.ip, 0)
      m.receive(packet({ src }))
      m.receive(echo([1], { src }))
      m.receive(packet({ src, options: [7, 1, 0, 0] }))
      m.run(1000)
      expect([m.drops(), m.take(), t.inputs], src).toEqual([Array(3).fill(ids.IP_SOURCE), [], []])
    }
  })

  it('our own address as a source from outside is a martian', () => {
    const m = machine()
    const t = transport(m.ip, 0)
    m.receive(packet({ src: '10.0.0.2' }))
    m.receive(packet({ src: '10.0.0.2', dst: ALL }))
    expect([m.drops(), t.inputs]).toEqual([[ids.IP_SOURCE, ids.IP_SOURCE], []])
  })

  it('a host that has no address yet is heard in broadcasts, and never answered', () => {
    const m = machine()
    const t = transport(m.ip)
    t.answer = 1
    m.receive(packet({ src: '0.0.0.0', dst: ALL }))
    expect(t.inputs).toMatchObject([{ src: '0.0.0.0', dst: ALL }])
    expect(m.take()).toEqual([])
  })

  it('1122 I138 I141 every form of a broadcast is recognised', () => {
    const forms: { [address: string]: string[] } = {
      '10.0.0.2/24': [ALL, '0.0.0.0', '10.0.0.255', '10.0.0.0'],
      '10.1.2.3/8': [ALL, '0.0.0.0', '10.255.255.255', '10.0.0.0'],
      '172.16.5.1/22': [ALL, '0.0.0.0', '172.16.7.255', '172.16.4.0'],
      '192.0.2.129/25': [ALL, '0.0.0.0', '192.0.2.255', '192.0.2.128'],
      '192.0.2.5/30': [ALL, '0.0.0.0', '192.0.2.7', '192.0.2.4'],
      '198.51.100.9/0': [ALL, '0.0.0.0'],
      '191.255.255.254/1': [ALL, '0.0.0.0', '128.0.0.0'],
    }
    for (const address in forms)
      for (const dst of forms[address]!) {
        const m = machine({ address, gateways: [] })
        const t = transport(m.ip)
        m.receive(packet({ src: '172.16.5.2', dst }))
        m.receive(packet({ src: '192.0.2.6', dst }), 1)
        // 8: to several hosts, 1: on the link too.
        expect(
          t.inputs.map(i => [i.dst, i.flags]),
          `${address} ${dst}`,
        ).toEqual([
          [dst, 8],
          [dst, 9],
        ])
        expect(m.ip.isGroup(Uint8Array.from(quad(dst)), 0), dst).toBe(true)
      }
  })

  it('a broadcast of another network is not ours', () => {
    for (const [address, dst] of [
      ['10.0.0.2/24', '10.0.1.255'],
      ['10.0.0.2/24', '10.0.1.0'],
      ['172.16.5.1/22', '172.16.5.255'],
      ['172.16.5.1/22', '172.16.5.0'],
      ['192.0.2.129/25', '192.0.2.127'],
    ]) {
      const m = machine({ address: address!, gateways: [] })
      m.receive(packet({ dst: dst! }))
      expect(m.drops(), `${address} ${dst}`).toEqual([ids.IP_NOT_OURS])
    }
  })

  it('RFC 3021 a network of two addresses has no broadcast, one of a single address neither', () => {
    const two = machine({ address: '10.0.0.2/31', gateways: [] })
    const t = transport(two.ip)
    two.receive(packet({ src: '10.0.0.3', dst: '10.0.0.2' }))
    two.receive(packet({ src: '10.0.0.2', dst: '10.0.0.3' }))
    expect(t.inputs).toMatchObject([{ dst: '10.0.0.2', flags: 0 }])
    expect(two.send('10.0.0.3')).toBe(0)
    expect(two.take()).toMatchObject([{ hop: '10.0.0.3' }])
    const one = machine({ address: '10.0.0.2/32' })
    transport(one.ip)
    one.receive(packet())
    expect(one.drops()).toEqual([])
  })

  it('1122 I143 what the link sent to all and IP did not is discarded in silence', () => {
    for (const flags of [1, 2, 3]) {
      const m = machine()
      const t = transport(m.ip, 0)
      m.receive(packet(), flags)
      m.receive(echo([1]), flags)
      m.receive(packet({ proto: 99 }), flags)
      m.run(1000)
      expect([m.drops(), m.take(), t.inputs]).toEqual([Array(3).fill(ids.IP_NOT_OURS), [], []])
    }
  })

  it('without an address, broadcasts are received and nothing else', () => {
    const m = machine({ address: null, gateways: [] })
    const t = transport(m.ip)
    m.receive(packet({ dst: ALL }))
    m.receive(packet({ dst: '10.0.0.2' }))
    m.receive(packet({ dst: '10.0.0.255' }))
    expect(t.inputs).toMatchObject([{ dst: ALL, flags: 8 }])
    expect(m.drops()).toEqual([ids.IP_NOT_OURS, ids.IP_NOT_OURS])
  })
})

describe('what is sent', () => {
  it('1122 I13 the source is our own address', () => {
    const m = machine()
    expect(m.send('10.0.0.9')).toBe(0)
    expect(m.take()).toMatchObject([{ src: '10.0.0.2', dst: '10.0.0.9' }])
    for (const src of ['10.0.0.3', '0.0.0.0', '224.0.0.1', '192.0.2.1'])
      expect(m.send('10.0.0.9', [1], null, src), src).toBe(-EADDRNOTAVAIL)
    expect(m.take()).toEqual([])
  })

  it('1122 I137 a broadcast address is never a source', () => {
    const m = machine()
    for (const src of ['10.0.0.255', '10.0.0.0', ALL])
      for (const dst of ['10.0.0.9', '192.0.2.7', ALL]) expect(m.send(dst, [1], null, src)).toBe(-EADDRNOTAVAIL)
    transport(m.ip).answer = 1
    m.receive(packet({ dst: '10.0.0.255' }))
    m.receive(echo([1], { dst: ALL }))
    m.run(1000)
    expect(m.take()).toEqual([])
  })

  it('1122 I12 I83 I94 the prefix decides what is on the link', () => {
    const table: [string, string[], string[]][] = [
      ['10.0.0.2/24', ['10.0.0.9', '10.0.0.254'], ['10.0.1.9', '10.1.0.9', '9.255.255.255']],
      ['10.0.0.2/8', ['10.0.1.9', '10.255.255.254'], ['11.0.0.1']],
      ['10.0.0.2/30', ['10.0.0.1'], ['10.0.0.4', '10.0.0.9']],
      ['10.0.0.2/32', [], ['10.0.0.3', '10.0.0.9']],
      ['10.0.0.2/0', ['1.2.3.4', '200.1.1.1'], []],
      ['200.0.0.2/1', ['130.0.0.1', '223.1.1.1'], ['10.0.0.9', '1.1.1.1']],
    ]
    for (const [address, near, far] of table) {
      const m = machine({ address, gateways: ['10.0.0.1'] })
      for (const dst of near) {
        expect(m.send(dst)).toBe(0)
        expect(m.take(), `${address} ${dst}`).toMatchObject([{ hop: dst, dst }])
      }
      for (const dst of far) {
        expect(m.send(dst)).toBe(0)
        expect(m.take(), `${address} ${dst}`).toMatchObject([{ hop: '10.0.0.1', dst }])
      }
    }
  })

  it('1122 I95 a network without gateways works', () => {
    const m = machine({ gateways: [] })
    expect(m.send('10.0.0.9')).toBe(0)
    expect(m.send('192.0.2.7')).toBe(-ENETUNREACH)
    expect(m.take()).toMatchObject([{ hop: '10.0.0.9' }])
    const k = new Uint8Array(8)
    expect(m.ip.source(m.pair('192.0.2.7'), 0, k, 4)).toBe(-ENETUNREACH)
    expect(m.ip.source(m.pair('10.0.0.9'), 0, k, 4)).toBe(0)
    // An echo from afar cannot be answered, and does no harm.
    m.receive(echo([1, 2], { src: '192.0.2.7' }))
    m.receive(packet({ src: '192.0.2.7' }))
    expect(m.take()).toEqual([])
  })

  it('1122 I142 an IP broadcast goes to all on the link, and nothing else does', () => {
    const m = machine()
    for (const dst of [ALL, '10.0.0.255', '10.0.0.0']) {
      expect(m.send(dst)).toBe(0)
      expect(m.take(), dst).toMatchObject([{ hop: ALL, dst }])
    }
    for (const dst of ['10.0.0.9', '192.0.2.255', '10.0.1.255', '224.0.0.1', '239.255.255.255']) m.send(dst)
    for (const { hop, dst } of m.take()) expect(hop === ALL, dst).toBe(false)
  })

  it('1122 I142 a reserved address is not taken for a multicast', () => {
    const m = machine()
    for (const dst of ['240.0.0.1', '250.1.2.3', '255.255.255.254']) {
      m.send(dst)
      for (const sent of m.take()) expect(sent.hop, dst).toBe('10.0.0.1')
    }
  })

  it('1122 I140 I144 the limited broadcast is sent as it is', () => {
    const m = machine()
    m.send(ALL)
    expect(m.take()).toMatchObject([{ hop: ALL, dst: ALL, src: '10.0.0.2' }])
  })

  it('a host without an address sends broadcasts, from no address', () => {
    const m = machine({ address: null })
    expect(m.send(ALL, [1], null, '0.0.0.0')).toBe(0)
    expect(m.take()).toMatchObject([{ src: '0.0.0.0', hop: ALL }])
    for (const dst of ['10.0.0.9', '192.0.2.7', '10.0.0.255', '239.1.2.3', '127.0.0.1'])
      expect([m.send(dst, [1], null, '0.0.0.0'), m.take()], dst).toEqual([-ENETUNREACH, []])
    expect(m.send(ALL, [1], null, '10.0.0.2')).toBe(-EADDRNOTAVAIL)
    const k = new Uint8Array(8)
    expect(m.ip.source(m.pair(ALL), 0, k, 0)).toBe(0)
    expect(dotted(k, 0)).toBe('0.0.0.0')
    expect(m.ip.source(m.pair('10.0.0.9'), 0, k, 0)).toBeLessThan(0)
  })

  it('nothing is sent to no address', () => {
    const m = machine()
    expect(m.send('0.0.0.0')).toBeLessThan(0)
    expect([-EINVAL, -ENETUNREACH]).toContain(m.send('0.0.0.0'))
    expect(m.take()).toEqual([])
  })

  it('1122 I124 the own address is offered to transports, who may choose', () => {
    const m = machine()
    for (const dst of ['10.0.0.9', '192.0.2.7', ALL, '239.1.2.3']) {
      const k = new Uint8Array(12).fill(9)
      expect(m.ip.source(m.pair(dst), 0, k, 4)).toBe(0)
      expect(dotted(k, 4)).toBe('10.0.0.2')
      expect([dotted(k, 0), dotted(k, 8)]).toEqual(['9.9.9.9', '9.9.9.9'])
    }
    expect(m.ip.isOwn(m.pair('10.0.0.2'), 0)).toBe(true)
    expect(m.ip.isOwn(m.pair('10.0.0.9'), 0)).toBe(false)
    expect(m.ip.isGroup(m.pair('10.0.0.9'), 0)).toBe(false)
    expect(m.ip.isGroup(m.pair('224.0.0.9'), 0)).toBe(true)
  })

  it('1122 I123 the answer comes from the address that was asked', () => {
    const m = machine()
    m.receive(echo([1]))
    m.receive(packet({ proto: 99 }))
    expect(m.take().map(p => p.src)).toEqual(['10.0.0.2', '10.0.0.2'])
  })

  it('what the link answers is handed up', () => {
    const m = machine()
    m.answer = -105
    expect(m.send('10.0.0.9')).toBe(-105)
    expect(m.take()).toEqual([])
  })
})
