// RFC 894, RFC 1122 2.3.1, 2.3.3, 2.4: frames as they are sent and received.
import { ENETDOWN, ENOBUFS, LINK_BROADCAST, LINK_MULTICAST, SUM_GOOD } from '@tiny/core'
import { neighbour } from '@tiny/ethernet'
import { expect, it } from 'vitest'
import { ALL, arp, frame, mac, OWN_MAC, PEER, PEER_MAC, packet, quad, reply } from './frame.ts'
import { type Station, station } from './station.ts'

const [SHORT, NOT_OURS, SOURCE, TYPE] = [100, 101, 102, 104]

function known(): Station {
  const s = station()
  neighbour(s.link, Uint8Array.from(quad(PEER)), Uint8Array.from(mac(PEER_MAC)))
  return s
}

it('1122 L7 an IPv4 packet is sent behind destination, source and type 0x0800', () => {
  const s = known()
  expect(s.send(PEER, [1, 2, 3])).toBe(0)
  expect(s.frames.map(f => Array.from(f))).toEqual([frame(PEER_MAC, OWN_MAC, 0x800, packet([1, 2, 3]))])
})

it('1122 L7 an IPv4 packet is received: its octets go up, those of the header do not', () => {
  const s = known()
  s.receive(frame(OWN_MAC, PEER_MAC, 0x800, packet([7, 8, 9])))
  expect(s.ups()).toEqual([{ data: packet([7, 8, 9]), flags: 0 }])
  expect(s.drops()).toEqual([])
})

it('RFC 894 padding goes up with the packet, whose own length tells', () => {
  const s = known()
  const padded = [...packet([1]), ...new Array(25).fill(0)]
  s.receive(frame(OWN_MAC, PEER_MAC, 0x800, padded))
  expect(s.ups()[0]?.data).toEqual(padded)
})

it('RFC 894 a packet of 1,500 octets is one frame of 1,514', () => {
  const s = known()
  s.send(PEER, new Array(1480).fill(3))
  expect(s.frames[0]?.length).toBe(1514)
})

it('1122 L2 trailers are neither sent nor taken', () => {
  const s = known()
  // RFC 893: types 0x1001 to 0x100f, the header behind the data.
  for (let type = 0x1001; type < 0x1010; type++) s.receive(frame(OWN_MAC, PEER_MAC, type, packet([1])))
  expect(s.drops()).toEqual(new Array(15).fill(TYPE))
  expect(s.ups()).toEqual([])
  for (const n of [0, 1, 492, 512, 1024, 1480]) s.send(PEER, new Array(n).fill(1))
  s.receive(arp())
  expect(s.frames.map(f => f[12]! * 256 + f[13]!)).toEqual([0x800, 0x800, 0x800, 0x800, 0x800, 0x800, 0x806])
})

it('1122 L11 no IEEE 802 frame is sent, neither with K1 = 6 nor at all', () => {
  const s = station()
  s.send('10.0.0.7')
  s.send('255.255.255.255', [1])
  s.send('224.0.0.1', new Array(1480).fill(6))
  s.receive(arp())
  s.receive(reply({ spa: '10.0.0.7', sha: '02:00:00:00:00:07' }))
  expect(s.frames).toHaveLength(5)
  for (const f of s.frames) expect(f[12]! * 256 + f[13]!, 'a type, no length').toBeGreaterThan(1500)
})

it('1122 L13 a broadcast is reported as one, a multicast as one, and a frame to us as neither', () => {
  const s = known()
  const flagsOf = (to: string, flags?: number): number | undefined => {
    s.receive(frame(to, PEER_MAC, 0x800, packet([1])), flags)
    return s.ups()[0]?.flags
  }
  expect(flagsOf(OWN_MAC)).toBe(0)
  expect(flagsOf(ALL)).toBe(LINK_BROADCAST)
  const groups = [
    '01:00:5e:00:00:01',
    '33:33:00:00:00:01',
    'ff:ff:ff:ff:ff:fe',
    'ff:ff:fe:ff:ff:ff',
    '01:ff:ff:ff:ff:ff',
  ]
  for (const to of groups) expect(flagsOf(to), to).toBe(LINK_MULTICAST)
  expect(s.drops()).toEqual([])
})

it('what the device knows of a packet goes up with it', () => {
  const s = known()
  s.receive(frame(ALL, PEER_MAC, 0x800, packet([1])), SUM_GOOD)
  s.receive(frame(OWN_MAC, PEER_MAC, 0x800, packet([1])), SUM_GOOD)
  expect(s.ups().map(x => x.flags)).toEqual([SUM_GOOD | LINK_BROADCAST, SUM_GOOD])
  expect(station({ caps: 3 }).link.caps).toBe(3)
})

it('1122 L14 TOS is handed down with the packet and reaches the device, for each of its 256 values', () => {
  const s = known()
  for (let tos = 0; tos < 256; tos++) {
    s.send(PEER, [1], 0, false, tos)
    expect(s.frames[tos]![14 + 1]).toBe(tos)
  }
})

it('a frame for another station is dropped before anything else of it is looked at', () => {
  const s = known()
  const other = '02:00:00:00:00:02'
  s.receive(frame(other, PEER_MAC, 0x800, packet([1])))
  s.receive(frame(other, '03:00:00:00:00:09', 0x800, packet([1])))
  s.receive(frame(other, PEER_MAC, 0x1234, []))
  s.receive(arp({ to: other, sha: '02:00:00:00:00:66' }))
  s.receive(arp({ to: other, spa: '10.0.0.1' }))
  expect(s.drops()).toEqual(new Array(5).fill(NOT_OURS))
  expect([s.take(), s.ups()]).toEqual([[], []])
  s.send(PEER)
  expect(s.take(), 'what it claimed was not believed').toEqual([`${PEER_MAC} ip 1`])
})

it('each octet of the destination counts', () => {
  const s = known()
  for (let i = 0; i < 6; i++) {
    const f = frame(OWN_MAC, PEER_MAC, 0x800, packet([1]))
    f[i]! ^= 0x40
    s.receive(f)
  }
  expect(s.drops()).toEqual(new Array(6).fill(NOT_OURS))
})

it('a frame whose source is a group address is dropped', () => {
  const s = known()
  for (const to of [OWN_MAC, ALL, '01:00:5e:00:00:01'])
    for (const from of [ALL, '01:00:5e:00:00:01', '03:00:00:00:00:09']) s.receive(frame(to, from, 0x800, packet([1])))
  s.receive(arp({ from: '03:00:00:00:00:09' }))
  expect(s.drops()).toEqual(new Array(10).fill(SOURCE))
  expect([s.take(), s.ups()]).toEqual([[], []])
})

it('a frame shorter than its header is dropped, an empty one goes up', () => {
  const s = known()
  const whole = frame(OWN_MAC, PEER_MAC, 0x800, [])
  for (let n = 0; n < 14; n++) s.receive(whole.slice(0, n))
  expect(s.drops()).toEqual(new Array(14).fill(SHORT))
  s.receive(whole)
  expect(s.ups()).toEqual([{ data: [], flags: 0 }])
})

it('frames of other types are dropped and counted', () => {
  const s = known()
  const types = [
    0, 1, 8, 46, 1500, 1501, 1535, 0x7ff, 0x801, 0x805, 0x807, 0x8100, 0x86dd, 0x88cc, 0x0008, 0x0608, 0xffff,
  ]
  for (const type of types) s.receive(frame(OWN_MAC, PEER_MAC, type, packet([1])))
  expect(s.drops()).toEqual(types.map(() => TYPE))
  expect([s.take(), s.ups()]).toEqual([[], []])
})

it.each([-ENOBUFS, -ENETDOWN])('what the device refuses with, %i, is the answer', error => {
  const s = known()
  s.answer = error
  expect(s.send(PEER)).toBe(error)
  expect(s.send('255.255.255.255')).toBe(error)
  expect(s.send('224.0.0.5')).toBe(error)
  s.answer = 0
  expect(s.send(PEER)).toBe(0)
  expect([s.drops(), s.h.pool.used]).toEqual([[], 0])
})

it("the MTU is the device's, whatever it is at a poll", () => {
  const s = station()
  expect(s.link.mtu).toBe(1500)
  s.mtu = 1492
  s.h.poll()
  expect(s.link.mtu).toBe(1492)
})
