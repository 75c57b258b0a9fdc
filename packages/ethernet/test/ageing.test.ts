// RFC 1122 2.3.2.1: entries that are out of date, and who loses when the table is full.
import { ENOBUFS } from '@tiny/core'
import { neighbour } from '@tiny/ethernet'
import { describe, expect, it } from 'vitest'
import * as ids from '../src/ids.ts'
import { ALL, arp, mac, OWN, OWN_MAC, PEER, PEER_MAC, quad, reply } from './frame.ts'
import { type Setup, type Station, station as stationOf } from './station.ts'

const MINUTE = 60000
const asksFor = (ip: string): string => `${ALL} who has ${ip}, tell ${OWN}`
const asks = asksFor(PEER)
const polls = `${PEER_MAC} who has ${PEER}, tell ${OWN}`
const octets = (list: readonly number[]): Uint8Array => Uint8Array.from(list)
const macOf = (i: number): string => `02:00:00:00:01:${`0${i.toString(16)}`.slice(-2)}`

/** Sends to the peer every `step` ms for `ms`, and has it answer what it is asked, unless it is dead. */
function talk(s: Station, ms: number, step: number, isAlive = true): string[] {
  const all: string[] = []
  for (let t = 0; t < ms; t += step) {
    s.send(PEER, [1])
    for (const x of s.take(true)) {
      all.push(x)
      if (isAlive && x.includes('who has')) s.receive(reply())
    }
    s.run(step)
  }
  return [...all, ...s.take(true)]
}

describe.each([0, 0x7fffff00])('the clock starts at %i:', start => {
  const station = (setup?: Setup): Station => stationOf({ start, ...setup })

  it('1122 L3 a neighbour that is not used is forgotten after a minute', () => {
    const s = station()
    s.receive(arp())
    s.take()
    s.run(MINUTE - 1)
    expect(s.used()).toBe(1)
    s.run(1)
    expect([s.used(), s.h.wait()]).toEqual([0, -1])
    s.send(PEER)
    expect(s.take()).toEqual([asks])
    expect([s.lost(), s.drops()]).toEqual([[], []])
  })

  it('1122 L3 what is heard of it starts the minute anew', () => {
    const s = station()
    s.receive(arp())
    s.run(MINUTE / 2)
    s.receive(arp({ tpa: '10.0.0.3' }))
    s.take()
    s.run(MINUTE - 1)
    expect(s.used()).toBe(1)
    s.run(1)
    expect(s.used()).toBe(0)
  })

  it('1122 L3 a neighbour in use is asked again, itself and not all stations, and stays', () => {
    const s = station()
    const frames = talk(s, 10 * MINUTE, 100)
    const questions = frames.filter(x => x.includes('who has'))
    expect(questions[0]).toBe(`0 ${asks}`)
    expect(questions.length).toBeGreaterThan(9)
    expect(questions.length).toBeLessThan(25)
    for (const x of questions.slice(1)) expect(x.replace(/^\d+ /, '')).toBe(polls)
    expect(frames.filter(x => x.includes(' ip '))).toHaveLength(6000)
    expect([s.drops(), s.lost()]).toEqual([[], []])
  })

  it('1122 L3 a neighbour that is used no more is asked once at most, and then forgotten', () => {
    const s = station()
    talk(s, 1000, 100)
    let questions = 0
    for (let t = 0; t < 5 * MINUTE; t += 100) {
      for (const x of s.take()) {
        expect(x).toBe(polls)
        questions++
        s.receive(reply())
      }
      s.run(100)
    }
    expect(questions).toBeLessThanOrEqual(1)
    expect([s.used(), s.h.wait()]).toEqual([0, -1])
  })

  it('1122 L3 packets flow while a neighbour in use is asked again', () => {
    const s = station()
    s.receive(arp())
    s.take()
    s.run(MINUTE - 10)
    for (let i = 0; i < 20; i++) {
      expect(s.send(PEER, [i])).toBe(0)
      expect(s.h.pool.used).toBe(0)
      s.run(1)
    }
    const sent = s.take()
    expect(sent.filter(x => x.includes(' ip '))).toEqual(Array.from({ length: 20 }, (_, i) => `${PEER_MAC} ip ${i}`))
    expect(sent.filter(x => x.includes('who'))).toEqual([polls])
  })

  it('1122 L3 a neighbour in use that answers no more is forgotten, after three questions, one a second', () => {
    const s = station()
    talk(s, 1000, 100)
    const frames = talk(s, 2 * MINUTE, 100, false)
    const questions = frames.filter(x => x.includes('who has'))
    const direct = questions.filter(x => x.endsWith(polls)).map(x => Number.parseInt(x))
    expect(direct).toHaveLength(3)
    expect([direct[1]! - direct[0]!, direct[2]! - direct[1]!]).toEqual([1000, 1000])
    expect(
      questions.find(x => x.endsWith(asks)),
      'then all stations are asked',
    ).toBeDefined()
    expect(direct[2]!).toBeLessThan(MINUTE + 4000)
    expect(frames.filter(x => x.includes(' ip ')).every(x => Number.parseInt(x) <= MINUTE + 4000)).toBe(true)
  })

  it('1122 L3 a neighbour that moved to another MAC address is found again', () => {
    const s = station()
    talk(s, 1000, 100)
    const moved = '02:00:00:00:00:77'
    let found = -1
    for (let t = 0; t < 2 * MINUTE && found < 0; t += 100) {
      s.send(PEER)
      for (const x of s.take()) {
        // Who moved hears what is for all, not what is for its former address.
        if (x === asks) s.receive(reply({ sha: moved }))
        if (x.startsWith(`${moved} ip`)) found = t
      }
      s.run(100)
    }
    expect(found).toBeGreaterThan(0)
    expect(found).toBeLessThan(MINUTE + 5000)
  })

  it.each([2000, 10000, 3600000])('1122 L5 the age may be set: %i ms', age => {
    const s = station({ age })
    s.receive(arp())
    s.run(age - 1)
    expect(s.used()).toBe(1)
    s.run(1)
    expect(s.used()).toBe(0)
  })

  it('1122 L4 the least age is not asked for more than once a second either', () => {
    let age = 1000
    // What is refused need not be tried.
    for (; ; age += 500)
      try {
        station({ age })
        break
      } catch {}
    expect(age).toBeLessThanOrEqual(5000)
    const questions = talk(station({ age }), 30000, 10)
      .filter(x => x.includes('who has'))
      .map(x => Number.parseInt(x))
    for (const [i, t] of questions.entries()) if (i) expect(t - questions[i - 1]!).toBeGreaterThanOrEqual(1000)
  })

  it('1122 L3 a poll ten seconds late forgets what was due', () => {
    const s = station()
    s.receive(arp())
    s.sleep(MINUTE + 10000)
    s.h.poll()
    expect(s.used()).toBe(0)
  })

  it('a static neighbour is neither forgotten nor asked', () => {
    const s = station()
    neighbour(s.link, octets(quad(PEER)), octets(mac(PEER_MAC)))
    for (let i = 0; i < 300; i++) {
      s.send(PEER, [1])
      s.run(1000)
    }
    expect(s.take()).toEqual(new Array(300).fill(`${PEER_MAC} ip 1`))
    expect(s.used()).toBe(1)
    neighbour(s.link, octets(quad(PEER)), null)
    expect(s.used()).toBe(0)
    s.send(PEER)
    expect(s.take()).toEqual([asks])
  })

  it('a static neighbour may be set anew, and made of one that was learnt', () => {
    const s = station()
    s.receive(arp())
    s.take()
    neighbour(s.link, octets(quad(PEER)), octets(mac('02:00:00:00:00:31')))
    s.send(PEER, [1])
    neighbour(s.link, octets(quad(PEER)), octets(mac('02:00:00:00:00:32')))
    s.send(PEER, [2])
    s.run(10 * MINUTE)
    s.send(PEER, [3])
    expect(s.take()).toEqual(['02:00:00:00:00:31 ip 1', '02:00:00:00:00:32 ip 2', '02:00:00:00:00:32 ip 3'])
    expect(s.used()).toBe(1)
  })

  it('to forget a neighbour that is not known is nothing', () => {
    const s = station()
    expect(neighbour(s.link, octets(quad(PEER)), null)).toBe(0)
    expect(s.used()).toBe(0)
  })

  it.each([
    ['requests', (i: number) => arp({ spa: `10.9.${i >> 8}.${i & 255}`, sha: '02:00:00:00:66:66' })],
    ['replies', (i: number) => reply({ spa: `10.9.${i >> 8}.${i & 255}`, sha: '02:00:00:00:66:66' })],
    ['announcements', (i: number) => arp({ spa: `10.9.${i >> 8}.${i & 255}`, tpa: `10.9.${i >> 8}.${i & 255}` })],
  ])('a flood of %s pushes out no neighbour in use', (_, claim) => {
    for (const neighbours of [3, 4, 8]) {
      const s = station({ neighbours })
      const own = [1, 2, 3].map(i => `10.0.1.${i}`)
      for (const [i, ip] of own.entries()) {
        s.send(ip)
        s.receive(reply({ spa: ip, sha: macOf(i) }))
      }
      for (let i = 0; i < 2000; i++) {
        s.receive(claim(i))
        s.run(3)
      }
      s.take()
      for (const ip of own) s.send(ip, [1])
      expect(s.take()).toEqual([0, 1, 2].map(i => `${macOf(i)} ip 1`))
      expect(s.used()).toBeLessThanOrEqual(neighbours)
      s.run(5 * MINUTE)
      expect([s.used(), s.h.pool.used]).toEqual([0, 0])
    }
  })

  it('a flood that goes on does not turn neighbours in use against each other', () => {
    const s = station({ neighbours: 8 })
    const flood = (): void => {
      for (let i = 1; i < 20; i++) s.receive(arp({ spa: `10.9.0.${i}`, sha: '02:00:00:00:66:66' }))
    }
    let questions = 0
    for (let round = 0; round < 100; round++) {
      flood()
      s.take()
      for (const i of [1, 2, 3]) {
        expect(s.send(`10.0.1.${i}`, [i])).toBe(0)
        if (s.take().some(x => x.startsWith(ALL))) {
          questions++
          s.receive(reply({ spa: `10.0.1.${i}`, sha: macOf(i) }))
        }
      }
      s.run(100)
    }
    expect(questions, 'each is asked for once').toBe(3)
  })

  it('a flood keeps nobody from finding a neighbour', () => {
    const s = station({ neighbours: 4 })
    for (let i = 0; i < 500; i++) s.receive(arp({ spa: `10.9.${i >> 8}.${i & 255}` }))
    s.take()
    expect(s.send('10.0.1.1', [1])).toBe(0)
    for (let i = 500; i < 1000; i++) s.receive(arp({ spa: `10.9.${i >> 8}.${i & 255}` }))
    s.receive(reply({ spa: '10.0.1.1', sha: macOf(1) }))
    expect(s.take().filter(x => !x.includes(' is at '))).toEqual([asksFor('10.0.1.1'), `${macOf(1)} ip 1`])
  })

  it('a flood does not disturb those that are being asked for', () => {
    const s = station({ neighbours: 4 })
    s.send('10.0.1.1', [1])
    s.send('10.0.1.2', [2])
    for (let i = 0; i < 500; i++) s.receive(arp({ spa: `10.9.${i >> 8}.${i & 255}` }))
    s.take()
    s.receive(reply({ spa: '10.0.1.2', sha: macOf(2) }))
    s.receive(reply({ spa: '10.0.1.1', sha: macOf(1) }))
    expect(s.take()).toEqual([`${macOf(2)} ip 2`, `${macOf(1)} ip 1`])
  })

  it('those that have not answered hold half of the places; a newer one takes the place of the eldest after 100 ms', () => {
    const s = station({ neighbours: 4 })
    for (const i of [1, 2]) expect(s.send(`10.0.1.${i}`)).toBe(0)
    expect(s.send('10.0.1.3')).toBe(-ENOBUFS)
    s.run(99)
    expect(s.send('10.0.1.3')).toBe(-ENOBUFS)
    expect([s.used(), s.drops()]).toEqual([2, []])
    s.run(1)
    expect(s.send('10.0.1.3')).toBe(0)
    // What waited for the eldest is lost, and counted.
    expect([s.used(), s.drops()]).toEqual([2, [ids.ARP_NO_ANSWER]])
  })

  it('RFC 1122 2.3.2.1 answers to forged sources neither push out a neighbour in use nor keep a new one from being found', () => {
    const s = station({ neighbours: 48 })
    s.send('10.0.1.1', [1])
    s.receive(reply({ spa: '10.0.1.1', sha: macOf(1) }))
    s.take()
    let found = 0
    // Ten a second that nobody answers for, beside a neighbour in use and one that is new.
    for (let i = 0; i < 200; i++) {
      s.run(100)
      s.send(`10.0.2.${i}`)
      expect(s.send('10.0.1.1', [1])).toBe(0)
      expect(s.take()).toContain(`${macOf(1)} ip 1`)
      if (i % 10 === 9) {
        s.run(100)
        if (s.send(`10.0.3.${i}`, [2]) === 0) {
          s.take()
          s.receive(reply({ spa: `10.0.3.${i}`, sha: macOf(2) }))
          if (s.take().includes(`${macOf(2)} ip 2`)) found++
        }
      }
    }
    expect(found).toBe(20)
  })

  it('when all places are known neighbours, one more takes the place of one, and all of them stay within reach', () => {
    const s = station({ neighbours: 3 })
    for (let round = 0; round < 3; round++)
      for (let i = 0; i < 9; i++) {
        s.run(10)
        expect(s.send(`10.0.1.${i}`, [i])).toBe(0)
        if (s.take().some(x => x.includes('who has'))) {
          s.receive(reply({ spa: `10.0.1.${i}`, sha: macOf(i) }))
          expect(s.take()).toEqual([`${macOf(i)} ip ${i}`])
        }
      }
    expect([s.used(), s.drops(), s.h.pool.used]).toEqual([3, [], 0])
  })

  it('when all places are static, one more is -ENOBUFS, by hand and by sending', () => {
    const s = station({ neighbours: 2 })
    for (const i of [1, 2]) expect(neighbour(s.link, octets([10, 0, 1, i]), octets(mac(macOf(i))))).toBe(0)
    expect(neighbour(s.link, octets([10, 0, 1, 3]), octets(mac(macOf(3))))).toBe(-ENOBUFS)
    expect(s.send('10.0.1.3')).toBe(-ENOBUFS)
    expect(neighbour(s.link, octets([10, 0, 1, 2]), octets(mac(macOf(4))))).toBe(0)
    s.send('10.0.1.2', [1])
    expect(s.take()).toEqual([`${macOf(4)} ip 1`])
    s.receive(arp())
    expect(s.take(), 'a request is answered all the same').toEqual([`${PEER_MAC} ${OWN} is at ${OWN_MAC}, for ${PEER}`])
    expect(s.used()).toBe(2)
  })

  it('each of 200 neighbours has a place of its own when there are as many', () => {
    const s = station({ neighbours: 200 })
    for (let i = 0; i < 200; i++) s.receive(arp({ spa: `10.1.0.${i}`, sha: macOf(i) }))
    s.take()
    for (let i = 0; i < 200; i++) s.send(`10.1.0.${i}`, [i])
    expect(s.take()).toEqual(Array.from({ length: 200 }, (_, i) => `${macOf(i)} ip ${i}`))
    s.run(2 * MINUTE)
    expect(s.used()).toBe(0)
  })
})
