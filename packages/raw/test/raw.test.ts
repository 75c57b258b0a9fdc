// Who gets a copy, what it looks like, what is sent, and who is told of errors.
import {
  EADDRNOTAVAIL,
  ECONNREFUSED,
  EMSGSIZE,
  ENETUNREACH,
  ENOBUFS,
  ENOTCONN,
  EOPNOTSUPP,
  EPROTONOSUPPORT,
  host,
  type Link,
} from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type Raw, raw, type WholeRaw } from '@tiny/raw'
import { sim } from '@tiny/sim'
import { tcp } from '@tiny/tcp'
import { udp } from '@tiny/udp'
import { describe, expect, it } from 'vitest'
import { sendWhole } from '../../ipv4/src/header.ts'
import * as ipIds from '../../ipv4/src/ids.ts'
import { machine, transport } from '../../ipv4/test/machine.ts'
import { cut, echo, icmp, icmpError, OWN, octets, PEER, packet } from '../../ipv4/test/packet.ts'
import { open, recordsOf, withRaw } from './open.ts'

const PAIR = '10.0.0.9.10.0.0.2'
const TO = Uint8Array.of(10, 0, 0, 9)

/** A UDP datagram without a checksum. */
const datagram = (port: number): Uint8Array =>
  packet({ proto: 17, payload: [0x10, 0, port >> 8, port & 255, 0, 9, 0, 0, 1] })

describe('who gets a copy', () => {
  it('a datagram comes up whole, its header and options included, with its pair', () => {
    const m = withRaw()
    const t = open(m, 89)
    const b = packet({ proto: 89, tos: 0xc0, ttl: 1, options: [148, 4, 0, 0], payload: octets(33) })
    m.receive(b)
    expect(t.datagrams).toEqual([b])
    expect(t.pairs).toEqual([PAIR])
  })

  it('each socket of the protocol gets its own, and so does one of all protocols', () => {
    const m = withRaw()
    const all = [open(m, 89), open(m, 89), open(m, 0), open(m, 2)]
    const b = packet({ proto: 89 })
    const c = packet({ proto: 2 })
    m.receive(b)
    m.receive(c)
    expect(all.map(t => t.datagrams)).toEqual([[b], [b], [b, c], [c]])
  })

  it('one that came in fragments is whole', () => {
    const m = withRaw()
    const t = open(m, 89)
    for (const b of cut({ proto: 89, payload: octets(80) }, 24, 48)) m.receive(b)
    expect(t.datagrams).toEqual([packet({ proto: 89, payload: octets(80) })])
  })

  it('what fails the checks of ip is nobody s: a bad sum, another host, a group that was not joined', () => {
    const m = withRaw()
    const t = open(m, 0)
    m.receive(packet({ sum: 1 }))
    m.receive(packet({ dst: '10.0.0.7' }))
    m.receive(packet({ dst: '224.0.0.22' }))
    m.receive(packet({ src: '224.0.0.1' }))
    expect(t.datagrams).toEqual([])
    m.join('224.0.0.22')
    m.receive(packet({ dst: '224.0.0.22' }))
    m.receive(packet({ dst: '10.0.0.255' }))
    expect(t.datagrams.length).toBe(2)
  })

  it('octets behind the datagram are not in it', () => {
    const m = withRaw()
    const t = open(m, 89)
    const padded = new Uint8Array(46)
    padded.set(packet({ proto: 89, payload: octets(3) }))
    m.receive(padded)
    expect(t.datagrams).toEqual([packet({ proto: 89, payload: octets(3) })])
  })

  it('1122 3.2.2.1 a raw socket suppresses protocol unreachable, of its own protocol', () => {
    const m = withRaw()
    const t = open(m, 89)
    m.receive(packet({ proto: 89 }))
    expect(m.take()).toEqual([])
    m.receive(packet({ proto: 90 }))
    expect(m.take()).toMatchObject([{ type: 3, code: 2 }])
    m.r.close(t.s)
    m.receive(packet({ proto: 89 }))
    expect(m.take()).toMatchObject([{ type: 3, code: 2 }])
    expect(m.drops()).toEqual([ipIds.IP_NO_PROTO, ipIds.IP_NO_PROTO])
  })

  it('1122 3.2.2.1 it never takes a packet from UDP: port unreachable is sent, and a socket has its datagram', () => {
    for (const order of [0, 1]) {
      const m = machine()
      const r = order ? raw(m.ip) : null
      const u = udp(m.ip)
      const t = open({ r: r ?? raw(m.ip) }, 17)
      const got: number[] = []
      u.bind(7, { onDatagram: (_s, _b, _o, n) => void got.push(n) })
      m.receive(datagram(7))
      expect(m.take()).toEqual([])
      m.receive(datagram(8))
      expect(m.take()).toMatchObject([{ type: 3, code: 3 }])
      expect(got).toEqual([1])
      expect(t.datagrams).toEqual([datagram(7), datagram(8)])
    }
  })

  it('it never takes a segment from TCP: a connection lives and a closed port resets beside it', () => {
    const net = sim({ seed: 4 })
    const ends = net.wire({ delay: 1 })
    const [near, far] = ends.map((dev, i) => {
      const h = host(net.env())
      const ip = ipv4(h, ethernet(h, dev), { address: prefix(`10.0.0.${i + 1}/24`) })
      net.host(h, dev)
      return { t: tcp(ip), told: open({ r: raw(ip) }, 6) }
    })
    const b = new Uint8Array(5)
    far!.t.listen(80, { onReadable: c => void far!.t.write(c, b, 0, far!.t.read(c, b)) })
    const got: unknown[] = []
    const connect = (port: number): void => {
      near!.t.connect(address('10.0.0.2'), port, {
        onWritable: c => void near!.t.write(c, octets(5)),
        onReadable: c => void got.push(near!.t.read(c, new Uint8Array(9))),
        onClose: (_c, code) => void got.push(code),
      })
    }
    connect(80)
    net.run(1000)
    connect(81)
    net.run(1000)
    expect(got).toEqual([5, -ECONNREFUSED])
    // SYN and its answer, data and its echo at least; SYN and RST.
    expect([near!.told.datagrams.length > 2, far!.told.datagrams.length > 3]).toEqual([true, true])
  })

  it('a transport has its datagram, whatever it answers, beside a raw socket', () => {
    for (const answer of [0, 1, 3]) {
      const m = withRaw()
      const other = transport(m.ip)
      other.answer = answer
      const t = open(m, other.proto)
      m.receive(packet())
      expect([other.inputs.length, t.datagrams.length]).toEqual([1, 1])
      expect(m.take().map(p => p.code)).toEqual(answer === 1 ? [3] : [])
    }
  })

  it('ICMP: an echo is answered and copied, a reply and an error are copied, a broken one is not', () => {
    const m = withRaw()
    const t = open(m, 1)
    const all = [
      echo(octets(9)),
      packet({ proto: 1, payload: icmp(0, 0, 1, octets(3)) }),
      packet({ proto: 1, payload: icmp(13, 0, 0, octets(12)) }),
      icmpError(11, 0, 0, packet({ src: OWN, dst: PEER, proto: 17 })),
    ]
    for (const b of all) m.receive(b)
    expect(t.datagrams).toEqual(all)
    expect(m.take()).toMatchObject([{ type: 0, data: octets(9) }])
    m.receive(packet({ proto: 1, payload: icmp(8, 0, 0, octets(9), 1) }))
    expect(t.datagrams.length).toBe(4)
    expect(m.drops()).toEqual([ipIds.ICMP_UNBELIEVED, ipIds.ICMP_MALFORMED])
  })

  it('what we send is not echoed to ourselves, but by local delivery', () => {
    for (const local of [false, true]) {
      const m = withRaw({ local })
      const t = open(m, 89)
      expect(m.r.send(t.s, octets(8), 0, 8, TO, 0)).toBe(8)
      m.run(10)
      expect(t.datagrams).toEqual([])
      expect(m.r.send(t.s, octets(8), 0, 8, Uint8Array.of(127, 0, 0, 1), 0)).toBe(local ? 8 : -ENETUNREACH)
      m.run(10)
      expect(t.datagrams.length).toBe(local ? 1 : 0)
      expect(m.take().length).toBe(1)
    }
  })

  it('accept chooses: it sees the payload, its length and the pair', () => {
    const m = withRaw()
    const seen: unknown[] = []
    const t = open(m, 89, {
      accept(b, o, n, a) {
        seen.push(b[o], n, b.slice(a, a + 8).join('.'))
        return b[o] === 5
      },
    })
    m.receive(packet({ proto: 89, payload: [4, 1], options: [1, 1, 1, 0] }))
    // Who is not wanted is not answered for.
    expect(m.take()).toMatchObject([{ type: 3, code: 2 }])
    m.receive(packet({ proto: 89, payload: [5] }))
    m.receive(packet({ proto: 90, payload: [5] }))
    expect(seen).toEqual([4, 2, PAIR, 5, 1, PAIR])
    expect(t.datagrams).toEqual([packet({ proto: 89, payload: [5] })])
  })
})

describe('what is sent', () => {
  it('the octets go out behind a header of ours', () => {
    const m = withRaw()
    const t = open(m, 89)
    const b = octets(40)
    expect(m.r.send(t.s, b, 3, 20, Uint8Array.of(0, 10, 0, 0, 9), 1)).toBe(20)
    expect(m.take()).toMatchObject([{ proto: 89, src: OWN, dst: PEER, ttl: 64, payload: b.slice(3, 23) }])
  })

  it('1122 3.4 TTL, TOS, DF, options and the source are passed on', () => {
    const m = withRaw()
    const t = open(m, 89)
    const options = Uint8Array.of(148, 4, 0, 0)
    const own = Uint8Array.of(10, 0, 0, 2)
    m.r.send(t.s, octets(8), 0, 8, TO, 0, { ttl: 1, tos: 0xc0, df: true, options, from: own })
    expect(m.take()).toMatchObject([{ ttl: 1, tos: 0xc0, df: true, options: [...options] }])
    expect(m.r.send(t.s, octets(8), 0, 8, TO, 0, { from: TO })).toBe(-EADDRNOTAVAIL)
    expect(m.take()).toEqual([])
  })

  it('what is larger than the MTU goes in fragments, what is larger than the room not at all', () => {
    const m = withRaw()
    const t = open(m, 89)
    expect(m.r.send(t.s, octets(4000), 0, 4000, TO, 0)).toBe(4000)
    expect(m.take().length).toBe(3)
    expect(m.r.send(t.s, octets(4001), 0, 4001, TO, 0)).toBe(-EMSGSIZE)
    expect(m.take()).toEqual([])
  })

  it('what is refused', () => {
    const m = withRaw({ gateways: null })
    const t = open(m, 89)
    expect(m.r.send(t.s, octets(8), 0, 8, Uint8Array.of(192, 0, 2, 1), 0)).toBe(-ENETUNREACH)
    expect(m.r.send(open(m, 0).s, octets(8), 0, 8, TO, 0)).toBe(-EPROTONOSUPPORT)
    m.answer = -ENOBUFS
    expect(m.r.send(t.s, octets(8), 0, 8, TO, 0)).toBe(-ENOBUFS)
    m.r.close(t.s)
    expect(m.r.send(t.s, octets(8), 0, 8, TO, 0)).toBe(-ENOTCONN)
    expect(m.r.sendWhole(t.s, packet({ src: OWN, dst: PEER }), 0, 28)).toBe(-ENOTCONN)
    // From JavaScript: what open() refused with is no socket.
    const none = -ENOBUFS as unknown as typeof t.s
    expect(m.r.send(none, octets(8), 0, 8, TO, 0)).toBe(-ENOTCONN)
    expect(m.r.sendWhole(none, packet({ src: OWN, dst: PEER }), 0, 28)).toBe(-ENOTCONN)
    expect(m.take()).toEqual([])
  })

  it('octets and addresses outside of their arrays are misuse, and so are protocols, queues and sockets out of range', () => {
    const m = withRaw()
    const t = open(m, 89)
    for (const [o, n, a] of [
      [-1, 4, 0],
      [0, 9, 0],
      [0, -1, 0],
      [0, 8, 1],
    ])
      expect(() => m.r.send(t.s, octets(8), o!, n!, TO, a!)).toThrow(/^raw: \d+|^raw: -1 octets/)
    expect(() => m.r.sendWhole(t.s, octets(8), 0, 9)).toThrow('raw: 9 octets at 0 of 8')
    for (const b of ['12345678', [1, 2, 3, 4]] as unknown as Uint8Array[])
      expect(() => m.r.send(t.s, b, 0, 4, TO, 0)).toThrow('raw: 4 octets at 0 of undefined')
    for (const proto of [-1, 256, 0.5]) expect(() => m.r.open(proto, {})).toThrow(`raw: protocol ${proto}`)
    for (const queue of [63, 0x1000001]) expect(() => m.r.open(1, {}, { queue })).toThrow(`raw: queue ${queue}`)
    for (const sockets of [0, 1025]) expect(() => raw(m.ip, { sockets })).toThrow(`raw: sockets ${sockets}`)
  })

  it('791 3.1 a whole datagram goes out as it is; from a socket of all protocols too', () => {
    const m = withRaw()
    const b = packet({ src: OWN, dst: PEER, proto: 254, id: 7, ttl: 3, options: [1, 1, 1, 0] })
    expect(m.r.sendWhole(open(m, 0).s, b, 0, b.length)).toBe(b.length)
    expect(m.take().map(p => p.octets)).toEqual([b])
  })

  it('without its slot, a whole datagram is -EOPNOTSUPP from JavaScript', () => {
    const m = machine()
    const r: Raw = raw(m.ip)
    const { s } = open({ r }, 89)
    expect((r as WholeRaw).sendWhole(s, packet(), 0, 28)).toBe(-EOPNOTSUPP)
    expect(m.take()).toEqual([])
  })

  it('one that the slot refuses: its code', () => {
    const m = withRaw()
    const { s } = open(m, 89)
    expect(m.r.sendWhole(s, packet({ src: OWN, dst: PEER, ttl: 0 }), 0, 28)).toBe(-22)
    expect(raw(m.ip, { whole: sendWhole }).used()).toBe(0)
  })
})

describe('ICMP errors', () => {
  const sent = (m: ReturnType<typeof withRaw>): Uint8Array => m.take()[0]!.octets

  it('1122 3.2.2.1 the socket that sent the datagram is told, and no other', () => {
    const m = withRaw()
    const t = open(m, 89)
    const others = [open(m, 89), open(m, 0), open(m, 1)]
    m.r.send(t.s, octets(16), 0, 16, TO, 0)
    m.receive(icmpError(3, 2, 0, sent(m).slice(0, 28)))
    expect(t.errors).toEqual([`-${EPROTONOSUPPORT} 302 10.0.0.9`])
    expect(others.map(o => o.errors)).toEqual([[], [], []])
    // The message itself is a datagram for those of ICMP.
    expect(others.map(o => o.datagrams.length)).toEqual([0, 1, 1])
    expect(m.drops()).toEqual([])
  })

  it('RFC 5927 an error about what was not sent is not believed: another peer, other octets, what was sent before', () => {
    const m = withRaw()
    const t = open(m, 89)
    m.r.send(t.s, octets(16), 0, 16, TO, 0)
    const first = sent(m)
    const change = (at: number): Uint8Array => {
      const b = first.slice()
      b[at]! ^= 1
      return b
    }
    for (const at of [19, 9, 20, 27]) m.receive(icmpError(3, 4, 600, change(at)))
    expect([t.errors, m.drops()]).toEqual([[], Array(4).fill(ipIds.ICMP_UNBELIEVED)])
    m.r.send(t.s, octets(17).subarray(1), 0, 16, TO, 0)
    m.receive(icmpError(3, 4, 600, first))
    expect([t.errors, m.drops()]).toEqual([[], [ipIds.ICMP_UNBELIEVED]])
  })

  it('1191 3 a path MTU is learnt from an error that is believed', () => {
    const m = withRaw({ gateways: ['10.0.0.1'] })
    const t = open(m, 89)
    const far = Uint8Array.of(192, 0, 2, 1)
    m.r.send(t.s, octets(1400), 0, 1400, far, 0, { df: true })
    m.receive(icmpError(3, 4, 600, sent(m).slice(0, 28)))
    expect(t.errors).toEqual([`-${EMSGSIZE} 304 192.0.2.1`])
    expect(m.r.send(t.s, octets(1400), 0, 1400, far, 0, { df: true })).toBe(-EMSGSIZE)
  })
})

it('1122 3.4 sockets are bounded, a closed one makes room, and nothing is left of it', () => {
  const m = withRaw({}, 3)
  const before = recordsOf(m.h)
  const all = [open(m, 1), open(m, 2), open(m, 3)]
  expect(m.r.open(4, {})).toBe(-ENOBUFS)
  expect([m.r.used(), recordsOf(m.h)]).toEqual([3, before + 3])
  m.r.close(all[1]!.s)
  expect(all[1]!.s.proto).toBe(-1)
  expect(m.r.sockets).toEqual([all[0]!.s, all[2]!.s])
  const t = open(m, 4)
  m.receive(packet({ proto: 4 }))
  expect(t.datagrams.length).toBe(1)
  expect(m.r.sockets).toEqual([all[0]!.s, all[2]!.s, t.s])
  for (const { s } of [...all, t]) m.r.close(s)
  m.r.close(t.s)
  expect([m.r.used(), recordsOf(m.h), m.h.pool.used]).toEqual([0, before, 0])
})

it('a Link of any kind will do', () => {
  const link: Link = { type: 101, mtu: 1500, caps: 0, send: () => 0, recv() {} }
  const m = withRaw({ link: () => link })
  const t = open(m, 89)
  link.recv(packet({ proto: 89 }), 0, 28, 0)
  m.h.poll()
  expect(t.datagrams.length).toBe(1)
})
