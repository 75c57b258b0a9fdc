// Each combination of the slots behaves as all others do, but for what the absent one does.
import { expect, it } from 'vitest'
import { machine, random, type Setup, transport } from './machine.ts'
import { cut, echo, icmp, icmpError, mend, octets, packet } from './packet.ts'

const all = [0, 1, 2, 3, 4, 5, 6, 7].map(bits => ({
  gateways: bits & 1 ? ['10.0.0.1', '10.0.0.3'] : null,
  fragment: (bits & 2) > 0,
  local: (bits & 4) > 0,
}))
const nameOf = (s: Setup): string =>
  [s.gateways && 'gateways', s.fragment && 'fragment', s.local && 'local'].filter(Boolean).join(' and ') || 'none'

/** What neighbours send that no slot has a part in: whole and in fragments, sound and broken. */
const script: Uint8Array[] = [
  packet(),
  packet({ proto: 99 }),
  packet({ options: [7, 1, 0, 0] }),
  packet({ options: [131, 7, 4, 192, 0, 2, 7, 0] }),
  packet({ src: '10.0.0.255' }),
  packet({ dst: '10.0.0.255' }),
  packet({ dst: '127.0.0.1' }),
  packet({ dst: '239.1.2.3' }),
  packet({ dst: '239.1.2.4' }),
  ...cut({ payload: octets(80), id: 9 }, 16, 24),
  ...cut({ payload: octets(80), id: 10, proto: 99 }, 16, 24).reverse(),
  ...cut({ payload: octets(80), id: 11 }, 40).slice(0, 1),
  echo(octets(9)),
  echo(octets(1400)),
  packet({ proto: 1, payload: icmp(13, 0, 0, octets(12)) }),
  icmpError(3, 3, 0, packet({ src: '10.0.0.2', dst: '10.0.0.9' })),
  icmpError(11, 0, 0, packet({ src: '10.0.0.2', dst: '10.0.0.9', proto: 99 })),
]

function trace(setup: Setup): string[] {
  const m = machine(setup)
  const rand = random(77)
  const t = transport(m.ip)
  const lines: string[] = []
  m.join('239.1.2.3')
  for (let i = 0; i < 3000; i++) {
    const b = script[(rand() >>> 8) % script.length]!.slice()
    // The source, or an octet of the header; never the source's network: beyond the link is what a slot has a part in.
    if (rand() & 1) b[15] = 20 + (rand() & 7)
    if ((rand() & 7) === 0) b[(rand() >>> 8) % 12] = rand()
    t.answer = rand() & 1
    m.receive(rand() & 15 ? mend(b) : b, rand() & 31 ? 0 : 1)
    m.send('10.0.0.9', octets(rand() & 63), rand() & 3 ? null : { ttl: 1 + (rand() & 7), df: true })
    m.run(rand() & 63 ? rand() & 15 : 70000)
    // Identifications are unpredictable, and the header's checksum with them.
    for (const p of m.take()) lines.push(`${p.at} ${p.hop} ${p.dst} ${p.ttl} ${p.df} ${p.payload}`)
    for (const x of t.inputs) lines.push(`${x.src} ${x.dst} ${x.flags} ${x.payload}`)
    for (const x of t.errors) lines.push(`${x.code} ${x.peer}`)
    lines.push(m.drops().join())
    t.inputs.length = t.errors.length = 0
  }
  m.run(1000000)
  expect(m.used()).toBe(0)
  return lines
}

const whole = trace(all[7]!)

it.each(all.map(s => [nameOf(s), s] as const))('with %s', (_, setup) => {
  const lines = trace(setup)
  const at = lines.findIndex((line, i) => line !== whole[i])
  expect(whole.length).toBeGreaterThan(5000)
  expect([at, lines[at], lines.length]).toEqual([-1, undefined, whole.length])
})
