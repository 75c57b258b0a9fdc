// Any verb is legal in any callback; what a transport does while it is called costs nobody a packet.
import { HEAD, NO_PROTO } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { type FakeTransport, type Machine, machine, transport } from './machine.ts'
import { cut, echo, icmpError, octets, packet } from './packet.ts'

/** A transport that does something each time it is called for somebody else: one that answers itself has no end. */
function acting(m: Machine, act: (b: Uint8Array, o: number, n: number, a: number) => void): FakeTransport {
  const t = transport(m.ip)
  const { input, error } = t
  t.input = (b, o, n, a, flags) => {
    const answer = input(b, o, n, a, flags)
    if (b[a + 3] !== 2) act(b, o, n, a)
    return answer
  }
  t.error = (code, info, b, o, n, a) => {
    const answer = error(code, info, b, o, n, a)
    if (b[a + 7] !== 2) act(b, o, n, a)
    return answer
  }
  return t
}

const verbs: { [name: string]: (m: Machine) => void } = {
  send: m => void m.send('10.0.0.9', octets(600)),
  'send to oneself': m => void m.send('10.0.0.2', octets(60)),
  'send to many': m => void m.send('255.255.255.255', octets(60)),
  join: m => void m.join('239.1.2.3'),
  leave: m => void m.leave('239.1.2.3'),
  'configure another address': m => m.configure({ address: '10.0.0.2/16' }),
  'configure no gateways': m => m.configure({ gateways: [] }),
  advise: m => m.advise('192.0.2.7', false),
  add: m => {
    transport(m.ip, 0).answer = NO_PROTO
  },
  poll: m => m.h.poll(),
  lose: m => m.lose('10.0.0.1', packet({ src: '10.0.0.2', dst: '192.0.2.7', proto: 99 })),
}

describe.each(Object.keys(verbs))('%s', name => {
  const act = verbs[name]!

  it('in input, whole and in fragments, also where an error follows', () => {
    for (const local of [false, true])
      for (const answer of [0, 1]) {
        const m = machine({ local, mtu: 576 })
        const t = acting(m, () => act(m))
        t.answer = answer
        m.receive(packet({ payload: octets(20) }))
        for (const b of cut({ payload: octets(60) }, 16, 40).reverse()) m.receive(b)
        m.run(10)
        expect(t.inputs.filter(i => i.src === '10.0.0.9').map(i => i.payload)).toEqual([octets(20), octets(60)])
        if (answer === 1) {
          const errors = m.take().filter(p => p.type === 3 && p.proto === 1)
          expect(errors.map(p => p.data.subarray(20, 28))).toEqual([octets(8), octets(8)])
        }
        t.answer = 0
        m.receive(echo(octets(5)))
        expect(m.take().filter(p => p.type === 0)).toMatchObject([{ data: octets(5) }])
      }
  })

  it('in error', () => {
    const m = machine({ local: true })
    const t = acting(m, () => act(m))
    m.receive(icmpError(3, 4, 1400, packet({ src: '10.0.0.2', dst: '192.0.2.7' })))
    m.receive(icmpError(3, 1, 0, packet({ src: '10.0.0.2', dst: '192.0.2.7' })))
    m.run(10)
    expect(t.errors.filter(e => e.peer === '192.0.2.7').map(e => e.code)).toEqual([0x304, 0x301])
    m.receive(echo(octets(5)))
    expect(m.take().filter(p => p.type === 0)).toMatchObject([{ data: octets(5) }])
  })
})

it('a transport answers with what it is being handed', () => {
  const m = machine({ mtu: 576 })
  acting(m, (b, o, n, a) => {
    for (let i = 0; i < n; i++) m.h.tx[HEAD + i] = b[o + i]!
    m.ip.send(253, n, b, a, null)
  })
  m.receive(packet({ payload: octets(33) }))
  expect(m.take().map(p => [p.payload, p.dst, p.src])).toEqual([[octets(33), '10.0.0.9', '10.0.0.2']])
  for (const b of cut({ payload: octets(1000) }, 16, 512)) m.receive(b)
  expect(Uint8Array.from(m.take().flatMap(p => [...p.payload]))).toEqual(octets(1000))
})

it('an observer that throws is left, and costs nobody a packet', () => {
  const m = machine()
  const t = transport(m.ip)
  m.dropped.push = () => {
    throw new Error('observer')
  }
  m.receive(packet({ dst: '10.0.0.77' }))
  m.receive(packet({ dst: '10.0.0.77' }))
  m.receive(packet())
  expect([m.h.lost, t.inputs.length]).toEqual([1, 1])
})
