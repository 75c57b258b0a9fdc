// Random and mutated datagrams: nothing throws, nothing stays, nothing is answered twice. FUZZ=n sets their number,
// FUZZ_SEED=n the seed; a failure says the seed and the number of the datagram that was its last.
import { expect, it } from 'vitest'
import { type Machine, machine, random, type Setup, transport } from './machine.ts'
import { cut, echo, icmp, icmpError, mend, octets, packet } from './packet.ts'

const COUNT = Number(process.env['FUZZ'] ?? (process.env['CI'] ? 1000000 : 100000))
const SEED = Number(process.env['FUZZ_SEED'] ?? 20260)

/** What is sound, and interesting to break. */
const seeds: Uint8Array[] = [
  packet(),
  packet({ payload: octets(100), tos: 0xb8 }),
  packet({ proto: 99 }),
  packet({ options: [148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0] }),
  packet({ options: [131, 7, 4, 192, 0, 2, 7, 0] }),
  packet({ dst: '255.255.255.255' }),
  packet({ dst: '224.0.0.1' }),
  packet({ src: '192.0.2.7' }),
  ...cut({ payload: octets(60) }, 16, 24, 48),
  ...cut({ payload: octets(1400), id: 7 }, 8, 512),
  ...cut({ proto: 1, id: 8, payload: icmp(8, 0, 1, octets(200)) }, 64, 128),
  echo(octets(9)),
  echo(octets(64), { src: '192.0.2.7' }),
  packet({ proto: 1, src: '10.0.0.1', payload: icmp(0, 0, 5, octets(4)) }),
  icmpError(3, 3, 0, packet({ src: '10.0.0.2', dst: '192.0.2.7' })),
  icmpError(3, 4, 1400, packet({ src: '10.0.0.2', dst: '192.0.2.7', df: true })),
  icmpError(11, 0, 0, packet({ src: '10.0.0.2', dst: '10.0.0.9' })),
  icmpError(12, 0, 20 << 24, packet({ src: '10.0.0.2', dst: '10.0.0.9' })),
  icmpError(5, 1, 0x0a000005, packet({ src: '10.0.0.2', dst: '192.0.2.7' })),
]

/** One octet, or n of them, from a generator. */
const below = (rand: () => number, n: number): number => (rand() >>> 8) % n

function mutate(rand: () => number): Uint8Array {
  if (below(rand, 20) === 0) return Uint8Array.from({ length: below(rand, 120) }, rand)
  let b = seeds[below(rand, seeds.length)]!.slice()
  for (let k = below(rand, 4); k > 0; k--) {
    const at = below(rand, Math.max(b.length, 1))
    switch (below(rand, 8)) {
      case 0: // A bit.
        b[at]! ^= 1 << below(rand, 8)
        break
      case 1: // An octet of the header, where most of the meaning is.
        b[below(rand, Math.min(b.length, 40))] = rand()
        break
      case 2: // Total length.
        b[2] = below(rand, 4) ? b[2]! : rand()
        b[3] = rand()
        break
      case 3: // Cut off.
        b = b.slice(0, at)
        break
      case 4: // Grown.
        b = Uint8Array.from([...b, ...Array.from({ length: below(rand, 40) }, rand)])
        break
      case 5: // A fragment of something.
        b[6] = rand() & 0x3f
        b[7] = below(rand, 2) ? below(rand, 12) : rand()
        break
      case 6: // Of another source, or identification.
        b[below(rand, 2) ? 15 : 5] = rand()
        break
      default: // Header length.
        b[0] = 0x40 | (rand() & 15)
    }
  }
  // Most of them with a checksum that is right: else nothing would get past it.
  return below(rand, 8) && b.length >= 20 ? mend(b) : b
}

function run(setup: Setup, count: number, seed: number): Machine {
  const m = machine({ seed, ...setup })
  const rand = random(seed)
  const list = [transport(m.ip), transport(m.ip, 0), transport(m.ip, 1)]
  const before = [m.used(), m.h.pool.used]
  let i = 0
  let heard = 0
  try {
    for (; i < count; i++) {
      const [t] = list
      t!.answer = i & 1
      t!.isBelieved = below(rand, 4) > 0
      m.receive(mutate(rand), [0, 0, 0, 0, 1, 2, 4, 0][below(rand, 8)]!)
      // One datagram in answer at most, perhaps in fragments.
      expect(m.take().filter(p => p.offset === 0).length).toBeLessThan(2)
      if (below(rand, 64) === 0) m.run(below(rand, 100000))
      m.sent.length = 0
      m.dropped.length = m.counted.length = 0
      for (const x of list) {
        heard += x.inputs.length + x.errors.length
        x.inputs.length = x.errors.length = 0
      }
    }
    m.run(1000000)
    m.sent.length = 0
    // A fuzzer whose datagrams are all dropped at the door says nothing.
    if (setup.address !== null) expect(heard).toBeGreaterThan(count / 4)
    expect([m.h.lost, m.used(), m.h.pool.used]).toEqual([0, before[0], before[1]])
  } catch (error) {
    throw new Error(`FUZZ_SEED=${seed}, datagram ${i} of ${count}`, { cause: error })
  }
  return m
}

const setups: [string, Setup][] = [
  ['a full host', { gateways: ['10.0.0.1', '10.0.0.3'], local: true, start: 0x7fffff00 }],
  ['one without slots', { gateways: null, fragment: false }],
  ['a small one', { mtu: 576, room: 556, maxDatagram: 576, reassemblies: 2 }],
  ['one without an address', { address: null, gateways: [] }],
]

it.each(setups)(`%s, ${COUNT / setups.length} datagrams, seed ${SEED}`, { timeout: 300000 }, (_, setup) => {
  const m = run(setup, COUNT / setups.length, SEED)
  // It still works.
  if (setup.address === null) return
  m.receive(echo(octets(5)))
  expect(m.take()).toMatchObject([{ type: 0, data: octets(5) }])
})

it('the same seed gives the same run', () => {
  const trace = (seed: number): string => {
    const m = machine({ seed })
    const rand = random(seed)
    transport(m.ip).answer = 1
    for (let i = 0; i < 2000; i++) m.receive(mutate(rand))
    return m
      .take()
      .map(p => `${p.dst} ${p.id} ${p.type}`)
      .join()
  }
  expect(trace(5)).toBe(trace(5))
  expect(trace(5)).not.toBe(trace(6))
})
