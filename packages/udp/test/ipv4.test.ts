// On the real ipv4, over a link that keeps what is sent: what UDP leaves to IP, and what IP must leave to UDP.
import { CAP_RX_SUM, get16, type Host, host, type Link, put16, sum } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { type Ipv4, ipv4, join } from '@tiny/ipv4'
import { rand } from '@tiny/sim'
import { expect, it } from 'vitest'
import { type Handlers, type Socket, type Udp, udp } from '../src/index.ts'
import { build, bytes, type Datagram, OWN, PEER } from './fake.ts'

interface Machine {
  h: Host
  ip: Ipv4
  u: Udp
  link: Link
  sent: Uint8Array[]
  lines: string[]
  handlers: Handlers
}

function machine(): Machine {
  const h = host({ now: () => 0, rand: rand(3) })
  const sent: Uint8Array[] = []
  const lines: string[] = []
  const link: Link = {
    type: 101,
    mtu: 1500,
    caps: 0,
    send(b, o, n) {
      sent.push(b.slice(o, o + n))
      return 0
    },
    recv() {},
  }
  const ip = ipv4(h, link, { address: prefix('10.0.0.2/24') })
  const handlers: Handlers = {
    onDatagram: (_s, b, o, n, a, port) =>
      void lines.push(`${b.slice(a, a + 4).join('.')}:${port} ${Buffer.from(b.slice(o, o + n)).toString()}`),
    onError: (_s, code, b, a, port) => void lines.push(`${b.slice(a, a + 4).join('.')}:${port} ${code}`),
  }
  return { h, ip, u: udp(ip), link, sent, lines, handlers }
}

function open(m: Machine, port: number): Socket {
  const s = m.u.bind(port, m.handlers)
  if (typeof s === 'number') throw new Error(`bind ${s}`)
  return s
}

/** The packet of a datagram, with its IP header complete. */
function packet(d: Datagram): Uint8Array {
  const { b, o, n } = build(d)
  const p = b.slice(14, o + n)
  put16(p, 4, 0)
  put16(p, 6, 0)
  put16(p, 10, 0)
  put16(p, 10, ~sum(p, 0, o - 14, 0))
  return p
}

function receive(m: Machine, p: Uint8Array, flags = 0): void {
  const b = new Uint8Array(p.length + 4)
  b.set(p, 2)
  m.link.recv(b, 2, p.length, flags)
  b.fill(0xee)
  m.h.poll()
}

it('a datagram comes up, and its answer goes out', () => {
  const m = machine()
  const s = open(m, 7)
  receive(m, packet({ port: 7, data: bytes('hello'), options: new Uint8Array(4) }))
  expect(m.lines).toEqual(['10.0.0.1:4000 hello'])
  expect(m.u.send(s, bytes('hi'), 0, 2, PEER, 0, 4000)).toBe(2)
  expect(m.sent).toHaveLength(1)
  const p = m.sent[0]
  expect(p.length).toBe(30)
  expect([...p.slice(12, 20)]).toEqual([...OWN, ...PEER])
  expect(sum(p, 20, 10, sum(p, 12, 8, 17 + 10))).toBe(0xffff)
})

it('1122 U1 port unreachable is sent', () => {
  const m = machine()
  open(m, 7)
  receive(m, packet({ port: 8, data: bytes('hello') }))
  expect(m.sent).toHaveLength(1)
  expect(get16(m.sent[0], 20)).toBe(0x303)
  expect(get16(m.sent[0], 20 + 8 + 20 + 2)).toBe(8)
})

it('1122 U1 but not to what came to all, nor to a bad checksum', () => {
  const m = machine()
  open(m, 7)
  receive(m, packet({ port: 8, dst: address('255.255.255.255') }), 1)
  receive(m, packet({ port: 8, dst: address('10.0.0.255') }), 1)
  receive(m, packet({ port: 8, sum: 0x1234 }))
  expect(m.sent).toEqual([])
})

it('1122 U15 a datagram from an address that is not one host is dropped in silence', () => {
  const m = machine()
  open(m, 7)
  for (const src of ['224.0.0.1', '255.255.255.255', '10.0.0.255', '127.0.0.1', '240.0.0.1', '0.0.0.0', '10.0.0.2'])
    receive(m, packet({ port: 7, src: address(src) }))
  expect(m.lines).toEqual([])
  expect(m.sent).toEqual([])
  receive(m, packet({ port: 7 }))
  expect(m.lines).toHaveLength(1)
})

it('1122 U16 only an own address can be sent from', () => {
  const m = machine()
  const s = open(m, 7)
  expect(m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { from: PEER })).toBe(-99)
  expect(m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { from: address('224.0.0.1') })).toBe(-99)
  expect(m.sent).toEqual([])
  expect(m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { from: OWN })).toBe(1)
})

it('1122 U3 U4 U18 TTL, TOS and options are in the packet', () => {
  const m = machine()
  const s = open(m, 7)
  m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9, { ttl: 3, tos: 0xb8, options: new Uint8Array([1, 1, 1, 0]) })
  const p = m.sent[0]
  expect([p[0], p[1], p[8], [...p.slice(20, 24)]]).toEqual([0x46, 0xb8, 3, [1, 1, 1, 0]])
  expect(p[24 + 8]).toBe(0x78)
})

it('1122 U5 an ICMP error comes up once', () => {
  const m = machine()
  const s = open(m, 7)
  m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)
  const quoted = m.sent[0].slice(0, 28)
  const p = new Uint8Array(20 + 8 + 28)
  p.set([0x45, 0, 0, p.length, 0, 0, 0, 0, 64, 1, 0, 0, ...PEER, ...OWN, 3, 3])
  p.set(quoted, 28)
  put16(p, 22, ~sum(p, 20, 36, 0))
  put16(p, 10, ~sum(p, 0, 20, 0))
  receive(m, p)
  m.h.poll()
  expect(m.lines).toEqual(['10.0.0.1:9 -111'])
})

it('broadcast and multicast are sent and received', () => {
  const m = machine()
  const s = open(m, 7)
  const group = address('224.0.0.251')
  expect(join(m.ip, group)).toBe(0)
  receive(m, packet({ port: 7, dst: address('255.255.255.255'), data: bytes('a') }), 1)
  receive(m, packet({ port: 7, dst: address('10.0.0.255'), data: bytes('b') }), 1)
  receive(m, packet({ port: 7, dst: group, data: bytes('c') }), 2)
  expect(m.lines).toEqual(['10.0.0.1:4000 a', '10.0.0.1:4000 b', '10.0.0.1:4000 c'])
  expect(m.u.send(s, bytes('x'), 0, 1, address('255.255.255.255'), 0, 9)).toBe(1)
  expect(m.u.send(s, bytes('x'), 0, 1, group, 0, 9)).toBe(1)
  expect(m.sent.map(p => [...p.slice(12, 20)].join('.'))).toEqual(['10.0.0.2.255.255.255.255', '10.0.0.2.224.0.0.251'])
})

it('a link that verified what comes up is believed', () => {
  const m = machine()
  open(m, 7)
  expect(CAP_RX_SUM).toBe(2)
  receive(m, packet({ port: 7, sum: 0x1234, data: bytes('a') }), 4)
  expect(m.lines).toEqual(['10.0.0.1:4000 a'])
})
