import { existsSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import { neighbour } from '@tiny/ethernet'
import { mib } from '@tiny/mib'
import {
  arp,
  dev,
  difference,
  netstat,
  parse,
  parseArp,
  parseDev,
  parseRoutes,
  parseSockets,
  rawTable,
  routes,
  snapshot,
  snmp,
  tcpTable,
  udpTable,
} from '@tiny/mib/proc'
import { describe, expect, it } from 'vitest'
import { stations, talk } from '../../../tools/tinystat/talk.ts'

describe('snmp and netstat', () => {
  it('what is written is read again', () => {
    const { a } = talk()
    const s = snapshot(a.m, { ip: a.ip, tcp: a.t })
    expect(parse(snmp(s) + netstat(s))).toEqual(s)
    expect(s['Udp']).toMatchObject({ OutDatagrams: 6, NoPorts: 0 })
    expect(s['IcmpMsg']).toEqual({ InType0: 1, InType3: 3, OutType8: 1 })
    expect(s['Ip']).toMatchObject({ Forwarding: 2, DefaultTTL: 64, FragOKs: 1, FragCreates: 3, FragFails: 0 })
    expect(s['Tcp']).toMatchObject({ MaxConn: 16, RtoMin: 1000, ActiveOpens: 2, AttemptFails: 1, CurrEstab: 1 })
  })

  it('has a line of names and one of numbers for each group, and no IcmpMsg while nothing was seen', () => {
    const text = snmp(snapshot(mib()))
    expect(text.split('\n').map(line => line.split(':')[0])).toEqual(
      ['Ip', 'Icmp', 'Tcp', 'Udp', 'UdpLite'].flatMap(name => [name, name]).concat(''),
    )
    for (const line of text.trim().split('\n')) expect(line).toMatch(/^\w+:( \w+)+$/)
  })

  it('has 16 types of ICMP in a line, as Linux', () => {
    const m = mib()
    for (let type = 0; type < 20; type++) m.values[168 + type] = type + 1
    const lines = snmp(snapshot(m))
      .split('\n')
      .filter(line => line.startsWith('IcmpMsg'))
    expect(lines.map(line => line.split(' ').length)).toEqual([17, 17, 5, 5])
    expect(Object.keys(parse(snmp(snapshot(m)))['IcmpMsg']!).length).toBe(20)
  })

  it.skipIf(!existsSync('/proc/net/netstat'))("has this kernel's names, in its order; of 6.18 all of them", () => {
    for (const file of ['snmp', 'netstat']) {
      const theirs = parse(readFileSync(`/proc/net/${file}`, 'utf8'))
      const s = snapshot(mib())
      const own = parse(file === 'snmp' ? snmp(s) : netstat(s))
      for (const group of Object.keys(own)) {
        // A kernel of another age may have fewer, or more.
        const names = Object.keys(theirs[group]!)
        if (release().startsWith('6.18.')) expect(Object.keys(own[group]!)).toEqual(names)
        expect(Object.keys(own[group]!).filter(name => names.includes(name))).toEqual(
          names.filter(name => name in own[group]!),
        )
      }
    }
  })

  it('reads lines that belong together only', () => {
    expect(parse('A: x y\nA: 1 2\nB: x\nC: 1\nD: x y\nD: 1\n\nE: z\nE: 9')).toEqual({ A: { x: 1, y: 2 }, E: { z: 9 } })
  })

  it('tells what moved, also past 32 bits, and gauges that went down', () => {
    const before = { Tcp: { InSegs: 4294967290, CurrEstab: 5, OutSegs: 1 } }
    const after = { Tcp: { InSegs: 4, CurrEstab: 3, OutSegs: 1 }, Udp: { NoPorts: 2, InErrors: 0 } }
    expect(difference(before, after)).toEqual({ Tcp: { InSegs: 10, CurrEstab: -2 }, Udp: { NoPorts: 2 } })
  })

  it('counters wrap at 32 bits, and wide ones do not', () => {
    for (const [options, expected] of [
      [{}, 4],
      [{ wide: true }, 4294967300],
    ] as const) {
      const m = mib(options)
      m.count(310, 4294967290)
      m.count(310, 10)
      expect(snapshot(m)['Udp']!['OutDatagrams']).toBe(expected)
    }
  })
})

describe('tables', () => {
  const { a, b } = talk()

  it('tcp: as the kernel writes it, and read again', () => {
    const text = tcpTable(b.t)
    const lines = text.split('\n')
    expect(lines[0]).toBe(
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'.padEnd(149),
    )
    // As 6.18 printed it, with the number of the inode and the pointer of ours.
    expect(lines[1]!.trimEnd()).toBe(
      '   0: 00000000:0050 00000000:0000 0A 00000008:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0',
    )
    for (const line of lines.slice(0, -1)) expect(line.length).toBe(149)
    expect(parseSockets(text)).toMatchObject([
      { local: { address: '0.0.0.0', port: 80 }, state: 10, unsent: 8 },
      { local: { address: '10.0.0.2', port: 80 }, peer: { address: '10.0.0.1' }, state: 1, unread: 0 },
    ])
  })

  it('udp and raw: open sockets only', () => {
    const text = udpTable(b.u.sockets)
    expect(text.split('\n')[0]).toBe(
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'.padEnd(
        127,
      ),
    )
    expect(parseSockets(text)).toEqual([
      {
        local: { address: '0.0.0.0', port: 53 },
        peer: { address: '0.0.0.0', port: 0 },
        state: 7,
        unsent: 0,
        unread: 0,
        retransmissions: 0,
        drops: 1,
      },
    ])
    expect(parseSockets(rawTable(b.r.sockets))).toMatchObject([{ local: { port: 89 }, state: 7, drops: 0 }])
    const { b: other } = stations()
    const socket = other.r.open(9, {})
    // A list that was read before may still have what was closed since.
    const before = other.r.sockets
    if (typeof socket === 'object') other.r.close(socket)
    expect([before.length, other.r.sockets.length]).toEqual([1, 0])
    expect(parseSockets(rawTable(before))).toEqual([])
  })

  it('arp, route, dev', () => {
    const text = arp([{ name: 'eth0', link: a.link }])
    expect(text.split('\n')[0]).toBe('IP address       HW type     Flags       HW address            Mask     Device')
    expect(parseArp(text)).toEqual([
      { address: '10.0.0.2', flags: 2, mac: expect.stringMatching(/^(..:){5}..$/), device: 'eth0' },
    ])
    expect(parseRoutes(routes([{ name: 'eth0', ip: a.ip }]))).toEqual([
      { device: 'eth0', to: '0.0.0.0', gateway: '10.0.0.9', mask: '0.0.0.0', flags: 3 },
      { device: 'eth0', to: '10.0.0.0', gateway: '0.0.0.0', mask: '255.255.255.0', flags: 1 },
    ])
    const moved = parseDev(dev([{ name: 'eth0', moved: a.meter }]))
    expect(moved).toMatchObject([
      { name: 'eth0', outErrors: 0, inPackets: a.meter.inPackets, outOctets: a.meter.outOctets, inMulticast: 0 },
    ])
    expect([a.meter.inArp, a.meter.outArp, a.meter.outBroadcast]).toEqual([1, 1, 1])
    expect(a.meter.outPackets).toBe(b.meter.inPackets)
  })

  it('arp: a neighbour set by hand, one that is asked for, none that was forgotten', () => {
    const { a: one } = stations()
    const by = (n: number): Uint8Array => Uint8Array.of(10, 0, 0, n)
    for (const n of [7, 8]) neighbour(one.link, by(n), Uint8Array.of(2, 0xfe, 0x80, 0, 0, n))
    neighbour(one.link, by(8), null)
    one.link.send(one.h.tx, 80, 20, 0x0a000009)
    expect(parseArp(arp([{ name: 'eth0', link: one.link }]))).toEqual([
      { address: '10.0.0.7', flags: 6, mac: '02:fe:80:00:00:07', device: 'eth0' },
      { address: '10.0.0.9', flags: 0, mac: '00:00:00:00:00:00', device: 'eth0' },
    ])
  })

  it.skipIf(!existsSync('/proc/net/dev'))("this kernel's tables are read too", () => {
    const read = (name: string): string => readFileSync(`/proc/net/${name}`, 'utf8')
    for (const row of parseDev(read('dev'))) expect(row.inPackets).toBeGreaterThanOrEqual(0)
    expect(parseDev(read('dev')).map(row => row.name)).toContain('lo')
    for (const row of [...parseSockets(read('tcp')), ...parseSockets(read('udp'))])
      expect(row.state).toBeGreaterThanOrEqual(1)
    for (const row of parseRoutes(read('route'))) expect(row.mask).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    for (const row of parseArp(read('arp'))) expect(row.mac).toMatch(/^(..:){5}..$/)
  })
})
