// RFC 9293 3.6, 3.10.4 to 3.10.6, 3.10.8; RFC 1337, RFC 6191: connections end.
import { ECONNABORTED, ECONNRESET, ENOTCONN, EPIPE, ETIMEDOUT } from '@tiny/core'
import { tune } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import {
  accept,
  address,
  CLOSE_WAIT,
  CLOSED,
  CLOSING,
  connect,
  connecting,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  LAST_ACK,
  type Pair,
  peer,
  read,
  write,
} from './machine.ts'
import { octets, PEER } from './segment.ts'

/** A connection that we have closed first: TIME-WAIT. */
function timeWait(setup = {}): Pair {
  const pair = accept({ setup })
  pair.m.t.close(pair.c)
  pair.m.poll()
  pair.p.expect('FA', { seq: 1 })
  pair.p.send('FA')
  pair.p.expect('A', { seq: 2, ack: 2 })
  expect(pair.m.told()).toEqual(['end', 'close 0'])
  return pair
}

/** We close. */
function closed(pair: Pair): Pair {
  pair.m.t.close(pair.c)
  pair.m.poll()
  pair.p.expect('FA')
  return pair
}

/** The peer closes, and has not seen a FIN of ours. */
function ended(pair: Pair): Pair {
  pair.p.send('FA', { ack: 1 })
  pair.p.expect('A')
  return pair
}

describe('half close', () => {
  it('3.6 close says that no more is written; reading goes on, for as long as it takes', () => {
    const pair = connect()
    const { m, p, c } = pair
    write(pair, 10)
    expect(m.t.close(c)).toBe(0)
    expect(m.t.close(c)).toBe(0)
    expect(m.t.write(c, Uint8Array.of(1))).toBe(-EPIPE)
    p.expect('PA', { len: 10 })
    m.poll()
    p.expect('FA', { seq: 11 })
    expect(c.state).toBe(FIN_WAIT_1)
    p.send('A')
    expect(c.state).toBe(FIN_WAIT_2)
    for (let i = 0; i < 5; i++) {
      m.run(1000000)
      p.silent()
      p.send('PA', { text: octets(100, 100 * i) })
      p.expect('A', { ack: 101 + 100 * i, seq: 12 })
      expect(read(pair)).toEqual(octets(100, 100 * i))
    }
    p.send('FA')
    p.expect('A', { ack: 502 })
    expect(m.told().slice(-2)).toEqual(['end', 'close 0'])
    expect(m.t.read(c, new Uint8Array(9))).toBe(-ENOTCONN)
  })

  it('3.6 the peer closes first: the end of the stream is told apart, and writing goes on', () => {
    const pair = accept()
    const { m, p, c } = pair
    p.send('FPA', { text: octets(5) })
    p.expect('A', { ack: 7 })
    expect(c.state).toBe(CLOSE_WAIT)
    expect(m.told()).toEqual(['readable 5', 'end'])
    expect(read(pair)).toEqual(octets(5))
    expect(m.t.read(c, new Uint8Array(5))).toBe(0)
    m.run(1000000)
    expect(write(pair, 100)).toBe(100)
    p.expect('PA', { seq: 1, len: 100 })
    p.send('A')
    m.t.close(c)
    m.poll()
    p.expect('FA', { seq: 101 })
    expect(c.state).toBe(LAST_ACK)
    p.send('A')
    expect(c.state).toBe(CLOSED)
    expect(m.told().slice(-1)).toEqual(['close 0'])
    m.run(2000)
    expect(m.used()).toEqual([0, 0])
    expect(m.h.wait()).toBe(-1)
  })

  it('what has come before the end is kept until it is read: FIN-WAIT-2', () => {
    const pair = accept()
    const { m, p, c } = pair
    m.t.close(c)
    m.poll()
    p.expect('FA')
    p.push('A')
    p.push('FPA', { text: octets(300) })
    m.poll()
    p.expect('A', { ack: 302 })
    expect(m.told()).toEqual(['readable 300', 'end'])
    m.run(1000000)
    expect(read(pair, 200)).toEqual(octets(200))
    expect(m.told()).toEqual([])
    expect(m.t.used()).toBe(1)
    // A FIN that comes again is answered.
    p.send('FA', { seq: 301 })
    p.expect('A', { ack: 302 })
    expect(read(pair)).toEqual(octets(100, 200))
    expect(m.told()).toEqual(['close 0'])
    m.run(100000)
    expect(m.used()).toEqual([0, 0])
  })

  it('what has come before the end is kept until it is read: LAST-ACK', () => {
    const pair = accept()
    const { m, p, c } = pair
    p.send('FPA', { text: octets(300) })
    p.expect('A')
    m.t.close(c)
    m.poll()
    p.expect('FA', { seq: 1 })
    p.send('A')
    expect(m.told()).toEqual(['readable 300', 'end'])
    expect(read(pair)).toEqual(octets(300))
    expect(m.told()).toEqual(['close 0'])
    m.run(2000)
    expect(m.used()).toEqual([0, 0])
  })

  it('3.6 simultaneous close, with either order of ACK and FIN', () => {
    for (const isAckFirst of [false, true]) {
      const { m, p, c } = accept()
      m.t.close(c)
      m.poll()
      p.expect('FA', { seq: 1 })
      if (isAckFirst) {
        p.send('FA')
        p.expect('A', { ack: 2 })
      } else {
        p.send('FA', { ack: 1 })
        expect(c.state).toBe(CLOSING)
        p.expect('A', { seq: 2, ack: 2 })
        p.send('A', { ack: 2 })
      }
      p.silent()
      expect(c.state).toBe(CLOSED)
      expect(m.told()).toEqual(['end', 'close 0'])
      expect(m.t.used()).toBe(1)
      m.run(59999)
      expect(m.t.used()).toBe(1)
      m.run(2)
      expect(m.t.used()).toBe(0)
    }
  })

  it('our FIN waits for what is written before it', () => {
    const pair = connect({ wnd: 1000, mss: 500 })
    const { m, p, c } = pair
    write(pair, 1500)
    m.t.close(c)
    m.poll()
    p.expect('A', { seq: 1, len: 500 })
    p.expect('A', { seq: 501, len: 500 })
    p.silent()
    p.send('A')
    p.expect('FPA', { seq: 1001, len: 500 })
  })
})

describe('FIN is sent again', () => {
  it('3.10.8 in FIN-WAIT-1, CLOSING and LAST-ACK', () => {
    for (const state of [FIN_WAIT_1, CLOSING, LAST_ACK]) {
      const { m, p, c } = accept()
      if (state === LAST_ACK) {
        p.send('FA')
        p.expect('A')
      }
      m.t.close(c)
      m.poll()
      p.expect('FA', { seq: 1 })
      if (state === CLOSING) {
        p.send('FA', { ack: 1 })
        p.expect('A')
      }
      expect(c.state).toBe(state)
      for (const ms of [1000, 2000, 4000]) {
        m.run(ms - 1)
        p.silent()
        m.run(1)
        p.expect('FA', { seq: 1 })
      }
      // And not forever.
      m.run(400000)
      m.take()
      expect(m.told().slice(-1)).toEqual([`close ${-ETIMEDOUT}`])
      expect(m.used()).toEqual([0, 0])
    }
  })

  it('with the text before it, when neither was acknowledged', () => {
    const pair = connect()
    write(pair, 7)
    pair.m.t.close(pair.c)
    pair.m.poll()
    pair.p.expect('PA', { len: 7 })
    pair.p.expect('FA', { seq: 8 })
    pair.m.run(1000)
    pair.p.expect('FPA', { seq: 1, len: 7 })
    pair.p.send('A', { ack: 9 })
    expect(pair.c.state).toBe(FIN_WAIT_2)
  })
})

describe('reset and abort', () => {
  it('3.6 MUST-12 the application is told that the peer has aborted, and apart from an end', () => {
    const pair = accept()
    pair.p.send('PA', { text: octets(5) })
    pair.m.told()
    pair.p.send('R')
    expect(pair.m.told()).toEqual([`close ${-ECONNRESET}`])
    expect(read(pair)).toBe(-ENOTCONN)
    expect(pair.m.t.write(pair.c, Uint8Array.of(1))).toBe(-ENOTCONN)
    expect(pair.m.used()).toEqual([0, 0])
  })

  it('3.5.3 SHLD-2 a reset may carry text, which is passed over', () => {
    const { m, p } = accept()
    p.send('RA', { text: octets(50) })
    expect(m.told()).toEqual([`close ${-ECONNRESET}`])
    p.silent()
  })

  it('3.10.5 abort resets while one side is open, and says so once', () => {
    const all: [string, () => Pair, string][] = [
      ['SYN-SENT', () => connecting(), ''],
      ['ESTABLISHED', () => connect(), 'RA'],
      ['CLOSE-WAIT', () => ended(connect()), 'RA'],
      ['FIN-WAIT-1', () => closed(connect()), 'RA'],
      // Both have closed: it is deleted without a word.
      ['LAST-ACK', () => closed(ended(connect())), ''],
      ['CLOSING', () => ended(closed(connect())), ''],
    ]
    for (const [name, make, flags] of all) {
      const { m, p, c } = make()
      m.told()
      expect(m.t.abort(c)).toBe(0)
      if (flags) p.expect(flags)
      p.silent()
      m.poll()
      expect(m.told(), name).toEqual([`close ${-ECONNABORTED}`])
      for (const verb of [m.t.abort, m.t.close, m.t.release]) expect(verb(c)).toBe(-ENOTCONN)
      m.run(300000)
      expect(m.told()).toEqual([])
      expect(m.used()).toEqual([0, 0])
      // Late segments are reset.
      if (flags) {
        p.send('PA', { text: octets(3), ack: 1 })
        p.expect('R', { seq: 1 })
      }
    }
  })

  it('3.10.4, 3.10.5 abort resets while a FIN waits behind what was written: the peer would wait for it for good', () => {
    for (const first of ['peer', 'own']) {
      const { m, p, c } = connect({ mss: 536 })
      // A window that takes 100 octets of 300.
      p.wnd = 100
      if (first === 'peer') {
        p.send('FA')
        p.expect('A')
      } else p.send('A')
      m.t.write(c, Uint8Array.from(octets(300)))
      m.t.close(c)
      m.run(600)
      p.expect('A', { seq: 1, len: 100 })
      p.silent()
      if (first === 'own') {
        p.send('FA', { ack: 1 })
        p.expect('A')
      }
      expect(c.state).toBe(first === 'own' ? CLOSING : LAST_ACK)
      m.t.abort(c)
      p.expect('RA', { seq: 101 })
      m.poll()
      p.silent()
      expect(m.used()).toEqual([0, 0])
    }
  })

  it('3.10.4 close in SYN-SENT ends the attempt', () => {
    const { m, p, c } = connecting()
    expect(m.t.close(c)).toBe(0)
    m.poll()
    p.silent()
    expect(m.told()).toEqual(['close 0'])
    expect(m.used()).toEqual([0, 0])
  })

  it('3.10.4 close in SYN-RECEIVED: FIN when it stands, and no onWritable', () => {
    const { m, p, c } = connecting()
    p.send('S')
    p.expect('SA')
    m.t.close(c)
    m.poll()
    p.silent()
    p.send('A', { ack: 1 })
    p.expect('FA', { seq: 1 })
    expect(c.state).toBe(FIN_WAIT_1)
    expect(m.told()).toEqual([])
  })

  it('3.10.7.1 to a closed port: reset by the ACK, or by the length, never for a reset', () => {
    const { m } = accept()
    const p = peer(m, { port: 81 })
    p.own = 0
    p.send('S', { seq: 5 })
    p.expect('RA', { seq: 0, ack: 6 })
    p.send('', { seq: 9 })
    p.expect('RA', { seq: 0, ack: 9 })
    p.send('P', { seq: 9, text: octets(4) })
    p.expect('RA', { seq: 0, ack: 13 })
    p.send('SF', { seq: 9, text: octets(4) })
    p.expect('RA', { seq: 0, ack: 15 })
    p.send('A', { ack: 77 })
    p.expect('R', { seq: 77, ack: 0, wnd: 0 })
    p.send('FA', { ack: -2, text: octets(4) })
    p.expect('R', { seq: -2 })
    p.send('R')
    p.send('RA')
    p.send('RFSPA')
    p.silent()
    m.run(10000)
    expect(m.t.used()).toBe(1)
  })
})

describe('release', () => {
  it('3.6.1 MAY-1 SHLD-3 octets that were not read are lost, and the peer is told with a reset', () => {
    const { m, p, c } = accept()
    p.send('PA', { text: octets(5) })
    p.expect('A')
    m.told()
    expect(m.t.release(c)).toBe(0)
    p.expect('RA', { seq: 1, ack: 6 })
    m.poll()
    expect(m.told()).toEqual([])
    expect(m.used()).toEqual([0, 0])
  })

  it('3.6.1 SHLD-3 octets that come after it are lost, and the peer is told with a reset', () => {
    const pair = accept()
    const { m, p, c } = pair
    write(pair, 10)
    p.expect('PA')
    m.t.release(c)
    m.poll()
    p.expect('FA', { seq: 11 })
    p.send('A')
    p.silent()
    p.send('PA', { text: octets(1) })
    p.expect('RA', { seq: 12, ack: 1 })
    expect(m.told()).toEqual([])
    m.run(2000)
    expect(m.used()).toEqual([0, 0])
  })

  it('everything written before is delivered, no callback comes, and both ends close in order', () => {
    const pair = connect()
    const { m, p, c } = pair
    write(pair, 4000)
    m.t.release(c)
    for (const verb of [m.t.release]) expect(verb(c)).toBe(-ENOTCONN)
    expect(m.t.write(c, Uint8Array.of(1))).toBe(-EPIPE)
    expect(m.t.read(c, new Uint8Array(1))).toBe(-ENOTCONN)
    m.poll()
    expect(m.take().reduce((n, s) => n + s.text.length, 0)).toBe(4000)
    p.send('A', { ack: 4002 })
    p.send('FA', { ack: 4002 })
    p.expect('A', { ack: 2 })
    m.run(100000)
    expect(m.told()).toEqual([])
    expect(m.used()).toEqual([0, 0])
  })

  it('a peer that does not close has a minute in FIN-WAIT-2 after release, and none is counted after close', () => {
    const { m, p, c } = accept()
    m.t.release(c)
    m.poll()
    p.expect('FA')
    p.send('A')
    m.run(59000)
    expect(m.t.used()).toBe(1)
    m.run(1001)
    expect(m.used()).toEqual([0, 0])
    expect(m.h.wait()).toBe(-1)
    const other = accept()
    other.m.t.close(other.c)
    other.m.poll()
    other.p.expect('FA')
    other.p.send('A')
    other.m.run(10000000)
    expect(other.m.t.used()).toBe(1)
    other.m.t.release(other.c)
    other.m.run(60001)
    expect(other.m.used()).toEqual([0, 0])
  })

  it('a peer whose window stays closed, and that falls silent, does not hold what was released', () => {
    const pair = connect({ wnd: 0 })
    const { m, p, c } = pair
    write(pair, 10)
    m.t.release(c)
    m.run(50000)
    p.ack = 1
    p.send('A', { wnd: 0 })
    m.run(90000)
    expect(m.t.used()).toBe(1)
    m.run(100000)
    expect(m.used()).toEqual([0, 0])
    expect(m.told()).toEqual([])
  })
})

describe('TIME-WAIT', () => {
  it('3.6.1 MUST-13 lasts 2 MSL as configured, one minute unless told otherwise', () => {
    for (const setup of [{}, { timeWait: 240000 }]) {
      const { m, p } = timeWait(setup)
      const ms = setup.timeWait ?? 60000
      m.run(ms - 1)
      expect(m.used()).toEqual([1, 0])
      p.send('FA', { seq: 1, ack: 2 })
      p.expect('A', { seq: 2, ack: 2 })
      // RFC 9293 3.10.7.4: the FIN has come again, 2 MSL start anew.
      m.run(ms - 1)
      expect(m.used()).toEqual([1, 0])
      m.run(1)
      expect(m.used()).toEqual([0, 0])
      expect(m.h.wait()).toBe(-1)
      p.silent()
    }
  })

  it('3.6.1 MUST-13 a full table loses the oldest before its time, counted', () => {
    const { m, p } = accept({ setup: { timeWaits: 3, connections: 8 } })
    m.take()
    p.send('R')
    for (let i = 0; i < 5; i++) {
      const q = peer(m, { peerPort: 6000 + i })
      const c = m.t.connect(address(PEER), 6000 + i, m.note(), { port: 80 })
      m.poll()
      q.expect('S')
      q.send('SA')
      q.expect('A')
      m.t.close(c as never)
      m.poll()
      q.expect('FA')
      q.send('FA')
      q.expect('A')
      m.sleep(10)
    }
    expect(m.counts()).toEqual([415, 415])
    expect(m.t.used()).toBe(3)
    for (const [i, isKnown] of [false, false, true, true, true].entries()) {
      const q = peer(m, { peerPort: 6000 + i })
      q.own = 0
      q.send('FA', { seq: 1, ack: 2 })
      expect(m.take()[0].flags === 'A').toBe(isKnown)
    }
  })

  it('3.6.1 MUST-13 a free record is taken before one makes room', () => {
    const { m, p } = accept({ setup: { timeWaits: 3, connections: 8 } })
    p.send('R')
    const end = (peerPort: number) => {
      const q = peer(m, { peerPort })
      const c = m.t.connect(address(PEER), peerPort, {}, { port: 80 })
      m.poll()
      q.expect('S')
      q.send('SA')
      m.t.close(c as never)
      m.poll()
      m.take()
      q.send('FA', { ack: 2 })
      q.expect('A')
      return q
    }
    const all = [6000, 6001, 6002].map(end)
    expect(m.t.used()).toBe(3)
    all[1].send('R', { seq: 2 })
    expect(m.t.used()).toBe(2)
    end(6003)
    expect(m.t.used()).toBe(3)
    expect(m.counts()).not.toContain(415)
    end(6004)
    expect(m.t.used()).toBe(3)
    expect(m.counts()).toContain(415)
    m.run(60000)
    expect(m.t.used()).toBe(0)
  })

  it('who makes room in TIME-WAIT is known without a look at all that are there', () => {
    const { m, p } = accept({ setup: { timeWaits: 256 } })
    p.send('R')
    const e = m.t as unknown as { timeWaits: unknown[] }
    let looks = 0
    const get = (list: unknown[], i: string): unknown => {
      looks++
      return list[i as never]
    }
    e.timeWaits = new Proxy(e.timeWaits, { get: get as never })
    m.counts()
    for (let i = 0; i < 512; i++) {
      const c = m.t.connect(address(PEER), 6000 + i, {}, { port: 82 })
      const r = peer(m, { port: 82, peerPort: 6000 + i })
      m.poll()
      r.expect('S')
      r.send('SA')
      r.expect('A')
      m.t.close(c as never)
      m.poll()
      r.expect('FA')
      r.send('FA')
      r.expect('A')
    }
    expect(m.counts().filter(id => id === 415).length).toBe(256)
    expect(looks).toBeGreaterThan(512)
    expect(looks).toBeLessThan(8 * 512)
  })

  it('old duplicates with something in them are answered, empty ones are not: two ends would never stop', () => {
    const { m, p } = timeWait()
    p.send('PA', { seq: 1, text: octets(3), ack: 2 })
    p.expect('A', { seq: 2, ack: 2, wnd: 4095 })
    p.send('SA', { seq: 0, ack: 1 })
    p.expect('A', { seq: 2, ack: 2 })
    p.send('S', { seq: -5 })
    p.expect('A', { seq: 2, ack: 2 })
    for (const seq of [0, 1, 2, 3]) p.send('A', { seq, ack: 2 })
    p.silent()
    expect(m.t.used()).toBe(1)
  })

  it('RFC 5961 3 a reset counts at RCV.NXT only; in the window it is asked about, outside it is dropped', () => {
    const { m, p } = timeWait()
    for (const seq of [1, 0, -1000, 2 + 4096]) p.send('R', { seq })
    p.silent()
    for (const seq of [3, 2 + 4000]) {
      p.send('R', { seq })
      p.expect('A', { seq: 2, ack: 2 })
    }
    expect(m.t.used()).toBe(1)
    p.send('R', { seq: 2 })
    p.silent()
    expect(m.t.used()).toBe(0)
  })

  it('3.6.1 MAY-2 a SYN beyond what was used opens a new connection, one from before does not', () => {
    const { m, p } = timeWait()
    p.send('S', { seq: 2 - 1 })
    p.expect('A', { seq: 2, ack: 2 })
    expect(m.t.used()).toBe(1)
    p.send('S', { seq: 1000 })
    p.expect('SA', { ack: 1001 })
    p.send('A', { seq: 1001, ack: 1 })
    expect(m.told()).toEqual(['writable 4096'])
    expect(m.t.used()).toBe(1)
  })

  it('3.6.1 MAY-2 the new connection is numbered beyond the old one', () => {
    const pair = accept({ wnd: 65535, setup: { sendBuffer: 65536 } })
    const { m, p, c } = pair
    let sent = 0
    // 2 MB in no time: the clock of the ISN stands still.
    for (let i = 0; i < 500; i++) {
      sent += write(pair, 2920)
      m.take()
      p.send('A', { ack: 1 + sent })
    }
    m.t.close(c)
    m.poll()
    m.take()
    p.send('FA', { ack: 2 + sent })
    m.take()
    const last = p.own + 1 + sent
    p.send('S', { seq: 100000 })
    const iss = p.expect('SA').octets
    const seq = (iss[24] << 24) | (iss[25] << 16) | (iss[26] << 8) | iss[27] | 0
    expect((seq - last) | 0).toBeGreaterThan(0)
  })

  it('a SYN to a port where nobody listens any more leaves TIME-WAIT as it is', () => {
    const { m, p, c } = connect()
    m.t.close(c)
    m.poll()
    p.expect('FA')
    p.send('FA')
    p.expect('A')
    p.send('S', { seq: 5000 })
    p.expect('A', { seq: 2, ack: 2 })
    expect(m.t.used()).toBe(1)
    expect(m.t.connect(address(PEER), 4000, {}, { port: 5000 })).toBeLessThan(0)
  })

  it('across the wrap of clock and numbers', () => {
    // The clock of these tests wraps after 256 ms, the peer's numbers after 16 octets.
    const pair = accept()
    pair.m.run(200)
    pair.p.send('PA', { text: octets(12) })
    pair.p.expect('A')
    read(pair)
    pair.m.t.close(pair.c)
    pair.m.poll()
    pair.p.expect('FA')
    pair.p.send('FA')
    pair.p.expect('A', { ack: 14 })
    pair.m.run(59999)
    expect(pair.m.t.used()).toBe(1)
    pair.p.send('S', { seq: 20 })
    pair.p.expect('SA', { ack: 21 })
  })
})

it('keep-alive goes on in CLOSE-WAIT and FIN-WAIT-2', () => {
  for (const isOurs of [false, true]) {
    const { m, p, c } = accept()
    tune(m.t, c, { keepAlive: 10000, keepInterval: 1000, keepCount: 2 })
    if (isOurs) {
      m.t.close(c)
      m.poll()
      p.expect('FA')
      p.send('A')
    } else {
      p.send('FA')
      p.expect('A')
    }
    expect(c.state).toBe(isOurs ? FIN_WAIT_2 : CLOSE_WAIT)
    m.run(20000)
    expect(m.take().length).toBeGreaterThan(1)
    expect(m.told().slice(-1)).toEqual([`close ${-ETIMEDOUT}`])
  }
  expect(ESTABLISHED).toBe(4)
})
