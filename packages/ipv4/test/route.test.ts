// RFC 1122 3.3.1.1, 3.3.4: several interfaces. Two machines' worth of interfaces on one host, each on a line of its own.
import { EADDRNOTAVAIL, ENETUNREACH, host, type Link } from '@tiny/core'
import { address, addressText, prefix } from '@tiny/core/text'
import { configure, type Ipv4, ipv4 } from '@tiny/ipv4'
import { gateways } from '@tiny/ipv4/gateway'
import { local } from '@tiny/ipv4/local'
import { type Routes, route } from '@tiny/ipv4/route'
import { rand, sim } from '@tiny/sim'
import { udp } from '@tiny/udp'
import { describe, expect, it } from 'vitest'

interface Sent {
  by: string
  hop: string
  from: string
  to: string
}

function setup(
  ...about: { name: string; own?: string; gateway?: string; mtu?: number; isLocal?: boolean; caps?: number }[]
) {
  const sent: Sent[] = []
  const h = host({ now: () => 0, rand: rand(7) })
  const links: Link[] = []
  const all = about.map(({ name, own, gateway, mtu = 1500, isLocal, caps = 0 }) => {
    const link: Link = {
      type: 101,
      mtu,
      caps,
      send(b, o, _n, hop) {
        const quad = Uint8Array.of(hop >>> 24, hop >>> 16, hop >>> 8, hop)
        sent.push({ by: name, hop: addressText(quad), from: addressText(b, o + 12), to: addressText(b, o + 16) })
        return 0
      },
      recv: () => 0,
    }
    links.push(link)
    return ipv4(h, isLocal ? local(h, link) : link, {
      ...(own === undefined ? {} : { address: prefix(own) }),
      ...(gateway === undefined ? {} : { gateways: gateways([address(gateway)]) }),
    })
  })
  return { h, all, sent, links }
}

const A = { name: 'a', own: '10.0.0.2/24', gateway: '10.0.0.1' }
const B = { name: 'b', own: '10.1.0.2/16', gateway: '10.1.0.1' }

/** What a datagram to an address does: the interface, the hop, the source; or the error. */
function way(r: Routes, sent: Sent[], to: string): string | number {
  const pair = new Uint8Array(8)
  pair.set(address(to))
  const error = r.source(pair, 0, pair, 4) || r.send(253, 0, pair, 0, null)
  const s = sent.pop()
  return error || `${s?.by} ${s?.hop} ${s?.from}`
}

describe('the table', () => {
  it('1122 3.3.4.1 I94 each interface serves its own network, the first with a gateway the rest', () => {
    const { h, all, sent } = setup(A, B)
    const r = route(h, all)
    expect(way(r, sent, '10.0.0.9')).toBe('a 10.0.0.9 10.0.0.2')
    expect(way(r, sent, '10.1.200.9')).toBe('b 10.1.200.9 10.1.0.2')
    expect(way(r, sent, '192.0.2.1')).toBe('a 10.0.0.1 10.0.0.2')
    expect(way(r, sent, '10.0.0.255')).toBe('a 255.255.255.255 10.0.0.2')
    expect(way(r, sent, '10.1.255.255')).toBe('b 255.255.255.255 10.1.0.2')
    expect(way(r, sent, '224.0.0.9')).toBe('a 224.0.0.9 10.0.0.2')
    expect(way(r, sent, '255.255.255.255')).toBe('a 255.255.255.255 10.0.0.2')
  })

  it('1122 I100 the longest prefix wins, then the metric, then the order', () => {
    const { h, all, sent } = setup(A, B)
    const [a, b] = all as [Ipv4, Ipv4]
    const r = route(h, all, [
      { to: prefix('0.0.0.0/0'), by: b, metric: 5 },
      { to: prefix('192.0.2.0/24'), by: a },
      { to: prefix('192.0.2.128/25'), by: b, metric: 1000 },
      { to: prefix('192.0.2.255/32'), by: a },
      { to: prefix('198.51.100.0/24'), by: a, metric: 2 },
      { to: prefix('198.51.100.7/24'), by: b, metric: 1 },
      { to: prefix('203.0.113.0/24'), by: b },
      { to: prefix('203.0.113.0/24'), by: a },
    ])
    const by = (to: string): string => `${way(r, sent, to)}`.slice(0, 1)
    expect(['8.8.8.8', '192.0.2.1', '192.0.2.127', '192.0.2.128', '192.0.2.254', '192.0.2.255'].map(by)).toEqual([
      'b',
      'a',
      'a',
      'b',
      'b',
      'a',
    ])
    expect([by('198.51.100.1'), by('203.0.113.1'), by('10.0.0.7'), by('10.1.0.7')]).toEqual(['b', 'b', 'a', 'b'])
    // Both halves of the number range.
    r.set([
      { to: prefix('128.0.0.0/1'), by: b },
      { to: prefix('0.0.0.0/1'), by: a },
    ])
    expect([by('128.0.0.1'), by('8.8.8.8'), by('223.0.0.1')]).toEqual(['b', 'a', 'b'])
  })

  it('a route without a way makes room for the next', () => {
    const { h, all, sent } = setup({ name: 'a', own: '10.0.0.2/24' }, B, { name: 'c' })
    const [a, b, c] = all as [Ipv4, Ipv4, Ipv4]
    const r = route(h, all, [
      { to: prefix('192.0.2.0/24'), by: c },
      { to: prefix('192.0.2.0/24'), by: a, metric: 1 },
      { to: prefix('192.0.2.0/24'), by: b, metric: 2 },
    ])
    expect(way(r, sent, '192.0.2.1')).toBe('b 10.1.0.1 10.1.0.2')
    const alone = route(h, [a, c])
    expect(way(alone, sent, '192.0.2.1')).toBe(-ENETUNREACH)
    expect(way(route(h, [c]), sent, '192.0.2.1')).toBe(-ENETUNREACH)
  })

  it('moves with addresses and routes, and says so by epoch', () => {
    const { h, all, sent } = setup(A, B)
    const [a, b] = all as [Ipv4, Ipv4]
    const r = route(h, all)
    let { epoch } = r
    const moved = (): boolean => epoch !== (epoch = r.epoch)
    expect([moved(), way(r, sent, '172.16.0.9')]).toEqual([false, 'a 10.0.0.1 10.0.0.2'])
    configure(b, prefix('172.16.0.1/16'))
    expect([moved(), way(r, sent, '172.16.0.9')]).toEqual([true, 'b 172.16.0.9 172.16.0.1'])
    r.set([{ to: prefix('172.16.0.8/30'), by: a }])
    expect([moved(), way(r, sent, '172.16.0.9')]).toEqual([true, 'a 10.0.0.1 10.0.0.2'])
    expect(h.wait()).toBe(0)
    configure(a, null)
    expect([moved(), way(r, sent, '172.16.0.9')]).toEqual([true, 'b 172.16.0.9 172.16.0.1'])
  })
})

describe('the interfaces', () => {
  it('1122 3.3.4.2 I13 a datagram leaves by the interface whose address it has', () => {
    const { h, all, sent } = setup(A, B)
    const r = route(h, all)
    const send = (own: string, to: string): number => {
      const pair = new Uint8Array(8)
      pair.set(address(to))
      pair.set(address(own), 4)
      return r.send(253, 0, pair, 0, null)
    }
    expect([send('10.1.0.2', '192.0.2.1'), sent.pop()?.by]).toEqual([0, 'b'])
    expect([send('10.0.0.2', '10.1.0.9'), sent.pop()?.by]).toEqual([0, 'a'])
    expect(send('10.2.0.2', '192.0.2.1')).toBe(-EADDRNOTAVAIL)
  })

  it('what is for ourselves is never sent to a gateway', () => {
    const { h, all, sent } = setup(A, B)
    expect(way(route(h, all), sent, '10.1.0.2')).toBe(-ENETUNREACH)
    expect(way(route(h, all), sent, '10.0.0.2')).toBe(-ENETUNREACH)
    const near = setup(A, { ...B, isLocal: true })
    const r = route(near.h, near.all)
    for (const to of ['10.1.0.2', '127.0.0.1']) {
      const pair = new Uint8Array(8)
      pair.set(address(to))
      expect([r.source(pair, 0, pair, 4), addressText(pair, 4)]).toEqual([0, to])
      expect(r.send(253, 0, pair, 0, null)).toBe(0)
    }
    expect(near.sent).toEqual([])
  })

  it('1122 3.2.1.3 what is for ourselves is not sent into the network of another interface', () => {
    for (const [first, second] of [
      ['10.1.0.2/16', '10.1.2.3/24'],
      ['10.1.2.2/24', '10.1.2.3/24'],
    ] as const) {
      const { h, all, sent } = setup(
        { name: 'a', own: first, isLocal: true },
        { name: 'b', own: second, isLocal: true },
      )
      for (const r of [route(h, all), route(h, [...all].reverse())])
        for (const to of [first, second].map(x => x.slice(0, -3))) {
          const pair = new Uint8Array(8)
          pair.set(address(to))
          expect([r.source(pair, 0, pair, 4), addressText(pair, 4)]).toEqual([0, to])
          expect(r.send(253, 0, pair, 0, null)).toBe(0)
        }
      expect(sent).toEqual([])
      // And nowhere, where the one that has the address cannot.
      const far = setup({ name: 'a', own: first }, { name: 'b', own: second, isLocal: true })
      expect(way(route(far.h, far.all), far.sent, first.slice(0, -3))).toBe(-ENETUNREACH)
    }
  })

  it('are asked for what they have in common', () => {
    const { h, all } = setup({ ...A, mtu: 1000, caps: 3 }, { ...B, caps: 2 })
    const r = route(h, all)
    const own = (text: string): boolean => r.isOwn(address(text), 0)
    const group = (text: string): boolean => r.isGroup(address(text), 0)
    expect([r.caps, r.mmsR, r.alen, r.host === h]).toEqual([2, 1480, 4, true])
    expect(['10.0.0.2', '10.1.0.2', '10.0.0.3', '10.0.0.1'].map(own)).toEqual([true, true, false, false])
    expect(['10.0.0.255', '10.1.255.255', '10.1.0.255', '224.9.9.9'].map(group)).toEqual([true, true, false, true])
    const mss = (...parts: string[]): number => r.mss(Uint8Array.from(parts.flatMap(x => [...address(x)])), 0)
    expect([mss('10.0.0.9'), mss('10.1.0.9'), mss('192.0.2.1')]).toEqual([980, 1480, 980])
    // Who has an own address already keeps its interface.
    expect([mss('192.0.2.1', '10.1.0.2'), mss('10.1.0.9', '10.0.0.2')]).toEqual([1480, 980])
  })

  it('UDP over two of them answers by the one that was asked, in a simulated network', () => {
    const s = sim()
    const near = s.line()
    const far = s.line()
    const h = host(s.env())
    const one = ipv4(h, near[0], { address: prefix('10.0.0.1/24') })
    const two = ipv4(h, far[0], { address: prefix('10.1.0.1/24') })
    const u = udp(route(h, [one, two]))
    u.bind(7, { onDatagram: (x, b, o, n, a, port) => void u.send(x, b, o, n, b, a, port) })
    s.host(h, [near[0], far[0]])
    const got: string[] = []
    for (const [link, own, to] of [
      [near[1], '10.0.0.9/24', '10.0.0.1'],
      [far[1], '10.1.0.9/24', '10.1.0.1'],
    ] as const) {
      const g = host(s.env())
      const v = udp(ipv4(g, link, { address: prefix(own) }))
      s.host(g, link)
      const x = v.bind(0, { onDatagram: (_x, b, o, _n, a) => void got.push(`${addressText(b, a)} ${b[o]}`) })
      if (typeof x === 'number') throw new Error(`${x}`)
      expect(v.send(x, Uint8Array.of(5), 0, 1, address(to), 0, 7)).toBe(1)
    }
    s.run(100)
    expect(got).toEqual(['10.0.0.1 5', '10.1.0.1 5'])
  })
})

it('misuse is refused', () => {
  const { h, all } = setup(A)
  const other = setup(B)
  const a = all[0] as Ipv4
  const b = other.all[0] as Ipv4
  expect(() => route(h, [])).toThrow('route: no interface')
  expect(() => route(h, [a, b])).toThrow("route: interface 1 is another host's")
  expect(() => route(h, [a], [{ to: prefix('0.0.0.0/0'), by: b }])).toThrow(
    'route: route 0 by an interface that was not',
  )
  expect(() => route(h, [a], [{ to: { address: new Uint8Array(3), length: 0 }, by: a }])).toThrow(
    'route: octets of the address 3',
  )
  expect(() => route(h, [a], [{ to: { address: new Uint8Array(4), length: 33 }, by: a }])).toThrow('route: prefix 33')
  for (const metric of [-1, 2 ** 31, Number.NaN])
    expect(() => route(h, [a], [{ to: prefix('0.0.0.0/0'), by: a, metric }])).toThrow(`route: metric ${metric}`)
})
