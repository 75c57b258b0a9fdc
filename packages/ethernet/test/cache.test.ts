// RFC 1122 2.3.2.1, 2.3.2.2, 2.4: asking, retries, what waits, and failure. Each of it with a clock that starts at 0, and
// with one that wraps on the way.
import { ENOBUFS } from '@tiny/core'
import { neighbour } from '@tiny/ethernet'
import { describe, expect, it } from 'vitest'
import { ALL, mac, OWN, PEER, PEER_MAC, quad, reply } from './frame.ts'
import { type Setup, type Station, station as stationOf } from './station.ts'

const [REPLACED, NO_ANSWER, POOL, REFUSED] = [113, 114, 115, 116]
const asksFor = (ip: string): string => `${ALL} who has ${ip}, tell ${OWN}`
const asks = asksFor(PEER)

describe.each([0, 0x7fffff00, -2000])('the clock starts at %i:', start => {
  const station = (setup?: Setup): Station => stationOf({ start, ...setup })

  it('1122 L15 no entry is no error: the packet is taken, and nobody is told anything', () => {
    const s = station()
    expect(s.send(PEER, [1])).toBe(0)
    s.run(900)
    expect([s.lost(), s.drops()]).toEqual([[], []])
    expect(s.take()).toEqual([asks])
  })

  it('1122 L6 the packet that waited is sent when the neighbour has answered, as it was', () => {
    const s = station()
    s.send(PEER, [1, 2, 3])
    s.run(20)
    expect(s.take()).toEqual([asks])
    s.receive(reply())
    expect(s.take()).toEqual([`${PEER_MAC} ip 1,2,3`])
    expect([s.h.pool.used, s.drops(), s.lost()]).toEqual([0, [], []])
    s.send(PEER, [4])
    expect(s.take()).toEqual([`${PEER_MAC} ip 4`])
  })

  it('1122 L6 of several packets the latest is sent, the others are counted', () => {
    const s = station()
    for (let i = 0; i < 5; i++) expect(s.send(PEER, [i])).toBe(0)
    expect(s.drops()).toEqual(new Array(4).fill(REPLACED))
    s.receive(reply())
    expect(s.take()).toEqual([asks, `${PEER_MAC} ip 4`])
    expect([s.h.pool.used, s.drops()]).toEqual([0, []])
  })

  it('1122 L6 one packet waits for each of several neighbours', () => {
    const s = station()
    for (const i of [1, 2, 3, 4]) s.send(`10.0.1.${i}`, [i])
    s.take()
    for (const i of [3, 1, 4, 2]) s.receive(reply({ spa: `10.0.1.${i}`, sha: `02:00:00:00:01:0${i}` }))
    expect(s.take()).toEqual([3, 1, 4, 2].map(i => `02:00:00:00:01:0${i} ip ${i}`))
  })

  it('1122 L6 a datagram waits with all its fragments, in their order', () => {
    const s = station()
    s.send(PEER, [1], 0, true)
    s.send(PEER, [2], 8, true)
    s.send(PEER, [3], 16, false)
    expect(s.drops()).toEqual([])
    s.receive(reply())
    expect(s.take()).toEqual([asks, `${PEER_MAC} ip 1`, `${PEER_MAC} ip 2`, `${PEER_MAC} ip 3`])
    expect(s.h.pool.used).toBe(0)
  })

  it('1122 L6 the latest datagram takes the place of all fragments of the one before', () => {
    const s = station()
    s.send(PEER, [1], 0, true)
    s.send(PEER, [2], 8)
    s.send(PEER, [3], 0, true)
    s.send(PEER, [4], 2048 * 8)
    expect(s.drops()).toEqual([REPLACED, REPLACED])
    s.receive(reply())
    expect(s.take()).toEqual([asks, `${PEER_MAC} ip 3`, `${PEER_MAC} ip 4`])
    expect(s.h.pool.used).toBe(0)
  })

  it('1122 L4 a neighbour is asked for once a second, however much is sent to it', () => {
    const s = station()
    for (let t = 0; t < 2900; t += 10) {
      s.send(PEER, [t & 255])
      s.run(10)
    }
    expect(s.take(true)).toEqual([`0 ${asks}`, `1000 ${asks}`, `2000 ${asks}`])
  })

  it('1122 L4 nor more often when it never answers, also beyond the failure', () => {
    const s = station()
    for (let t = 0; t < 20000; t += 10) {
      s.send(PEER)
      s.run(10)
    }
    const times = s.take(true).map(x => Number.parseInt(x))
    expect(times.length).toBeGreaterThan(10)
    for (const [i, t] of times.entries()) if (i) expect(t - times[i - 1]!).toBeGreaterThanOrEqual(1000)
  })

  it('three questions, then the failure is reported with the datagram that waited, and the neighbour is forgotten', () => {
    const s = station()
    s.send(PEER, [1])
    s.send(PEER, [2])
    s.run(2999)
    expect(s.lost()).toEqual([])
    s.run(1)
    expect(s.take(true)).toEqual([`0 ${asks}`, `1000 ${asks}`, `2000 ${asks}`])
    expect(s.lost()).toEqual([`${PEER}: 2`])
    expect(s.drops()).toEqual([REPLACED, NO_ANSWER])
    expect([s.used(), s.h.pool.used, s.h.wait()]).toEqual([0, 0, -1])
  })

  it('of a datagram in fragments the first is reported, and each is counted', () => {
    const s = station()
    s.send(PEER, [1], 0, true)
    s.send(PEER, [2], 8, true)
    s.send(PEER, [3], 16)
    s.run(3000)
    expect(s.lost()).toEqual([`${PEER}: 1`])
    expect(s.drops()).toEqual([NO_ANSWER, NO_ANSWER, NO_ANSWER])
    expect(s.h.pool.used).toBe(0)
  })

  it('after a failure the next packet asks anew, three times', () => {
    const s = station()
    s.send(PEER)
    s.run(5000)
    s.take()
    s.send(PEER, [7])
    s.run(3000)
    expect(s.take(true)).toEqual([`5000 ${asks}`, `6000 ${asks}`, `7000 ${asks}`])
    expect(s.lost()).toEqual([`${PEER}: 1`, `${PEER}: 7`])
  })

  it('an answer between the questions ends them', () => {
    const s = station()
    s.send(PEER, [1])
    s.run(2500)
    s.take()
    s.receive(reply())
    s.run(20000)
    expect(s.take()).toEqual([`${PEER_MAC} ip 1`])
    expect([s.lost(), s.drops()]).toEqual([[], []])
  })

  it('a poll ten seconds late asks once, not ten times, and the neighbour still has its three questions', () => {
    const s = station()
    s.send(PEER, [1])
    s.sleep(10000)
    s.h.poll()
    s.h.poll()
    expect(s.take(true)).toEqual([`0 ${asks}`, `10000 ${asks}`])
    s.run(1000)
    expect([s.take(true), s.lost()]).toEqual([[`11000 ${asks}`], []])
    s.run(1000)
    expect([s.take(), s.lost()]).toEqual([[], [`${PEER}: 1`]])
  })

  it('a poll that comes early asks nothing', () => {
    const s = station()
    s.send(PEER, [1])
    for (let i = 0; i < 999; i++) {
      s.sleep(1)
      s.h.poll()
    }
    expect(s.take()).toEqual([asks])
    expect(s.h.wait()).toBe(1)
  })

  it('an answer that comes late, before the late poll, still counts', () => {
    const s = station()
    s.send(PEER, [1])
    s.sleep(10000)
    s.receive(reply())
    expect(s.take(true)).toEqual([`0 ${asks}`, `10000 ${PEER_MAC} ip 1`])
    expect([s.lost(), s.drops()]).toEqual([[], []])
  })

  it('the pool is exhausted: the packet is refused and counted, nothing is kept, and the neighbour is found', () => {
    const s = station({ pool: 20 })
    expect(s.send(PEER, [1])).toBe(-ENOBUFS)
    expect([s.drops(), s.h.pool.used]).toEqual([[POOL], 0])
    s.receive(reply())
    s.send(PEER, [2])
    expect(s.take()).toEqual([asks, `${PEER_MAC} ip 2`])
  })

  it('a fragment for which the pool has no room is refused, the others wait', () => {
    const s = station({ pool: 100 })
    expect(s.send(PEER, [1], 0, true)).toBe(0)
    expect(s.send(PEER, new Array(100).fill(2), 8, true)).toBe(-ENOBUFS)
    expect(s.drops()).toEqual([POOL])
    s.run(3000)
    expect([s.h.pool.used, s.lost()]).toEqual([0, [`${PEER}: 1`]])
  })

  it('the room of one that was replaced is there for the one that takes its place', () => {
    const s = station({ pool: 64 })
    for (let i = 0; i < 9; i++) expect(s.send(PEER, [i])).toBe(0)
    s.receive(reply())
    expect(s.take()).toEqual([asks, `${PEER_MAC} ip 8`])
    expect(s.h.pool.used).toBe(0)
  })

  it('the device refuses what had waited: it is counted', () => {
    const s = station()
    s.send(PEER, [1], 0, true)
    s.send(PEER, [2], 8)
    s.answer = -ENOBUFS
    s.receive(reply())
    expect(s.drops()).toEqual([REFUSED, REFUSED])
    expect(s.h.pool.used).toBe(0)
    s.answer = 0
    s.send(PEER, [3])
    expect(s.take()).toEqual([asks, `${PEER_MAC} ip 3`])
  })

  it('the device refuses a question: it is asked again a second later', () => {
    const s = station()
    s.answer = -ENOBUFS
    expect(s.send(PEER, [1])).toBe(0)
    s.answer = 0
    s.run(1000)
    s.receive(reply())
    expect(s.take(true)).toEqual([`1000 ${asks}`, `1000 ${PEER_MAC} ip 1`])
  })

  it('a neighbour set by hand while it is asked for gets what waited', () => {
    const s = station()
    s.send(PEER, [1])
    expect(neighbour(s.link, Uint8Array.from(quad(PEER)), Uint8Array.from(mac('02:00:00:00:00:44')))).toBe(0)
    s.run(10000)
    expect(s.take()).toEqual([asks, '02:00:00:00:00:44 ip 1'])
    expect([s.h.pool.used, s.lost()]).toEqual([0, []])
  })

  it('a neighbour forgotten by hand while it is asked for loses what waited', () => {
    const s = station()
    s.send(PEER, [1])
    expect(neighbour(s.link, Uint8Array.from(quad(PEER)), null)).toBe(0)
    expect([s.h.pool.used, s.used(), s.drops()]).toEqual([0, 0, [NO_ANSWER]])
    s.run(10000)
    expect(s.take()).toEqual([asks])
  })

  it('what waits is a copy, behind which the device gets room to write', () => {
    const s = station()
    s.send(PEER, new Array(1480).fill(6))
    expect(s.h.pool.used).toBeGreaterThanOrEqual(1500)
    s.receive(reply())
    expect(s.frames[1]?.length).toBe(1514)
  })
})
