// RFC 9293 3.9.2.2, 3.9.1.8; RFC 5927; RFC 1191: what ICMP reports.
import { ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EPROTO, EPROTONOSUPPORT } from '@tiny/core'
import { status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import {
  accept,
  address,
  CLOSED,
  connect,
  connecting,
  ESTABLISHED,
  machine,
  move,
  type Pair,
  SYN_SENT,
  write,
} from './machine.ts'
import { icmpError, octets, segment } from './segment.ts'

/** The segment that is in flight: the SYN, or ten octets. */
function flight(pair: Pair): Uint8Array {
  if (pair.c.state !== SYN_SENT) {
    write(pair, 10)
    return pair.p.expect('PA').octets
  }
  return segment({ src: '10.0.0.2', dst: '10.0.0.9', srcPort: 5000, dstPort: 4000, seq: pair.p.own, flags: 'S' })
}

const report = (pair: Pair, type: number, code: number, quoted: Uint8Array, info = 0): void => {
  pair.m.receive(icmpError(type, code, info, quoted))
  pair.m.poll()
}

/** Type, code, and what it means. */
const SOFT: [number, number, number][] = [
  [3, 0, -ENETUNREACH],
  [3, 1, -EHOSTUNREACH],
  [3, 5, -EHOSTUNREACH],
  [3, 6, -ENETUNREACH],
  [3, 13, -EHOSTUNREACH],
  [11, 0, -EHOSTUNREACH],
  [11, 1, -EHOSTUNREACH],
  [12, 0, -EPROTO],
]

describe('errors', () => {
  it('3.9.2.2 MUST-54 MUST-56 SHLD-25 3.9.1.8 MUST-47 unreachable, time exceeded, parameter problem: told, and nothing ends', () => {
    for (const [type, code, error] of SOFT)
      for (const make of [connect, connecting, accept]) {
        const pair = make()
        report(pair, type, code, flight(pair))
        expect(pair.m.told(), `${type}.${code}`).toEqual([`error ${error}`])
        expect(pair.c.state).not.toBe(CLOSED)
        pair.m.run(1000)
        expect(pair.m.take().length).toBe(1)
      }
  })

  it('3.9.2.2 SHLD-26 RFC 5927 5.2 protocol and port unreachable end an attempt, and nothing that stands', () => {
    for (const [code, error] of [
      [2, -EPROTONOSUPPORT],
      [3, -ECONNREFUSED],
    ] as const) {
      const attempt = connecting()
      report(attempt, 3, code, flight(attempt))
      expect(attempt.m.told()).toEqual([`close ${error}`])
      expect(attempt.m.used()).toEqual([0, 0])
      const pair = connect()
      report(pair, 3, code, flight(pair))
      expect(pair.m.told()).toEqual([`error ${error}`])
      expect(pair.c.state).toBe(ESTABLISHED)
    }
  })

  it('3.9.2.2 MUST-55 source quench is dropped in silence', () => {
    const pair = connect()
    const quoted = flight(pair)
    const { cwnd } = status(pair.m.t, pair.c)
    report(pair, 4, 0, quoted)
    expect(pair.m.told()).toEqual([])
    expect(status(pair.m.t, pair.c).cwnd).toBe(cwnd)
    pair.p.silent()
  })

  it('3.9.1.8 SHLD-20 who gives no onError is not told', () => {
    const { m, p, c } = connect()
    const quiet = m.t.connect(address('10.0.0.9'), 4001, {}, { port: 5001 })
    m.poll()
    const s = m.take()[0]!
    m.receive(icmpError(3, 1, 0, s.octets))
    m.poll()
    expect(m.told()).toEqual([])
    expect((quiet as { state: number }).state).toBe(SYN_SENT)
    expect(c.state).toBe(ESTABLISHED)
    p.silent()
  })

  it('RFC 5927 4.1 only what quotes a number in flight is believed', () => {
    const pair = connect()
    write(pair, 10)
    pair.p.expect('PA')
    const quote = (seq: number): Uint8Array =>
      segment({
        src: '10.0.0.2',
        dst: '10.0.0.9',
        srcPort: 5000,
        dstPort: 4000,
        seq: (pair.p.own + seq) | 0,
        flags: 'A',
      })
    pair.m.drops()
    for (const [seq, isBelieved] of [
      [0, false],
      [1, true],
      [10, true],
      [11, false],
      [-1000, false],
      [0x70000000, false],
    ] as const) {
      report(pair, 3, 1, quote(seq))
      expect(pair.m.told().length, `${seq}`).toBe(isBelieved ? 1 : 0)
    }
    expect(pair.m.drops()).toEqual([222, 222, 222, 222])
    // Another pair, other ports: not ours.
    for (const other of [{ srcPort: 5001 }, { dstPort: 4001 }, { dst: '10.0.0.8' }]) {
      const b = segment({
        src: '10.0.0.2',
        dst: '10.0.0.9',
        srcPort: 5000,
        dstPort: 4000,
        seq: pair.p.own + 1,
        ...other,
      })
      report(pair, 3, 1, b)
    }
    expect(pair.m.told()).toEqual([])
  })

  it('nobody is told of what was released, and of what is half open', () => {
    const pair = connect()
    const quoted = flight(pair)
    pair.m.t.release(pair.c)
    pair.m.poll()
    report(pair, 3, 1, quoted)
    expect(pair.m.told()).toEqual([])
    const m = machine()
    m.t.listen(80, m.note())
    m.receive(segment({ srcPort: 4000, dstPort: 80, flags: 'S' }))
    m.poll()
    m.receive(icmpError(3, 1, 0, m.take()[0]!.octets))
    m.receive(icmpError(3, 3, 0, m.take()[0]?.octets ?? segment({})))
    m.poll()
    expect(m.told()).toEqual([])
    expect(m.t.used()).toBe(1)
  })

  it('a neighbour that does not answer is reported, and the attempt goes on', () => {
    const pair = connecting()
    const b = flight(pair)
    const held = new Uint8Array(64 + b.length)
    held.set(b, 64)
    pair.m.link.lost!(held, 64, b.length, 0x0a000009)
    pair.m.poll()
    expect(pair.m.told()).toEqual([`error ${-EHOSTUNREACH}`])
    expect(pair.c.state).toBe(SYN_SENT)
  })
})

describe('RFC 1191', () => {
  it('fragmentation needed lowers the segment size, and what was too large is sent again at once', () => {
    const pair = connect({ wnd: 65535, setup: { sendBuffer: 65536 } })
    const { m, p, c } = pair
    write(pair, 5000)
    const first = m.take()
    expect(first[0]!.text.length).toBe(1460)
    expect(first[0]!.df).toBe(true)
    report(pair, 3, 4, first[0]!.octets, 1000)
    expect(status(m.t, c).mss).toBe(960)
    const again = m.take()
    expect(again[0]!.text).toEqual(octets(960))
    expect(again.every(s => s.text.length <= 960)).toBe(true)
    // It is no sign of congestion.
    expect(status(m.t, c).ssthresh).toBeGreaterThan(1000000)
    p.send('A', { ack: 5001 })
    expect(m.told()).toEqual([])
  })

  it('CVE-2019-11479 no path is believed to be below 552, and there DF is cleared', () => {
    const pair = connect()
    const { m, c } = pair
    write(pair, 2920)
    const first = m.take()[0]!
    report(pair, 3, 4, first.octets, 68)
    expect(status(m.t, c).mss).toBe(512)
    expect(m.take()[0]).toMatchObject({ df: false, text: octets(512) })
  })

  it('one that quotes nothing in flight, or is larger than the path, changes nothing', () => {
    const pair = connect()
    write(pair, 2920)
    const first = pair.m.take()[0]!
    report(pair, 3, 4, first.octets, 1500)
    report(pair, 3, 4, first.octets, 9000)
    pair.p.send('A', { ack: 2921 })
    report(pair, 3, 4, first.octets, 600)
    expect(status(pair.m.t, pair.c).mss).toBe(1460)
  })

  it('the path is tried again after ten minutes', () => {
    const pair = connect()
    write(pair, 2920)
    report(pair, 3, 4, pair.m.take()[0]!.octets, 1000)
    expect(status(pair.m.t, pair.c).mss).toBe(960)
    pair.p.send('A', { ack: 2921 })
    pair.m.run(601000)
    expect(status(pair.m.t, pair.c).mss).toBe(1460)
  })
})

it('an address that is gone ends its connections with -EADDRNOTAVAIL, half-open ones unseen', () => {
  const pair = connect()
  const { m } = pair
  m.t.listen(80, m.note())
  m.receive(segment({ srcPort: 4000, dstPort: 80, flags: 'S' }))
  m.poll()
  expect(m.t.used()).toBe(2)
  move(m, '10.0.0.3/24')
  m.poll()
  expect(m.told()).toEqual(['close -99'])
  expect(m.used()).toEqual([0, 0])
})
