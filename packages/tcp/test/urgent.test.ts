// RFC 9293 3.8.5: urgent data.
import { EPIPE } from '@tiny/core'
import { status, tune, urgent } from '@tiny/tcp'
import { expect, it } from 'vitest'
import { accept, connect, read, write } from './machine.ts'
import { octets } from './segment.ts'

it('3.8.5 MUST-30 MUST-62 what was written before urgent() is sent with URG, the pointer at the first octet that is not', () => {
  const pair = connect()
  const { m, p, c } = pair
  m.t.write(c, Uint8Array.from(octets(10)))
  expect(urgent(m.t, c)).toBe(0)
  m.poll()
  p.expect('PAU', { seq: 1, len: 10, up: 10 })
  p.send('A')
  write(pair, 10, 10)
  p.expect('PA', { seq: 11, up: 0 })
  expect((status(m.t, c).sndUp - p.own) | 0).toBe(11)
})

it('3.8.5 MUST-31 a stretch of any length: each segment of it says how much is to come', () => {
  const pair = connect({ mss: 1000, wnd: 65535, setup: { sendBuffer: 65536 } })
  const { m, c } = pair
  m.t.write(c, Uint8Array.from(octets(4000)))
  urgent(m.t, c)
  m.t.write(c, Uint8Array.from(octets(1000, 4000)))
  m.poll()
  expect(m.take().map(s => [s.flags, s.up])).toEqual([
    ['AU', 4000],
    ['AU', 3000],
    ['AU', 2000],
    ['AU', 1000],
    ['PA', 0],
  ])
})

it('3.8.5 a small urgent segment does not wait for Nagle', () => {
  const pair = connect()
  write(pair, 10)
  pair.p.expect('PA')
  pair.m.t.write(pair.c, Uint8Array.of(1))
  urgent(pair.m.t, pair.c)
  pair.m.poll()
  pair.p.expect('PAU', { seq: 11, up: 1 })
})

it('3.8.5 MUST-32 MUST-33 the application is told when urgent data is announced, and how much there is of it', () => {
  const pair = accept()
  const { m, p } = pair
  p.send('AU', { up: 100, text: octets(10) })
  expect(m.told()).toEqual(['urgent 100', 'readable 10'])
  p.send('AU', { up: 90, text: octets(10, 10) })
  // The same end: nothing new.
  expect(m.told()).toEqual(['readable 20'])
  p.send('AU', { up: 100, text: octets(10, 20) })
  expect(m.told()).toEqual(['urgent 120', 'readable 30'])
  expect((status(m.t, pair.c).rcvUp - p.iss) | 0).toBe(121)
  read(pair)
  m.take()
  // An empty segment tells of it as well, and one that points back tells nothing.
  p.send('AU', { up: 500 })
  expect(m.told()).toEqual(['urgent 500'])
  p.send('AU', { up: 400 })
  p.send('AU', { up: 0 })
  expect(m.told()).toEqual([])
})

it('3.8.5 MUST-31 MUST-32 a stretch longer than the buffer is told of once, and read as any other', () => {
  const pair = accept({ setup: { receiveBuffer: 1024 } })
  const { m, p } = pair
  const got: number[] = []
  for (let at = 0; at < 20000; at += 500) {
    p.send('AU', { up: 30000 - at, text: octets(500, at) })
    got.push(...(read(pair) as number[]))
    m.take()
  }
  expect(got).toEqual(octets(20000))
  expect(m.told().filter(x => x.startsWith('urgent'))).toEqual(['urgent 30000'])
})

it('3.8.5 after the peer’s FIN an urgent pointer is passed over', () => {
  const { m, p } = accept()
  p.send('FA')
  m.told()
  p.send('AU', { up: 9 })
  expect(m.told()).toEqual([])
})

it('urgent data is refused after close, and keep-alives never carry its pointer', () => {
  const pair = connect()
  const { m, p, c } = pair
  tune(m.t, c, { keepAlive: 1000 })
  m.run(1000)
  p.expect('A', { up: 0, seq: 0 })
  m.t.close(c)
  expect(urgent(m.t, c)).toBe(-EPIPE)
  m.t.abort(c)
  expect(urgent(m.t, c)).toBe(-107)
})
