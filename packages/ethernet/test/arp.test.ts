// RFC 826, RFC 1122 2.3.2: questions, answers, and what is believed of what others say.
import { neighbour } from '@tiny/ethernet'
import { expect, it } from 'vitest'
import { ALL, arp, frame, mac, OWN, OWN_MAC, PEER, PEER_MAC, packet, quad, reply } from './frame.ts'
import { station } from './station.ts'

const [SOURCE, MALFORMED, CONFLICT, NOT_OURS] = [102, 110, 111, 112]
const OTHER_MAC = '02:00:00:00:00:66'
const asks = `${ALL} who has ${PEER}, tell ${OWN}`
const answer = `${PEER_MAC} ${OWN} is at ${OWN_MAC}, for ${PEER}`

it('1122 L12 RFC 826 a request is broadcast, octet by octet', () => {
  const s = station()
  s.send(PEER)
  const zero = '00:00:00:00:00:00'
  const f = Array.from(s.frames[0]!)
  const tha = f.slice(32, 38)
  // "It does not set ar$tha to anything in particular."
  expect([tha.every(x => x === 0), tha.every(x => x === 255)]).toContain(true)
  f.splice(32, 6, ...mac(zero))
  expect(f).toEqual(arp({ sha: OWN_MAC, spa: OWN, tha: zero, tpa: PEER }))
})

it('1122 L12 RFC 826 a request for our address is answered to the sender, octet by octet', () => {
  const s = station()
  s.receive(arp())
  const expected = arp({ op: 2, to: PEER_MAC, sha: OWN_MAC, spa: OWN, tha: PEER_MAC, tpa: PEER })
  expect(s.frames.map(f => Array.from(f))).toEqual([expected])
})

it('RFC 826 a request to us makes an entry: the answer needs no question', () => {
  const s = station()
  s.receive(arp())
  s.take()
  s.send(PEER, [5])
  expect(s.take()).toEqual([`${PEER_MAC} ip 5`])
})

it('RFC 826 a request that came to us alone, and one in a padded frame, are answered', () => {
  const s = station()
  s.receive(arp({ to: OWN_MAC }))
  s.receive([...arp(), ...new Array(18).fill(0x20)])
  expect(s.take()).toEqual([answer, answer])
})

it('RFC 826 each request is answered, also of a neighbour that is known', () => {
  const s = station()
  for (let i = 0; i < 5; i++) s.receive(arp())
  expect(s.take()).toEqual(new Array(5).fill(answer))
  expect(s.used()).toBe(1)
})

it('RFC 826 who asks us while we ask for it has told its address by that', () => {
  const s = station()
  s.send(PEER, [3])
  s.receive(arp())
  expect(s.take().sort()).toEqual([`${PEER_MAC} ${OWN} is at ${OWN_MAC}, for ${PEER}`, `${PEER_MAC} ip 3`, asks])
  s.send('10.0.0.8', [4])
  s.receive(arp({ spa: '10.0.0.8', sha: '02:00:00:00:00:08', tpa: '10.0.0.3' }))
  expect(s.take()[1]).toBe('02:00:00:00:00:08 ip 4')
})

it('RFC 826 a reply is not answered', () => {
  const s = station()
  s.receive(arp())
  s.take()
  s.receive(reply())
  s.receive(reply({ to: ALL }))
  expect(s.take()).toEqual([])
})

it('a request for another is neither answered nor remembered', () => {
  const s = station()
  s.receive(arp({ tpa: '10.0.0.3' }))
  expect([s.drops(), s.take(), s.used()]).toEqual([[NOT_OURS], [], 0])
  s.send(PEER)
  expect(s.take()).toEqual([asks])
})

it.each([
  ['to us alone', reply()],
  ['to all', reply({ to: ALL })],
  ['that names itself (RFC 5227: an announcement)', arp({ tpa: PEER })],
  ['as a reply that names itself', reply({ to: ALL, tpa: PEER })],
  ['for an address of all zeros', reply({ tpa: '0.0.0.0' })],
])('an unsolicited claim %s never creates an entry', (_, claim) => {
  const s = station()
  for (let i = 0; i < 3; i++) s.receive(claim)
  expect([s.drops(), s.used()]).toEqual([[NOT_OURS, NOT_OURS, NOT_OURS], 0])
  s.send(PEER)
  expect(s.take()).toEqual([asks])
})

it('RFC 826 a known neighbour that comes with another MAC address is believed, whatever it sends', () => {
  const s = station()
  s.receive(arp())
  s.take()
  const claims = [
    reply({ sha: '02:00:00:00:00:21' }),
    arp({ sha: '02:00:00:00:00:22', tpa: '10.0.0.3' }),
    arp({ sha: '02:00:00:00:00:23', tpa: PEER }),
    reply({ sha: '02:00:00:00:00:24', to: ALL, tpa: PEER }),
    arp({ sha: 'fe:dc:ba:98:76:54' }),
  ]
  for (const [i, claim] of claims.entries()) {
    s.receive(claim)
    s.take()
    s.send(PEER, [i])
  }
  expect(s.take()).toEqual(['fe:dc:ba:98:76:54 ip 4'])
  expect(s.frames.filter(f => f[13] === 0).map(f => f[5])).toEqual([0x21, 0x22, 0x23, 0x24, 0x54])
  expect(s.drops()).toEqual([])
})

it('conflicting claims: the one that came last is believed, and nothing is sent for it', () => {
  const s = station()
  s.send(PEER, [1])
  s.receive(reply())
  s.take()
  for (let i = 0; i < 10; i++) {
    s.receive(reply({ sha: OTHER_MAC }))
    s.send(PEER, [i])
    s.receive(reply())
    s.send(PEER, [i])
  }
  expect(s.take()).toEqual(Array.from({ length: 10 }, (_, i) => [`${OTHER_MAC} ip ${i}`, `${PEER_MAC} ip ${i}`]).flat())
  expect(s.used()).toBe(1)
})

it.each([
  ['a request to us', arp({ spa: OWN })],
  ['a request for another', arp({ spa: OWN, tpa: '10.0.0.3' })],
  ['an announcement', arp({ spa: OWN, tpa: OWN, to: ALL })],
  ['a reply', reply({ spa: OWN })],
])('a claim of our own address by %s is reported, neither believed nor answered', (_, claim) => {
  const s = station()
  s.receive(claim)
  expect([s.drops(), s.take(), s.used()]).toEqual([[CONFLICT], [], 0])
})

it('RFC 5227 a probe for our address is answered, and makes no entry', () => {
  const s = station()
  s.receive(arp({ spa: '0.0.0.0' }))
  expect(s.take()).toEqual([`${PEER_MAC} ${OWN} is at ${OWN_MAC}, for 0.0.0.0`])
  expect([s.used(), s.drops()]).toEqual([0, []])
})

it('RFC 5227 a probe for another address is none of ours', () => {
  const s = station()
  s.receive(arp({ spa: '0.0.0.0', tpa: '10.0.0.3' }))
  expect([s.take(), s.used(), s.drops()]).toEqual([[], 0, [NOT_OURS]])
})

it.each(['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '0.0.0.5'])(
  'a sender that cannot be one host, %s, makes no entry',
  spa => {
    const s = station()
    s.receive(arp({ spa }))
    s.receive(reply({ spa }))
    expect(s.used()).toBe(0)
  },
)

it('a sender with a group address for a MAC address is refused: an answer would go to many', () => {
  const s = station()
  s.send(PEER)
  s.take()
  for (const sha of [ALL, '01:00:5e:00:00:01', '03:00:00:00:00:09']) {
    s.receive(arp({ sha, from: PEER_MAC }))
    s.receive(reply({ sha, from: PEER_MAC }))
  }
  expect([s.drops(), s.take()]).toEqual([new Array(6).fill(MALFORMED), []])
  s.receive(reply({ from: '03:00:00:00:00:09' }))
  expect(s.drops()).toEqual([SOURCE])
})

it.each([
  ['hardware 6, IEEE 802', arp({ hrd: 6 })],
  ['hardware 0x101', arp({ hrd: 0x101 })],
  ['protocol IPv6', arp({ pro: 0x86dd })],
  ['protocol 0x0801', arp({ pro: 0x801 })],
  ['hardware addresses of 8', arp({ hln: 8 })],
  ['hardware addresses of 0', arp({ hln: 0 })],
  ['protocol addresses of 16', arp({ pln: 16 })],
  ['protocol addresses of 5', arp({ pln: 5 })],
  ['operation 0', arp({ op: 0, to: ALL })],
  ['operation 3, RARP', arp({ op: 3, to: ALL })],
  ['operation 8', arp({ op: 8, to: ALL })],
  ['operation 0x101', arp({ op: 0x101, to: ALL })],
  ['operation 0x8001', arp({ op: 0x8001, to: ALL })],
])('RFC 826 %s is not ours', (_, f) => {
  const s = station()
  s.receive(f)
  expect([s.drops(), s.take(), s.used()]).toEqual([[MALFORMED], [], 0])
})

it('RFC 826 a packet that is cut short is dropped', () => {
  const s = station()
  for (let n = 14; n < 42; n++) s.receive(arp().slice(0, n))
  expect([s.drops(), s.take(), s.used()]).toEqual([new Array(28).fill(MALFORMED), [], 0])
})

it('a host without an address answers for none, not even for 0.0.0.0', () => {
  const s = station({ address: null })
  s.receive(arp())
  s.receive(arp({ tpa: '0.0.0.0' }))
  s.receive(arp({ spa: '0.0.0.0', tpa: '0.0.0.0' }))
  expect([s.take(), s.used()]).toEqual([[], 0])
  expect(s.drops()).toEqual([NOT_OURS, NOT_OURS, NOT_OURS])
})

it('the address may come late and change: ARP asks from and answers for the one of now', () => {
  const s = station({ address: null })
  const own = new Uint8Array(4)
  s.link.address = own
  s.receive(arp())
  own.set(quad(OWN))
  s.receive(arp())
  s.send('10.0.0.5')
  own.set(quad('10.0.0.77'))
  s.receive(arp())
  s.receive(arp({ tpa: '10.0.0.77' }))
  s.send('10.0.0.6')
  expect(s.take()).toEqual([
    answer,
    `${ALL} who has 10.0.0.5, tell ${OWN}`,
    `${PEER_MAC} 10.0.0.77 is at ${OWN_MAC}, for ${PEER}`,
    `${ALL} who has 10.0.0.6, tell 10.0.0.77`,
  ])
})

it('what a frame says counts, not the octets around it in the buffer', () => {
  const s = station()
  s.receive(frame(OWN_MAC, PEER_MAC, 0x800, packet([])))
  s.receive(arp().slice(0, 41))
  s.receive(arp())
  expect(s.take()).toEqual([answer])
})

it('a static neighbour is believed from the start, and not unlearnt by claims', () => {
  const s = station()
  expect(neighbour(s.link, Uint8Array.from(quad(PEER)), Uint8Array.from(mac(PEER_MAC)))).toBe(0)
  s.send(PEER, [1])
  s.receive(reply({ sha: OTHER_MAC }))
  s.receive(arp({ sha: OTHER_MAC, tpa: '10.0.0.3' }))
  s.receive(arp({ sha: OTHER_MAC }))
  s.send(PEER, [2])
  expect(s.take()).toEqual([
    `${PEER_MAC} ip 1`,
    `${OTHER_MAC} ${OWN} is at ${OWN_MAC}, for ${PEER}`,
    `${PEER_MAC} ip 2`,
  ])
})
