import { mib } from '@tiny/mib'
import { drops, findings, line, witness } from '@tiny/mib/explain'
import { difference, snapshot } from '@tiny/mib/proc'
import { describe, expect, it } from 'vitest'
import { talk } from '../../../tools/tinystat/talk.ts'
import { NETSTAT, SNMP } from '../src/names.ts'
import { SENTENCES } from '../src/sentences.ts'

describe('findings', () => {
  it('has a sentence for each counter that can move, and no other', () => {
    const counters = [...SNMP, ...NETSTAT].flatMap(group =>
      Object.keys(group.places).map(name => `${group.name} ${name}`),
    )
    expect(Object.keys(SENTENCES).sort()).toEqual(counters.sort())
  })

  it('says what is wrong first, with what to do, in the right number', () => {
    const found = findings({
      Ip: { InReceives: 1234567, InHdrErrors: 1, Forwarding: 1 },
      Udp: { NoPorts: 17, InDatagrams: 1 },
      TcpExt: { TCPPureAcks: 5 },
    })
    expect(found.map(line)).toEqual([
      expect.stringMatching(/^1 IP datagram was malformed: a capture of @tiny\/pcap/),
      expect.stringMatching(/^17 UDP datagrams to ports where nobody listens: bind the port/),
      '1,234,567 IP datagrams came in',
      '1 UDP datagram was received',
    ])
    expect(found[1]).toMatchObject({ counter: 'Udp NoPorts', times: 17 })
  })

  it('of a stack that has talked', () => {
    const { b } = talk()
    const text = findings(difference(snapshot(mib()), snapshot(b.m)))
      .map(line)
      .join('\n')
    expect(text).toContain('3 UDP datagrams to ports where nobody listens')
    expect(text).toContain('1 datagram was put together from fragments')
    expect(text).toContain('1 connection was accepted')
    for (const sentence of text.split('\n')) expect(sentence).not.toMatch(/[{}|]|undefined|NaN|\/\//)
  })
})

/** An IPv4 header with what stands behind it. */
const ip = (proto: number, ...rest: number[]): Uint8Array =>
  Uint8Array.from([0x45, 0, 0, 40, 0, 0, 0, 0, 64, proto, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, ...rest])

describe('a witness', () => {
  const told = (drop: (w: ReturnType<typeof witness>) => void): string[] => {
    const m = mib()
    const w = witness(m)
    drop(w)
    return drops(m.times, w.details).map(line)
  }
  const give = (id: number, b: Uint8Array, times = 1) =>
    told(w => {
      for (let i = 0; i < times; i++) w.drop?.(id, b, 0, b.length)
    })

  it('17 UDP datagrams to port 53, and no @tiny/udp', () => {
    expect(give(208, ip(17, 0, 9, 0, 53, 0, 8, 0, 0), 17)).toEqual([
      '17 UDP datagrams had no receiver: no @tiny/udp is attached: import @tiny/udp',
    ])
    expect(give(207, ip(17, 0, 9, 0, 53, 0, 8, 0, 0), 17)).toEqual([
      '17 UDP datagrams to port 53 had no receiver: no socket is bound to it: bind(53, ...) of @tiny/udp',
    ])
  })

  it.each([
    [208, ip(6), '1 TCP datagram had no receiver: no @tiny/tcp is attached: import @tiny/tcp'],
    [208, ip(132), 'no @tiny/raw is attached, which could take it: import @tiny/raw'],
    [208, ip(201), '1 protocol 201 datagram had no receiver'],
    [225, ip(1, 0, 0), '1 ICMP message of type 0 had no receiver: ping() of @tiny/ping asks'],
    [225, ip(1, 5, 0), 'gateways() of @tiny/ipv4/gateway follows redirects'],
    [225, ip(1, 13, 0), 'a raw socket of @tiny/raw for ICMP'],
    [403, Uint8Array.of(0, 9, 0, 80), '1 TCP segment to port 80, where nobody listens and no connection is: listen(80'],
    [302, Uint8Array.of(0, 9, 0, 67), '1 UDP datagram to port 67 found its queue full: raise the queue'],
    [104, Uint8Array.from([...new Array(12).fill(2), 0x86, 0xdd]), '1 frame of IPv6: nobody takes it'],
    [104, Uint8Array.from([...new Array(12).fill(2), 0x12, 0x34]), '1 frame of EtherType 0x1234'],
    [104, Uint8Array.from([...new Array(12).fill(2), 0, 38]), '@tiny/ethernet/snap'],
    [104, new Uint8Array(4), '1 time: nobody takes a frame of this type'],
    [215, ip(1), '1 time: the rest of a datagram did not come within a minute'],
  ])('%i', (id, b, expected) => {
    const lines = give(id, b)
    expect(lines.length).toBe(1)
    expect(lines[0]).toContain(expected)
  })

  it('is bounded, and what found no place is told by its sentence', () => {
    const m = mib()
    const w = witness(m, 2)
    for (const port of [1, 2, 3, 1, 4]) w.drop?.(207, ip(17, 0, 9, 0, port), 0, 28)
    expect([w.details.length, w.others]).toEqual([2, 2])
    expect(drops(m.times, w.details).map(f => f.times)).toEqual([2, 1, 2])
    expect(() => witness(m, 0)).toThrow(RangeError)
  })

  it('passes everything on', () => {
    const { a, b } = talk()
    expect(b.m.times[207]).toBe(3)
    expect(a.m.values[9]).toBe(2)
    expect([a.h.lost, b.h.lost]).toEqual([0, 0])
  })

  it('what passes is no drop', () => {
    expect(drops({ 240: 5, 241: 5, 242: 1, 243: 1, 310: 2, 440: 3, 446: 0 })).toEqual([])
  })
})
