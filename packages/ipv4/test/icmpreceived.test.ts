// RFC 792, RFC 1122 3.2.2, RFC 5927 in the transports: ICMP errors that come.
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { icmp, icmpError, octets, packet } from './packet.ts'

/** A datagram of ours, as it comes back in an error. */
const ours = (f: Parameters<typeof packet>[0] = {}): Uint8Array =>
  packet({ src: '10.0.0.2', dst: '192.0.2.7', payload: octets(12), ...f })

describe('what is handed to the transport', () => {
  const told = (type: number, code: number, info = 0): void => {
    const m = machine()
    const t = transport(m.ip)
    const other = transport(m.ip, 17)
    m.receive(icmpError(type, code, info, ours()))
    expect(t.errors, `type ${type} code ${code}`).toEqual([
      { code: type * 256 + code, info, own: '10.0.0.2', peer: '192.0.2.7', data: octets(12) },
    ])
    expect([other.errors, t.inputs, m.take(), m.drops()]).toEqual([[], [], [], []])
  }

  it('1122 I40 I49 destination unreachable, with its code', () => {
    for (let code = 0; code < 16; code++) if (code !== 4) told(3, code)
    told(3, 4, 1400)
  })

  it('1122 I59 time exceeded', () => {
    told(11, 0)
    told(11, 1)
  })

  it('1122 I61 parameter problem, with its pointer', () => {
    told(12, 0, 20 << 24)
    told(12, 1)
  })

  it('to every transport of the protocol, and one of all', () => {
    const m = machine()
    const list = [transport(m.ip), transport(m.ip), transport(m.ip, 0), transport(m.ip, 6)]
    m.receive(icmpError(3, 1, 0, ours()))
    expect(list.map(t => t.errors.length)).toEqual([1, 1, 1, 0])
  })

  it('the quoted options are skipped', () => {
    const m = machine()
    const t = transport(m.ip)
    for (const n of [4, 8, 40]) m.receive(icmpError(3, 1, 0, ours({ options: Array(n).fill(1) })))
    expect(t.errors.map(e => [e.data, e.peer])).toEqual(Array(3).fill([octets(12), '192.0.2.7']))
  })

  it('what routers change on the way is not looked at', () => {
    const m = machine()
    const t = transport(m.ip)
    m.receive(icmpError(3, 1, 0, ours({ ttl: 1, tos: 99, sum: 0, length: 0xffff })))
    expect(t.errors).toHaveLength(1)
  })

  it('RFC 4884 with a length in its second octet and extensions behind the quotation', () => {
    const m = machine()
    const t = transport(m.ip)
    const quoted = ours({ payload: octets(108) })
    const labels = [0x20, 0, 0, 0, 0, 8, 1, 1, 0, 0, 0x11, 1]
    m.receive(icmpError(11, 0, 0x00200000, Uint8Array.from([...quoted, ...labels])))
    expect(t.errors).toMatchObject([{ code: 0x0b00, peer: '192.0.2.7' }])
    expect(t.errors[0]!.data.subarray(0, 108)).toEqual(octets(108))
  })

  it('from the first fragment, too, but from no other', () => {
    const m = machine()
    const t = transport(m.ip)
    m.receive(icmpError(3, 1, 0, ours({ mf: true })))
    expect(t.errors).toHaveLength(1)
    m.receive(icmpError(3, 1, 0, ours({ offset: 8 })))
    m.receive(icmpError(3, 1, 0, ours({ offset: 8, mf: true })))
    m.receive(icmpError(3, 1, 0, ours({ offset: 65528 })))
    expect([t.errors.length, m.drops()]).toEqual([1, Array(3).fill(ids.ICMP_UNBELIEVED)])
  })

  it('an error that the machine itself finds: the link has no neighbour', () => {
    const m = machine()
    const t = transport(m.ip)
    m.lose('10.0.0.9', ours({ dst: '10.0.0.9' }))
    expect(t.errors).toMatchObject([{ code: 0x301, peer: '10.0.0.9', data: octets(12) }])
    m.lose('10.0.0.9', null)
    expect(t.errors).toHaveLength(1)
  })
})

const groups = ['255.255.255.255', '10.0.0.255', '10.0.0.0', '224.0.0.1', '239.1.2.3']

describe('what is not', () => {
  it('1122 3.2.2 an error that was sent to several hosts, though a raw socket sees it', () => {
    const m = machine()
    const t = transport(m.ip)
    const icmpOnly = transport(m.ip, 1)
    const all = transport(m.ip, 0)
    m.join('239.1.2.3')
    for (const dst of groups)
      for (const type of [3, 4, 5, 11, 12]) {
        const payload = icmp(type, type === 3 ? 4 : 0, type === 5 ? 0x0a000003 : 600, ours())
        const { epoch } = m.ip
        m.receive(packet({ src: '10.0.0.1', dst, proto: 1, payload }))
        expect([m.drops(), m.take()], `type ${type} to ${dst}`).toEqual([[ids.ICMP_GROUP], []])
        expect(all.inputs.splice(0), `type ${type} to ${dst}`).toMatchObject([{ dst, payload }])
        expect([m.ip.epoch, m.mss('192.0.2.7')], `type ${type} to ${dst}`).toEqual([epoch, 1480])
      }
    expect([t.errors, icmpOnly.errors, all.errors, icmpOnly.inputs]).toEqual([[], [], [], []])
  })

  it('a quotation that is cut before its eighth octet, in silence', () => {
    for (const quoted of [ours(), ours({ options: Array(40).fill(1) })]) {
      const least = quoted.length - 12 + 8
      for (let n = 0; n <= quoted.length; n++) {
        const m = machine()
        const t = transport(m.ip)
        m.receive(icmpError(3, 3, 0, quoted.subarray(0, n)))
        expect(t.errors.length, `${n} octets`).toBe(n < least ? 0 : 1)
        expect([m.drops(), m.take()]).toEqual([n < least ? [ids.ICMP_UNBELIEVED] : [], []])
      }
    }
  })

  it('a quotation that is not of ours', () => {
    for (const quoted of [
      ours({ src: '10.0.0.3' }),
      ours({ src: '192.0.2.7', dst: '10.0.0.2' }),
      ours({ version: 6 }),
      ours({ ihl: 4 }),
      ours({ ihl: 0 }),
      ours({ ihl: 15 }),
      ours({ proto: 99 }),
    ]) {
      const m = machine()
      const t = transport(m.ip)
      m.receive(icmpError(3, 1, 0, quoted))
      expect([t.errors, m.drops(), m.take()]).toEqual([[], [ids.ICMP_UNBELIEVED], []])
    }
  })

  it('what no transport believes is counted', () => {
    const m = machine()
    const t = transport(m.ip)
    t.isBelieved = false
    m.receive(icmpError(3, 1, 0, ours()))
    expect([t.errors.length, m.drops()]).toEqual([1, [ids.ICMP_UNBELIEVED]])
  })

  it('random quotations never throw', () => {
    const m = machine()
    transport(m.ip, 0)
    const random = machine({ seed: 5 }).h.env.rand
    for (let i = 0; i < 20000; i++) {
      const quoted = Uint8Array.from({ length: Math.abs(random()) % 70 }, random)
      if (i & 1 && quoted.length > 1) quoted[0] = 0x45 + (random() & 3)
      m.receive(
        packet({ src: '10.0.0.1', proto: 1, payload: icmp([3, 5, 11, 12][i & 3]!, random() & 7, random(), quoted) }),
      )
    }
    expect(m.h.lost).toBe(0)
    m.run(1e6)
    expect([m.take(), m.used()]).toEqual([[], 0])
  })
})

it('1122 I51 an unreachable is a hint: the way stays as it was', () => {
  const m = machine({ gateways: ['10.0.0.1', '10.0.0.3'] })
  transport(m.ip)
  const { epoch } = m.ip
  for (let code = 0; code < 16; code++)
    if (code !== 4) for (let i = 0; i < 10; i++) m.receive(icmpError(3, code, 0, ours()))
  for (const code of [0, 1]) m.receive(icmpError(11, code, 0, ours()))
  expect(m.ip.epoch).toBe(epoch)
  expect(m.send('192.0.2.7')).toBe(0)
  expect(m.take()).toMatchObject([{ hop: '10.0.0.1' }])
})

it('RFC 6633 a source quench is ignored', () => {
  const m = machine()
  const t = transport(m.ip)
  const { epoch } = m.ip
  m.receive(icmpError(4, 0, 0, ours()))
  m.run(1000)
  expect([t.errors, m.take(), m.ip.epoch]).toEqual([[], [], epoch])
  expect(m.drops()).toEqual([ids.ICMP_NOBODY])
})
