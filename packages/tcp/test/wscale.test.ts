// RFC 7323 2: window scaling: absent, refused by the peer, in use.
import { status, tune } from '@tiny/tcp'
import { wscale } from '@tiny/tcp/wscale'
import { describe, expect, it } from 'vitest'
import { TCP_SEQUENCE } from '../src/ids.ts'
import {
  accept,
  address,
  connect,
  connecting,
  ESTABLISHED,
  listening,
  machine,
  type Opening,
  type Pair,
  peer,
  random,
  read,
  SYN_RECEIVED,
  write,
} from './machine.ts'
import { optionsIn, padded, scale } from './options.ts'
import { mss, octets, PEER } from './segment.ts'

const setup = (receiveBuffer = 1 << 17, sendBuffer = 1 << 17) => ({
  windowScale: wscale(),
  pool: 1 << 22,
  receiveBuffer,
  sendBuffer,
})
const scaled = (shift: number, more: Opening = {}): Opening => ({
  setup: setup(),
  options: padded(scale(shift)),
  ...more,
})
const roles = [
  ['passive', accept],
  ['active', connect],
] as const

/** Octets that go out at once. */
const sentOf = (pair: Pair, n: number): number => {
  write(pair, n)
  return pair.m.take().reduce((sum, s) => sum + s.text.length, 0)
}

describe('absent', () => {
  it.each(roles)('2.2 WS-1 the option does not go out, that of the peer is passed over: %s', (_role, open) => {
    const pair = open({ options: padded(scale(7)), wnd: 100 })
    expect(sentOf(pair, 1000)).toBe(100)
    expect(status(pair.m.t, pair.c)).toMatchObject({ sndShift: 0, rcvShift: 0, sndWnd: 100 })
  })

  it('buffers above 65,536 are refused', () => {
    expect(() => machine({ receiveBuffer: 1 << 17 })).toThrow('tcp: receiveBuffer')
    expect(() => machine(setup(1 << 17))).not.toThrow()
    expect(() => machine(setup(1 << 20, 1 << 30))).not.toThrow()
    expect(() => machine(setup(-(1 << 31)))).toThrow('tcp: receiveBuffer')
  })
})

describe('refused', () => {
  it('2.2 WS-1 a SYN without it is answered without it', () => {
    const m = machine(setup())
    listening(m)
    const p = peer(m)
    p.send('S', { options: mss(1460) })
    const s = p.expect('SA', { wnd: 65535 })
    expect(optionsIn(s).has(3)).toBe(false)
  })

  it.each(roles)('2.3 WS-5 without the option of the peer neither window is scaled: %s', (_role, open) => {
    const pair = open({ setup: setup(), wnd: 100 })
    expect(status(pair.m.t, pair.c)).toMatchObject({ sndShift: 0, rcvShift: 0, sndWnd: 100, rcvWnd: 65535 })
    expect(sentOf(pair, 1000)).toBe(100)
    pair.p.send('A', { text: octets(1000) })
    // 16 bits are all there is, of a buffer that has more.
    pair.p.expect('A', { ack: 1001, wnd: 65535 })
  })

  it.each([
    ['of two octets', [3, 2]],
    ['of four octets', [3, 4, 7, 7]],
    ['behind the end of options', [0, 3, 3, 7]],
    ['that runs past the header', [1, 1, 3, 3]],
  ])('2.2 an option %s is none', (_name, option) => {
    expect(status(...both(accept({ setup: setup(), options: padded(option) })))).toMatchObject({ sndShift: 0 })
    const { m, c } = connect({ setup: setup(), options: padded(option) })
    expect(status(m.t, c)).toMatchObject({ sndShift: 0, rcvShift: 0 })
  })

  it('2.2 WS-2 in a segment that is no SYN it is ignored', () => {
    const pair = accept({ setup: setup() })
    pair.p.send('A', { options: padded(scale(5)), wnd: 50, text: octets(10) })
    pair.m.take()
    expect(status(pair.m.t, pair.c)).toMatchObject({ sndShift: 0, rcvShift: 0, sndWnd: 50 })
  })
})

const both = (pair: Pair) => [pair.m.t, pair.c] as const

describe('in use', () => {
  it.each([
    [256, 0],
    [32768, 0],
    [65536, 1],
    [1 << 17, 2],
    [1 << 20, 5],
    [1 << 29, 14],
    [1 << 30, 14],
  ])('2.3 WS-10 the shift follows the receive buffer, %i octets: %i, in either role', (size, shift) => {
    const m = machine(setup(size))
    listening(m)
    const p = peer(m)
    p.send('S', { options: padded(mss(1460), scale(0)) })
    expect(
      optionsIn(p.expect('SA', { wnd: Math.min(size, shift ? size - (size >> (10 - shift)) : size, 65535) })).get(3),
    ).toEqual([shift])
    m.t.connect(address(PEER), 4000, {}, { port: 5000 })
    m.poll()
    const [syn] = m.take()
    expect(optionsIn(syn!).get(3)).toEqual([shift])
    expect(optionsIn(syn!).get(2)).toHaveLength(2)
  })

  it.each(roles)('2.3 WS-6 WS-7 windows are scaled each way: %s', (_role, open) => {
    const pair = open(scaled(3, { wnd: 100 }))
    // That of the SYN,ACK was not; the plain ACK of a passive open was.
    const wnd = open === accept ? 800 : 100
    expect(status(...both(pair))).toMatchObject({ sndShift: 3, rcvShift: 2, sndWnd: wnd })
    expect(sentOf(pair, 5000)).toBe(wnd)
    pair.p.send('A', { ack: 1 + wnd, wnd: 365 })
    expect(status(...both(pair)).sndWnd).toBe(2920)
    expect(pair.m.take().reduce((sum, s) => sum + s.text.length, 0)).toBe(2920)
    pair.p.send('A', { ack: 1 + wnd, text: octets(1000) })
    const { wnd: field } = pair.p.expect('A', { ack: 1001 })
    // 131,072 less a 256th, which is for what is rounded up.
    expect(1000 + (field << 2)).toBe((1 << 17) - (1 << 9))
  })

  it('2.2 WS-3 the window of a SYN is never scaled, nor that of a SYN,ACK of a simultaneous open', () => {
    const { m, p, c } = connecting({ setup: setup(1 << 20), wnd: 100 })
    p.send('S', { options: padded(mss(1460), scale(4)) })
    const s = p.expect('SA', { seq: 0, wnd: 65535 })
    expect(optionsIn(s).get(3)).toEqual([5])
    expect(c.state).toBe(SYN_RECEIVED)
    expect(status(m.t, c).sndWnd).toBe(100)
    p.send('SA', { seq: 0, ack: 1, options: padded(mss(1460), scale(4)) })
    expect(status(m.t, c)).toMatchObject({ state: ESTABLISHED, sndWnd: 100, sndShift: 4 })
    p.send('A', { text: octets(1) })
    expect(status(m.t, c).sndWnd).toBe(1600)
  })

  it('2.3 WS-8 a shift above 14 is taken for 14', () => {
    for (const shift of [13, 14, 15, 255]) {
      const { m, p, c } = accept(scaled(shift))
      expect(status(m.t, c).sndShift).toBe(Math.min(shift, 14))
      p.send('A', { wnd: 65535, text: octets(1) })
      expect(status(m.t, c).sndWnd).toBe(65535 << Math.min(shift, 14))
    }
  })

  it('of two options the first counts', () => {
    expect(status(...both(accept(scaled(0, { options: padded(scale(2), scale(9)) })))).sndShift).toBe(2)
  })

  it('2.3 WS-4 the shift that a SYN has said stays, whatever tune() makes of the buffer, also in its retransmission', () => {
    const m = machine(setup(65536))
    const c = m.t.connect(address(PEER), 4000, m.note(), { port: 5000 })
    if (typeof c === 'number') throw new Error(`${c}`)
    // Before the SYN it follows.
    tune(m.t, c, { receiveBuffer: 1 << 18 })
    m.poll()
    const p = peer(m, { port: 5000 })
    expect(optionsIn(p.expect('S')).get(3)).toEqual([3])
    tune(m.t, c, { receiveBuffer: 1 << 20 })
    m.run(1000)
    expect(optionsIn(p.expect('S')).get(3)).toEqual([3])
    p.send('SA', { options: padded(mss(1460), scale(0)) })
    // 20 bits of buffer, of which 16 + 3 can be said.
    expect(p.expect('A', { ack: 1 }).wnd).toBe(65535)
    expect(status(m.t, c).rcvWnd).toBe(65535 << 3)
  })

  it('2.3 a buffer made larger later is offered as far as the shift reaches', () => {
    const pair = accept(scaled(0))
    expect(tune(...both(pair), { receiveBuffer: 1 << 18, sendBuffer: 1 << 18 })).toBe(0)
    pair.p.send('A', { text: octets(1) })
    expect(pair.p.expect('A', { ack: 2 }).wnd << 2).toBe((1 << 18) - (1 << 10))
    const other = accept(scaled(0))
    expect(tune(...both(other), { receiveBuffer: 1 << 20 })).toBe(0)
    other.p.send('A', { text: octets(1) })
    other.p.expect('A', { ack: 2, wnd: 65535 })
  })

  it('more than 65,535 octets are in flight', () => {
    const pair = accept(scaled(2, { wnd: 65535 }))
    const { m, p } = pair
    let acked = 1
    for (let turn = 0; turn < 200 && p.ack - acked < 80000; turn++) {
      write(pair, 1 << 17, p.ack - 1)
      for (const s of m.take()) p.ack = Math.max(p.ack, ((s.seq - p.own) | 0) + s.text.length)
      if (p.ack - acked < 80000) p.send('A', { ack: (acked = Math.min(p.ack, acked + 1460)) })
    }
    expect(p.ack - acked).toBeGreaterThan(80000)
  })

  it('3.8.6.1 a scaled window that closes is probed, and its opening is scaled too', () => {
    const pair = accept(scaled(3, { wnd: 125 }))
    const { m, p } = pair
    expect(sentOf(pair, 3000)).toBe(1000)
    p.send('A', { ack: 1001, wnd: 0 })
    p.silent()
    m.run(1000)
    p.expect('A', { seq: 1001, len: 1 })
    p.send('A', { ack: 1001, wnd: 125 })
    expect(m.take().reduce((sum, s) => sum + s.text.length, 0)).toBe(1000)
  })

  it('a read in sips draws an ACK for each segment or half the buffer that it makes room for, not for each sip', () => {
    const pair = accept(scaled(0))
    const { m, p } = pair
    for (let i = 0; i < 10; i++) p.send('A', { text: octets(1000) })
    m.take()
    for (let i = 0; i < 100; i++) read(pair, 100)
    expect(m.take().length).toBeLessThan(8)
  })

  it('a window that the header cannot say in full: a read in sips draws no duplicate of the ACK', () => {
    const pair = accept({ ...scaled(0), options: [] })
    const { m, p } = pair
    expect(status(...both(pair)).rcvShift).toBe(0)
    expect(tune(...both(pair), { receiveBuffer: 1 << 18 })).toBe(0)
    for (let i = 0; i < 10; i++) p.send('A', { text: octets(1000) })
    expect(m.take().every(s => s.wnd > 65535 - 1460)).toBe(true)
    for (let i = 0; i < 100; i++) read(pair, 100)
    expect(m.take().length).toBeLessThan(2)
  })

  it('2.4 WS-9 WS-12 the right edge never moves left, and what lies before it is taken, whatever the sizes', {
    timeout: 30000,
  }, () => {
    const next = random(7)
    const b = new Uint8Array(1 << 19)
    const pick = (n: number): number => (next() >>> 1) % n
    for (const [size, iss] of [
      [65536, 0xffff0000],
      [1 << 17, 5],
      [1 << 18, 0x7fffff00],
    ] as const) {
      const pair = accept({ setup: setup(size), options: padded(scale(0)), iss: iss | 0 })
      const { m, p, c } = pair
      const shift = status(m.t, c).rcvShift
      expect(shift).toBeGreaterThan(0)
      let edge = 0
      for (let i = 0; i < 600; i++) {
        const room = edge - p.nxt
        const n = Math.min(1 + pick(1460), edge ? room : 1)
        if (n > 0) {
          p.send('A', { text: octets(n, p.nxt - 1) })
          const all = m.take()
          const s = all[all.length - 1]!
          // All of it was in the window.
          expect((s.ack - p.iss) | 0).toBe(p.nxt)
          expect(p.nxt + (s.wnd << shift)).toBeGreaterThanOrEqual(edge)
          edge = p.nxt + (s.wnd << shift)
        }
        if (pick(3) === 0 || n <= 0) {
          m.t.read(c, b, 0, 1 + pick(n > 0 ? 4000 : size))
          m.poll()
        }
        for (const s of m.take()) {
          expect(((s.ack - p.iss) | 0) + (s.wnd << shift)).toBeGreaterThanOrEqual(edge)
          edge = ((s.ack - p.iss) | 0) + (s.wnd << shift)
        }
      }
      expect(p.nxt).toBeGreaterThan(size)
    }
  })

  it('2.4 WS-9 segments of one octet use up what is kept for rounding: the edge gives way by less than a unit, and what was offered is taken', () => {
    const { m, p, c } = accept(scaled(0))
    const unit = 1 << status(m.t, c).rcvShift
    let edge = 0
    let least = 0
    for (let i = 0; i < 3000; i++) {
      p.send('A', { text: octets(1, p.nxt - 1) })
      const s = m.take()[0]
      const now = p.nxt + s.wnd * unit
      edge = Math.max(edge, now)
      least = Math.min(least, now - edge)
    }
    expect(least).toBeLessThan(0)
    expect(least).toBeGreaterThan(-unit)
    m.drops()
    p.send('A', { seq: edge - 1, text: octets(1) })
    p.send('A', { seq: edge + unit, text: octets(1) })
    expect(m.drops()).toEqual([TCP_SEQUENCE])
  })

  it('RFC 5961 3 the window in TIME-WAIT is scaled as before', () => {
    const { m, p, c } = accept(scaled(0))
    m.t.close(c)
    m.poll()
    p.expect('FA')
    p.send('FA', { ack: 2 })
    const before = p.expect('A').wnd
    p.send('FA', { seq: 1, ack: 2 })
    expect(p.expect('A').wnd).toBe(before)
    // RFC 5961 3: a reset is asked about in all of it, and not beyond.
    p.send('R', { seq: 2 + 100000 })
    p.expect('A')
    p.send('R', { seq: 2 + (1 << 17) })
    p.silent()
  })
})
