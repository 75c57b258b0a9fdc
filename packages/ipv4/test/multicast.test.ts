// RFC 1112, RFC 1122 3.3.7: groups.
import { EINVAL, ENOBUFS, type Link } from '@tiny/core'
import { expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { machine, transport } from './machine.ts'
import { cut, octets, packet } from './packet.ts'

const GROUP = '239.1.2.3'

it('every host hears 224.0.0.1, and asks its link for it', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet({ dst: '224.0.0.1' }), 2)
  expect(t.inputs).toMatchObject([{ dst: '224.0.0.1', flags: 10 }])
  expect([...m.groups]).toEqual([['224.0.0.1', 1]])
})

it('a group is heard from join to leave', () => {
  const m = machine()
  const t = transport(m.ip)
  m.receive(packet({ dst: GROUP }), 2)
  expect(m.drops()).toEqual([ids.IP_NOT_OURS])
  expect(m.join(GROUP)).toBe(0)
  m.receive(packet({ dst: GROUP }), 2)
  m.receive(packet({ dst: '239.1.2.4' }), 2)
  expect(t.inputs).toMatchObject([{ dst: GROUP, flags: 10 }])
  expect(m.drops()).toEqual([ids.IP_NOT_OURS])
  expect(m.leave(GROUP)).toBe(0)
  m.receive(packet({ dst: GROUP }), 2)
  expect([t.inputs.length, m.drops()]).toEqual([1, [ids.IP_NOT_OURS]])
})

it('as often left as joined', () => {
  const m = machine()
  const t = transport(m.ip)
  for (let i = 0; i < 3; i++) expect(m.join(GROUP)).toBe(0)
  expect(m.groups.get(GROUP)).toBe(3)
  for (let i = 0; i < 3; i++) {
    m.receive(packet({ dst: GROUP }))
    expect(m.leave(GROUP)).toBe(0)
  }
  expect([t.inputs.length, m.groups.get(GROUP)]).toEqual([3, 0])
  m.receive(packet({ dst: GROUP }))
  expect(t.inputs).toHaveLength(3)
  expect(m.leave(GROUP)).toBe(-EINVAL)
})

it('what is not a group is not joined, what was not joined not left', () => {
  const m = machine()
  for (const bad of ['10.0.0.9', '223.255.255.255', '240.0.0.1', '255.255.255.255', '0.0.0.0', '127.0.0.1'])
    expect([m.join(bad), m.leave(bad)], bad).toEqual([-EINVAL, -EINVAL])
  expect(m.leave('239.9.9.9')).toBe(-EINVAL)
  expect([...m.groups.keys()]).toEqual(['224.0.0.1'])
})

it('joins are bounded, and a leave makes room', () => {
  const m = machine()
  for (let i = 1; i <= 255; i++) expect(m.join(`239.1.0.${i}`)).toBe(0)
  expect([m.join('239.1.1.0'), m.join('239.1.0.9'), m.groups.get('239.1.1.0')]).toEqual([-ENOBUFS, -ENOBUFS, undefined])
  expect([m.leave('239.1.0.9'), m.join('239.1.1.0'), m.join('239.1.0.9')]).toEqual([0, 0, -ENOBUFS])
})

it('224.0.0.1 is never left', () => {
  const m = machine()
  const t = transport(m.ip)
  m.leave('224.0.0.1')
  m.join('224.0.0.1')
  m.leave('224.0.0.1')
  m.leave('224.0.0.1')
  m.receive(packet({ dst: '224.0.0.1' }))
  expect(t.inputs).toHaveLength(1)
})

it('224.0.0.1 is left as often as it was joined, and no more', () => {
  const m = machine()
  expect([m.join('224.0.0.1'), m.leave('224.0.0.1'), m.leave('224.0.0.1')]).toEqual([0, 0, -EINVAL])
})

it('a link that has no groups delivers all; one that refuses is heard', () => {
  const link = (join?: () => number): Link => ({
    type: 101,
    mtu: 1500,
    caps: 0,
    send: () => 0,
    recv() {},
    ...(join ? { join } : {}),
  })
  const plain = machine({ link: () => link() })
  const t = transport(plain.ip)
  expect(plain.join(GROUP)).toBe(0)
  plain.receive(packet({ dst: GROUP }))
  expect([t.inputs.length, plain.leave(GROUP)]).toEqual([1, 0])
  const full = machine({ link: () => link(() => -105) })
  expect(full.join(GROUP)).toBe(-105)
  full.receive(packet({ dst: GROUP }))
  expect(full.drops()).toEqual([ids.IP_NOT_OURS])
  expect(full.leave(GROUP)).toBe(-EINVAL)
})

it('sent to the group on the link, with a TTL of 1 unless it asks for more', () => {
  const m = machine({ ttl: 200, gateways: [] })
  expect(m.send(GROUP)).toBe(0)
  expect(m.send(GROUP, [1], { ttl: 32 })).toBe(0)
  expect(m.take()).toMatchObject([
    { hop: GROUP, dst: GROUP, src: '10.0.0.2', ttl: 1 },
    { hop: GROUP, ttl: 32 },
  ])
})

it('a member that sends hears itself only through @tiny/ipv4/local', () => {
  const m = machine()
  const t = transport(m.ip)
  m.join(GROUP)
  m.send(GROUP)
  m.run(1000)
  expect([t.inputs.length, m.take().length]).toEqual([0, 1])
})

it('a group is never a source', () => {
  const m = machine()
  const t = transport(m.ip)
  m.join(GROUP)
  m.receive(packet({ src: GROUP, dst: GROUP }))
  m.receive(packet({ src: '224.0.0.1' }))
  expect([t.inputs, m.drops()]).toEqual([[], [ids.IP_SOURCE, ids.IP_SOURCE]])
})

it('fragments to a group are put together', () => {
  const m = machine()
  const t = transport(m.ip)
  m.join(GROUP)
  for (const b of cut({ dst: GROUP, payload: octets(40) }, 16)) m.receive(b, 2)
  expect(t.inputs).toMatchObject([{ dst: GROUP, payload: octets(40), flags: 10 }])
})
