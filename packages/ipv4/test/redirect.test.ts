// RFC 792, RFC 1122 3.2.2.2 and 3.3.1: redirects.
import { expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { type Machine, machine, transport } from './machine.ts'
import { icmpError, octets, packet, quad } from './packet.ts'

const FAR = '192.0.2.7'
const number = (text: string): number => quad(text).reduce((n, octet) => (n << 8) | octet, 0)

/** A redirect for a datagram of ours to FAR, from the first gateway to 10.0.0.5 unless told otherwise. */
const redirect = (f: { from?: string; to?: string; code?: number; quoted?: Uint8Array } = {}): Uint8Array =>
  icmpError(
    5,
    f.code ?? 1,
    number(f.to ?? '10.0.0.5'),
    f.quoted ?? packet({ src: '10.0.0.2', dst: FAR, payload: octets(8) }),
    { src: f.from ?? '10.0.0.1' },
  )

const hopTo = (m: Machine, dst: string): string => {
  expect(m.send(dst)).toBe(0)
  return m.take()[0]!.hop
}

it('1122 I53 I96 I102 redirect updates the route of its destination, and of no other', () => {
  const m = machine()
  transport(m.ip)
  expect(hopTo(m, FAR)).toBe('10.0.0.1')
  const { epoch } = m.ip
  m.receive(redirect())
  expect(hopTo(m, FAR)).toBe('10.0.0.5')
  expect(m.ip.epoch).not.toBe(epoch)
  for (let i = 0; i < 255; i++) if (i !== 7) expect(hopTo(m, `192.0.2.${i}`), `192.0.2.${i}`).toBe('10.0.0.1')
  expect([m.drops(), m.take()]).toEqual([[], []])
})

it('1122 I54 I97 host and net redirects, for all types of service, count for the host', () => {
  for (const code of [0, 1, 2, 3]) {
    const m = machine()
    m.receive(redirect({ code }))
    expect([hopTo(m, FAR), hopTo(m, '192.0.2.8'), m.drops()], `code ${code}`).toEqual(['10.0.0.5', '10.0.0.1', []])
  }
})

it('1122 I55 an illegal redirect is discarded', () => {
  const quoted = (f: Parameters<typeof packet>[0]): Uint8Array =>
    packet({ src: '10.0.0.2', dst: FAR, payload: octets(8), ...f })
  const illegal: [string, Uint8Array][] = [
    ['not from the first hop', redirect({ from: '10.0.0.3' })],
    ['from the destination', redirect({ from: FAR })],
    ['from afar', redirect({ from: '198.51.100.1' })],
    ['to off the link', redirect({ to: '192.0.2.1' })],
    ['to ourselves', redirect({ to: '10.0.0.2' })],
    ['to the broadcast', redirect({ to: '10.0.0.255' })],
    ['to the old broadcast', redirect({ to: '10.0.0.0' })],
    ['to all', redirect({ to: '255.255.255.255' })],
    ['to nobody', redirect({ to: '0.0.0.0' })],
    ['to the loopback', redirect({ to: '127.0.0.1' })],
    ['to a group', redirect({ to: '224.0.0.1' })],
    ['of an unknown code', redirect({ code: 4 })],
    ['of an unknown code', redirect({ code: 255 })],
    ['for what is not ours', redirect({ quoted: quoted({ src: '10.0.0.9' }) })],
    ['for a neighbour', redirect({ quoted: quoted({ dst: '10.0.0.9' }) })],
    ['for ourselves', redirect({ quoted: quoted({ dst: '10.0.0.2' }) })],
    ['for a broadcast', redirect({ quoted: quoted({ dst: '255.255.255.255' }) })],
    ['for a group', redirect({ quoted: quoted({ dst: '239.1.2.3' }) })],
    ['for a later fragment', redirect({ quoted: quoted({ offset: 8 }) })],
    ['with half a quotation', redirect({ quoted: quoted({}).subarray(0, 27) })],
    ['with none', redirect({ quoted: new Uint8Array(0) })],
    ['with a quotation of IPv6', redirect({ quoted: quoted({ version: 6 }) })],
  ]
  for (const [what, b] of illegal) {
    const m = machine()
    const { epoch } = m.ip
    m.receive(b)
    expect([m.drops(), m.take(), m.ip.epoch, m.used()], what).toEqual([[ids.ICMP_BAD_REDIRECT], [], epoch, 0])
    expect(hopTo(m, FAR), what).toBe('10.0.0.1')
    expect(hopTo(m, '10.0.0.9'), what).toBe('10.0.0.9')
  }
})

it('the next redirect has to come from the hop that the last one named', () => {
  const m = machine()
  m.receive(redirect())
  m.receive(redirect({ to: '10.0.0.6' }))
  expect([hopTo(m, FAR), m.drops()]).toEqual(['10.0.0.5', [ids.ICMP_BAD_REDIRECT]])
  m.receive(redirect({ from: '10.0.0.5', to: '10.0.0.6' }))
  expect([hopTo(m, FAR), m.drops()]).toEqual(['10.0.0.6', []])
  m.receive(redirect({ from: '10.0.0.6', to: '10.0.0.1' }))
  expect(hopTo(m, FAR)).toBe('10.0.0.1')
})

it('1122 I105 it is forgotten after ten minutes', () => {
  for (const start of [0, 0x7fffff00]) {
    const m = machine({ start })
    m.receive(redirect())
    expect(m.used()).toBe(1)
    m.run(599999)
    expect(hopTo(m, FAR)).toBe('10.0.0.5')
    const { epoch } = m.ip
    m.run(1)
    expect([hopTo(m, FAR), m.used()]).toEqual(['10.0.0.1', 0])
    expect(m.ip.epoch).not.toBe(epoch)
    expect(m.h.wait()).toBe(-1)
  }
})

it('a poll ten seconds late forgets it then', () => {
  const m = machine({ start: 0x7fffff00 })
  m.receive(redirect())
  m.sleep(610000)
  m.h.poll()
  expect([hopTo(m, FAR), m.used()]).toEqual(['10.0.0.1', 0])
})

it('the hop of a redirect that has no neighbour is left for the gateway', () => {
  const m = machine()
  m.receive(redirect())
  const { epoch } = m.ip
  m.lose('10.0.0.5', null)
  expect(hopTo(m, FAR)).toBe('10.0.0.1')
  expect(m.ip.epoch).not.toBe(epoch)
})

it('1122 I109 the hop of a redirect without progress is left for the gateway', () => {
  const m = machine()
  m.receive(redirect())
  m.advise(FAR, true)
  m.advise('192.0.2.8', false)
  expect(hopTo(m, FAR)).toBe('10.0.0.5')
  const { epoch } = m.ip
  m.advise(FAR, false)
  expect(hopTo(m, FAR)).toBe('10.0.0.1')
  expect(m.ip.epoch).not.toBe(epoch)
})

it('other gateways end all redirects', () => {
  const m = machine()
  m.receive(redirect())
  m.configure({ gateways: ['10.0.0.3'] })
  expect(hopTo(m, FAR)).toBe('10.0.0.3')
})

it('a flood of redirects takes a bounded number of records', () => {
  for (const paths of [2, 16, 64]) {
    const m = machine({ paths })
    for (let i = 0; i < 2000; i++)
      m.receive(redirect({ quoted: packet({ src: '10.0.0.2', dst: `192.0.${i >> 7}.${1 + (i & 127)}` }) }))
    expect(m.used()).toBeGreaterThan(1)
    expect(m.used()).toBeLessThanOrEqual(paths)
    m.run(600000)
    expect(m.used()).toBe(0)
  }
})

it('without gateways there is nothing to redirect', () => {
  for (const gateways of [null, []]) {
    const m = machine({ gateways })
    m.receive(redirect())
    expect([m.send(FAR) < 0, m.drops().length, m.take()]).toEqual([true, 1, []])
  }
})
