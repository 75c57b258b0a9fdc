// RFC 9293 3.9.1.9, 3.9.2: what TCP asks of IP.
import { tune } from '@tiny/tcp'
import { expect, it } from 'vitest'
import { accept, connect, connecting, machine, peer, write } from './machine.ts'
import { octets } from './segment.ts'

it('3.9.1.9 MUST-48 SHLD-21 SHLD-22 the Diffserv field is the application’s, at any time, passed to IP unchanged', () => {
  const pair = connect()
  const { m, p, c } = pair
  for (const tos of [0xb8, 0x48, 0xff, 1, 0]) {
    expect(tune(m.t, c, { tos })).toBe(0)
    write(pair, 10)
    expect(p.expect('PA').tos).toBe(tos)
    p.send('A')
    p.send('PA', { text: octets(1) })
    expect(p.expect('A').tos).toBe(tos)
  }
  expect(p.expect).toBeDefined()
})

it('3.9.2 MUST-49 the TTL is configurable, for the host and for a connection', () => {
  const pair = connect({ setup: { ttl: 33 } })
  write(pair, 10)
  expect(pair.p.expect('PA').ttl).toBe(33)
  tune(pair.m.t, pair.c, { ttl: 7 })
  pair.m.run(1000)
  expect(pair.p.expect('PA').ttl).toBe(7)
  const plain = connect()
  write(plain, 10)
  expect(plain.p.expect('PA').ttl).toBe(64)
  tune(plain.m.t, plain.c, { tos: 4 })
  plain.m.run(1000)
  expect(plain.p.expect('PA')).toMatchObject({ ttl: 64, tos: 4 })
})

it('MUST-50 IP options that TCP does not understand are ignored', () => {
  for (const ipOptions of [
    [1, 1, 1, 0],
    [130, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0],
    [7, 7, 4, 1, 2, 3, 4, 0],
    [148, 4, 0, 0],
    [94, 4, 9, 9],
  ]) {
    const m = machine()
    m.t.listen(80, m.note())
    const p = peer(m)
    p.send('S', { ipOptions })
    p.expect('SA')
    p.send('A', { ipOptions })
    p.send('PA', { ipOptions, text: octets(3) })
    p.expect('A', { ack: 4 })
    expect(m.told()).toEqual(['writable 4096', 'readable 3'])
  }
})

it('settings of one connection are not those of another', () => {
  const { m, c } = accept()
  tune(m.t, c, { ttl: 3, tos: 8, noDelay: true })
  const p = peer(m, { peerPort: 4001 })
  p.send('S')
  expect(p.expect('SA')).toMatchObject({ ttl: 64, tos: 0 })
})

it('3.8.5 segments of a connection have DF set, resets of none do not', () => {
  const { m, p } = connecting()
  p.send('SA')
  expect(p.expect('A').df).toBe(true)
  const q = peer(m, { port: 9 })
  q.send('A', { ack: 5 })
  expect(q.expect('R').df).toBe(false)
})
