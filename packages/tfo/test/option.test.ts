// RFC 7413 4.1.1: the option, of both kinds, and what is none.
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { describe, expect, it } from 'vitest'
import { peer } from '../../tcp/test/machine.ts'
import { TFO_MALFORMED } from '../src/ids.ts'
import { client, cookieOf, counts, experiment, found, open, option, padded, server, withMss } from './fast.ts'

const bytes = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

describe('RFC 7413 4.1.1', () => {
  it('7413 4.1.1 an empty cookie asks for one, which comes in an option of kind 34 and even length', () => {
    const { m } = server()
    const p = peer(m)
    p.send('S', { options: withMss(option()) })
    const { options } = p.expect('SA', { ack: 1 })
    const cookie = found(options)
    expect(cookie?.length).toBe(8)
    // Nothing but the MSS is in front of it, and the end of the list behind.
    expect(options).toEqual(padded([...options.slice(0, 4), 34, 10, ...(cookie ?? [])]))
  })

  it.each([1, 2, 3, 5, 7, 9, 15, 17, 18])('7413 4.1.1 a cookie of %d octets is none: the option is ignored', n => {
    const { m } = server()
    const p = peer(m)
    p.send('S', { options: withMss(option(bytes(n))), text: [1, 2, 3] })
    expect(found(p.expect('SA', { ack: 1 }).options)).toBe(null)
    expect(counts(m)).toEqual([TFO_MALFORMED])
  })

  it.each([4, 6, 8, 10, 12, 14, 16])(
    '7413 4.1.1 a cookie of %d octets that is not ours is answered by one that is',
    n => {
      const { m } = server()
      const p = peer(m)
      p.send('S', { options: withMss(option(bytes(n))), text: [1, 2, 3] })
      expect(found(p.expect('SA', { ack: 1 }).options)).toEqual(cookieOf(m))
    },
  )

  it.each([4, 6, 8, 10, 12, 14, 16])('7413 4.1.1 a client sends back whatever cookie of %d octets it was given', n => {
    const m = client({ cookie: bytes(n) })
    open(m, [7, 7])
    expect(found(peer(m, { port: 5000 }).expect('S', { text: [7, 7] }).options)).toEqual(bytes(n))
  })

  it.each([1, 2, 3, 5, 15, 17, 18])('7413 4.1.1 a client is given a cookie of %d octets, and takes none', n => {
    const m = client()
    open(m, [7, 7])
    const p = peer(m, { port: 5000 })
    p.expect('S', { text: [7, 7] })
    p.send('SA', { ack: 3, options: withMss(option(bytes(n))) })
    p.expect('A', { seq: 3 })
    open(m, [8], 5001)
    expect(found(peer(m, { port: 5001 }).expect('S', { text: [8] }).options)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(counts(m)).toContain(TFO_MALFORMED)
  })

  it('7413 4.1.1 without SYN the option is ignored', () => {
    const { m, accepted } = server()
    const cookie = cookieOf(m)
    const p = peer(m)
    p.send('S', { options: withMss([]) })
    p.expect('SA', { ack: 1 })
    p.send('A', { options: padded(option(cookie)), text: [1, 2] })
    p.expect('A', { ack: 3, options: [] })
    expect(m.t.used()).toBe(1)
    expect(accepted.length).toBe(1)
    expect(counts(m)).toEqual([])
  })

  it('7413 4.1.1 options behind a malformed length are not looked for', () => {
    const { m } = server()
    const p = peer(m)
    p.send('S', { options: [2, 1, 34, 2] })
    expect(found(p.expect('SA', { ack: 1 }).options)).toBe(null)
    const q = peer(m, { peerPort: 4001 })
    q.send('S', { options: [34, 12, 1, 2, 3, 4, 5, 6] })
    expect(found(q.expect('SA', { ack: 1 }).options)).toBe(null)
  })
})

describe('RFC 7413 9', () => {
  it('7413 9 kind 254 with its magic is understood, and answered in kind', () => {
    const { m, accepted } = server()
    const p = peer(m)
    p.send('S', { options: withMss(experiment()) })
    const { options } = p.expect('SA', { ack: 1 })
    expect(found(options)).toBe(null)
    const cookie = found(options, 254) ?? []
    expect(cookie.slice(0, 2)).toEqual([0xf9, 0x89])
    expect(cookie.slice(2)).toEqual(cookieOf(m))
    const q = peer(m, { peerPort: 4001 })
    q.send('S', { options: withMss(experiment(cookie.slice(2))), text: [1, 2, 3] })
    q.expect('SA', { ack: 4 })
    expect(accepted.length).toBe(1)
  })

  it('7413 9 kind 254 with another magic, or none, is somebody else’s; ours may stand behind it', () => {
    const { m } = server()
    const cookie = cookieOf(m)
    for (const list of [
      [254, 4, 0xf9, 0x88],
      [254, 2],
      [254, 3, 0xf9],
      [254, 3, 0xf9, 0x89, 2],
      [254, 12, 0x12, 0x34, ...cookie],
    ]) {
      const p = peer(m, { peerPort: 4001 })
      p.send('S', { options: withMss(list), text: [1] })
      expect(p.expect('SA', { ack: 1 }).options.length).toBe(4)
      p.send('R', { seq: 1 })
      const q = peer(m, { peerPort: 4001 })
      q.send('S', { options: withMss([...list, ...experiment(cookie)]), text: [1] })
      q.expect('SA', { ack: 2 })
      q.send('R', { seq: 2 })
    }
    const p = peer(m, { peerPort: 4002 })
    p.send('S', { options: padded([254, 2, 254, 3]) })
    p.expect('SA', { ack: 1 })
  })

  it('7413 9 a client asks by kind 34, and by 254 after a server that did not know it', () => {
    const m = server({ isPlain: true }).m
    open(m, [1])
    const p = peer(m, { port: 5000 })
    expect(found(p.expect('S', { text: [] }).options)).toEqual([])
    p.send('SA', { ack: 1, options: withMss([]) })
    p.expect('PA', { text: [1] })
    m.run(60000)
    open(m, [1], 5001)
    const q = peer(m, { port: 5001 })
    m.take()
      .filter(s => s.srcPort === 5001)
      .forEach(s => {
        expect(found(s.options, 254)).toEqual([0xf9, 0x89])
        q.own = s.seq
      })
    q.send('SA', { ack: 1, options: withMss(experiment([4, 3, 2, 1])) })
    m.take()
    open(m, [1], 5002)
    expect(found(peer(m, { port: 5002 }).expect('S', { text: [1] }).options, 254)).toEqual([0xf9, 0x89, 4, 3, 2, 1])
  })

  it('7413 4.1.1 with all other options a SYN still has room for a cookie of 16 octets, of either kind', () => {
    for (const asked of [option, experiment]) {
      const m = client({ setup: { windowScale: wscale(), timestamps: timestamps(), sack: sack() } })
      open(m, [5])
      const p = peer(m, { port: 5000 })
      p.expect('S', { text: [5] })
      p.send('SA', { ack: 2, options: padded(asked(bytes(16))) })
      m.take()
      open(m, [6], 5001)
      const { options, text } = peer(m, { port: 5001 }).expect('S')
      expect(options.length).toBe(40)
      expect(found(options, asked === option ? 34 : 254)?.slice(-16)).toEqual(bytes(16))
      expect(text).toEqual([6])
    }
  })

  it('7413 4.2.2 a path without room for the option and a segment: a plain SYN', () => {
    const slots = { windowScale: wscale(), timestamps: timestamps(), sack: sack() }
    for (const [size, others, isSent] of [
      [16, {}, true],
      [6, slots, true],
      [8, slots, false],
    ] as const) {
      const m = client({ setup: { mtu: 68, ...others }, cookie: bytes(size) })
      open(m, [5, 6])
      const { options, text } = peer(m, { port: 5000 }).expect('S')
      expect(found(options)).toEqual(isSent ? bytes(size) : null)
      // 4.2.1: no text without a cookie.
      if (!isSent) expect(text).toEqual([])
    }
  })

  it('7413 4.2.1 the room that the option has ends at four octets: what fills it up is within the path, too', () => {
    for (let mtu = 68; mtu < 84; mtu++)
      for (const size of [4, 6, 8, 10, 12, 14, 16])
        for (const others of [
          { timestamps: timestamps() },
          { windowScale: wscale(), timestamps: timestamps(), sack: sack() },
        ]) {
          const m = client({ setup: { mtu, ...others }, cookie: bytes(size) })
          const c = open(m, [5, 6], 5000)
          const { options, text } = peer(m, { port: 5000 }).expect('S')
          expect(20 + options.length + text.length).toBeLessThanOrEqual(mtu - 20)
          if (!found(options)) expect([mtu, text]).toEqual([mtu, []])
          m.t.abort(c)
        }
  })
})
