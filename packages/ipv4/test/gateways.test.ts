// RFC 1122 3.3.1: gateways, dead ones found out and left.
import { ENETUNREACH } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { type Machine, machine, type Sent, transport } from './machine.ts'
import { icmp, octets, packet, parse } from './packet.ts'

const FAR = '192.0.2.7'
const LIST = ['10.0.0.1', '10.0.0.3', '10.0.0.4']

const hopTo = (m: Machine, dst = FAR): string => {
  expect(m.send(dst)).toBe(0)
  return m.take().filter(p => p.proto !== 1)[0]!.hop
}

const pings = (list: Sent[]): Sent[] => list.filter(p => p.proto === 1 && p.type === 8)

/** The answer to a ping of ours. */
const pong = (p: Sent): Uint8Array =>
  packet({ src: p.dst, proto: 1, payload: icmp(0, 0, p.info, parse(p.octets).data) })

/** Sends a datagram each second; gives back the pings. */
function traffic(m: Machine, seconds: number, answer = false): Sent[] {
  const list: Sent[] = []
  for (let i = 0; i < seconds; i++) {
    m.send(FAR)
    m.run(1000)
    for (const p of pings(m.take())) {
      list.push(p)
      if (answer) m.receive(pong(p))
    }
  }
  return list
}

describe('the list', () => {
  it('1122 I98 I99 the first gateway is used for all that is not on the link', () => {
    const m = machine({ gateways: LIST })
    for (const dst of [FAR, '8.8.8.8', '10.0.1.1', '223.255.255.254']) expect(hopTo(m, dst)).toBe('10.0.0.1')
    expect(hopTo(m, '10.0.0.9')).toBe('10.0.0.9')
  })

  it('1122 I111 gateways are set by hand, at any time', () => {
    const m = machine({ gateways: ['10.0.0.1'] })
    const { epoch } = m.ip
    m.configure({ gateways: ['10.0.0.3', '10.0.0.1'] })
    expect(hopTo(m)).toBe('10.0.0.3')
    expect(m.ip.epoch).not.toBe(epoch)
    m.configure({ gateways: [] })
    expect(m.send(FAR)).toBe(-ENETUNREACH)
    m.configure({ gateways: ['10.0.0.1'] })
    expect(hopTo(m)).toBe('10.0.0.1')
  })

  it('what is no address of a host is refused', () => {
    for (const bad of ['0.0.0.0', '0.1.2.3', '127.0.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '10.0.0'])
      expect(() => machine({ gateways: ['10.0.0.1', bad] }), bad).toThrow(RangeError)
  })
})

describe('a dead gateway', () => {
  it('1122 I99 I104 I110 without a neighbour: the next one takes its place, round the list', () => {
    const m = machine({ gateways: LIST })
    const { epoch } = m.ip
    m.lose('10.0.0.1', null)
    expect(hopTo(m)).toBe('10.0.0.3')
    expect(m.counted).toEqual([ids.GATEWAY_DEAD])
    expect(m.ip.epoch).not.toBe(epoch)
    // One that is not in use changes nothing.
    m.lose('10.0.0.1', null)
    m.lose('10.0.0.9', null)
    expect(hopTo(m)).toBe('10.0.0.3')
    m.lose('10.0.0.3', null)
    expect(hopTo(m)).toBe('10.0.0.4')
    m.lose('10.0.0.4', null)
    expect(hopTo(m)).toBe('10.0.0.1')
  })

  it('the datagram that found it dead is reported', () => {
    const m = machine({ gateways: LIST })
    const t = transport(m.ip)
    m.lose('10.0.0.1', packet({ src: '10.0.0.2', dst: FAR, payload: octets(8) }))
    expect(t.errors).toMatchObject([{ code: 0x301, peer: FAR }])
    expect(hopTo(m)).toBe('10.0.0.3')
  })

  it('1122 I104 I108 without a sign of life under traffic: pinged, then left', () => {
    for (const start of [0, 0x7fffff00, 0x7fffffff - 31000]) {
      const m = machine({ gateways: LIST, start })
      const list = traffic(m, 60)
      expect(list.map(p => p.dst)).toContain('10.0.0.1')
      expect(list.filter(p => p.dst === '10.0.0.1')).toHaveLength(3)
      for (const p of list) expect(p).toMatchObject({ src: '10.0.0.2', hop: p.dst })
      expect(hopTo(m)).toBe('10.0.0.3')
      expect(m.counted).toEqual([ids.GATEWAY_DEAD])
    }
  })

  it('without progress of the transports: pinged at once', () => {
    const m = machine({ gateways: LIST })
    m.send(FAR)
    m.take()
    m.advise(FAR, false)
    m.run(0)
    expect(pings(m.take()).map(p => p.dst)).toEqual(['10.0.0.1'])
    m.run(1000)
    m.run(1000)
    expect(pings(m.take())).toHaveLength(2)
    expect(hopTo(m)).toBe('10.0.0.1')
    m.run(1000)
    expect(hopTo(m)).toBe('10.0.0.3')
  })

  it('1122 I109 advice of many connections is one reason to ping, not many', () => {
    const m = machine({ gateways: LIST })
    for (let i = 0; i < 100; i++) m.advise(`192.0.2.${i}`, false)
    m.run(999)
    expect(pings(m.take())).toHaveLength(1)
  })

  it('one that answers stays, and is left alone until there is traffic again', () => {
    const m = machine({ gateways: LIST })
    const list = traffic(m, 300, true)
    expect(new Set(list.map(p => p.dst))).toEqual(new Set(['10.0.0.1']))
    // Once in 30 seconds.
    expect(list.length).toBeGreaterThan(5)
    expect(list.length).toBeLessThanOrEqual(10)
    expect([hopTo(m), m.counted]).toEqual(['10.0.0.1', []])
  })

  it('only its own answer to the last ping counts', () => {
    const ping = (m: Machine): Sent => {
      m.advise(FAR, false)
      m.run(0)
      return pings(m.take())[0]!
    }
    const wrong: ((p: Sent) => Uint8Array)[] = [
      p => packet({ src: '10.0.0.3', proto: 1, payload: icmp(0, 0, p.info, []) }),
      p => packet({ src: FAR, proto: 1, payload: icmp(0, 0, p.info, []) }),
      p => packet({ src: p.dst, proto: 1, payload: icmp(0, 0, p.info ^ 1, []) }),
      p => packet({ src: p.dst, proto: 1, payload: icmp(0, 0, p.info, [], 1) }),
      p => packet({ src: p.dst, proto: 1, payload: icmp(8, 0, p.info, []) }),
    ]
    for (const answer of wrong) {
      const m = machine({ gateways: LIST })
      m.receive(answer(ping(m)))
      m.run(5000)
      expect(hopTo(m)).toBe('10.0.0.3')
    }
    const m = machine({ gateways: LIST })
    m.receive(pong(ping(m)))
    m.run(5000)
    expect(hopTo(m)).toBe('10.0.0.1')
  })

  it('its answer counts also where rand() gives 32 bits without a sign', () => {
    for (let seed = 1; seed < 9; seed++) {
      const m = machine({ gateways: LIST, seed })
      const { rand } = m.h.env
      m.h.env.rand = () => rand() >>> 0
      m.advise(FAR, false)
      m.run(0)
      m.receive(pong(pings(m.take())[0]!))
      m.run(5000)
      expect(hopTo(m)).toBe('10.0.0.1')
    }
  })

  it('a late answer to the second or third ping saves it', () => {
    for (const late of [1, 2]) {
      const m = machine({ gateways: LIST })
      m.advise(FAR, false)
      m.run(0)
      for (let i = 0; i < late; i++) {
        m.take()
        m.run(1000)
      }
      m.receive(pong(pings(m.take())[0]!))
      m.run(10000)
      expect(hopTo(m)).toBe('10.0.0.1')
    }
  })

  it('pings cannot be foretold', () => {
    const seen = new Set<number>()
    for (let seed = 0; seed < 50; seed++) {
      const m = machine({ gateways: LIST, seed })
      m.advise(FAR, false)
      m.run(2000)
      for (const p of pings(m.take())) seen.add(p.info)
    }
    expect(seen.size).toBe(150)
  })

  it('a poll ten seconds late does not take silence for death', () => {
    const m = machine({ gateways: LIST, start: 0x7fffff00 })
    m.advise(FAR, false)
    m.run(0)
    m.sleep(10000)
    m.h.poll()
    expect(pings(m.take())).toHaveLength(2)
    expect(hopTo(m)).toBe('10.0.0.1')
  })
})

describe('pings', () => {
  it('1122 I106 I107 there are none without traffic', () => {
    const m = machine({ gateways: LIST })
    m.run(3600000)
    expect([m.take(), m.h.wait()]).toEqual([[], -1])
    // Neither for what stays on the link, nor for what comes in.
    for (let i = 0; i < 100; i++) {
      m.send('10.0.0.9')
      m.send('255.255.255.255')
      m.send('239.1.2.3')
      m.receive(packet({ src: '10.0.0.9' }))
      m.run(1000)
    }
    expect(pings(m.take())).toEqual([])
    // A single datagram draws those of one test, and no more.
    m.send(FAR)
    m.run(30500)
    for (const p of pings(m.take())) m.receive(pong(p))
    m.run(3600000)
    expect(pings(m.take())).toEqual([])
  })

  it('1122 I108 there are none while transports make progress', () => {
    const m = machine({ gateways: LIST })
    for (let i = 0; i < 300; i++) {
      m.send(FAR)
      m.run(1000)
      if (i % 20 === 0) m.advise(FAR, true)
    }
    expect(pings(m.take())).toEqual([])
    // Progress with a neighbour says nothing of the gateway.
    let count = 0
    for (let i = 0; i < 60; i++) {
      m.send(FAR)
      m.run(1000)
      m.advise('10.0.0.9', true)
      count += pings(m.take()).length
    }
    expect(count).toBeGreaterThan(0)
  })

  it('progress with ourselves says nothing of the gateway', () => {
    const m = machine({ gateways: LIST, local: true })
    let count = 0
    for (let i = 0; i < 60; i++) {
      m.send(FAR)
      m.run(1000)
      m.advise('127.0.0.1', true)
      count += pings(m.take()).length
    }
    expect(count).toBeGreaterThan(0)
    const other = machine({ gateways: LIST, local: true })
    other.advise('127.0.0.1', false)
    other.advise('10.0.0.2', false)
    other.advise('10.0.0.9', false)
    other.run(100000)
    expect(other.take()).toEqual([])
  })

  it('progress ends a test that is under way', () => {
    const m = machine({ gateways: LIST })
    m.advise(FAR, false)
    m.run(2500)
    expect(pings(m.take())).toHaveLength(3)
    m.advise(FAR, true)
    m.run(10000)
    expect([hopTo(m), pings(m.take())]).toEqual(['10.0.0.1', []])
  })

  it('there are none where there is no other gateway', () => {
    const m = machine({ gateways: ['10.0.0.1'] })
    expect(traffic(m, 100)).toEqual([])
    m.advise(FAR, false)
    m.run(10000)
    expect(pings(m.take())).toEqual([])
    m.lose('10.0.0.1', null)
    expect(hopTo(m)).toBe('10.0.0.1')
  })

  it('none after other gateways were set', () => {
    const m = machine({ gateways: LIST })
    m.advise(FAR, false)
    m.run(1500)
    m.take()
    m.configure({ gateways: ['10.0.0.4', '10.0.0.1'] })
    m.run(10000)
    expect([pings(m.take()), hopTo(m)]).toEqual([[], '10.0.0.4'])
  })
})
