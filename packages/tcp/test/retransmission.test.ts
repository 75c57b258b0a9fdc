// RFC 9293 3.8.1 to 3.8.3, RFC 6298, RFC 5681, RFC 6582, RFC 3042, RFC 6928.
import { ETIMEDOUT } from '@tiny/core'
import { status, tune } from '@tiny/tcp'
import { describe, expect, it, vi } from 'vitest'
import { accept, connect, type Pair, write } from './machine.ts'
import { octets } from './segment.ts'

const MSS = 1000

/** Connected, with room for many segments, a window of 64 KB and a round trip that was measured: none. */
const wide = (setup = {}): Pair => connect({ wnd: 65535, mss: MSS, setup: { sendBuffer: 65536, ...setup } })

/** Numbers of the segments that were sent since, in segments. */
const sent = ({ m }: Pair): number[] => m.take().map(s => ((s.seq - base) | 0) / MSS)
let base = 0

/** Writes n segments, and says which went out. */
function start(pair: Pair, n: number): number[] {
  base = (pair.p.own + 1) | 0
  write(pair, n * MSS)
  return sent(pair)
}

const ackTo = (pair: Pair, k: number): void => pair.p.send('A', { ack: 1 + k * MSS })

describe('RFC 6298', () => {
  it('2.1 the timeout is a second until something has been measured', () => {
    const pair = connect({ setup: { minRto: 100 } })
    // The SYN was answered at once: 0 ms, and the least timeout holds.
    expect(status(pair.m.t, pair.c).rto).toBe(100)
    const other = connect()
    expect(status(other.m.t, other.c).rto).toBe(1000)
  })

  it('2.2 2.3 SRTT and RTTVAR follow what is measured', () => {
    const pair = wide({ minRto: 1 })
    const { m, p, c } = pair
    let srtt = 0
    let rttvar = 0
    // The handshake has measured 0.
    let at = 0
    for (const rtt of [100, 100, 300, 50, 400, 10, 10, 10, 10, 10]) {
      write(pair, 10)
      p.expect('PA')
      m.sleep(rtt)
      at += 10
      p.send('A', { ack: 1 + at })
      rttvar = 0.75 * rttvar + 0.25 * Math.abs(srtt - rtt)
      srtt = 0.875 * srtt + 0.125 * rtt
      const s = status(m.t, c)
      expect(Math.abs(s.srtt - srtt)).toBeLessThan(3)
      expect(Math.abs(s.rttvar - rttvar)).toBeLessThan(3)
      expect(Math.abs(s.rto - (srtt + 4 * rttvar))).toBeLessThan(12)
    }
  })

  it.each([
    ['61 seconds', 61000],
    ['four days', 4 * 86400000],
    ['more than half of the clock', 25 * 86400000],
  ])('2.2 2.3 a machine that slept for %s has measured nothing', (_name, ms) => {
    const pair = connect()
    const { m, p, c } = pair
    write(pair, 10)
    p.expect('PA')
    const { srtt, rttvar, rto } = status(m.t, c)
    m.sleep(ms)
    // The acknowledgment has waited in the device.
    p.send('A', { ack: 11 })
    expect(status(m.t, c)).toMatchObject({ srtt, rttvar, rto, unsent: 0 })
    write(pair, 10)
    p.expect('PA')
    m.sleep(40)
    p.send('A', { ack: 21 })
    expect(status(m.t, c).srtt).toBe(5)
  })

  it('2.4 the least timeout is a second, or as configured', () => {
    for (const minRto of [1000, 200]) {
      const pair = connect({ setup: { minRto } })
      write(pair, 10)
      pair.p.expect('PA')
      pair.m.sleep(1)
      pair.p.send('A')
      write(pair, 10)
      pair.p.expect('PA')
      pair.m.run(minRto - 1)
      pair.p.silent()
      pair.m.run(1)
      pair.p.expect('PA', { seq: 11 })
    }
  })

  it('3.8.1 MUST-18 Karn: what was sent twice is not measured, and the timeout stays backed off until something is', () => {
    const pair = wide()
    const { m, p, c } = pair
    start(pair, 1)
    m.run(1000)
    expect(sent(pair)).toEqual([0])
    m.run(2000)
    expect(sent(pair)).toEqual([0])
    expect(status(m.t, c).rto).toBe(4000)
    const { srtt } = status(m.t, c)
    m.sleep(900)
    ackTo(pair, 1)
    expect(status(m.t, c).srtt).toBe(srtt)
    expect(status(m.t, c).rto).toBe(4000)
    write(pair, 10)
    p.expect('PA')
    m.run(3999)
    p.silent()
    m.sleep(0)
    p.send('A')
    // Measured at last: 3,999 ms, of a segment that was sent once.
    expect(status(m.t, c).srtt).toBeGreaterThan(400)
  })

  it('3.8.2 MUST-19 the timer backs off by two, to 60 s at least, and at most', () => {
    const pair = connect()
    tune(pair.m.t, pair.c, { userTimeout: 1000000 })
    write(pair, 10)
    pair.p.expect('PA')
    const times: number[] = []
    for (let i = 0; i < 500; i++) {
      pair.m.run(1000)
      times.push(...pair.m.take().map(s => s.at))
    }
    const steps = times.map((at, i) => at - (times[i - 1] ?? 0))
    expect(steps).toEqual([1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000, 60000, 60000, 60000, 60000])
  })

  it('5.2 5.3 the timer starts anew with each new ACK, and stops when all has been acknowledged', () => {
    const pair = wide()
    start(pair, 3)
    pair.m.run(100)
    ackTo(pair, 1)
    pair.m.run(999)
    pair.p.silent()
    ackTo(pair, 2)
    pair.m.run(999)
    pair.p.silent()
    pair.m.run(1)
    expect(sent(pair)).toEqual([2])
    ackTo(pair, 3)
    pair.m.run(10000)
    pair.p.silent()
    expect(pair.m.h.wait()).toBe(-1)
  })

  it('a poll ten seconds late sends once', () => {
    const pair = wide()
    start(pair, 3)
    pair.m.sleep(10000)
    pair.m.poll()
    expect(sent(pair)).toEqual([0])
    pair.m.poll()
    pair.p.silent()
  })

  it('the same across the wrap of the clock', () => {
    for (const start of [0x7fffffff, 0x7ffffe00, -1, -500]) {
      const pair = connect({ setup: { start } })
      write(pair, 10)
      pair.p.expect('PA')
      pair.m.run(999)
      pair.p.silent()
      pair.m.run(1)
      pair.p.expect('PA')
    }
  })
})

describe('3.8.3', () => {
  it('3.8.3 MUST-20 SHLD-10 SHLD-9 after R1, three retransmissions, IP and the application are told', () => {
    const pair = connect()
    const advise = vi.spyOn(pair.m.ip, 'advise')
    write(pair, 10)
    pair.m.run(1000 + 2000)
    expect(advise).not.toHaveBeenCalled()
    expect(pair.m.told()).toEqual([])
    pair.m.run(4000)
    expect(advise).toHaveBeenCalledTimes(1)
    expect(advise.mock.calls[0]![2]).toBe(false)
    expect(pair.m.told()).toEqual([`error ${-ETIMEDOUT}`])
    pair.p.send('A', { ack: 11 })
    // Progress again: IP is told that, too.
    expect(advise.mock.calls[1]![2]).toBe(true)
  })

  it('3.8.3 MUST-20 SHLD-11 after R2, 100 seconds at least, the connection is closed', () => {
    const { m, p, c } = connect()
    m.t.write(c, new Uint8Array(10))
    m.poll()
    m.run(100000)
    expect(m.told()).toEqual([`error ${-ETIMEDOUT}`])
    m.run(100000)
    expect(m.told()).toEqual([`close ${-ETIMEDOUT}`])
    const all = m.take()
    expect(all.at(-1)).toMatchObject({ flags: 'RA' })
    expect(all.at(-1)!.at).toBeGreaterThan(100000)
    m.run(100000)
    p.silent()
    expect(m.used()).toEqual([0, 0])
    expect(m.told()).toEqual([])
  })

  it('3.8.3 MUST-21 the application sets R2', () => {
    for (const userTimeout of [5000, 1000000]) {
      const { m, c } = connect()
      tune(m.t, c, { userTimeout })
      m.t.write(c, new Uint8Array(10))
      m.run(userTimeout - 1)
      expect(m.told().filter(x => x.startsWith('close'))).toEqual([])
      m.run(62000)
      expect(m.told()).toContain(`close ${-ETIMEDOUT}`)
    }
  })

  it('R2 counts from what waits: an idle hour before does not shorten it', () => {
    const pair = connect()
    pair.m.run(3600000)
    write(pair, 10)
    pair.p.expect('PA')
    pair.m.run(90000)
    expect(pair.m.told()).toEqual([`error ${-ETIMEDOUT}`])
    pair.p.send('A', { ack: 11 })
    pair.m.run(3600000)
    write(pair, 10, 10)
    pair.m.run(110000)
    expect(pair.m.told()).toEqual([])
  })

  it('with the timeout backed off as far as it goes, progress once in R2 still leaves six tries', () => {
    const pair = wide()
    tune(pair.m.t, pair.c, { userTimeout: 10000000 })
    start(pair, 2)
    pair.m.run(300000)
    pair.m.take()
    tune(pair.m.t, pair.c, { userTimeout: 0 })
    ackTo(pair, 1)
    pair.m.take()
    pair.m.run(350000)
    expect(pair.m.take().length).toBe(5)
    pair.m.run(100000)
    expect(pair.m.told().slice(-1)).toEqual([`close ${-ETIMEDOUT}`])
  })

  it('a link that refuses everything ends by R2 as well, and one that takes again loses nothing', () => {
    const pair = connect()
    pair.m.answer = -105
    write(pair, 10)
    pair.m.run(90000)
    expect(pair.m.told()).toEqual([])
    pair.m.answer = 0
    pair.m.run(1000)
    pair.p.expect('PA', { seq: 1, len: 10 })
    pair.p.send('A')
    pair.m.answer = -105
    write(pair, 10)
    pair.m.run(110000)
    expect(pair.m.told()).toEqual([`close ${-ETIMEDOUT}`])
  })

  it('a small window that is never acknowledged ends by R2', () => {
    const pair = connect({ wnd: 100, mss: 1000 })
    pair.p.wnd = 100
    write(pair, 4000)
    pair.m.run(300000)
    expect(pair.m.told().slice(-1)).toEqual([`close ${-ETIMEDOUT}`])
  })
})

describe('RFC 5681', () => {
  it('3.8.2 MUST-19 RFC 6928 slow start from ten segments, or 14,600 octets', () => {
    const pair = wide()
    expect(start(pair, 60)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    ackTo(pair, 1)
    // One more for each ACK of a segment.
    expect(sent(pair)).toEqual([10, 11])
    ackTo(pair, 3)
    expect(sent(pair)).toEqual([12, 13, 14])
    const large = connect({ wnd: 65535, mss: 8960, setup: { mtu: 9000, room: 9000, sendBuffer: 65536 } })
    write(large, 60000)
    // ipv4's room is 9,000: the segments are large, and fewer.
    expect(large.m.take().reduce((n, s) => n + s.text.length, 0)).toBeLessThanOrEqual(17920)
  })

  it('3.8.2 MUST-19 congestion avoidance: about a segment in a round trip above ssthresh', () => {
    const pair = wide()
    start(pair, 60)
    pair.m.run(1000)
    expect(sent(pair)).toEqual([0])
    const { ssthresh, cwnd } = status(pair.m.t, pair.c)
    expect(ssthresh).toBe(5 * MSS)
    expect(cwnd).toBe(MSS)
    // The peer had all ten: each ACK is of what comes next. From then on one for each segment, and one for a whole flight.
    ackTo(pair, 10)
    let acked = 10
    for (const each of [1, Infinity])
      for (let i = 0; i < (each === 1 ? 5 : 2); i++) {
        const before = status(pair.m.t, pair.c).cwnd
        const top = Math.max(...sent(pair)) + 1
        while (acked < top) {
          acked = Math.min(acked + each, top)
          ackTo(pair, acked)
        }
        const step = status(pair.m.t, pair.c).cwnd - before
        if (before < ssthresh) continue
        expect(step).toBeLessThanOrEqual(MSS)
        expect(step).toBeGreaterThan(0.8 * MSS)
      }
  })

  it('3.1 a timeout halves what was in flight, once for a loss', () => {
    const pair = wide()
    start(pair, 20)
    pair.m.run(1000)
    expect(status(pair.m.t, pair.c).ssthresh).toBe(5 * MSS)
    pair.m.run(2000)
    pair.m.run(4000)
    expect(status(pair.m.t, pair.c).ssthresh).toBe(5 * MSS)
    expect(sent(pair)).toEqual([0, 0, 0])
  })

  it('RFC 3042 the first two duplicate ACKs let a segment out each; the third resends', () => {
    const pair = wide()
    start(pair, 30)
    ackTo(pair, 1)
    expect(sent(pair)).toEqual([10, 11])
    ackTo(pair, 1)
    expect(sent(pair)).toEqual([12])
    ackTo(pair, 1)
    expect(sent(pair)).toEqual([13])
    ackTo(pair, 1)
    expect(sent(pair)).toEqual([1])
    expect(status(pair.m.t, pair.c).ssthresh).toBeLessThanOrEqual(7 * MSS)
    // Each further one is a segment that has left the network.
    for (let i = 0; i < 8; i++) ackTo(pair, 1)
    expect(sent(pair).every(k => k > 13)).toBe(true)
  })

  it('2 what brings octets, a FIN, another window or nothing in flight is no duplicate', () => {
    const pair = wide()
    start(pair, 30)
    for (let i = 0; i < 4; i++) pair.p.send('PA', { ack: 1, text: octets(1) })
    expect(sent(pair).filter(k => k === 0)).toEqual([])
    for (let i = 0; i < 4; i++) pair.p.send('A', { ack: 1, wnd: 60000 - i })
    expect(sent(pair).filter(k => k === 0)).toEqual([])
    const idle = accept()
    for (let i = 0; i < 9; i++) idle.p.send('A')
    idle.p.silent()
  })

  it('RFC 6582 a partial ACK resends the next loss at once; recovery ends when all of it is acknowledged', () => {
    const pair = wide()
    start(pair, 60)
    ackTo(pair, 4)
    sent(pair)
    const before = status(pair.m.t, pair.c)
    for (let i = 0; i < 3; i++) ackTo(pair, 4)
    expect(sent(pair)).toContain(4)
    const recover = (before.sndNxt - pair.p.own - 1) / MSS
    for (let i = 0; i < 6; i++) ackTo(pair, 4)
    sent(pair)
    // 4 has come, 6 is missing as well.
    ackTo(pair, 6)
    expect(sent(pair)[0]).toBe(6)
    ackTo(pair, 9)
    expect(sent(pair)[0]).toBe(9)
    const { ssthresh } = status(pair.m.t, pair.c)
    const all = (status(pair.m.t, pair.c).sndNxt - pair.p.own - 1) / MSS
    expect(all).toBeGreaterThan(recover)
    ackTo(pair, all)
    expect(status(pair.m.t, pair.c).cwnd).toBeLessThanOrEqual(Math.max(ssthresh, 2 * MSS))
    expect(sent(pair).every(k => k >= all)).toBe(true)
  })

  it('RFC 6582 3.2 an ACK of all that was in flight lets ten segments out, or half the flight, and no more', () => {
    for (const n of [16, 40]) {
      const pair = wide()
      start(pair, 65)
      for (let k = 1; k <= n - 10; k++) ackTo(pair, k)
      sent(pair)
      const { sndNxt, sndUna } = status(pair.m.t, pair.c)
      const una = n - 10
      const flight = (sndNxt - sndUna) / MSS
      for (let i = 0; i < 3 + 2; i++) ackTo(pair, una)
      sent(pair)
      const top = (status(pair.m.t, pair.c).sndNxt - pair.p.own - 1) / MSS
      ackTo(pair, top)
      const half = status(pair.m.t, pair.c).ssthresh
      expect(half).toBe((flight * MSS) / 2)
      expect(status(pair.m.t, pair.c).cwnd).toBe(Math.min(half, 10 * MSS))
    }
  })

  it('3.2 ACKs that come in one turn: ssthresh is half of what was in flight before them', () => {
    const pair = wide()
    start(pair, 60)
    // Six have arrived, the seventh is lost, and all of it is told at once.
    for (let k = 1; k <= 6; k++) pair.p.push('A', { ack: 1 + k * MSS })
    for (let i = 0; i < 3; i++) pair.p.push('A', { ack: 1 + 6 * MSS })
    pair.m.poll()
    expect(sent(pair)[0]).toBe(6)
    expect(status(pair.m.t, pair.c).ssthresh).toBe(5 * MSS)
  })

  it('3.1 ACKs that come in one turn open the window as they do one by one', () => {
    const pair = wide()
    start(pair, 60)
    for (let k = 1; k <= 6; k++) pair.p.push('A', { ack: 1 + k * MSS })
    pair.m.poll()
    expect(status(pair.m.t, pair.c).cwnd).toBe(16 * MSS)
    expect(sent(pair).length).toBe(12)
    // One that stands for several is one: RFC 5681 3.1, L = 1.
    ackTo(pair, 12)
    expect(status(pair.m.t, pair.c).cwnd).toBe(17 * MSS)
    // A window that was not filled does not grow beyond twice what was.
    const small = wide()
    start(small, 4)
    ackTo(small, 4)
    expect(status(small.m.t, small.c).cwnd).toBe(10 * MSS)
  })

  it('4.1 after a silence of a timeout a window that has grown is that of a start again', () => {
    for (const [silence, window] of [
      [1000, 31],
      [1001, 10],
    ] as const) {
      const pair = wide()
      start(pair, 50)
      for (let k = 1; k <= 20; k++) ackTo(pair, k)
      ackTo(pair, 50)
      sent(pair)
      pair.m.sleep(silence)
      expect(write(pair, 60 * MSS)).toBe(60 * MSS)
      expect(sent(pair).length).toBe(window)
    }
  })

  it('RFC 6582 duplicates of what was sent before a timeout do not start a recovery', () => {
    const pair = wide()
    start(pair, 30)
    pair.m.run(1000)
    expect(sent(pair)).toEqual([0])
    // Nothing has come since, or a stretch that had come before: what is sent behind it is sent in vain, and answered so.
    for (let i = 0; i < 6; i++) ackTo(pair, 0)
    expect(sent(pair)).not.toContain(0)
    ackTo(pair, 5)
    expect(sent(pair)).toContain(5)
    for (let i = 0; i < 6; i++) ackTo(pair, 5)
    expect(sent(pair)).not.toContain(5)
  })

  it('RFC 6582 4.1 after a timeout, duplicates of an ACK that moved by little tell of a loss; all sent since is recovered', () => {
    const pair = wide()
    start(pair, 60)
    for (let k = 1; k <= 10; k++) ackTo(pair, k)
    sent(pair)
    pair.m.run(1000)
    expect(sent(pair)).toEqual([10])
    // The next one but one is lost once more.
    ackTo(pair, 11)
    ackTo(pair, 12)
    expect(sent(pair)).toEqual([11, 12, 13, 14])
    for (let i = 0; i < 3; i++) ackTo(pair, 12)
    expect(sent(pair)).toContain(12)
    const { sndNxt, ssthresh } = status(pair.m.t, pair.c)
    const top = (sndNxt - base) / MSS
    expect(top).toBeLessThan(30)
    expect(ssthresh).toBe(2 * MSS)
    // What has been sent since has come: nothing is known of the rest, which is sent as before.
    ackTo(pair, top)
    expect(status(pair.m.t, pair.c).cwnd).toBe(2 * MSS)
    expect(sent(pair)).toEqual([top, top + 1])
    ackTo(pair, top + 1)
    expect(sent(pair).length).toBeGreaterThan(0)
  })

  it('a retransmission that is lost is sent again by the timer', () => {
    const pair = wide()
    start(pair, 10)
    for (let i = 0; i < 3; i++) ackTo(pair, 0)
    expect(sent(pair)).toEqual([0])
    pair.m.run(1000)
    expect(sent(pair)).toEqual([0])
    // All but that one had come: the rest is not sent again.
    ackTo(pair, 10)
    pair.p.silent()
  })

  it('an ACK after going back is numbered behind all that was sent, or the peer would find it too old', () => {
    const pair = wide()
    start(pair, 3)
    pair.m.run(1000)
    expect(sent(pair)).toEqual([0])
    pair.p.send('PA', { ack: 1, text: octets(5) })
    pair.p.expect('A', { seq: 1 + 3 * MSS, ack: 6 })
    // Never beyond the window.
    pair.p.send('PA', { ack: 1, wnd: 2500, text: octets(5, 5) })
    pair.p.expect('A', { seq: 2501, ack: 11 })
  })

  it('one loss in one receive batch is answered by three duplicates', () => {
    const { m, p } = accept({ setup: { receiveBuffer: 16384 } })
    p.push('A', { seq: 1, text: octets(100) })
    for (const k of [2, 3, 4]) p.push('A', { seq: 1 + 100 * k, text: octets(100, 100 * k) })
    m.poll()
    const acks = m.take().map(s => (s.ack - p.iss) | 0)
    expect(acks).toEqual([101, 101, 101, 101])
    p.send('A', { seq: 101, text: octets(100, 100) })
    expect(m.take().map(s => (s.ack - p.iss) | 0)).toEqual([501])
    // Reordered within one batch: no duplicate of the new number.
    for (const k of [6, 7, 8, 5]) p.push('A', { seq: 1 + 100 * k, text: octets(100, 100 * k) })
    m.poll()
    expect(m.take().map(s => (s.ack - p.iss) | 0)).toEqual([901])
  })
})

it('MAY-18 MAY-4 nothing of it in the base: congestion control is that of RFC 5681, identifications are IP’s', () => {
  const pair = wide()
  start(pair, 1)
  pair.m.run(1000)
  const [again] = pair.m.take()
  expect(again!.df).toBe(true)
})
