// What the judge does not show: that nothing can make an observer throw, that it allocates nothing and calls nobody, what
// moves counters that the kernel has other rules for.
import { readFileSync } from 'node:fs'
import { DLT_RAW, type Link } from '@tiny/core'
import { mib } from '@tiny/mib'
import { meter } from '@tiny/mib/meter'
import { snapshot } from '@tiny/mib/proc'
import { describe, expect, it } from 'vitest'
import { random } from '../../ipv4/test/machine.ts'
import { SENTENCES } from '../src/sentences.ts'

const SEED = 11

describe('an observer', () => {
  it(`never throws, whatever it is told, seed ${SEED}`, () => {
    const next = random(SEED)
    const m = mib()
    const b = new Uint8Array(80)
    for (let i = 0; i < 200000; i++) {
      for (let k = 0; k < 4; k++) b[next() & 63] = next()
      const id = 100 + ((next() >>> 1) % 750)
      const n = (next() >>> 1) % 60
      if (i & 1) m.drop(id, b, next() & 31, n)
      else m.packet(id, b, next() & 31, n)
      m.count(id, 1)
      m.state(i & 7 ? 6 : next(), (next() >>> 1) % 12, ((next() >>> 1) % 140) - 128)
    }
    const s = snapshot(m)
    for (const group of Object.keys(s))
      for (const [name, value] of Object.entries(s[group]!))
        expect(Number.isInteger(value) && value >= 0, `${group} ${name} ${value}`).toBe(true)
  })

  it('reads no octet behind what it is told of, and none before', () => {
    // Of what is malformed nothing is known but its length; a quote, and a segment, may be cut off anywhere.
    for (const id of [200, 222, 400])
      for (let n = 0; n < 48; n++) {
        const next = random(SEED + n)
        const inside = Array.from({ length: n }, () => next() & 255)
        // A header that is right as far as it goes.
        if (id !== 400 && n > 0) inside[0] = 0x45
        const moved = [0, 0xff, 0x45, 6].map(around => {
          const m = mib()
          const b = new Uint8Array(n + 128).fill(around)
          b.set(inside, 64)
          m.drop(id, b, 64, n)
          return snapshot(m)
        })
        for (const other of moved) expect(other, `${id}, ${n} octets`).toEqual(moved[0])
      }
  })

  it('is told apart from others: two of them share nothing', () => {
    const [one, other] = [mib(), mib()]
    one.count(310, 3)
    expect([snapshot(one)['Udp']!['OutDatagrams'], snapshot(other)['Udp']!['OutDatagrams']]).toEqual([3, 0])
  })

  it.each([
    [417, 'TCPAbortOnMemory'],
    [413, 'TCPOFODrop'],
    [452, 'TCPDSACKUndo'],
    [405, 'ListenOverflows'],
    [405, 'ListenDrops'],
    [415, 'TCPTimeWaitOverflow'],
    [414, 'TCPACKSkippedChallenge'],
    [411, 'TCPRcvQDrop'],
    [702, 'TCPFastOpenListenOverflow'],
    [704, 'TCPFastOpenActive'],
    [705, 'TCPFastOpenActiveFail'],
    [708, 'TCPFastOpenPassiveAltKey'],
    [407, 'BeyondWindow'],
    [422, 'BeyondWindow'],
    [422, 'TCPZeroWindowDrop'],
  ])('%i moves %s', (id, name) => {
    const m = mib()
    m.count(id, 2)
    expect(snapshot(m)['TcpExt']![name]).toBe(2)
    expect(SENTENCES[`TcpExt ${name}`]).toBeDefined()
  })

  it('302 moves what Linux counts for a full queue: RcvbufErrors and InErrors', () => {
    const m = mib()
    m.count(302, 2)
    expect(snapshot(m)['Udp']).toMatchObject({ RcvbufErrors: 2, InErrors: 2 })
  })

  it('takes as many numbers as the README says', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    expect(text).toContain(` ${mib().values.length} numbers of 4 octets, or of 8;`)
    const link: Link = { type: DLT_RAW, mtu: 1500, caps: 0, send: () => 0, recv() {} }
    expect(text).toContain(`| a record of ${Object.keys(meter(link).meter).length} numbers |`)
  })

  it('a gauge goes down, and connections of other kinds are none of TCP', () => {
    const m = mib()
    m.state(6, 3, 4)
    m.state(6, 3, 4)
    m.state(6, 4, 6)
    m.state(132, 3, 4)
    expect(snapshot(m)['Tcp']).toMatchObject({ CurrEstab: 1, PassiveOpens: 2 })
  })

  it('without an Ip nothing is known to be for several hosts', () => {
    const m = mib()
    const b = Uint8Array.of(0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 255, 255, 255, 255)
    m.drop(207, b, 0, 20)
    expect(snapshot(m)['Udp']).toMatchObject({ NoPorts: 1, IgnoredMulti: 0 })
  })
})
