// RFC 1042, RFC 1122 2.3.3: IEEE 802 frames received, with @tiny/ethernet/snap.
import { LINK_BROADCAST, LINK_MULTICAST, SUM_GOOD } from '@tiny/core'
import { expect, it } from 'vitest'
import { ALL, arp, frame, OWN_MAC, PEER_MAC, packet, snapFrame } from './frame.ts'
import { station } from './station.ts'

const [SHORT, NOT_OURS, SOURCE, LENGTH, TYPE, MALFORMED] = [100, 101, 102, 103, 104, 110]

it('1122 L8 a packet in RFC 1042 encapsulation is received, intermixed with RFC 894', () => {
  const s = station({ snap: true })
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([1])))
  s.receive(frame(OWN_MAC, PEER_MAC, 0x800, packet([2])))
  s.receive(snapFrame(ALL, PEER_MAC, 0x800, packet([3])), SUM_GOOD)
  s.receive(snapFrame('01:00:5e:00:00:01', PEER_MAC, 0x800, packet([4])))
  expect(s.ups()).toEqual([
    { data: packet([1]), flags: 0 },
    { data: packet([2]), flags: 0 },
    { data: packet([3]), flags: LINK_BROADCAST | SUM_GOOD },
    { data: packet([4]), flags: LINK_MULTICAST },
  ])
  expect(s.drops()).toEqual([])
})

it('RFC 1042 the length field cuts off what is padding', () => {
  const s = station({ snap: true })
  s.receive([...snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([5])), 0, 0, 0, 0, 9, 9, 9, 9])
  expect(s.ups()).toEqual([{ data: packet([5]), flags: 0 }])
})

it('RFC 1042 a length field larger than the frame is refused', () => {
  const s = station({ snap: true })
  const data = packet([1])
  const n = data.length + 8
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, data, n))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, data, n + 1))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, data, 1500))
  expect(s.drops()).toEqual([LENGTH, LENGTH])
  expect(s.ups()).toHaveLength(1)
})

it('RFC 1042 lengths go from LLC and SNAP alone up to 1,500', () => {
  const s = station({ snap: true })
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, []))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, new Array(1492).fill(4)))
  expect(s.ups().map(x => x.data.length)).toEqual([0, 1492])
  // 1,501 is neither a length nor a type of ours; 7 ends within SNAP.
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, new Array(1493).fill(4)))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([1]), 7))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([1]), 0))
  expect(s.drops()).toEqual([TYPE, TYPE, TYPE])
  expect(s.ups()).toEqual([])
})

it('RFC 1042 what is not LLC AA AA 03 with the organisation 0 is no packet of ours, K1 = 6 least of all', () => {
  const s = station({ snap: true })
  for (let i = 14; i < 20; i++)
    for (let bit = 0; bit < 8; bit++) {
      const f = snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([1]))
      f[i]! ^= 1 << bit
      s.receive(f)
    }
  expect(s.drops()).toEqual(new Array(48).fill(TYPE))
  s.receive(frame(OWN_MAC, PEER_MAC, 24, [6, 6, 3, ...packet([])]))
  expect(s.drops()).toEqual([TYPE])
  expect(s.ups()).toEqual([])
})

it('RFC 1042 frames cut off anywhere are dropped', () => {
  const s = station({ snap: true })
  const whole = snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([1, 2, 3]))
  for (let n = 0; n < whole.length; n++) s.receive(whole.slice(0, n))
  const expected = [
    ...new Array(14).fill(SHORT),
    ...new Array(8).fill(TYPE),
    ...new Array(whole.length - 22).fill(LENGTH),
  ]
  expect(s.drops()).toEqual(expected)
  expect(s.ups()).toEqual([])
})

it('RFC 1042 all else that is asked of a frame is asked of these, too', () => {
  const s = station({ snap: true })
  s.receive(snapFrame('02:00:00:00:00:02', PEER_MAC, 0x800, packet([1])))
  s.receive(snapFrame(OWN_MAC, '03:00:00:00:00:02', 0x800, packet([1])))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x86dd, packet([1])))
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x806, packet([1])))
  expect(s.drops()).toEqual([NOT_OURS, SOURCE, TYPE, MALFORMED])
  expect(s.ups()).toEqual([])
})

it('1122 L12 ARP is understood in both encapsulations, and answered in the default one', () => {
  const s = station({ snap: true })
  s.receive(snapFrame(ALL, PEER_MAC, 0x806, arp().slice(14)))
  expect(s.take()).toEqual([`${PEER_MAC} 10.0.0.1 is at ${OWN_MAC}, for 10.0.0.9`])
  s.send('10.0.0.9', [4])
  expect(s.take()).toEqual([`${PEER_MAC} ip 4`])
})

it('1122 L8 ARP with the hardware type 6, as RFC 1042 has it, is understood in that encapsulation', () => {
  const s = station({ snap: true })
  s.receive(snapFrame(ALL, PEER_MAC, 0x806, arp({ hrd: 6 }).slice(14)))
  expect(s.take()).toEqual([`${PEER_MAC} 10.0.0.1 is at ${OWN_MAC}, for 10.0.0.9`])
  s.send('10.0.0.9', [4])
  expect(s.take()).toEqual([`${PEER_MAC} ip 4`])
  for (const wrong of [5, 7, 0x106, 0x600]) s.receive(snapFrame(ALL, PEER_MAC, 0x806, arp({ hrd: wrong }).slice(14)))
  // Of IPv4 those octets are something else, and of a frame that is cut off nothing is changed.
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, [0, 6]))
  s.receive(snapFrame(ALL, PEER_MAC, 0x806, [0]))
  expect(s.take()).toEqual([])
  expect(s.ups().map(up => up.data)).toEqual([[0, 6]])
})

it('without @tiny/ethernet/snap such a frame is of no known type', () => {
  const s = station()
  s.receive(snapFrame(OWN_MAC, PEER_MAC, 0x800, packet([1])))
  expect([s.drops(), s.ups()]).toEqual([[TYPE], []])
})
