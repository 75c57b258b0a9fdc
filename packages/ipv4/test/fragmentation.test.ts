// RFC 791 2.3 and 3.2, RFC 1122 3.3.3, RFC 6864, RFC 7739: fragments of what we send, and their identification.
import { EMSGSIZE } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { type Machine, machine, type Sent, transport } from './machine.ts'
import { echo, octets } from './packet.ts'

/** Puts fragments together again: the payload. Throws when they do not fit. */
function whole(list: Sent[]): Uint8Array {
  const parts = [...list].sort((a, b) => a.offset - b.offset)
  let end = 0
  for (const [i, part] of parts.entries()) {
    if (part.offset !== end || part.mf !== i < parts.length - 1) throw new Error(`fragment at ${part.offset}`)
    if (part.mf && part.payload.length % 8 !== 0) throw new Error('not a multiple of 8')
    if (part.id !== parts[0]!.id || part.df) throw new Error('not one datagram')
    end += part.payload.length
  }
  return Uint8Array.from(parts.flatMap(part => [...part.payload]))
}

function sendWhole(m: Machine, n: number, options?: number[]): Sent[] {
  const payload = octets(n)
  expect(m.send('10.0.0.9', payload, options ? { options: Uint8Array.from(options), ttl: 9, tos: 8 } : null)).toBe(0)
  const list = m.take()
  expect(whole(list)).toEqual(payload)
  return list
}

describe('fragments', () => {
  it('1122 I119 I120 what is larger than the MTU is sent in fragments that are not', () => {
    for (const mtu of [68, 69, 75, 76, 296, 552, 576, 1499, 1500])
      for (const n of [mtu - 21, mtu - 20, mtu - 19, 2 * mtu, 3999, 4000]) {
        const m = machine({ mtu })
        const list = sendWhole(m, n)
        expect(list.length === 1, `mtu ${mtu}, ${n} octets`).toBe(n <= mtu - 20)
        // As few as there can be.
        expect(list.length).toBeLessThanOrEqual(n <= mtu - 20 ? 1 : Math.ceil(n / ((mtu - 20) & ~7)))
        expect(m.used()).toBe(0)
      }
  })

  it('come in order, each with the header of the whole', () => {
    const m = machine({ mtu: 576 })
    m.send('10.0.0.9', octets(2000), { ttl: 9, tos: 0xb8 })
    const list = m.take()
    expect(list.map(p => p.offset)).toEqual([0, 552, 1104, 1656])
    for (const p of list)
      expect(p).toMatchObject({ ttl: 9, tos: 0xb8, src: '10.0.0.2', dst: '10.0.0.9', hop: '10.0.0.9', proto: 253 })
    expect(whole(list)).toEqual(octets(2000))
  })

  it('a datagram of 65,535 octets', () => {
    const m = machine({ room: 65535, maxDatagram: 65535 })
    sendWhole(m, 65515)
    expect(m.send('10.0.0.9', octets(65516))).toBe(-EMSGSIZE)
    expect(m.send('10.0.0.9', octets(65535))).toBe(-EMSGSIZE)
    expect(m.send('10.0.0.9', octets(65512), { options: Uint8Array.of(1, 1, 1, 0) })).toBe(-EMSGSIZE)
    expect(m.take()).toEqual([])
  })

  it('options that are to be copied are in each fragment, the others in the first', () => {
    // Router Alert (148) and Security (130) are copied, Record Route (7) and Timestamp (68) are not.
    const options = [7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 1, 68, 8, 5, 0, 0, 0, 0, 0, 130, 3, 9, 0]
    const m = machine({ mtu: 300 })
    const list = sendWhole(m, 1000, options)
    expect(list.length).toBeGreaterThan(3)
    expect(list[0]!.options).toEqual(options)
    for (const p of list.slice(1)) {
      const kinds = []
      for (let i = 0; i < p.options.length && p.options[i]; i += p.options[i] === 1 ? 1 : p.options[i + 1]!)
        if (p.options[i] !== 1) kinds.push(p.options[i])
      expect(kinds).toEqual([148, 130])
      expect(p).toMatchObject({ ttl: 9, tos: 8 })
    }
  })

  it('the fullest header still leaves room for eight octets', () => {
    const m = machine({ mtu: 68 })
    const list = sendWhole(m, 100, Array(40).fill(1))
    expect(list).toHaveLength(13)
  })

  it('a link that refuses a fragment: the error is handed up, the rest is not sent', () => {
    const m = machine({ mtu: 576 })
    m.answer = -105
    expect(m.send('10.0.0.9', octets(2000))).toBe(-105)
    m.answer = 0
    expect(m.take()).toEqual([])
  })

  it('a broadcast and a multicast are fragmented, too', () => {
    const m = machine({ mtu: 576 })
    m.send('255.255.255.255', octets(1000))
    expect(whole(m.take())).toEqual(octets(1000))
    m.send('239.1.2.3', octets(1000))
    expect(whole(m.take())).toEqual(octets(1000))
  })

  it('DF: no fragments, but an error', () => {
    const m = machine({ mtu: 1500 })
    expect(m.send('10.0.0.9', octets(1480), { df: true })).toBe(0)
    expect(m.take()).toMatchObject([{ df: true, length: 1500 }])
    expect(m.send('10.0.0.9', octets(1481), { df: true })).toBe(-EMSGSIZE)
    expect(m.take()).toEqual([])
    expect(m.send('10.0.0.9', octets(1481), { df: false })).toBe(0)
    expect(m.take()).toHaveLength(2)
  })

  it('what does not fit into the transmit buffer is refused', () => {
    const m = machine({ room: 1500 })
    expect(m.send('10.0.0.9', octets(1501))).toBe(-EMSGSIZE)
    expect(m.send('10.0.0.9', octets(1500))).toBe(0)
  })

  it('1122 I118 transports learn how much can be sent in one piece', () => {
    const m = machine({ mtu: 1500 })
    expect([m.mss('10.0.0.9'), m.mss('192.0.2.7'), m.mss('255.255.255.255')]).toEqual([1480, 1480, 1480])
    m.mtu = 576
    expect(m.mss('10.0.0.9')).toBe(556)
    // Never more than the transmit buffer holds.
    expect(machine({ mtu: 9000, room: 1500 }).mss('10.0.0.9')).toBe(1500)
    expect(machine({ mtu: 9000, room: 9000 }).mss('10.0.0.9')).toBe(8980)
  })
})

describe('identification', () => {
  const idsOf = (m: Machine, dst: string, count: number): number[] => {
    for (let i = 0; i < count; i++) m.send(dst)
    return m.take().map(p => p.id)
  }

  it('RFC 6864 4.1 is 0 when DF is set', () => {
    const m = machine()
    for (let i = 0; i < 5; i++) m.send('10.0.0.9', [1], { df: true })
    expect(m.take().map(p => p.id)).toEqual([0, 0, 0, 0, 0])
  })

  it('RFC 6864 4.3 is another one for each datagram to a destination', () => {
    const m = machine()
    const list = idsOf(m, '10.0.0.9', 65536)
    expect(new Set(list).size).toBe(65536)
  })

  it('RFC 7739 5.3 starts anywhere, and differently on each machine', () => {
    const first = new Set<number>()
    for (let seed = 0; seed < 50; seed++) first.add(idsOf(machine({ seed }), '10.0.0.9', 1)[0]!)
    expect(first.size).toBeGreaterThan(45)
  })

  it('RFC 7739 5.3 tells one destination nothing of the traffic to another', () => {
    const m = machine()
    const [a] = idsOf(m, '10.0.0.9', 1)
    let others = 0
    let unmoved = 0
    for (let i = 10; i < 40; i++) {
      const dst = `10.0.0.${i}`
      const [id] = idsOf(m, dst, 1)
      if (Math.abs(id! - a!) < 100) others++
      const [before] = idsOf(m, dst, 1)
      idsOf(m, `192.0.2.${i}`, 7)
      if (idsOf(m, dst, 1)[0] === ((before! + 1) & 0xffff)) unmoved++
    }
    expect(others).toBeLessThan(3)
    // Where two share a record, the later one starts anywhere.
    expect(unmoved).toBeGreaterThan(20)
  })

  it('echo replies and ICMP errors have one, too', () => {
    const m = machine()
    for (let i = 0; i < 3; i++) m.receive(echo([1]))
    const list = m.take().map(p => p.id)
    expect(new Set(list).size).toBe(3)
  })

  it('is the same in all fragments, another one in the next datagram', () => {
    const m = machine({ mtu: 576 })
    transport(m.ip)
    const a = new Set(sendWhole(m, 2000).map(p => p.id))
    const b = new Set(sendWhole(m, 2000).map(p => p.id))
    expect([a.size, b.size, new Set([...a, ...b]).size]).toEqual([1, 1, 2])
  })
})
