// RFC 1191, with the floor of RFC 791 and CVE-2019-11479.
import { EMSGSIZE } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { type Machine, machine, transport } from './machine.ts'
import { icmpError, octets, packet } from './packet.ts'

const FAR = '192.0.2.7'

/** A router says that a datagram of ours is too big for the next link. */
const tooBig = (mtu: number, dst = FAR): Uint8Array =>
  icmpError(3, 4, mtu, packet({ src: '10.0.0.2', dst, df: true, payload: octets(8) }))

function told(mtu: number, setup = {}): Machine {
  const m = machine(setup)
  transport(m.ip)
  m.receive(tooBig(mtu))
  return m
}

describe('fragmentation needed', () => {
  it('lowers the size for its destination, down to the floor', () => {
    for (const [mtu, size] of [
      [1499, 1499],
      [1400, 1400],
      [576, 576],
      [553, 553],
      [552, 552],
      [551, 552],
      [68, 552],
      [1, 552],
      [0, 552],
    ] as const) {
      const m = told(mtu)
      expect(m.mss(FAR), `${mtu}`).toBe(size - 20)
      expect(m.mss('192.0.2.8')).toBe(1480)
      expect(m.used()).toBe(1)
    }
  })

  it('never raises it', () => {
    for (const mtu of [1500, 1501, 9000, 65535]) {
      const m = told(mtu)
      expect([m.mss(FAR), m.used()]).toEqual([1480, 0])
    }
    const m = told(600)
    const { epoch } = m.ip
    for (const mtu of [601, 1400, 65535]) m.receive(tooBig(mtu))
    expect([m.mss(FAR), m.ip.epoch]).toEqual([580, epoch])
    m.receive(tooBig(599))
    expect(m.mss(FAR)).toBe(579)
    expect(m.ip.epoch).not.toBe(epoch)
  })

  it('RFC 5927 about a group, a broadcast or ourselves is forged: there is no router on the way', () => {
    for (const dst of ['255.255.255.255', '10.0.0.255', '224.0.0.9', '10.0.0.2', '127.0.0.1']) {
      const m = machine()
      transport(m.ip)
      const before = m.ip.epoch
      m.receive(tooBig(600, dst))
      expect([m.mss(dst), m.ip.epoch, m.used()], dst).toEqual([1480, before, 0])
    }
  })

  it('the upper half of the word is unused, whatever it holds', () => {
    const m = told(0x7fff0000 | 1400)
    expect(m.mss(FAR)).toBe(1380)
  })

  it('moves the epoch, so that transports ask again', () => {
    const m = machine()
    transport(m.ip)
    const { epoch } = m.ip
    m.receive(tooBig(1400))
    expect(m.ip.epoch).not.toBe(epoch)
  })

  it('reaches the transport before it counts', () => {
    const m = machine()
    const t = transport(m.ip)
    t.isBelieved = false
    const { epoch } = m.ip
    m.receive(tooBig(1400))
    expect([t.errors.length, m.mss(FAR), m.ip.epoch, m.used()]).toEqual([1, 1480, epoch, 0])
    expect(m.drops()).toEqual([ids.ICMP_UNBELIEVED])
  })

  it('about what nobody sent changes nothing', () => {
    const m = machine()
    m.receive(tooBig(600))
    transport(m.ip)
    for (const quoted of [
      packet({ src: '10.0.0.9', dst: FAR }),
      packet({ src: '10.0.0.2', dst: FAR, offset: 8 }),
      packet({ src: '10.0.0.2', dst: FAR }).subarray(0, 27),
      packet({ src: '10.0.0.2', dst: FAR, proto: 99 }),
    ])
      m.receive(icmpError(3, 4, 600, quoted))
    expect([m.mss(FAR), m.used(), m.drops().length]).toEqual([1480, 0, 5])
  })

  it('the link may be smaller still', () => {
    const m = told(1400)
    m.mtu = 1000
    expect(m.mss(FAR)).toBe(980)
    m.mtu = 1500
    expect(m.mss(FAR)).toBe(1380)
  })
})

describe('what is sent then', () => {
  it('DF below the path MTU only', () => {
    const m = told(1000)
    expect(m.send(FAR, octets(980), { df: true })).toBe(0)
    expect(m.take()).toMatchObject([{ df: true, length: 1000 }])
    expect(m.send(FAR, octets(981), { df: true })).toBe(-EMSGSIZE)
    expect(m.send('192.0.2.8', octets(1480), { df: true })).toBe(0)
    expect(m.take()).toMatchObject([{ length: 1500 }])
  })

  it('fragments that fit the path', () => {
    const m = told(1000)
    expect(m.send(FAR, octets(2500))).toBe(0)
    const list = m.take()
    expect(list.map(p => p.length)).toEqual([996, 996, 568])
  })

  it('at the floor DF is cleared: what does not fit is fragmented, by us or on the way', () => {
    for (const mtu of [552, 551, 0]) {
      const m = told(mtu)
      expect(m.send(FAR, octets(532), { df: true })).toBe(0)
      const [p] = m.take()
      expect(p).toMatchObject({ df: false, length: 552 })
      expect(m.send(FAR, octets(1000), { df: true })).toBe(0)
      expect(m.take().every(q => !q.df && q.length <= 552 && q.id !== p!.id)).toBe(true)
    }
    const m = told(553)
    expect(m.send(FAR, octets(8), { df: true })).toBe(0)
    expect(m.take()).toMatchObject([{ df: true, id: 0 }])
  })

  it('DF is an error where the link itself does not take what is sent, at the floor and below it, too', () => {
    for (const mtu of [68, 296, 552]) {
      const m = machine({ mtu })
      expect(m.send('10.0.0.9', octets(mtu - 20), { df: true })).toBe(0)
      expect(m.take()).toMatchObject([{ df: false, length: mtu }])
      expect(m.send('10.0.0.9', octets(mtu - 19), { df: true }), `${mtu}`).toBe(-EMSGSIZE)
      expect(m.send('10.0.0.9', octets(mtu - 20), { df: true, options: Uint8Array.of(1, 1, 1, 1) })).toBe(-EMSGSIZE)
      expect([m.take(), m.send('10.0.0.9', octets(mtu - 19)), m.take().length]).toEqual([[], 0, 2])
    }
    const m = told(552)
    expect([m.send(FAR, octets(1480), { df: true }), m.take().length]).toEqual([0, 3])
    expect([m.send(FAR, octets(1481), { df: true }), m.take().length]).toEqual([-EMSGSIZE, 0])
  })
})

describe('time', () => {
  it('forgotten after ten minutes', () => {
    for (const start of [0, 0x7fffff00]) {
      const m = told(1000, { start })
      expect(m.h.wait()).toBe(600000)
      m.run(599999)
      expect(m.mss(FAR)).toBe(980)
      const { epoch } = m.ip
      m.run(1)
      expect([m.mss(FAR), m.used(), m.h.wait()]).toEqual([1480, 0, -1])
      expect(m.ip.epoch).not.toBe(epoch)
    }
  })

  it('a poll that is ten seconds late forgets it then', () => {
    const m = told(1000, { start: 0x7fffff00 })
    m.sleep(610000)
    m.h.poll()
    expect([m.mss(FAR), m.used()]).toEqual([1480, 0])
  })

  it('a redirect and a path MTU of one destination live side by side', () => {
    const m = told(1000)
    m.receive(icmpError(5, 1, 0x0a000005, packet({ src: '10.0.0.2', dst: FAR })))
    m.send(FAR)
    expect([m.take()[0]!.hop, m.mss(FAR), m.used()]).toEqual(['10.0.0.5', 980, 1])
    m.lose('10.0.0.5', null)
    m.send(FAR)
    expect([m.take()[0]!.hop, m.mss(FAR)]).toEqual(['10.0.0.1', 980])
  })
})

it('a flood takes a bounded number of records, and the newest has one', () => {
  for (const paths of [2, 16, 64]) {
    const m = machine({ paths })
    transport(m.ip)
    for (let i = 0; i < 2000; i++) m.receive(tooBig(600, `192.0.${i >> 7}.${1 + (i & 127)}`))
    expect(m.mss('192.0.15.80')).toBe(580)
    expect(m.used()).toBeLessThanOrEqual(paths)
    expect(m.used()).toBeGreaterThan(1)
    m.run(600000)
    expect(m.used()).toBe(0)
  }
})

it('records in a number that is no power of two are refused', () => {
  for (const paths of [0, 1, 3, 100, 8192, Number.NaN]) expect(() => machine({ paths })).toThrow(RangeError)
})
