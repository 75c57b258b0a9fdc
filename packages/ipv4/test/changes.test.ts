// Two interfaces with all that is added to them, while addresses, gateways, routes, groups and MTUs change at random and
// whatever comes comes: nothing throws, no loopback address leaves the host, none from 0.0.0.0 but to all, and all memory
// comes back.
import { type Dev, DLT_EN10MB, host, type Ip } from '@tiny/core'
import { address, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { snap } from '@tiny/ethernet/snap'
import { configure, type Ipv4, ipv4, join, leave } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { local } from '@tiny/ipv4/local'
import { route } from '@tiny/ipv4/route'
import { ping } from '@tiny/ping'
import { raw } from '@tiny/raw'
import { tcp } from '@tiny/tcp'
import { type Socket, udp } from '@tiny/udp'
import { expect, it } from 'vitest'
import { random } from './machine.ts'
import { icmp, octets, packet, parse, quad } from './packet.ts'

const STEPS = 6000
const ADDRESSES =
  '10.0.0.1 10.1.0.1 10.0.0.2 10.1.0.2 10.0.0.9 10.1.0.9 8.8.8.8 127.0.0.1 224.0.0.1 239.1.1.1 255.255.255.255 ' +
  '10.0.255.255 0.0.0.0 172.16.0.5 172.16.0.1 192.168.3.3'
const OWN = ['10.0.0.2/16', '10.1.0.2/16', '172.16.0.5/12', '10.0.0.9/31', '192.168.3.3/32', '10.0.0.2/0']
const NETS = ['0.0.0.0/0', '8.0.0.0/8', '172.16.0.0/12', '10.0.0.9/32']

interface Card extends Dev {
  mtu: number
  /** What send() answers. */
  answer: number
}

/** ARP, RFC 826: operation, who says it, about whom. */
const arp = (op: number, spa: string, tpa: string): number[] =>
  [[0, 1, 8, 0, 6, 4, 0, op], [2, 0, 0, 0, 0, 9], quad(spa), [0, 0, 0, 0, 0, 0], quad(tpa)].flat()

function run(seed: number): void {
  const next = random(seed)
  const below = (n: number): number => (next() >>> 1) % n
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const any = (): string => pick(ADDRESSES.split(' '))
  const anyone = (): Uint8Array => Uint8Array.from(quad(any()))
  let now = 0x7fff0000
  const h = host({ now: () => now | 0, rand: next }, { room: 3000, pool: 40000, observer: { drop() {} } })

  const cards = [0, 1].map(i => {
    const card: Card = {
      type: DLT_EN10MB,
      mtu: 1500,
      mac: Uint8Array.of(2, 0, 0, 0, i, 1),
      caps: 0,
      answer: 0,
      send(b, o, n) {
        if (o < 0 || n < 14 || n > 1514 || o + n > b.length) throw new Error(`send ${o} ${n} of ${b.length}`)
        if (card.answer || b[o + 12] !== 8 || b[o + 13]) return card.answer
        const p = parse(b.subarray(o + 14, o + n))
        const isStray = p.src.startsWith('127.') || p.dst.startsWith('127.')
        if (isStray || (p.src === '0.0.0.0' && p.dst !== '255.255.255.255')) throw new Error(`${p.src} to ${p.dst}`)
        return 0
      },
      recv() {},
      join: () => (below(9) ? 0 : -95),
      leave() {},
    }
    return card
  })
  const lists = cards.map((_, i) => gateways([address(`10.${i}.0.1`)]))
  const ips: Ipv4[] = cards.map((card, i) =>
    ipv4(h, local(h, ethernet(h, snap(h, card))), {
      address: prefix(`10.${i}.0.2/16`),
      gateways: lists[i]!,
      fragment: fragment(),
      maxDatagram: 2000,
    }),
  )
  const r = route(h, ips)
  const both: Ip = r
  const [u, pings, raws, t] = [udp(both), ping(both), raw(both), tcp(both, { receiveBuffer: 2048, sendBuffer: 2048 })]
  const sockets = [7, 8, 0].map(port =>
    u.bind(port, { onDatagram: (s, b, o, n, a, from) => void (below(2) && u.send(s, b, o, n, b, a, from)) }),
  ) as Socket[]
  const [p, w] = [pings.open({}), raws.open(0, {})]
  if (typeof p === 'number' || typeof w === 'number') throw new Error(`${p} ${w}`)
  t.listen(80, {})

  /** What a list of gateways or routes, or a connect, may refuse. */
  function tried(f: () => void): void {
    try {
      f()
    } catch (e) {
      if (!(e instanceof RangeError)) throw e
    }
  }
  function frame(i: number): number[] {
    const to = below(3) ? [2, 0, 0, 0, i, 1] : [255, 255, 255, 255, 255, 255]
    const [src, dst] = [any(), any()]
    if (!below(3)) return [...to, 2, 0, 0, 0, 0, 9, 8, 6, ...arp(1 + below(2), src, dst)]
    const proto = pick([1, 6, 17, 99])
    const quoted = packet({ src: dst, dst: any(), proto: pick([1, 6, 17]), payload: octets(30) })
    const message = icmp(pick([0, 3, 5, 8, 11]), below(5), below(2) ? below(1500) : next(), quoted)
    const payload = proto === 1 ? message : Uint8Array.from({ length: below(60) }, next)
    const part = below(3) ? {} : { mf: below(2) > 0, offset: 8 * below(20) }
    return [...to, 2, 0, 0, 0, 0, 9, 8, 0, ...packet({ src, dst, proto, payload, id: below(5), ...part })]
  }
  const ways: (() => void)[] = [
    () => configure(pick(ips), below(7) ? prefix(pick(OWN)) : null),
    () => tried(() => pick(lists).set(below(3) ? [anyone()] : [])),
    () => tried(() => r.set(below(2) ? [{ to: prefix(pick(NETS)), by: pick(ips), metric: below(3) }] : [])),
    () => (pick(cards).mtu = pick([1500, 1500, 576, 552, 296, 68, 28, 0])),
    () => (pick(cards).answer = pick([0, 0, 0, -105, -100])),
    () => (below(2) ? join : leave)(pick(ips), Uint8Array.of(239, 1, 1, below(3))),
    () => pings.send(p, anyone(), 0, { size: below(2000) }),
    () => raws.send(w, octets(99), 0, below(99), anyone(), 0),
    () => tried(() => t.connect(anyone(), 1 + below(90), {})),
  ]
  for (let step = 0; step < STEPS; step++) {
    const way = ways[below(24)]
    if (way) way()
    else if (below(4)) {
      const i = below(2)
      const b = Uint8Array.from([0, 0, 0, ...frame(i), 0, 0])
      cards[i]!.recv(b, 3, b.length - 5, 0)
    } else {
      const options = below(3) ? {} : { df: true, from: anyone(), options: new Uint8Array(4 * below(11)).fill(1) }
      u.send(pick(sockets), octets(2900), 0, below(2900), anyone(), 0, 1 + below(90), options)
    }
    if (below(3)) h.poll()
    if (below(10)) continue
    now += pick([1, 100, 1000, 61000])
    h.poll()
  }
  for (const card of cards) Object.assign(card, { answer: 0, mtu: 1500 })
  for (let k = 0; k < 9999 && h.wait() >= 0; k++) {
    now += Math.max(h.wait(), 1)
    h.poll()
  }
  expect([h.wait(), h.pool.used], `seed ${seed}`).toEqual([-1, 0])
}

it.each([1, 2, 3])('everything changes while it is in use, seed %i', run)
