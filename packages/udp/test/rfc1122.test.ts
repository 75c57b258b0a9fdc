// RFC 1122 4.1, each row of table 4.1.5 that is a MUST, a MUST NOT or a SHOULD; RFC 768.
import {
  CAP_TX_SUM,
  EADDRNOTAVAIL,
  EATEN,
  ECONNREFUSED,
  EHOSTUNREACH,
  ENETUNREACH,
  get16,
  IP_GROUP,
  NO_PORT,
  SUM_GOOD,
} from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { describe, expect, it } from 'vitest'
import { connect, hear } from '../src/connect.ts'
import { UDP_LENGTH, UDP_SUM } from '../src/ids.ts'
import type { Handlers, Socket } from '../src/index.ts'
import { ALL, bytes, GROUP, icmp, isSummed, type Machine, machine, OTHER, OWN, PEER, receive } from './fake.ts'

interface Told {
  s: Socket
  data: string
  from: string
  to: string
  port: number
  tos: number
  ttl: number
  options: number[]
}
interface Failed {
  s: Socket
  code: number
  to: string
  port: number
}

function listener(): { got: Told[]; errors: Failed[]; handlers: Handlers } {
  const got: Told[] = []
  const errors: Failed[] = []
  return {
    got,
    errors,
    handlers: {
      onDatagram(s, b, o, n, a, port) {
        got.push({
          s,
          data: Buffer.from(b.slice(o, o + n)).toString(),
          from: b.slice(a, a + 4).join('.'),
          to: b.slice(a + 4, a + 8).join('.'),
          port,
          tos: b[a - 11],
          ttl: b[a - 4],
          options: [...b.slice(a + 8, o - 8)],
        })
      },
      onError(s, code, b, a, port) {
        errors.push({ s, code, to: b.slice(a, a + 4).join('.'), port })
      },
    },
  }
}

function open(m: Machine, port: number, handlers: Handlers, address?: Uint8Array): Socket {
  const s = m.u.bind(port, handlers)
  if (typeof s === 'number') throw new Error(`bind ${s}`)
  if (address) hear(s, address)
  return s
}

describe('RFC 1122 4.1.3.1 ports', () => {
  it('1122 U1 a port that nobody listens on is answered by ip', () => {
    const m = machine()
    open(m, 7, {})
    expect(receive(m, { port: 8 })).toBe(NO_PORT)
    expect(receive(m, { port: 0 })).toBe(NO_PORT)
    expect(receive(m, { port: 65535 })).toBe(NO_PORT)
    expect(receive(m, { port: 7 })).toBe(EATEN)
    expect(m.drops).toEqual([])
  })
})

describe('RFC 1122 4.1.3.2 IP options', () => {
  it('1122 U2 options that came are passed to the application as they are', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    const options = new Uint8Array([7, 7, 4, 1, 2, 3, 4, 0])
    receive(m, { port: 7, options, data: bytes('abc') })
    receive(m, { port: 7, options: new Uint8Array(40).fill(1), data: bytes('d') })
    receive(m, { port: 7, data: bytes('e') })
    m.h.poll()
    expect(l.got.map(x => x.options)).toEqual([[...options], new Array(40).fill(1), []])
    expect(l.got.map(x => x.data)).toEqual(['abc', 'd', 'e'])
  })

  it('1122 U3 U4 options that the application gives are passed to IP', () => {
    const m = machine()
    const s = open(m, 7, {})
    const options = new Uint8Array([1, 1, 1, 0])
    expect(m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { options })).toBe(1)
    expect(m.sent[0].options?.options).toBe(options)
  })
})

describe('RFC 1122 4.1.3.3 ICMP messages', () => {
  it('1122 U5 errors reach the socket that sent, connected or not, each once', () => {
    const m = machine()
    const l = listener()
    const wild = open(m, 7, l.handlers)
    const connected = open(m, 8, l.handlers)
    connect(connected, PEER, 53)
    expect(icmp(m, 0x303, 7, OTHER, 9)).toBe(true)
    expect(icmp(m, 0x301, 7, PEER, 10)).toBe(true)
    expect(icmp(m, 0x300, 8, PEER, 53)).toBe(true)
    expect(l.errors).toEqual([])
    m.h.poll()
    m.h.poll()
    expect(l.errors).toEqual([
      { s: wild, code: -ECONNREFUSED, to: '10.0.0.9', port: 9 },
      { s: wild, code: -EHOSTUNREACH, to: '10.0.0.1', port: 10 },
      { s: connected, code: -ENETUNREACH, to: '10.0.0.1', port: 53 },
    ])
    expect(l.got).toEqual([])
  })

  it('1122 U5 every kind of error is passed: source quench is not asked for, time exceeded and parameter problem are', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    for (const code of [0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x30d, 0xb00, 0xb01, 0xc00]) icmp(m, code, 7, PEER, 9)
    m.h.poll()
    expect(l.errors.map(e => e.code)).toEqual([-101, -113, -93, -111, -90, -113, -113, -113, -113, -71])
  })

  it('RFC 5927 an error about what no socket can have sent is not believed', () => {
    const m = machine()
    const l = listener()
    const connected = open(m, 8, l.handlers)
    connect(connected, PEER, 53)
    const bound = open(m, 9, l.handlers, OWN)
    expect(icmp(m, 0x303, 7, PEER, 53)).toBe(false)
    expect(icmp(m, 0x303, 8, OTHER, 53)).toBe(false)
    expect(icmp(m, 0x303, 8, PEER, 54)).toBe(false)
    expect(icmp(m, 0x303, 9, PEER, 54)).toBe(true)
    m.h.poll()
    expect(l.errors.map(e => e.s)).toEqual([bound])
  })
})

describe('RFC 1122 4.1.3.4 checksums', () => {
  it('1122 U6 checksums are generated and checked, for any length', () => {
    const m = machine()
    const l = listener()
    const s = open(m, 7, l.handlers)
    for (let n = 0; n < 70; n++) {
      const data = new Uint8Array(n).map((_, i) => i * 37 + n)
      expect(m.u.send(s, data, 0, n, PEER, 0, 4000)).toBe(n)
      const x = m.sent[n]
      expect(isSummed(x), `${n}`).toBe(true)
      expect(x.proto).toBe(17)
      expect([...x.pair]).toEqual([...PEER, ...OWN])
      expect([get16(x.b, 0), get16(x.b, 2), get16(x.b, 4)]).toEqual([7, 4000, 8 + n])
      expect([...x.b.slice(8)]).toEqual([...data])
      expect(receive(m, { port: 7, data })).toBe(EATEN)
      m.h.poll()
    }
    expect(l.got).toHaveLength(70)
    expect(m.drops).toEqual([])
  })

  it('1122 U6 a sum that comes out as zero is sent as 65535', () => {
    const m = machine()
    const s = open(m, 7, {})
    const data = new Uint8Array(2)
    m.u.send(s, data, 0, 2, PEER, 0, 9)
    // The data makes the rest of the sum complete.
    data.set(m.sent[0].b.slice(6, 8))
    m.u.send(s, data, 0, 2, PEER, 0, 9)
    expect(get16(m.sent[1].b, 6)).toBe(0xffff)
    expect(isSummed(m.sent[1])).toBe(true)
  })

  it('1122 U7 a bad checksum is dropped in silence', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    expect(receive(m, { port: 7, data: bytes('abc'), sum: 0x1234 })).toBe(EATEN)
    expect(receive(m, { port: 99, data: bytes('abc'), sum: 0x1234 })).toBe(EATEN)
    m.h.poll()
    expect(l.got).toEqual([])
    expect(m.drops).toEqual([UDP_SUM, UDP_SUM])
    expect(explain(UDP_SUM)).toContain('checksum')
    expect(m.sent).toEqual([])
  })

  it('1122 U7 the sum covers addresses, ports and length: none of them may change', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    const good = { port: 7, data: bytes('abcd') }
    for (const bad of [{ src: OTHER }, { peerPort: 4001 }, { length: 11 }, { data: bytes('abcc') }]) {
      const probe = machine()
      const s = open(probe, 4000, {})
      probe.u.send(s, good.data, 0, 4, OWN, 0, 7)
      // The sum of the good one, as the peer would have made it.
      probe.own[0] = PEER
      probe.u.send(s, good.data, 0, 4, OWN, 0, 7)
      const sum = get16(probe.sent[1].b, 6)
      expect(receive(m, { ...good, sum })).toBe(EATEN)
      receive(m, { ...good, sum, ...bad })
    }
    m.h.poll()
    expect(l.got.map(x => x.data)).toEqual(['abcd', 'abcd', 'abcd', 'abcd'])
    expect(m.drops).toEqual([UDP_SUM, UDP_SUM, UDP_SUM, UDP_SUM])
  })

  it('RFC 768 a datagram without a checksum is taken, and one that was verified below', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    receive(m, { port: 7, data: bytes('none'), sum: 0 })
    receive(m, { port: 7, data: bytes('good'), sum: 0x1234, flags: SUM_GOOD })
    m.h.poll()
    expect(l.got.map(x => x.data)).toEqual(['none', 'good'])
  })

  it('1122 U9 checksums are made unless the device makes them, which it cannot for fragments', () => {
    const m = machine()
    const s = open(m, 7, {})
    m.u.send(s, bytes('abc'), 0, 3, PEER, 0, 9)
    expect(isSummed(m.sent[0])).toBe(true)
    m.ip.caps = CAP_TX_SUM
    m.u.send(s, bytes('abc'), 0, 3, PEER, 0, 9)
    expect(get16(m.sent[1].b, 6)).toBe(0)
    m.answers.mss = 50
    m.u.send(s, bytes('abc'), 0, 3, PEER, 0, 9)
    expect(isSummed(m.sent[2])).toBe(true)
  })
})

describe('RFC 1122 4.1.3.5 multihoming', () => {
  it('1122 U11 the specific destination address is passed up', () => {
    const m = machine()
    const l = listener()
    m.own.push(OTHER)
    open(m, 7, l.handlers)
    receive(m, { port: 7, data: bytes('a') })
    receive(m, { port: 7, data: bytes('b'), dst: OTHER })
    receive(m, { port: 7, data: bytes('c'), dst: ALL, flags: IP_GROUP })
    m.h.poll()
    expect(l.got.map(x => [x.data, x.to, x.from, x.port])).toEqual([
      ['a', '10.0.0.2', '10.0.0.1', 4000],
      ['b', '10.0.0.9', '10.0.0.1', 4000],
      ['c', '255.255.255.255', '10.0.0.1', 4000],
    ])
    // RFC 1122 3.2.1.3: of a broadcast it is the address of the interface.
    const own = new Uint8Array(4)
    expect(m.ip.source(PEER, 0, own, 0)).toBe(0)
    expect([...own]).toEqual([...OWN])
  })

  it('1122 U12 the application can choose the local address', () => {
    const m = machine()
    const l = listener()
    m.own.push(OTHER)
    const s = open(m, 7, l.handlers, OTHER)
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { from: OTHER })
    expect([...m.sent[0].pair]).toEqual([...PEER, ...OTHER])
    expect(receive(m, { port: 7, dst: OTHER, data: bytes('mine') })).toBe(EATEN)
    expect(receive(m, { port: 7, dst: OWN, data: bytes('not') })).toBe(NO_PORT)
    m.h.poll()
    expect(l.got.map(x => x.data)).toEqual(['mine'])
  })

  it('1122 U13 or leave it open: any of ours receives, and IP chooses the source', () => {
    const m = machine()
    const l = listener()
    m.own.push(OTHER)
    const s = open(m, 7, l.handlers)
    expect(receive(m, { port: 7, dst: OTHER })).toBe(EATEN)
    expect(receive(m, { port: 7, dst: OWN })).toBe(EATEN)
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)
    m.own[0] = OTHER
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)
    expect(m.sent.map(x => x.pair.slice(4).join('.'))).toEqual(['10.0.0.2', '10.0.0.9'])
  })

  it('1122 U14 the address that was chosen can be asked for', () => {
    const m = machine()
    const s = open(m, 7, {})
    const own = new Uint8Array(4)
    m.ip.source(PEER, 0, own, 0)
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)
    expect([...m.sent[0].pair.slice(4)]).toEqual([...own])
  })
})

describe('RFC 1122 4.1.3.6 addresses', () => {
  it('1122 U16 a socket that hears a group sends from an own address', () => {
    const m = machine()
    const s = open(m, 5353, {}, GROUP)
    m.u.send(s, bytes('x'), 0, 1, GROUP, 0, 5353)
    expect([...m.sent[0].pair]).toEqual([...GROUP, ...OWN])
    m.answers.source = -ENETUNREACH
    expect(m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)).toBe(-ENETUNREACH)
    expect(m.sent).toHaveLength(1)
  })

  it('1122 U16 an address that is not ours is refused, not replaced', () => {
    const m = machine()
    const s = open(m, 7, {})
    m.answers.send = -EADDRNOTAVAIL
    expect(m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { from: OTHER })).toBe(-EADDRNOTAVAIL)
    expect([...m.sent[0].pair]).toEqual([...PEER, ...OTHER])
  })
})

describe('RFC 1122 4.1.4 interface', () => {
  it('1122 U17 all of 3.4: maximum sizes, source address, advice and ICMP are at hand', () => {
    const m = machine()
    expect(m.ip.mss(PEER, 0) - 8).toBe(1472)
    expect(m.ip.mmsR).toBe(1480)
    expect(typeof m.ip.source).toBe('function')
    expect(typeof m.ip.advise).toBe('function')
    const l = listener()
    open(m, 7, l.handlers)
    icmp(m, 0x303, 7, PEER, 9)
    m.h.poll()
    expect(l.errors).toHaveLength(1)
  })

  it('1122 U18 TTL, TOS and DF are passed to IP untouched', () => {
    const m = machine()
    const s = open(m, 7, {})
    const opt = { ttl: 3, tos: 0xb8, df: true }
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, opt)
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)
    expect(m.sent[0].options).toBe(opt)
    expect(m.sent[1].options).toBe(null)
  })

  it('1122 U19 received TOS and TTL are passed up', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    receive(m, { port: 7, tos: 0x2e, ttl: 5 })
    receive(m, { port: 7, tos: 0xb8, ttl: 6, options: new Uint8Array(4) })
    m.h.poll()
    expect(l.got.map(x => [x.tos, x.ttl])).toEqual([
      [0x2e, 5],
      [0xb8, 6],
    ])
  })
})

describe('RFC 768 length', () => {
  it.each([
    [0, 0],
    [7, 0],
    [12, 0],
    [65535, 0],
    [13, 1],
  ])('a length field of %i is dropped', (length, behind) => {
    const m = machine()
    open(m, 7, {})
    expect(receive(m, { port: 7, data: bytes('abc'), length, behind, sum: 0 })).toBe(EATEN)
    expect(m.drops).toEqual([UDP_LENGTH])
  })

  it('what lies behind the datagram is ignored', () => {
    const m = machine()
    const l = listener()
    open(m, 7, l.handlers)
    receive(m, { port: 7, data: bytes('abc'), behind: 5 })
    receive(m, { port: 7, behind: 5 })
    m.h.poll()
    expect(l.got.map(x => x.data)).toEqual(['abc', ''])
  })

  it('less than a header is dropped, whatever stands behind it', () => {
    const m = machine()
    open(m, 7, {})
    const b = new Uint8Array(64)
    for (let n = 0; n < 8; n++)
      for (let fill = 0; fill < 256; fill += 5) {
        b.fill(fill)
        b[44 + 4] = 0
        expect(m.t.input(b, 44, n, 36, SUM_GOOD)).toBe(EATEN)
      }
    expect(new Set(m.drops)).toEqual(new Set([UDP_LENGTH]))
  })
})
