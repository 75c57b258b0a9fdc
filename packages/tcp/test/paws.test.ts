// RFC 7323 5: protection against wrapped sequence numbers; RFC 6191: a SYN for a connection in TIME-WAIT.
import { status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { TCP_CHALLENGES, TCP_PAWS } from '../src/ids.ts'
import { accept, CLOSED, ESTABLISHED, write } from './machine.ts'
import { padded, stamp, stampIn } from './options.ts'
import { mss } from './segment.ts'
import { echoed, type Stamping, setup, stamping } from './stamping.ts'

const DAY = 86400000

describe('5.3 PAWS', () => {
  it('5.3 TS-19 R1 older by one: not taken, answered with an ACK; equal is good', () => {
    const x = stamping(accept)
    x.text(1, 100, 999)
    echoed(x, 'A', 1000, { ack: 1 })
    expect(x.m.drops()).toEqual([TCP_PAWS])
    x.text(1, 100, 1000)
    echoed(x, 'A', 1000, { ack: 101 })
    expect(x.m.drops()).toEqual([])
  })

  it('R1 half the circle ahead is new, beyond it is old, over the wrap', () => {
    const x = stamping(accept, {}, 0x7fffff00)
    x.text(1, 10, 0x80000010 | 0)
    echoed(x, 'A', 0x80000010 | 0, { ack: 11 })
    x.text(11, 10, 0x7fffffff)
    echoed(x, 'A', 0x80000010 | 0, { ack: 11 })
    x.text(11, 10, (0x80000010 + 0x7fffffff) | 0)
    echoed(x, 'A', 15, { ack: 21 })
  })

  it('5.3 TS-19 it goes before the sequence numbers: an old SYN, an old FIN, an old ACK', () => {
    for (const flags of ['SA', 'FA', 'A']) {
      const x = stamping(accept)
      write(x, 100)
      x.m.take()
      x.value = 998
      x.p.send(flags, { ack: 101 })
      x.p.expect('A', { seq: 101 })
      expect([flags, x.m.drops(), x.c.state]).toEqual([flags, [TCP_PAWS], ESTABLISHED])
      expect((status(x.m.t, x.c).sndUna - x.p.own) | 0).toBe(1)
    }
  })

  it('5.3 TS-20 what waits behind a hole is not looked at again', () => {
    const x = stamping(accept)
    x.text(101, 100, 1001)
    x.text(201, 100, 1001)
    x.text(1, 100, 1050)
    const all = x.m.take()
    expect((all[all.length - 1]!.ack - x.p.iss) | 0).toBe(301)
  })

  it('answers are limited: two ends that find each other old do not go on for ever', () => {
    const x = stamping(accept)
    x.value = 900
    for (let i = 0; i < 50; i++) x.p.send('A')
    expect(x.m.take().length).toBe(10)
    expect(x.m.counts()).toContain(TCP_CHALLENGES)
  })

  it('5.5 TS-23 after 24 days without a word TS.Recent is no longer valid, before that it is', () => {
    for (const [days, isTaken] of [
      [23.9, false],
      [24.1, true],
      [30, true],
      [48, true],
    ] as const) {
      const x = stamping(accept)
      for (let k = 0; k < 8; k++) x.m.sleep((days * DAY) / 8)
      x.text(1, 100, 500)
      x.p.expect('A', { ack: isTaken ? 101 : 1 })
    }
  })
})

describe('RFC 6191 a SYN for a connection in TIME-WAIT', () => {
  /** In TIME-WAIT, the peer's last TSval 1000; its next number is 2. */
  function waiting(has: boolean): Stamping {
    const x = has ? stamping(accept) : ({ ...accept({ setup: setup() }) } as Stamping)
    x.m.t.close(x.c)
    x.m.poll()
    x.p.expect('FA')
    x.p.send('FA', { ack: 2 })
    x.p.expect('A', { ack: 2 })
    expect(x.c.state).toBe(CLOSED)
    return x
  }

  it.each([
    ['both have timestamps, a later one: yes, whatever the number', true, 1001, -50000, true],
    ['both, the same one, a later number: yes', true, 1000, 100, true],
    ['both, the same one, an earlier number: no', true, 1000, -100, false],
    ['both, an earlier one, a later number: no', true, 999, 100, false],
    ['the new one has none, a later number: yes', true, null, 100, true],
    ['the new one has none, an earlier number: no', true, null, -100, false],
    ['the old one had none: yes, whatever the number', false, 1, -100, true],
    ['neither has one, a later number: yes', false, null, 100, true],
    ['neither has one, an earlier number: no', false, null, -100, false],
  ] as const)('2 SHLD-4 TS-26 %s', (_name, has, value, seq, isTaken) => {
    const x = waiting(has)
    x.p.send('S', { seq, options: padded(mss(1460), value === null ? [] : stamp(value)) })
    const s = x.m.take()[0]
    expect(s?.flags).toBe(isTaken ? 'SA' : 'A')
    if (!isTaken) return
    expect((s!.ack - x.p.iss) | 0).toBe(seq + 1)
    expect(stampIn(s!)?.echo).toBe(value === null ? undefined : value)
    // Numbered beyond all that the old one has sent.
    expect((s!.seq - x.p.own) | 0).toBeGreaterThan(2)
  })

  it('3.2 an ACK from TIME-WAIT has the option', () => {
    const x = waiting(true)
    x.m.run(500)
    x.p.send('FA', { seq: 1, ack: 2 })
    echoed(x, 'A', 1000, { ack: 2 })
  })
})
