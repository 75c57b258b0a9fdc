// RFC 792, RFC 1122 3.2.2, RFC 1812 4.3.2: ICMP errors that we send, and do not send.
import { COPIED, EATEN, EMSGSIZE, NO_PORT, NO_PROTO } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { type Machine, machine, transport } from './machine.ts'
import { cut, echo, icmp, icmpError, octets, packet } from './packet.ts'

/** A datagram of a protocol that nobody takes. */
const nobody = (src = '10.0.0.9', n = 8): Uint8Array => packet({ proto: 99, src, payload: octets(n) })

describe('what they say', () => {
  it('1122 I47 I48 protocol unreachable when nobody takes the protocol', () => {
    const m = machine()
    transport(m.ip)
    const b = nobody()
    m.receive(b)
    expect(m.take()).toMatchObject([{ type: 3, code: 2, info: 0, data: b, dst: '10.0.0.9', src: '10.0.0.2' }])
    expect(m.drops()).toEqual([ids.IP_NO_PROTO])
  })

  it('1122 I48 port unreachable when the transport has nobody there', () => {
    const m = machine()
    const t = transport(m.ip)
    t.answer = 1
    const b = packet({ options: [148, 4, 0, 0] })
    m.receive(b)
    expect(m.take()).toMatchObject([{ type: 3, code: 3, info: 0, data: b, dst: '10.0.0.9' }])
    expect(m.drops()).toEqual([ids.IP_NO_PORT])
  })

  it('the best answer of several transports counts', () => {
    for (const [answers, code] of [
      [[NO_PORT, NO_PROTO], 3],
      [[NO_PROTO, NO_PORT], 3],
      [[NO_PROTO, NO_PROTO], 2],
      [[NO_PORT, EATEN], -1],
      [[EATEN, NO_PORT], -1],
      [[NO_PROTO, EATEN], -1],
      // A copy of it is enough for a protocol that nobody takes, and not for a port.
      [[NO_PROTO, COPIED], -1],
      [[COPIED, NO_PROTO], -1],
      [[NO_PORT, COPIED], 3],
      [[COPIED, NO_PORT], 3],
      [[COPIED, EATEN], -1],
    ] as [number[], number][]) {
      const m = machine()
      for (const answer of answers) transport(m.ip).answer = answer
      m.receive(packet())
      expect(m.take().map(p => p.code)).toEqual(code < 0 ? [] : [code])
    }
  })

  it('1122 I38 I39 they quote what came, as it came, up to 576 octets in all', () => {
    const m = machine()
    for (const n of [0, 1, 7, 8, 100, 527, 528, 529, 1400]) {
      const b = packet({ proto: 99, tos: 0x1f, ttl: 3, payload: octets(n), options: n & 1 ? [7, 4, 4, 0] : [] })
      m.receive(b)
      const [error] = m.take()
      expect(error!.data, `${n} octets`).toEqual(b.subarray(0, 548))
      expect(error!.length).toBeLessThanOrEqual(576)
      m.run(1000)
    }
  })

  it('a small transmit buffer quotes less', () => {
    const m = machine({ room: 556, maxDatagram: 576 })
    const b = nobody('10.0.0.9', 1000)
    m.receive(b)
    expect(m.take()[0]!.data).toEqual(b.subarray(0, 548))
  })

  it('1122 I47 a small MTU quotes less: an error is never lost for its length', () => {
    for (const fragment of [true, false])
      for (const mtu of [68, 296, 575]) {
        const m = machine({ mtu, fragment })
        const b = nobody('10.0.0.9', 1000)
        m.receive(b)
        const [error, ...rest] = m.take()
        expect([error!.type, error!.length, rest]).toEqual([3, mtu, []])
        expect(error!.data).toEqual(b.subarray(0, mtu - 28))
      }
  })

  it('791 3.2 an MTU below 68 sends what fits and nothing shorter than a header', () => {
    for (const fragment of [true, false])
      for (const mtu of [0, 1, 19, 20, 27, 28, 47, 67]) {
        const m = machine({ mtu, fragment })
        expect(m.mss('10.0.0.9'), `${mtu}`).toBe(48)
        m.receive(nobody('10.0.0.9', 100))
        m.receive(packet({ options: [7, 0, 0, 0] }))
        m.receive(echo(octets(30)))
        m.receive(icmpError(3, 4, 576, packet({ src: '10.0.0.2', dst: '192.0.2.7' })))
        expect(m.take().every(p => p.length > 20)).toBe(true)
        expect([0, -EMSGSIZE]).toContain(m.send('10.0.0.9', octets(1)))
        expect([0, -EMSGSIZE]).toContain(m.send('10.0.0.9', octets(1), { options: new Uint8Array(40).fill(1) }))
      }
  })

  it('1122 I41 they have a TOS of 0, and no options', () => {
    const m = machine()
    m.receive(packet({ proto: 99, tos: 0xb8, options: [148, 4, 0, 0] }))
    expect(m.take()).toMatchObject([{ tos: 0, options: [], ttl: 64 }])
  })

  it('an error about a datagram in fragments quotes a sound header', () => {
    const m = machine()
    for (const b of cut({ proto: 99, payload: octets(40) }, 16)) m.receive(b)
    expect(m.take()[0]!.data).toEqual(packet({ proto: 99, payload: octets(40) }))
  })

  it('1122 I52 a redirect is never sent', () => {
    const m = machine()
    m.receive(packet({ dst: '192.0.2.7' }))
    m.receive(packet({ dst: '10.0.0.77' }))
    m.run(1000)
    expect(m.take()).toEqual([])
  })
})

describe('when there is none', () => {
  const options = [7, 1, 0, 0]

  /** A malformed option, an unknown protocol, a closed port, a reassembly that ends: each would draw an error. */
  function none(f: Parameters<typeof packet>[0], flags = 0): void {
    const m = machine()
    transport(m.ip).answer = 1
    m.join('239.1.2.3')
    const payload = f!.payload ?? octets(8)
    m.receive(packet({ ...f, payload, options }), flags)
    m.receive(packet({ ...f, payload }), flags)
    if (f!.proto === undefined) m.receive(packet({ ...f, payload, proto: 99 }), flags)
    m.receive(packet({ ...f, payload, mf: true }), flags)
    m.run(200000)
    expect(m.take(), JSON.stringify(f)).toEqual([])
    expect(m.drops().length).toBeGreaterThan(1)
  }

  it('1122 I42 about an ICMP error', () => {
    // Also where nobody takes what is quoted, and with a header that is wrong.
    for (const type of [3, 4, 5, 11, 12])
      none({ proto: 1, src: '10.0.0.1', payload: icmp(type, 0, 0, packet({ src: '10.0.0.2', dst: '10.0.0.9' })) })
    const m = machine()
    m.receive(packet({ proto: 1, options, payload: icmp(8, 0, 0, octets(8)) }))
    expect(m.take()).toMatchObject([{ type: 12 }])
  })

  it('1122 I43 about what came to an IP broadcast or multicast', () => {
    for (const dst of ['255.255.255.255', '0.0.0.0', '10.0.0.255', '10.0.0.0', '224.0.0.1', '239.1.2.3']) none({ dst })
    // Nor does it use up what others may draw.
    const m = machine()
    for (let i = 0; i < 200; i++) m.receive(packet({ dst: '10.0.0.255', proto: 99 }), 1)
    m.receive(nobody())
    expect(m.take()).toHaveLength(1)
  })

  it('1122 I44 about what came to a link broadcast or multicast', () => {
    for (const flags of [1, 2])
      for (const dst of ['10.0.0.2', '10.0.0.255', '224.0.0.1', '239.1.2.3']) none({ dst }, flags)
  })

  it('1122 I45 about a fragment that is not the first', () => {
    const m = machine()
    transport(m.ip).answer = 1
    for (let i = 1; i < 9; i++)
      for (const mf of [true, false]) {
        m.receive(packet({ offset: 8 * i, mf, id: i, options }))
        m.receive(packet({ offset: 8 * i, mf, id: i, proto: 99 }))
      }
    m.run(200000)
    expect(m.take()).toEqual([])
  })

  it('1122 I46 to a source that is not one host', () => {
    for (const src of ['0.0.0.0', '127.0.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '10.0.0.255', '10.0.0.0'])
      for (const dst of ['10.0.0.2', '255.255.255.255']) none({ src, dst })
  })

  it('about what was not for us, or not sound', () => {
    const m = machine()
    transport(m.ip).answer = 1
    m.receive(packet({ dst: '10.0.0.77', options }))
    m.receive(packet({ sum: 1, options }))
    m.receive(packet({ version: 6 }))
    m.receive(packet({ length: 400 }))
    m.run(1000)
    expect(m.take()).toEqual([])
  })
})

describe('how many', () => {
  const errors = (m: Machine): number => m.take().filter(p => p.type === 3).length

  it('a destination gets a burst of ten, then one in a tenth of a second', () => {
    for (const start of [0, 0x7fffff00, -0x80000000, 123456789]) {
      const m = machine({ start })
      for (let i = 0; i < 100; i++) m.receive(nobody())
      expect(errors(m)).toBe(10)
      expect(m.drops().filter(id => id === ids.ICMP_LIMITED)).toHaveLength(90)
      m.run(99)
      m.receive(nobody())
      expect(errors(m)).toBe(0)
      m.run(1)
      for (let i = 0; i < 9; i++) m.receive(nobody())
      expect(errors(m)).toBe(1)
      m.run(300)
      for (let i = 0; i < 9; i++) m.receive(nobody())
      expect(errors(m)).toBe(3)
      m.run(100000)
      for (let i = 0; i < 100; i++) m.receive(nobody())
      expect(errors(m)).toBe(10)
    }
  })

  it('a clock that has gone round does not close the bucket', () => {
    const m = machine()
    for (let i = 0; i < 100; i++) m.receive(nobody())
    errors(m)
    for (const days of [20, 24, 25, 30, 49.7]) {
      m.sleep(days * 86400000)
      m.h.poll()
      for (let i = 0; i < 100; i++) m.receive(nobody())
      expect(errors(m), `${days} days`).toBe(10)
    }
  })

  it('one destination does not use up what another may get', () => {
    const m = machine()
    let answered = 0
    for (let i = 0; i < 11; i++) m.receive(nobody('10.0.0.9'))
    errors(m)
    for (let i = 10; i < 40; i++) {
      m.run(20)
      m.receive(nobody('10.0.0.9'))
      m.receive(nobody(`10.0.0.${i}`))
      answered += m.take().filter(p => p.dst === `10.0.0.${i}`).length
    }
    // Those that share a bucket by chance of the keyed hash have less: one in sixteen.
    expect(answered).toBeGreaterThan(20)
  })

  it('CVE-2020-25705 all destinations together have a limit, which jitters', () => {
    const counts = new Set<number>()
    for (let seed = 1; seed <= 30; seed++) {
      const m = machine({ seed })
      let count = 0
      // A second, a thousand sources: what an open resolver behind us would be probed with.
      for (let i = 0; i < 5000; i++) {
        m.receive(nobody(`192.0.${2 + (i & 3)}.${1 + (i % 250)}`))
        if (i % 5 === 0) m.run(1)
        count += errors(m)
      }
      // 50 at once, then one in 10 to 17 ms.
      expect(count).toBeGreaterThan(40)
      expect(count).toBeLessThan(50 + 100 + 10)
      counts.add(count)
    }
    expect(counts.size).toBeGreaterThan(5)
  })

  it('a burst of all destinations has a limit, too', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const m = machine({ seed })
      for (let i = 0; i < 1000; i++) m.receive(nobody(`192.0.${i >> 8}.${1 + (i % 254)}`))
      const count = errors(m)
      expect(count).toBeGreaterThan(20)
      // A token costs 10 to 17 of 500.
      expect(count).toBeLessThanOrEqual(70)
    }
  })
})

it('one datagram calls forth one at most', () => {
  const m = machine()
  transport(m.ip).answer = 1
  transport(m.ip, 0).answer = 1
  for (const b of [
    packet(),
    packet({ proto: 99 }),
    packet({ options: [7, 1, 0, 0] }),
    packet({ proto: 1, payload: icmp(8, 0, 0, []) }),
    packet({ proto: 1, payload: icmp(13, 0, 0, []) }),
  ]) {
    m.receive(b)
    m.run(10000)
    expect(m.take().length).toBeLessThanOrEqual(1)
  }
})
