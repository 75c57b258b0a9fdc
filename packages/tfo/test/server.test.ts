// RFC 7413 4.1.2, 4.2, 5.1: the server, by scripts on a virtual clock.
import { ECONNABORTED, ECONNRESET, EOPNOTSUPP, ETIMEDOUT, type FastOpenTcp } from '@tiny/core'
import { status, tune, unlisten, urgent } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { rotate, serve } from '@tiny/tfo'
import { describe, expect, it } from 'vitest'
import { ESTABLISHED, FIN_WAIT_2, machine, peer, SYN_RECEIVED } from '../../tcp/test/machine.ts'
import { blocks, permitted } from '../../tcp/test/options.ts'
import { octets } from '../../tcp/test/segment.ts'
import { TFO_COOKIE, TFO_OLD_KEY, TFO_PASSIVE, TFO_PENDING } from '../src/ids.ts'
import { cookieOf, counts, found, option, padded, server, t, withMss } from './fast.ts'

const TEXT = octets(100)

/** Reads all there is, and answers with n octets. */
const answering = (n: number, then: 'close' | 'release' | 'keep' = 'keep') => {
  const s = server({
    handlers: {
      onReadable(c) {
        const b = new Uint8Array(2000)
        read.push(...b.subarray(0, s.m.t.read(c, b)))
        tune(s.m.t, c, { noDelay: true })
        s.m.t.write(c, Uint8Array.from(octets(n)))
        if (then !== 'keep') s.m.t[then](c)
      },
    },
  })
  const read: number[] = []
  return { ...s, read, cookie: cookieOf(s.m) }
}

describe('RFC 7413 2', () => {
  it('7413 2 4.2 off unless asked for: a listener that does not serve it ignores all of it', () => {
    const { m, accepted } = server({ isPlain: true })
    for (const list of [option(), option([1, 2, 3, 4, 5, 6, 7, 8]), option([1])]) {
      const p = peer(m)
      p.send('S', { options: withMss(list), text: TEXT })
      expect(p.expect('SA', { ack: 1 }).options).toEqual([2, 4, 5, 180])
      p.send('A', { seq: 1, text: TEXT })
      p.expect('A', { ack: 101 })
      p.send('R', { seq: 101 })
    }
    expect(accepted.length).toBe(3)
    expect(counts(m)).toEqual([])
  })

  it('7413 2 one listener serves it, another of the same stack does not', () => {
    const { m } = server()
    const cookie = cookieOf(m)
    m.t.listen(81, m.note())
    const p = peer(m, { port: 81 })
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    expect(found(p.expect('SA', { ack: 1 }).options)).toBe(null)
    expect(m.told()).toEqual([])
  })

  it('a stack without the slot refuses the verbs', () => {
    const m = machine()
    const l = m.t.listen(80, {})
    expect(serve(m.t as FastOpenTcp, l as never)).toBe(-EOPNOTSUPP)
    expect(rotate(m.t as FastOpenTcp)).toBe(-EOPNOTSUPP)
  })
})

describe('RFC 7413 4.1.2: cookies', () => {
  it('7413 4.1.2 a cookie is of an address: not of a port, not of another address', () => {
    const { m, accepted } = server()
    const cookie = cookieOf(m)
    expect(cookieOf(m)).toEqual(cookie)
    expect(cookieOf(m, { address: '10.0.0.8' })).not.toEqual(cookie)
    const p = peer(m, { address: '10.0.0.8' })
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    const other = found(p.expect('SA', { ack: 1 }).options)
    expect(other).toEqual(cookieOf(m, { address: '10.0.0.8' }))
    expect(accepted.length).toBe(0)
    expect(counts(m)).toEqual([TFO_COOKIE])
    const q = peer(m, { peerPort: 4001 })
    q.send('S', { options: withMss(option(cookie)), text: TEXT })
    q.expect('SA', { ack: 101 })
    expect(counts(m)).toEqual([TFO_PASSIVE])
  })

  it('7413 4.1.2 a cookie is of a key: another machine gives another, the same key the same', () => {
    const key = Uint8Array.from(octets(16))
    const one = cookieOf(server({ setup: { seed: 1 } }).m)
    expect(cookieOf(server({ setup: { seed: 2 } }).m)).not.toEqual(one)
    const shared = cookieOf(server({ setup: { seed: 1 }, tfo: { key } }).m)
    expect(shared).not.toEqual(one)
    expect(cookieOf(server({ setup: { seed: 2 }, tfo: { key } }).m)).toEqual(shared)
    for (let i = 0; i < 16; i++) {
      const other = key.slice()
      other[i] ^= 1
      expect(cookieOf(server({ tfo: { key: other } }).m)).not.toEqual(shared)
    }
  })

  it('7413 4.1.2 5 every octet of a cookie counts', () => {
    const { m, accepted } = server()
    const cookie = cookieOf(m)
    for (let i = 0; i < 8; i++) {
      const wrong = cookie.slice()
      wrong[i] ^= 0x10
      const p = peer(m, { peerPort: 4000 + i })
      p.send('S', { options: withMss(option(wrong)), text: TEXT })
      expect(found(p.expect('SA', { ack: 1 }).options)).toEqual(cookie)
    }
    // More than it, or less of it, is not it.
    for (const [i, wrong] of [[...cookie, ...cookie], cookie.slice(0, 6)].entries()) {
      const p = peer(m, { peerPort: 4100 + i })
      p.send('S', { options: withMss(option(wrong)), text: TEXT })
      p.expect('SA', { ack: 1 })
    }
    // And all of it is made anew for another address.
    const other = cookieOf(m, { address: '10.0.0.8' })
    expect([other.slice(0, 4), other.slice(4)]).not.toContainEqual(cookie.slice(0, 4))
    expect(other.slice(4)).not.toEqual(cookie.slice(4))
    expect(accepted.length).toBe(0)
  })

  it('7413 4.1.2 after a rotation the cookie before is still good, and is replaced; the one before that is not', () => {
    const { m } = server()
    const cookie = cookieOf(m)
    expect(rotate(t(m))).toBe(0)
    const p = peer(m)
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    const next = found(p.expect('SA', { ack: 101 }).options)
    expect(counts(m)).toEqual([TFO_OLD_KEY, TFO_PASSIVE])
    expect(next).not.toEqual(cookie)
    p.send('A')
    rotate(t(m), Uint8Array.from(octets(16)))
    const q = peer(m, { peerPort: 4001 })
    q.send('S', { options: withMss(option(cookie)), text: TEXT })
    q.expect('SA', { ack: 1 })
    const r = peer(m, { peerPort: 4002 })
    r.send('S', { options: withMss(option(next ?? [])), text: TEXT })
    r.expect('SA', { ack: 101 })
    expect(() => rotate(t(m), new Uint8Array(15))).toThrow(new RangeError('tfo: a key has 16 octets'))
  })

  it('7413 4.1.2 a drawn key expires by itself, one that was given does not', () => {
    for (const [options, isSame] of [
      [{ keyAge: 1000 }, false],
      [{ keyAge: 1000, key: new Uint8Array(16) }, true],
    ] as const) {
      const { m } = server({ tfo: options })
      const cookie = cookieOf(m)
      m.run(999)
      expect(cookieOf(m)).toEqual(cookie)
      m.run(1)
      const next = cookieOf(m)
      expect(next.join() === cookie.join()).toBe(isSame)
      m.run(1000)
      cookieOf(m)
      const p = peer(m)
      p.send('S', { options: withMss(option(cookie)), text: TEXT })
      p.expect('SA', { ack: isSame ? 101 : 1 })
      // Given by rotate(): then it stays.
      rotate(t(m), new Uint8Array(16))
      const given = cookieOf(m)
      m.run(5000)
      m.take()
      expect(cookieOf(m)).toEqual(given)
    }
  })

  it('7413 4.1.2 a drawn key is good for twice its time, also when nobody asks in between', () => {
    for (const [ms, ack] of [
      [1999, 101],
      [2000, 1],
    ]) {
      const { m } = server({ tfo: { keyAge: 1000 } })
      const cookie = cookieOf(m)
      m.run(ms)
      const p = peer(m)
      p.send('S', { options: withMss(option(cookie)), text: TEXT })
      p.expect('SA', { ack })
    }
  })

  it('7413 4.1.2 whoever has a fresh cookie is given none again', () => {
    const { m } = server()
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: TEXT })
    expect(p.expect('SA', { ack: 101 }).options.length).toBe(4)
  })
})

describe('RFC 7413 4.2.2: the server', () => {
  it('7413 4.2.2 the text of a SYN is handed on at once, and the answer follows the SYN,ACK', () => {
    const { m, accepted, cookie, read } = answering(300)
    const p = peer(m)
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    expect(m.told()).toEqual(['writable 4095', 'readable 100'])
    expect(read).toEqual(TEXT)
    p.expect('SA', { seq: 0, ack: 101, text: [] })
    p.expect('PA', { seq: 1, ack: 101, text: octets(300) })
    p.silent()
    const [c] = accepted
    expect([c.state, status(m.t, c).hasFastOpen]).toEqual([SYN_RECEIVED, true])
    p.send('A')
    p.silent()
    expect([c.state, status(m.t, c).unsent]).toEqual([ESTABLISHED, 0])
    // Accepted once.
    expect(m.told()).toEqual([])
    p.send('PA', { text: [1, 2, 3] })
    expect(m.told()).toEqual(['readable 3'])
  })

  it('7413 4.2.2 up to an initial window follows, and no more than the peer takes', () => {
    for (const [wnd, expected] of [
      [65535, 14600],
      [2920, 2920],
      [3000, 2920],
      [0, 0],
    ]) {
      const { m, accepted } = server({ setup: { sendBuffer: 65536 } })
      const cookie = cookieOf(m)
      const p = peer(m, { wnd })
      p.send('S', { options: withMss(option(cookie)), text: TEXT })
      p.expect('SA', { ack: 101 })
      expect(m.t.write(accepted[0], new Uint8Array(30000))).toBe(30000)
      m.poll()
      expect(m.take().reduce((n, s) => n + s.text.length, 0)).toBe(expected)
    }
  })

  it('7413 4.2.2 the answer may end with a FIN', () => {
    const { m, cookie } = answering(300, 'release')
    const p = peer(m)
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    p.expect('SA', { ack: 101 })
    p.expect('FPA', { seq: 1, text: octets(300) })
    p.send('A', { ack: 302 })
    p.send('FA')
    p.expect('A', { ack: 102 })
    expect(m.t.used()).toBe(1)
    m.run(70000)
    expect(m.used()).toEqual([0, 0])
  })

  it('7413 4.2.2 an application that closes has its FIN acknowledged with the SYN', () => {
    const { m, cookie, accepted } = answering(10, 'close')
    const p = peer(m)
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    p.expect('SA', { ack: 101 })
    p.expect('FPA', { seq: 1 })
    p.send('A', { ack: 12 })
    expect(accepted[0].state).toBe(FIN_WAIT_2)
    p.send('FA')
    expect(m.told()).toEqual(['writable 4095', 'readable 100', 'end', 'close 0'])
  })

  it('7413 4.2.2 an answer may be urgent before the handshake is over', () => {
    const { m, accepted } = server()
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: TEXT })
    p.expect('SA', { ack: 101, up: 0 })
    m.t.write(accepted[0], Uint8Array.of(1, 2, 3))
    urgent(m.t, accepted[0])
    m.poll()
    p.expect('PAU', { seq: 1, text: [1, 2, 3], up: 3 })
  })

  it('7413 4.2.2 a cookie without text: accepted at once, and it may speak first', () => {
    const { m, accepted } = server({ handlers: { onWritable: c => void m.t.write(c, Uint8Array.of(1, 2, 3)) } })
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))) })
    p.expect('SA', { ack: 1 })
    p.expect('PA', { seq: 1, text: [1, 2, 3] })
    expect(accepted.length).toBe(1)
  })

  it('7413 4.2.2 text beyond the window is cut, and the rest comes again', () => {
    const { m, accepted } = server({ setup: { receiveBuffer: 256 } })
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: octets(300) })
    p.expect('SA', { ack: 257, wnd: 0 })
    expect(status(m.t, accepted[0]).unread).toBe(256)
  })

  it('7413 4.2.2 no room in the pool: accepted, and only the SYN is acknowledged', () => {
    const { m } = server({ setup: { pool: 4000 } })
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: TEXT })
    p.expect('SA', { ack: 1 })
    expect(m.told()).toEqual(['writable 4095'])
    p.send('A', { seq: 1 })
    expect(m.told()).toEqual([])
  })

  it('7413 4.2.2 a SYN,ACK that is sent again has neither option nor text; what followed it waits for its ACK', () => {
    const { m, cookie } = answering(2000)
    rotate(t(m))
    const p = peer(m)
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    expect(found(p.expect('SA', { ack: 101 }).options)?.length).toBe(8)
    expect(m.take().map(s => s.text.length)).toEqual([1460, 540])
    m.run(1000)
    expect(p.expect('SA', { seq: 0, ack: 101, text: [], at: m.now }).options.length).toBe(4)
    p.silent()
    m.run(2000)
    p.expect('SA', { seq: 0, ack: 101 })
    p.silent()
    // After the loss: one segment, as RFC 5681 3.1 wants it.
    p.send('A', { ack: 1, seq: 101 })
    p.expect('A', { seq: 1, len: 1460 })
    p.silent()
    p.send('A', { ack: 1461, seq: 101 })
    p.expect('PA', { seq: 1461, len: 540 })
  })

  it('7413 4.2.2 the ACK of all of it after a SYN,ACK that was sent again', () => {
    const { m, cookie, accepted } = answering(2000)
    const p = peer(m)
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    m.run(1000)
    p.own = m.take()[0].seq
    p.send('A', { ack: 2001, seq: 101 })
    p.silent()
    expect([accepted[0].state, status(m.t, accepted[0]).unsent]).toEqual([ESTABLISHED, 0])
  })

  it('7413 4.2.2 what the application writes while a SYN,ACK is missing waits', () => {
    const { m, accepted } = server()
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: TEXT })
    p.expect('SA')
    m.run(1000)
    p.expect('SA')
    m.t.write(accepted[0], Uint8Array.of(1, 2))
    m.poll()
    p.silent()
    p.send('A', { ack: 1, seq: 101 })
    p.expect('PA', { seq: 1, text: [1, 2] })
  })

  it('7413 4.2.2 several writes before the ACK: Nagle holds back the second', () => {
    const { m, accepted } = server()
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: TEXT })
    p.expect('SA')
    for (let i = 0; i < 3; i++) {
      m.t.write(accepted[0], Uint8Array.of(i))
      m.poll()
    }
    p.expect('PA', { seq: 1, text: [0] })
    p.silent()
    p.send('A', { ack: 2, seq: 101 })
    p.expect('PA', { seq: 2, text: [1, 2] })
  })

  it('a write that finds the pool full is told when the handshake is over', () => {
    const { m, accepted } = server({ setup: { pool: 5000 } })
    const p = peer(m)
    p.send('S', { options: withMss(option(cookieOf(m))), text: TEXT })
    p.expect('SA', { ack: 101 })
    expect(m.t.write(accepted[0], Uint8Array.of(1))).toBe(0)
    m.told()
    p.send('A', { ack: 1, seq: 101 })
    expect(m.told()).toEqual(['writable 4096'])
  })
})

describe('RFC 7413 5.1: pending', () => {
  const flood = (m: ReturnType<typeof machine>, cookie: number[], k: number, from = 4000) => {
    const all = Array.from({ length: k }, (_, i) => peer(m, { peerPort: from + i }))
    for (const p of all) p.send('S', { options: withMss(option(cookie)), text: TEXT })
    return all
  }
  const acks = (m: ReturnType<typeof machine>, of: { iss: number }) => m.take().map(s => (s.ack - of.iss) | 0)

  it('7413 4.2 5.1 over the limit the handshake is plain, until the count drops below it', () => {
    const { m } = server({ pending: 2 })
    const cookie = cookieOf(m)
    const all = flood(m, cookie, 2)
    for (const p of all) p.expect('SA', { ack: 101 })
    const [over] = flood(m, cookie, 1, 4010)
    over.expect('SA', { ack: 1 })
    expect(counts(m)).toEqual([TFO_PASSIVE, TFO_PASSIVE, TFO_PENDING])
    // It is a connection like any other.
    over.send('A', { seq: 1, text: TEXT })
    over.expect('A', { ack: 101 })
    all[0].send('A', { seq: 101 })
    const [next, late] = flood(m, cookie, 2, 4020)
    next.expect('SA', { ack: 101 })
    late.expect('SA', { ack: 1 })
  })

  it('7413 5.1 each listener has its own count, 8 unless told otherwise', () => {
    const { m } = server({ setup: { connections: 40 } })
    const l = m.t.listen(81, m.note())
    if (typeof l !== 'number') serve(t(m), l, 1)
    const cookie = cookieOf(m)
    const all = flood(m, cookie, 9)
    expect(acks(m, all[0])).toEqual([...Array(8).fill(101), 1])
    const p = peer(m, { port: 81, peerPort: 5000 })
    p.send('S', { options: withMss(option(cookie)), text: TEXT })
    p.expect('SA', { ack: 101 })
  })

  it('7413 5.1 serve() again sets another limit; what was counted stays counted', () => {
    const { m, listener } = server({ pending: 3 })
    const cookie = cookieOf(m)
    const all = flood(m, cookie, 2)
    for (const p of all) p.expect('SA', { ack: 101 })
    expect(serve(t(m), listener, 2)).toBe(0)
    const [over] = flood(m, cookie, 1, 4010)
    over.expect('SA', { ack: 1 })
    all[1].send('A', { seq: 101 })
    const [next] = flood(m, cookie, 1, 4020)
    next.expect('SA', { ack: 101 })
  })

  it('7413 5.1 what was reset counts for 60 seconds more', () => {
    const { m, accepted } = server({ pending: 1 })
    const cookie = cookieOf(m)
    const [p] = flood(m, cookie, 1)
    p.expect('SA', { ack: 101 })
    m.run(500)
    p.send('R', { seq: 101 })
    expect(m.told()).toEqual(['writable 4095', 'readable 100', `close ${-ECONNRESET}`])
    m.run(59_999)
    const [q] = flood(m, cookie, 1, 4001)
    q.expect('SA', { ack: 1 })
    q.send('R', { seq: 1 })
    m.run(1)
    const [r] = flood(m, cookie, 1, 4002)
    r.expect('SA', { ack: 101 })
    expect(accepted.length).toBe(2)
  })

  it('7413 5.1 one that was acknowledged counts no more, whatever becomes of it', () => {
    const { m } = server({ pending: 1 })
    const cookie = cookieOf(m)
    for (let i = 0; i < 3; i++) {
      const [p] = flood(m, cookie, 1, 4000 + i)
      p.expect('SA', { ack: 101 })
      p.send('A')
      p.send('R', { seq: 101 })
    }
    expect(counts(m)).toEqual([TFO_PASSIVE, TFO_PASSIVE, TFO_PASSIVE])
  })

  it('7413 5.1 the third ACK never comes: -ETIMEDOUT after R2, and the place is free', () => {
    const { m } = server({ pending: 1 })
    const cookie = cookieOf(m)
    const [p] = flood(m, cookie, 1)
    p.expect('SA', { ack: 101 })
    m.told()
    m.run(170_000)
    expect(m.told()).toEqual([`error ${-ETIMEDOUT}`])
    m.run(60_000)
    expect(m.told()).toEqual([`close ${-ETIMEDOUT}`])
    expect(m.used()).toEqual([0, 0])
    m.take()
    flood(m, cookie, 1, 4001)[0].expect('SA', { ack: 1 })
    m.run(60_000)
    m.take()
    flood(m, cookie, 1, 4002)[0].expect('SA', { ack: 101 })
  })

  it('7413 5.1 a flood of plain SYNs does not put out what the application has', () => {
    const { m, accepted } = server()
    const cookie = cookieOf(m)
    const [p] = flood(m, cookie, 1)
    p.expect('SA', { ack: 101 })
    m.told()
    for (let i = 0; i < 100; i++) peer(m, { peerPort: 10000 + i }).send('S')
    expect(m.told()).toEqual([])
    m.take()
    p.send('A', { ack: 1 })
    expect(accepted[0].state).toBe(ESTABLISHED)
  })

  it('connections full: nobody that was accepted makes room, and the SYN is dropped', () => {
    const { m } = server({ setup: { connections: 2 }, pending: 8 })
    const cookie = cookieOf(m)
    const all = flood(m, cookie, 3)
    expect(acks(m, all[0])).toEqual([101, 101])
    expect(m.drops()).toContain(405)
    // One that is half open does make room.
    const small = server({ setup: { connections: 2 } })
    const other = cookieOf(small.m)
    flood(small.m, other, 1)
    peer(small.m, { peerPort: 7000 }).send('S')
    flood(small.m, other, 1, 4001)
    expect(acks(small.m, all[0])).toEqual([101, 1, 101])
  })

  it('unlisten: what was accepted goes on', () => {
    const { m, listener, accepted } = server()
    const [p] = flood(m, cookieOf(m), 1)
    p.expect('SA')
    unlisten(m.t, listener)
    p.silent()
    p.send('A')
    expect(accepted[0].state).toBe(ESTABLISHED)
  })

  it('an application that refuses: a reset, and -ECONNABORTED', () => {
    const { m } = server({ handlers: { onWritable: c => void m.t.abort(c) } })
    const [p] = flood(m, cookieOf(m), 1)
    p.expect('RA', { ack: 101 })
    p.silent()
    expect(m.told()).toEqual(['writable 4095', `close ${-ECONNABORTED}`])
    expect(m.used()).toEqual([0, 0])
  })

  it('options out of range are refused', () => {
    const { m, listener } = server()
    for (const n of [0, 65536, 1.5, Number.NaN]) expect(() => serve(t(m), listener, n)).toThrow(RangeError)
  })
})

it('RFC 6582 4 what followed a SYN,ACK that was sent again is sent again, and starts no recovery', () => {
  const { m, accepted } = server({ setup: { sack: sack(), sendBuffer: 65536 } })
  const p = peer(m, { wnd: 65535 })
  p.send('S', { options: withMss([...option(cookieOf(m)), ...permitted], 1000), text: [1] })
  p.expect('SA', { ack: 2 })
  m.t.write(accepted[0], Uint8Array.from(octets(40000)))
  m.poll()
  const log = (): number[] => m.take().map(s => (s.seq - p.own) | 0)
  expect(log()).toHaveLength(10)
  m.run(1000)
  expect(log()).toEqual([0])
  const ack = (k: number, ...ranges: readonly (readonly [number, number])[]): number[] => {
    p.send('A', { ack: k, options: ranges.length ? padded(blocks(p.own, ...ranges)) : [] })
    return log()
  }
  expect(ack(1)).toEqual([1])
  expect(ack(1001)).toEqual([1001, 2001])
  expect(ack(2001)).toEqual([3001, 4001])
  for (const end of [4001, 5001, 6001]) expect(ack(2001, [3001, end])).not.toContain(2001)
  // All that has been sent since: nothing is in flight, and more goes out at once.
  expect(ack(7001)).not.toEqual([])
})
