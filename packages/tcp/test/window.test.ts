// RFC 9293 3.8.6: windows, silly and closed ones; 3.7.4: Nagle.
import { ETIMEDOUT } from '@tiny/core'
import { status, tune } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { CLOSE_WAIT } from '../src/const.ts'
import { TCP_CLOSED_WINDOW } from '../src/ids.ts'
import { accept, CLOSED, connect, ESTABLISHED, machine, read, write } from './machine.ts'
import { octets } from './segment.ts'

const MSS = 1000

describe('sender', () => {
  it('3.8.6 MUST-34 SHLD-15 SHLD-16 a window that shrinks: nothing new is sent, what is inside is sent again', () => {
    const pair = connect({ wnd: 5000, mss: MSS })
    const { m, p, c } = pair
    write(pair, 4096)
    expect(m.take().map(s => s.text.length)).toEqual([1000, 1000, 1000, 1000])
    p.send('A', { ack: 1001, wnd: 1500 })
    p.silent()
    expect(write(pair, 1000, 4096)).toBe(1000)
    p.silent()
    m.run(1000)
    p.expect('A', { seq: 1001, len: 1000 })
    p.silent()
    expect(c.state).toBe(ESTABLISHED)
    // It opens again: the stream goes on, nothing is lost.
    p.send('A', { ack: 2001, wnd: 8000 })
    const rest = m.take()
    expect(rest[0]!.text).toEqual(octets(1000, 2000))
    expect(rest.reduce((n, s) => n + s.text.length, 0)).toBeGreaterThanOrEqual(2000)
  })

  it('3.8.6 MUST-34 acknowledgments of what lies beyond a window that has shrunk are good', () => {
    const pair = connect({ wnd: 5000, mss: MSS })
    write(pair, 4000)
    pair.m.take()
    pair.p.send('A', { ack: 1001, wnd: 0 })
    pair.p.send('A', { ack: 4001, wnd: 0 })
    expect((status(pair.m.t, pair.c).sndUna - pair.p.own) | 0).toBe(4001)
  })

  it('3.8.6 SHLD-17 a window that has shrunk to nothing does not time the connection out', () => {
    const pair = connect({ wnd: 5000, mss: MSS })
    const { m, p, c } = pair
    write(pair, 4000)
    m.take()
    p.send('A', { ack: 1001, wnd: 0 })
    // It is probed for all the time, first when it has been closed for a timeout (SHLD-29).
    m.run(1000)
    expect(m.take()).toMatchObject([{ at: 1000, text: octets(1, 1000) }])
    m.run(2000)
    expect(m.take()).toMatchObject([{ at: 3000, text: octets(1, 1000) }])
    for (let i = 0; i < 60; i++) {
      m.run(60000)
      expect(m.take().length).toBeGreaterThan(0)
      p.send('A', { ack: 1001, wnd: 0 })
    }
    expect(c.state).toBe(ESTABLISHED)
    p.send('A', { ack: 1001, wnd: 8000 })
    expect(m.take()[0]!.text).toEqual(octets(1000, 1000))
  })

  it('3.8.6 MAY-7 what was sent before the window shrank may be sent again beyond it: three duplicates do', () => {
    const pair = connect({ wnd: 8000, mss: MSS })
    write(pair, 4000)
    pair.m.take()
    pair.p.send('A', { ack: 1, wnd: 500 })
    for (let i = 0; i < 3; i++) pair.p.send('A', { ack: 1, wnd: 500 })
    pair.p.expect('A', { seq: 1, len: 1000 })
  })

  it('3.8.6.1 MUST-35 MUST-36 SHLD-29 SHLD-30 a closed window is probed, at first after a timeout, then twice as late each time', () => {
    const pair = connect({ wnd: 0 })
    const { m, p, c } = pair
    write(pair, 100)
    p.silent()
    const times: number[] = []
    for (let i = 0; i < 320; i++) {
      m.run(1000)
      for (const s of m.take()) {
        times.push(s.at)
        expect([s.text, (s.seq - p.own) | 0]).toEqual([octets(1), 1])
        p.send('A', { ack: 1, wnd: 0 })
      }
    }
    expect(times.slice(0, 9)).toEqual([1000, 3000, 7000, 15000, 31000, 63000, 123000, 183000, 243000])
    expect(c.state).toBe(ESTABLISHED)
    p.send('A', { ack: 1, wnd: 8000 })
    p.expect('PA', { seq: 1, text: octets(100) })
  })

  it('3.8.6.1 MUST-36 a probe that is taken: the stream goes on behind it', () => {
    const pair = connect({ wnd: 0 })
    write(pair, 100)
    pair.m.run(1000)
    pair.p.expect('A', { len: 1 })
    pair.p.send('A', { ack: 2, wnd: 50 })
    pair.m.run(500)
    pair.p.expect('A', { seq: 2, text: octets(50, 1) })
  })

  it('3.8.6.1 MUST-37 MAY-8 a window stays closed for as long as the peer answers; userTimeout ends it', () => {
    for (const userTimeout of [0, 7000000]) {
      const pair = connect({ wnd: 0 })
      const { m, p, c } = pair
      tune(m.t, c, { userTimeout })
      write(pair, 100)
      for (let i = 0; i < 120; i++) {
        m.run(60000)
        if (m.take().length && c.state !== CLOSED) p.send('A', { ack: 1, wnd: 0 })
      }
      expect(c.state).toBe(userTimeout ? CLOSED : ESTABLISHED)
      if (userTimeout) expect(m.told()).toEqual([`close ${-ETIMEDOUT}`])
    }
  })

  it('after a long closed window R2 starts anew, and the timeout is that of the network', () => {
    const pair = connect({ wnd: 0, mss: MSS })
    const { m, p, c } = pair
    write(pair, 1000)
    for (let i = 0; i < 10; i++) {
      m.run(60000)
      m.take()
      p.send('A', { ack: 1, wnd: 0 })
    }
    p.send('A', { ack: 1, wnd: 8000 })
    p.expect('PA', { seq: 1, len: 1000 })
    m.run(1000)
    p.expect('PA', { seq: 1, len: 1000 })
    expect(c.state).toBe(ESTABLISHED)
    expect(m.told()).toEqual([])
  })

  it('a FIN does not go into a closed window, but is a probe, and is taken when the peer takes it', () => {
    const pair = connect({ wnd: 0 })
    const { m, p, c } = pair
    m.t.close(c)
    m.poll()
    p.silent()
    m.run(1000)
    p.expect('FA', { seq: 1 })
    p.send('A', { ack: 1, wnd: 0 })
    m.run(150000)
    expect(m.take().length).toBeGreaterThan(3)
    p.send('A', { ack: 2, wnd: 0 })
    expect(c.state).toBe(7)
    m.run(1000000)
    p.silent()
  })

  it('a window update that was lost is found by a probe', () => {
    const pair = connect({ wnd: 1000, mss: MSS })
    write(pair, 2000)
    pair.p.expect('A', { len: 1000 })
    pair.p.send('A', { ack: 1001, wnd: 0 })
    pair.m.run(1000)
    pair.p.expect('A', { seq: 1001, len: 1 })
    pair.p.send('A', { ack: 1001, wnd: 1000 })
    pair.p.expect('PA', { seq: 1001, len: 1000 })
  })

  it('an old segment does not change the window', () => {
    const pair = connect({ wnd: 5000, mss: MSS })
    pair.p.send('PA', { text: octets(10), wnd: 5000 })
    pair.p.expect('A')
    pair.p.send('PA', { text: octets(10, 10), wnd: 5000 })
    pair.p.expect('A')
    pair.p.send('PA', { seq: 5, text: octets(20, 4), ack: 1, wnd: 10 })
    pair.p.expect('A', { ack: 25 })
    expect(status(pair.m.t, pair.c).sndWnd).toBe(5000)
    write(pair, 1000)
    pair.p.expect('PA')
    pair.p.send('A', { seq: 25, ack: 1001, wnd: 4000 })
    pair.p.send('A', { seq: 25, ack: 1000, wnd: 9 })
    expect(status(pair.m.t, pair.c).sndWnd).toBe(4000)
  })

  it('3.8.6.2.1 MUST-38 a silly window is not filled, until half the largest is open, or the override is due', () => {
    const pair = connect({ wnd: 8000, mss: MSS })
    const { m, p } = pair
    write(pair, 4000)
    m.take()
    p.send('A', { ack: 4001, wnd: 10 })
    write(pair, 3000, 4000)
    p.silent()
    m.run(499)
    p.silent()
    m.run(1)
    p.expect('A', { seq: 4001, len: 10 })
    p.send('A', { ack: 4011, wnd: 999 })
    p.silent()
    p.send('A', { ack: 4011, wnd: 1000 })
    p.expect('A', { seq: 4011, len: 1000 })
    // A peer with a small buffer: half of it is enough.
    const small = connect({ wnd: 600, mss: MSS })
    write(small, 3000)
    small.p.expect('A', { len: 600 })
    small.p.send('A', { ack: 601, wnd: 299 })
    small.p.silent()
    small.p.send('A', { ack: 601, wnd: 300 })
    small.p.expect('A', { len: 300 })
  })

  it('the override sends the rest of it with PSH', () => {
    const pair = connect({ wnd: 8000 })
    pair.p.send('A', { wnd: 5 })
    write(pair, 5)
    pair.p.expect('PA', { len: 5 })
  })
})

describe('receiver', () => {
  it('3.8.6.2.2 MUST-39 the window opens by a full segment or half the buffer, not by single octets', () => {
    const pair = accept({ setup: { receiveBuffer: 4096 } })
    const { p } = pair
    for (let i = 0; i < 4; i++) {
      p.send('A', { text: octets(1024, 1024 * i) })
      p.expect('A', { wnd: 3072 - 1024 * i })
    }
    let taken = 0
    for (; taken < 1459; taken++) {
      expect(read(pair, 1)).toEqual(octets(1, taken))
      p.silent()
      // Nor with an ACK that is sent for another reason.
      if (taken % 100 === 50) {
        p.send('A', { seq: 1, text: octets(1) })
        p.expect('A', { ack: 4097, wnd: 0 })
      }
    }
    read(pair, 1)
    p.expect('A', { ack: 4097, wnd: 1460 })
    // Half the buffer, where that is less.
    const small = accept({ setup: { receiveBuffer: 256 } })
    small.p.send('A', { text: octets(256) })
    small.p.expect('A', { wnd: 0 })
    read(small, 127)
    small.p.silent()
    read(small, 1)
    small.p.expect('A', { wnd: 128 })
  })

  it('3.10.7.4 what comes into a closed window is dropped and answered, a FIN alone is taken', () => {
    const { p, m, c } = accept({ setup: { receiveBuffer: 256 } })
    p.send('A', { text: octets(256) })
    p.expect('A', { wnd: 0 })
    for (const flags of ['A', 'FA']) {
      p.send(flags, { seq: 257, text: octets(1) })
      p.expect('A', { ack: 257, wnd: 0 })
    }
    expect(m.drops()).toEqual([TCP_CLOSED_WINDOW, TCP_CLOSED_WINDOW])
    p.send('FA', { seq: 257 })
    p.expect('A', { ack: 258, wnd: 0 })
    expect([m.drops(), c.state]).toEqual([[], CLOSE_WAIT])
  })

  it('3.8.6 SHLD-14 the right edge of the window never moves back', () => {
    const pair = accept({ setup: { receiveBuffer: 1024 } })
    const { m, p } = pair
    let edge = 0
    let at = 0
    for (let i = 0; i < 400; i++) {
      const n = 1 + ((i * 37) % 90)
      p.send('A', { seq: 1 + at, text: octets(n, at) })
      for (const s of m.take()) {
        const now = ((s.ack - p.iss) | 0) + s.wnd
        expect(now).toBeGreaterThanOrEqual(edge)
        edge = now
        at = ((s.ack - p.iss) | 0) - 1
      }
      read(pair, (i * 53) % 120)
    }
    expect(at).toBeGreaterThan(10000)
    expect(tune(m.t, pair.c, { receiveBuffer: 512 })).toBe(-22)
    const idle = accept({ setup: { receiveBuffer: 1024 } })
    expect(tune(idle.m.t, idle.c, { receiveBuffer: 512 })).toBe(-22)
  })

  it('3.8.6 a buffer that has been made larger opens the window at once; to look at the status moves nothing', () => {
    const { m, p, c } = accept({ setup: { receiveBuffer: 1024 } })
    expect(tune(m.t, c, { receiveBuffer: 4096 })).toBe(0)
    expect(status(m.t, c).rcvWnd).toBe(1024)
    m.poll()
    p.expect('A', { wnd: 4096 })
    expect(status(m.t, c).rcvWnd).toBe(4096)
    expect(tune(m.t, c, { receiveBuffer: 4096 })).toBe(0)
    m.poll()
    p.silent()
  })

  it('a window of 65,535 is what 16 bits can say, of a buffer of 65,536', () => {
    const pair = accept({ setup: { receiveBuffer: 65536 } })
    let at = 0
    for (let i = 0; i < 200; i++) {
      pair.p.send('A', { text: octets(1460, at) })
      at += 1460
      for (const s of pair.m.take()) expect(s.wnd).toBeLessThanOrEqual(65535)
      if (i % 3 === 0) read(pair)
    }
    expect((read(pair) as number[]).length).toBeGreaterThan(0)
  })

  it('3.4 MUST-66 with no window, RST, URG and ACK are processed', () => {
    const pair = accept({ setup: { receiveBuffer: 256 } })
    const { m, p, c } = pair
    p.send('A', { text: octets(256) })
    p.expect('A', { wnd: 0 })
    write(pair, 10)
    p.expect('PA')
    m.told()
    p.send('UPA', { up: 50, text: octets(1), ack: 11 })
    p.expect('A', { ack: 257, wnd: 0 })
    expect(m.told()).toEqual(['urgent 306'])
    expect((status(m.t, c).sndUna - p.own) | 0).toBe(11)
    p.send('R', { seq: 257 })
    expect(c.state).toBe(CLOSED)
  })

  it('a probe into a closed window is answered each time', () => {
    const { p } = accept({ setup: { receiveBuffer: 256 } })
    p.send('A', { text: octets(256) })
    p.expect('A', { wnd: 0 })
    for (let i = 0; i < 30; i++) {
      p.send('A', { seq: 257, text: [1] })
      p.expect('A', { ack: 257, wnd: 0 })
    }
  })

  it('the buffer grows when it is empty, refuses when it is not', () => {
    const pair = accept({ setup: { receiveBuffer: 256 } })
    const { m, p, c } = pair
    p.send('A', { text: octets(100) })
    p.expect('A')
    expect(tune(m.t, c, { receiveBuffer: 4096 })).toBe(-11)
    read(pair)
    m.take()
    m.run(2000)
    expect(tune(m.t, c, { receiveBuffer: 4096, sendBuffer: 512 })).toBe(0)
    p.send('A', { text: octets(100, 100) })
    p.expect('A', { wnd: 3996 })
    expect(write(pair, 1000)).toBe(512)
    expect(tune(m.t, c, { sendBuffer: 4096 })).toBe(-11)
  })
})

describe('Nagle', () => {
  it('3.7.4 SHLD-7 a small segment waits while something is in flight', () => {
    const pair = connect({ mss: MSS })
    const { p } = pair
    write(pair, 10)
    p.expect('PA', { len: 10 })
    write(pair, 10, 10)
    write(pair, 10, 20)
    p.silent()
    p.send('A', { ack: 11 })
    p.expect('PA', { seq: 11, text: octets(20, 10) })
    write(pair, 1000, 30)
    // A full one goes at once.
    p.expect('PA', { len: 1000 })
    // Half the largest window is small as well, while something is in flight.
    const small = connect({ wnd: 100, mss: MSS })
    write(small, 30)
    small.p.expect('PA')
    write(small, 60)
    small.p.silent()
  })

  it('3.7.4 MUST-17 the application turns it off, and on', () => {
    const pair = connect({ mss: MSS })
    const { m, p, c } = pair
    expect(tune(m.t, c, { noDelay: true })).toBe(0)
    for (let i = 0; i < 5; i++) {
      write(pair, 10, 10 * i)
      p.expect('PA', { seq: 1 + 10 * i, len: 10 })
    }
    tune(m.t, c, { noDelay: false })
    write(pair, 10, 50)
    p.silent()
    tune(m.t, c, { noDelay: true })
    m.poll()
    p.expect('PA', { seq: 51 })
  })

  it('what is followed by FIN does not wait', () => {
    const pair = connect({ mss: MSS })
    write(pair, 10)
    pair.p.expect('PA')
    write(pair, 10, 10)
    pair.p.silent()
    pair.m.t.close(pair.c)
    pair.m.poll()
    pair.p.expect('FPA', { seq: 11, len: 10 })
  })
})

describe('PSH', () => {
  it('3.9.1.2 MUST-61 SHLD-27 SHLD-28 the last segment of what is there has PSH, the others are full and have none', () => {
    const pair = connect({ mss: MSS })
    const { m, p, c } = pair
    for (let i = 0; i < 25; i++) m.t.write(c, Uint8Array.from(octets(100, 100 * i)))
    m.poll()
    p.expect('A', { len: 1000 })
    p.expect('A', { len: 1000 })
    p.silent()
    p.send('A')
    p.expect('PA', { len: 500 })
  })

  it('3.9.1.2 MUST-60 MAY-15 MAY-16 nothing is kept back: every write is pushed', () => {
    const pair = connect()
    write(pair, 1)
    pair.p.expect('PA', { len: 1 })
    pair.p.send('A')
    write(pair, 1, 1)
    pair.p.expect('PA', { len: 1 })
  })

  it('3.9.1.3 MAY-17 what is received is handed on whether it was pushed or not', () => {
    const { m, p } = accept()
    p.send('A', { text: octets(3) })
    p.send('PA', { text: octets(3, 3) })
    expect(m.told()).toEqual(['readable 3', 'readable 6'])
  })
})

it('a peer that offers nothing in its SYN is probed', () => {
  const m = machine()
  const { p, c } = connect({ wnd: 0 })
  expect(c.state).toBe(ESTABLISHED)
  p.send('A', { wnd: 100 })
  expect(m.t.used()).toBe(0)
})
