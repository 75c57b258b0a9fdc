// SYN-RECEIVED of a connection whose SYN had a good cookie: the application has it, the handshake is not over. Every kind of
// segment, and what becomes of it.
import { ECONNRESET } from '@tiny/core'
import { tune } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { CLOSE_WAIT, CLOSED, ESTABLISHED, type Peer, peer, SYN_RECEIVED } from '../../tcp/test/machine.ts'
import { icmpError, octets } from '../../tcp/test/segment.ts'
import { cookieOf, option, type Served, server, withMss } from './fast.ts'

const TEXT = octets(100)

/** Accepted, its SYN,ACK sent. */
function opened(wnd = 8000): Served & { p: Peer; options: number[] } {
  const s = server()
  const options = withMss(option(cookieOf(s.m)))
  const p = peer(s.m, { wnd })
  p.send('S', { options, text: TEXT })
  p.expect('SA', { seq: 0, ack: 101 })
  s.m.told()
  s.m.drops()
  return { ...s, p, options }
}

interface Row {
  name: string
  flags: string
  said?: Parameters<Peer['send']>[1]
  /** The state after it, what the application is told, and what is sent: flags, sequence number, acknowledgment. */
  state: number
  told?: string[]
  answer?: [string, number, number][]
  drops?: number[]
}

const rows: Row[] = [
  { name: 'the ACK of the SYN', flags: 'A', state: ESTABLISHED },
  {
    name: 'the ACK with text',
    flags: 'PA',
    said: { text: [1] },
    state: ESTABLISHED,
    told: ['readable 101'],
    answer: [['A', 1, 102]],
  },
  { name: 'the ACK with a FIN', flags: 'FA', state: CLOSE_WAIT, told: ['end'], answer: [['A', 1, 102]] },
  { name: 'an ACK of nothing', flags: 'A', said: { ack: 0 }, state: SYN_RECEIVED, answer: [['R', 0, 0]], drops: [408] },
  {
    name: 'an ACK of what was not sent',
    flags: 'A',
    said: { ack: 2 },
    state: SYN_RECEIVED,
    answer: [['R', 2, 0]],
    drops: [408],
  },
  { name: 'text without an ACK', flags: '', said: { text: [1] }, state: SYN_RECEIVED, drops: [410] },
  { name: 'a reset', flags: 'R', state: CLOSED, told: [`close ${-ECONNRESET}`] },
  {
    name: 'a reset inside of the window',
    flags: 'R',
    said: { seq: 102 },
    state: SYN_RECEIVED,
    answer: [['A', 1, 101]],
    drops: [406],
  },
  { name: 'a reset before the window', flags: 'R', said: { seq: 100 }, state: SYN_RECEIVED, drops: [406] },
  { name: 'a reset behind the window', flags: 'R', said: { seq: 9000 }, state: SYN_RECEIVED, drops: [406] },
  {
    name: 'the SYN again, text and option with it',
    flags: 'S',
    said: { seq: 0, text: TEXT },
    state: SYN_RECEIVED,
    answer: [['SA', 0, 101]],
    drops: [407],
  },
  {
    name: 'the SYN again with more text',
    flags: 'S',
    said: { seq: 0, text: octets(200) },
    state: SYN_RECEIVED,
    answer: [['SA', 0, 101]],
    drops: [407],
  },
  {
    name: 'the SYN again without text',
    flags: 'S',
    said: { seq: 0 },
    state: SYN_RECEIVED,
    answer: [['SA', 0, 101]],
    drops: [407],
  },
  {
    name: 'another SYN in the window',
    flags: 'S',
    said: { seq: 102 },
    state: SYN_RECEIVED,
    answer: [['A', 1, 101]],
    drops: [409],
  },
  {
    name: 'another SYN before the window',
    flags: 'S',
    said: { seq: -5 },
    state: SYN_RECEIVED,
    answer: [['A', 1, 101]],
    drops: [409],
  },
]

describe('RFC 7413 4.2.2, RFC 9293 3.10.7.4: SYN-RECEIVED with Fast Open', () => {
  it.each(rows)('7413 4.2.2 $name', ({ flags, said, state, told, answer, drops }) => {
    const { m, p, accepted } = opened()
    p.send(flags, said ?? {})
    expect(accepted[0].state).toBe(state)
    expect(m.told()).toEqual(told ?? [])
    expect(m.take().map(s => [s.flags, (s.seq - p.own) | 0, s.flags.includes('A') ? (s.ack - p.iss) | 0 : 0])).toEqual(
      answer ?? [],
    )
    expect(m.drops()).toEqual(drops ?? [])
    expect(accepted.length).toBe(1)
    if (state !== SYN_RECEIVED) return
    // It goes on as if nothing had been.
    p.send('A', { seq: 101, ack: 1 })
    expect(accepted[0].state).toBe(ESTABLISHED)
    expect(m.t.used()).toBe(1)
  })

  it('7413 4.2.2 the SYN again draws a SYN,ACK, and not the answer behind it', () => {
    const { m, p, accepted, options } = opened()
    m.t.write(accepted[0], Uint8Array.from(octets(1000)))
    m.poll()
    p.expect('PA', { seq: 1, len: 1000 })
    for (let i = 0; i < 3; i++) {
      p.send('S', { seq: 0, options, text: TEXT })
      p.expect('SA', { seq: 0, ack: 101, len: 0 })
      p.silent()
    }
    p.send('A', { seq: 101, ack: 1001 })
    p.silent()
    expect(m.t.used()).toBe(1)
  })

  it('a SYN with text that comes again to a listener without Fast Open: the half-open connection stays', () => {
    const { m, accepted } = server({ isPlain: true })
    const p = peer(m)
    for (let i = 0; i < 2; i++) {
      p.send('S', { seq: 0, text: TEXT })
      p.expect('SA', { seq: 0, ack: 1 })
    }
    p.send('PA', { seq: 1, text: TEXT })
    p.expect('A', { ack: 101 })
    expect(accepted[0].state).toBe(ESTABLISHED)
  })

  it('the ACK of a SYN alone is no duplicate: nothing more goes out with it', () => {
    const { m, p, accepted } = opened(65535)
    tune(m.t, accepted[0], { sendBuffer: 65536 })
    m.t.write(accepted[0], new Uint8Array(40000))
    m.poll()
    expect(m.take().length).toBe(10)
    p.send('A', { ack: 1 })
    p.silent()
  })

  it('a FIN with the SYN is not taken, and comes again', () => {
    const { m, accepted } = server()
    const p = peer(m)
    p.send('SF', { options: withMss(option(cookieOf(m))), text: TEXT })
    p.expect('SA', { ack: 101 })
    expect(m.told()).toEqual(['writable 4095', 'readable 100'])
    expect(accepted[0].state).toBe(SYN_RECEIVED)
    p.send('FA', { seq: 101 })
    expect(m.told()).toEqual(['end'])
    p.expect('A', { ack: 102 })
  })

  it('a reset with the SYN, or an ACK, opens nothing', () => {
    const { m, accepted } = server()
    const options = withMss(option(cookieOf(m)))
    for (const flags of ['SR', 'SA', 'SRA']) peer(m).send(flags, { options, text: TEXT })
    expect(accepted.length).toBe(0)
    expect(m.t.used()).toBe(0)
  })

  it('urgent data in a SYN is text like any other', () => {
    const { m } = server()
    const p = peer(m)
    p.send('SU', { options: withMss(option(cookieOf(m))), text: TEXT, up: 5 })
    p.expect('SA', { ack: 101 })
    expect(m.told()).toEqual(['writable 4095', 'readable 100'])
  })

  it('an ICMP error about the SYN,ACK is told, and ends nothing', () => {
    const { m, p, accepted, options } = opened()
    p.send('S', { seq: 0, options, text: TEXT })
    const [syn] = m.take()
    m.receive(icmpError(3, 3, 0, syn.octets))
    m.poll()
    expect(m.told()).toEqual(['error -111'])
    expect(accepted[0].state).toBe(SYN_RECEIVED)
  })

  it('7413 2.1 a duplicate of the SYN after the connection has gone is a connection again, with the same text', () => {
    const { m, p, options } = opened()
    p.send('A')
    p.send('R', { seq: 101 })
    expect(m.told()).toEqual([`close ${-ECONNRESET}`])
    p.send('S', { seq: 0, options, text: TEXT })
    expect(m.told()).toEqual(['writable 4095', 'readable 100'])
  })

  it('7413 2.1 a duplicate of the SYN while the connection stands is none', () => {
    const { m, p, options, accepted } = opened()
    p.send('A')
    p.send('S', { seq: 0, options, text: TEXT })
    p.expect('A', { ack: 101 })
    expect(m.told()).toEqual([])
    expect(accepted.length).toBe(1)
  })
})
