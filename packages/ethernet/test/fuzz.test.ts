// Random and mutated frames into ethernet, ipv4 and udp: nothing throws, nothing stays, little is answered. FUZZ=n sets
// their number, FUZZ_SEED=n the seed; a failure says both, and the number of the frame that was its last.
import { type Dev, type Host, host } from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { prefix } from '@tiny/core/text'
import { type EthernetOptions, ethernet, neighbour } from '@tiny/ethernet'
import { snap } from '@tiny/ethernet/snap'
import { ipv4, join } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { rand as generator } from '@tiny/sim'
import { udp } from '@tiny/udp'
import { expect, it } from 'vitest'
import { ALL, arp, frame, mac, OWN, OWN_MAC, PEER, PEER_MAC, quad, reply, snapFrame } from './frame.ts'

const COUNT = Number(process.env['FUZZ'] ?? 1000000)
const SEED = Number(process.env['FUZZ_SEED'] ?? 826)
const GROUP = '224.0.0.251'

const below = (rand: () => number, n: number): number => (rand() >>> 9) % n

/** RFC 1071, of the octets from `from` to `to`, as the complement that goes into a packet. */
function checksum(b: ArrayLike<number>, from: number, to: number, seed = 0): number {
  let s = seed
  for (let i = from; i < to; i += 2) s += b[i]! * 256 + (i + 1 < to ? b[i + 1]! : 0)
  while (s > 0xffff) s = (s & 0xffff) + (s >>> 16)
  return ~s & 0xffff
}

interface Ip {
  proto: number
  data: number[]
  src?: string
  dst?: string
  at?: number
  more?: boolean
  options?: number[]
}

function ip(f: Ip): number[] {
  const options = f.options ?? []
  const n = 20 + options.length + f.data.length
  const at = (f.at ?? 0) >> 3
  return [
    ...[
      0x45 + options.length / 4,
      0,
      n >> 8,
      n & 255,
      7,
      7,
      (f.more ? 0x20 : 0) | (at >> 8),
      at & 255,
      64,
      f.proto,
      0,
      0,
    ],
    ...quad(f.src ?? PEER),
    ...quad(f.dst ?? OWN),
    ...options,
    ...f.data,
  ]
}
const datagram = (port: number, n: number): number[] => [
  ...[0x12, 0x34, port >> 8, port & 255, (8 + n) >> 8, (8 + n) & 255, 0, 0],
  ...Array.from({ length: n }, (_, i) => i & 255),
]
const icmp = (type: number, code: number, rest: number[]): number[] => [type, code, 0, 0, 0, 9, 0, 1, ...rest]
const quoted = ip({ proto: 17, data: datagram(7, 0), src: OWN, dst: PEER })
const inFrame = (f: Ip, to = OWN_MAC): number[] => frame(to, PEER_MAC, 0x800, ip(f))
const long = datagram(7, 1200)

/** What is sound, and interesting to break. */
const seeds: number[][] = [
  arp(),
  arp({ tpa: '10.0.0.77' }),
  arp({ spa: '10.0.0.3', sha: '02:00:00:00:00:03' }),
  arp({ spa: '0.0.0.0' }),
  arp({ spa: OWN, sha: '02:00:00:00:00:66' }),
  reply(),
  reply({ spa: '10.0.0.4', sha: '02:00:00:00:00:04' }),
  inFrame({ proto: 17, data: datagram(7, 18) }),
  inFrame({ proto: 17, data: datagram(7, 18), src: '10.0.0.4' }),
  inFrame({ proto: 17, data: datagram(9, 18), src: '10.0.0.5' }),
  inFrame({ proto: 17, data: datagram(7, 18), src: '192.0.2.9' }),
  inFrame({ proto: 17, data: datagram(7, 5), dst: '255.255.255.255' }, ALL),
  inFrame({ proto: 17, data: datagram(5353, 5), dst: GROUP }, '01:00:5e:00:00:fb'),
  inFrame({ proto: 17, data: long.slice(0, 600), more: true }),
  inFrame({ proto: 17, data: long.slice(600), at: 600 }),
  inFrame({ proto: 1, data: icmp(8, 0, [1, 2, 3]) }),
  inFrame({ proto: 1, data: icmp(8, 0, new Array(1400).fill(5)), src: '10.0.0.6' }),
  inFrame({ proto: 1, data: icmp(3, 3, quoted) }),
  inFrame({ proto: 1, data: icmp(5, 1, quoted) }),
  inFrame({ proto: 99, data: [1, 2, 3], options: [148, 4, 0, 0] }),
  snapFrame(OWN_MAC, PEER_MAC, 0x800, ip({ proto: 17, data: datagram(7, 3) })),
  snapFrame(ALL, PEER_MAC, 0x806, arp().slice(14)),
  frame(OWN_MAC, PEER_MAC, 0x86dd, [0x60, 0, 0, 0]),
  frame('02:00:00:00:00:02', PEER_MAC, 0x800, ip({ proto: 17, data: datagram(7, 3) })),
]

/** Writes the checksums that a packet in this frame should have, as far as it has room for them. */
function mend(b: number[]): void {
  const o = b[12] === 8 ? 14 : 22
  const hl = (b[o]! & 15) * 4
  if (b.length < o + 28 || hl < 20 || o + hl > b.length) return
  b[o + 10] = b[o + 11] = 0
  const sum = checksum(b, o, o + hl)
  b[o + 10] = sum >> 8
  b[o + 11] = sum & 255
  const end = Math.min(b.length, o + b[o + 2]! * 256 + b[o + 3]!)
  const at = o + hl + (b[o + 9] === 1 ? 2 : 6)
  if (end < o + hl + 8 || b[o + 6]! & 0x3f || b[o + 7]) return
  b[at] = b[at + 1] = 0
  const pseudo = b[o + 9] === 1 ? 0 : 17 + (end - o - hl) + (~checksum(b, o + 12, o + 20) & 0xffff)
  const s = checksum(b, o + hl, end, pseudo) || 0xffff
  b[at] = s >> 8
  b[at + 1] = s & 255
}

function mutate(rand: () => number): number[] {
  if (below(rand, 20) === 0) {
    const noise = Array.from({ length: below(rand, 100) }, () => rand() & 255)
    // Most of it is for us, else it would be dropped at once.
    if (below(rand, 4) && noise.length > 14)
      noise.splice(0, 14, ...frame(OWN_MAC, PEER_MAC, below(rand, 2) ? 0x800 : 0x806, []))
    return noise
  }
  const b = seeds[below(rand, seeds.length)]!.slice()
  for (let k = below(rand, 4); k > 0 && b.length > 0; k--) {
    const at = below(rand, below(rand, 2) ? Math.min(b.length, 42) : b.length)
    switch (below(rand, 6)) {
      case 0: // A bit.
        b[at]! ^= 1 << below(rand, 8)
        break
      case 1: // An octet.
        b[at] = rand() & 255
        break
      case 2: // Cut off.
        b.length = at
        break
      case 3: // Grown, as by padding.
        for (let i = below(rand, 40); i > 0; i--) b.push(rand() & 255)
        break
      case 4: // Another sender: its IPv4 address, or the one in ARP.
        b[b[13] === 6 ? 31 : 29] = below(rand, 40)
        break
      default: // Another port, or target.
        b[b[13] === 6 ? 41 : 37] = below(rand, 4) * 2 + 1
    }
  }
  if (below(rand, 8)) mend(b)
  return b
}

interface Machine {
  h: Host
  now: number
  sent: number
  drops: Map<number, number>
  echoed: number
  deliver(b: readonly number[]): void
  used(): number
}

function machine(
  seed: number,
  options: EthernetOptions & { isBare?: boolean; pool?: number; start?: number },
): Machine {
  const { isBare = false, pool = 8192, start = 0, ...rest } = options
  const chance = generator(seed)
  const rx = new Uint8Array(2048)
  const drops = new Map<number, number>()
  const m = { now: 0, sent: 0, drops, echoed: 0 } as Machine
  const h = host(
    { now: () => (start + m.now) | 0, rand: chance },
    { pool, observer: { drop: id => void drops.set(id, (drops.get(id) ?? 0) + 1) } },
  )
  const dev: Dev = {
    type: 1,
    mtu: 1500,
    mac: Uint8Array.from(mac(OWN_MAC)),
    caps: 0,
    send(b, o, n) {
      if (!(o >= 0 && n >= 14 && n <= 1514 && o + n <= b.length)) throw new Error(`send of ${n} at ${o} of ${b.length}`)
      m.sent++
      // A device that is full now and then.
      return below(chance, 50) ? 0 : -105
    },
    recv() {},
  }
  const link = ethernet(h, isBare ? dev : snap(h, dev), rest)
  const net = ipv4(h, link, {
    address: prefix(`${OWN}/24`),
    ...(isBare ? {} : { gateways: gateways([Uint8Array.from(quad('10.0.0.254'))]), fragment: fragment() }),
  })
  const u = udp(net)
  u.bind(7, {
    onDatagram(s, b, o, n, a, port) {
      m.echoed++
      if (port) u.send(s, b, o, n, b, a, port)
    },
  })
  if (!isBare) {
    join(net, Uint8Array.from(quad(GROUP)))
    neighbour(link, Uint8Array.from(quad('10.0.0.6')), Uint8Array.from(mac('02:00:00:00:00:06')))
  }
  m.h = h
  m.deliver = b => {
    const o = b.length & 31
    rx.fill(0x45)
    rx.set(b, o)
    dev.recv(rx, o, b.length, 0)
    rx.fill(0xa5)
  }
  m.used = () => h.engines.reduce((k, e) => k + e.used(), 0)
  h.poll()
  return m
}

function run(count: number, seed: number, options: Parameters<typeof machine>[1]): Machine {
  const m = machine(seed, options)
  const rand = generator(seed ^ 0x5bd1e995)
  const before = [m.used(), m.h.pool.used]
  let i = 0
  try {
    for (; i < count; ) {
      m.sent = 0
      const batch = 1 + below(rand, 8)
      for (let k = 0; k < batch && i < count; k++, i++) m.deliver(mutate(rand))
      m.h.poll()
      // An answer in two fragments, what waited for an address (two fragments again), a question, an ICMP error.
      if (m.sent > 6 * batch + 8) throw new Error(`${m.sent} frames sent for ${batch}`)
      if (m.h.pool.used > m.h.pool.limit) throw new Error('more than the pool')
      if (below(rand, 16) === 0) m.now += below(rand, 4000)
    }
    // All is quiet: what was kept goes.
    for (let k = 0; k < 1000 && m.h.wait() >= 0; k++) {
      m.now += m.h.wait()
      m.h.poll()
    }
    expect([m.h.lost, m.used(), m.h.pool.used, m.h.wait()]).toEqual([0, ...before, -1])
  } catch (error) {
    throw new Error(`FUZZ=${count} FUZZ_SEED=${seed}, frame ${i}: ${error}`, { cause: error })
  }
  return m
}

const setups: [string, Parameters<typeof machine>[1]][] = [
  ['a host with all slots', { start: 0x7fff0000 }],
  ['a bare one with two neighbours', { isBare: true, neighbours: 2, age: 1000 }],
  ['one whose pool is short', { pool: 4096, neighbours: 4 }],
]

it.each(setups)(`${COUNT} frames in all into %s, seed ${SEED}`, { timeout: 300000 }, (_, options) => {
  const m = run(Math.ceil(COUNT / setups.length), SEED, options)
  // The test reaches what it is to test.
  expect(m.echoed).toBeGreaterThan(COUNT / 200)
  for (const id of [100, 101, 102, 104, 110, 111, 112, 201, 301])
    expect(m.drops.get(id), explain(id)).toBeGreaterThan(9)
  for (const id of m.drops.keys()) expect(explain(id)).not.toContain('unknown')
  // It still works: a ping is answered.
  m.sent = 0
  const ping = inFrame({ proto: 1, data: icmp(8, 0, [1, 2, 3]) })
  mend(ping)
  for (let k = 0; k < 5; k++) {
    m.deliver(arp())
    m.deliver(ping)
    m.h.poll()
  }
  expect(m.sent).toBeGreaterThan(5)
})

it('the same seed gives the same run, another one another', () => {
  const trace = (seed: number): string => {
    const m = run(3000, seed, {})
    return [...m.drops].sort(([x], [y]) => x - y).join(' ')
  }
  expect(trace(5)).toBe(trace(5))
  expect(trace(5)).not.toBe(trace(6))
})
