// A host that says by its name that it does not reassemble: what differs from ipv4(), and what does not.
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { cut, echo, OWN, octets, packet } from './packet.ts'

describe('bare()', () => {
  it('drops fragments under an id of its own, keeps nothing of them and says nothing', () => {
    const m = machine({ bare: true })
    const t = transport(m.ip)
    for (const b of cut({ payload: octets(60), id: 77 }, 16, 24)) m.receive(b)
    expect(m.drops()).toEqual([ids.FRAGMENT_BARE, ids.FRAGMENT_BARE, ids.FRAGMENT_BARE])
    m.run(200000)
    expect([t.inputs.length, m.take(), m.used()]).toEqual([0, [], 0])
  })

  it('takes whole datagrams, answers echoes and reports what nobody takes, as ipv4() does', () => {
    for (const bare of [true, false]) {
      const m = machine({ bare })
      const t = transport(m.ip)
      m.receive(packet({ payload: octets(30) }))
      expect(t.inputs.map(i => i.payload)).toEqual([octets(30)])
      m.receive(echo(octets(20)))
      m.receive(packet({ proto: 99 }))
      expect(m.take().map(s => [s.dst, s.src, s.octets[20], s.octets[21]])).toEqual([
        ['10.0.0.9', OWN, 0, 0],
        ['10.0.0.9', OWN, 3, 2],
      ])
    }
  })

  it('receives what the link moves whole, no more: MMS_R', () => {
    expect(machine({ bare: true, mtu: 1400 }).ip.mmsR).toBe(1380)
    expect(machine({ maxDatagram: 3000, mtu: 1400 }).ip.mmsR).toBe(2980)
  })

  it('an MTU that is none is refused: RFC 791 3.2 has 68 for the least', () => {
    for (const mtu of [0, 27, 67, 1499.5, Number.NaN])
      expect(() => machine({ bare: true, mtu }), `${mtu}`).toThrow(RangeError)
    expect(machine({ bare: true, mtu: 68 }).ip.mmsR).toBe(48)
    expect(machine({ bare: true, mtu: 70000 }).ip.mmsR).toBe(65515)
  })
})
