// RFC 9293 3.8.4: keep-alives.
import { ETIMEDOUT } from '@tiny/core'
import { tune } from '@tiny/tcp'
import { expect, it } from 'vitest'
import { accept, connect, connecting, ESTABLISHED, type Pair, write } from './machine.ts'
import { octets } from './segment.ts'

/** Keeps alive after 10 s, then every second, and gives up after three without an answer. */
function alive(keepInterval = 1000): Pair {
  const pair = connect()
  expect(tune(pair.m.t, pair.c, { keepAlive: 10000, keepInterval, keepCount: 3 })).toBe(0)
  return pair
}

it('3.8.4 MUST-25 MUST-28 off unless asked for: a day of silence, and nothing is sent; no interval below two hours is anybody’s default', () => {
  const { m, p, c } = accept()
  m.run(86400000)
  p.silent()
  expect(c.state).toBe(ESTABLISHED)
  expect(m.h.wait()).toBe(-1)
  // Other settings do not turn it on.
  tune(m.t, c, { noDelay: true, keepCount: 2, keepInterval: 1000 })
  m.run(86400000)
  p.silent()
})

it('3.8.4 MUST-24 MUST-27 MAY-5 the application asks for it, with an interval of its own, and may take it back', () => {
  for (const keepAlive of [1000, 7200000, 80000000]) {
    const { m, p, c } = connect()
    tune(m.t, c, { keepAlive })
    m.run(keepAlive - 1)
    p.silent()
    m.run(1)
    p.expect('A', { seq: 0, len: 0 })
    p.send('A', { ack: 1 })
    tune(m.t, c, { keepAlive: 0 })
    m.run(10 * keepAlive)
    p.silent()
  }
  // Another interval counts from now, in either direction.
  const { m, p, c } = connect()
  tune(m.t, c, { keepAlive: 100000 })
  m.run(50)
  tune(m.t, c, { keepAlive: 1000 })
  m.run(1000)
  p.expect('A', { seq: 0 })
  // Asked for before the connection stands.
  const early = connecting()
  tune(early.m.t, early.c, { keepAlive: 5000 })
  early.p.send('SA')
  early.p.expect('A')
  early.m.run(5000)
  early.p.expect('A', { seq: 0 })
})

it('3.8.4 SHLD-12 MAY-6 it carries no octet, and a number that was acknowledged', () => {
  const { m, p } = alive()
  m.run(10000)
  const s = p.expect('A', { seq: 0, ack: 1, len: 0 })
  expect(s.octets.length).toBe(40)
})

it('3.8.4 MUST-26 only when nothing was heard for the interval', () => {
  const pair = alive()
  const { m, p } = pair
  for (let i = 0; i < 20; i++) {
    m.run(9000)
    p.send(i & 1 ? 'A' : 'PA', { text: octets(i & 1 ? 0 : 1) })
    m.take()
  }
  m.run(9999)
  p.silent()
  m.run(1)
  p.expect('A', { len: 0 })
})

it('3.8.4 MUST-26 not while octets wait for an acknowledgment, and again after it', () => {
  const pair = alive()
  const { m, p } = pair
  m.run(9999)
  write(pair, 10)
  p.expect('PA')
  m.run(900)
  p.silent()
  p.send('A', { ack: 11 })
  m.run(9999)
  p.silent()
  m.run(1)
  p.expect('A', { seq: 10, len: 0 })
})

it('3.8.4 MUST-29 one that stays without an answer does not end the connection; any answer counts', () => {
  for (const keepInterval of [1000, 30000]) {
    const { m, p, c } = alive(keepInterval)
    for (let round = 0; round < 10; round++) {
      let probes = 0
      for (let i = 0; i < 200 && probes < 2; i++) {
        m.run(1000)
        probes += m.take().length
      }
      expect(probes).toBe(2)
      p.send('A', { ack: 1 })
      expect(c.state).toBe(ESTABLISHED)
    }
    expect(m.told()).toEqual([])
  }
})

it('with an interval longer than the idle time, answered probes are answered', () => {
  const { m, p, c } = connect()
  tune(m.t, c, { keepAlive: 1000, keepInterval: 5000, keepCount: 2 })
  for (let i = 0; i < 20; i++) {
    m.run(5000)
    if (m.take().length) p.send('A', { ack: 1 })
  }
  expect(c.state).toBe(ESTABLISHED)
})

it('as many as were asked for without an answer: timed out, and the peer is told', () => {
  const { m, p } = alive()
  m.run(10000)
  for (let i = 0; i < 3; i++) {
    p.expect('A', { seq: 0, len: 0 })
    p.silent()
    m.run(1000)
  }
  p.expect('RA', { seq: 1 })
  expect(m.told()).toEqual([`close ${-ETIMEDOUT}`])
  expect(m.used()).toEqual([0, 0])
})

it('a keep-alive of the peer is answered', () => {
  const { m, p } = accept()
  p.send('PA', { text: octets(5) })
  p.expect('A')
  for (const text of [[], [0]]) {
    p.send('A', { seq: 5, text })
    p.expect('A', { ack: 6, seq: 1 })
    m.run(1000)
  }
})
