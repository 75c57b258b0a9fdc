// RFC 7413 4.1.3, 4.2: the client, by scripts on a virtual clock.
import { ECONNREFUSED, EHOSTUNREACH, EINVAL, ENOBUFS, EOPNOTSUPP, EPROTONOSUPPORT, type FastOpenTcp } from '@tiny/core'
import { status } from '@tiny/tcp'
import { connect, tfo } from '@tiny/tfo'
import { describe, expect, it } from 'vitest'
import { address, CLOSED, ESTABLISHED, machine, peer, read, SYN_SENT } from '../../tcp/test/machine.ts'
import { icmpError, octets, PEER } from '../../tcp/test/segment.ts'
import { TFO_ACTIVE, TFO_FAILED, TFO_FORGOTTEN } from '../src/ids.ts'
import { COOKIE, client, counts, found, open, option, t, withMss } from './fast.ts'

/** What the SYN of the next connection is: plain, a request, or one with a cookie; and how much text goes with it. */
let port = 6000
function kindOf(m: ReturnType<typeof machine>, peerPort = 4000, n = 10): string {
  port++
  m.take()
  const c = open(m, octets(n), port, peerPort)
  const { options, text } = peer(m, { port, peerPort }).expect('S')
  m.t.abort(c)
  m.poll()
  m.told()
  const cookie = found(options) ?? found(options, 254)?.slice(2)
  return `${cookie ? (cookie.length ? 'cookie' : 'request') : 'plain'} ${text.length}`
}

describe('RFC 7413 4.2.1: asking for a cookie', () => {
  it('7413 4.2.1 the first connection asks, and its data waits for the handshake; the second sends it with the SYN', () => {
    const m = machine({ fastOpen: tfo() })
    const c = open(m, octets(20))
    const p = peer(m, { port: 5000 })
    expect(found(p.expect('S', { text: [] }).options)).toEqual([])
    expect([c.state, status(m.t, c).unsent > 0]).toEqual([SYN_SENT, true])
    expect(m.told()).toEqual([])
    p.send('SA', { ack: 1, options: withMss(option(COOKIE)) })
    p.expect('PA', { seq: 1, ack: 1, text: octets(20) })
    p.silent()
    expect([c.state, status(m.t, c).hasFastOpen]).toEqual([ESTABLISHED, false])
    expect(m.told()).toEqual(['writable 4076'])

    const d = open(m, octets(30), 5001)
    const q = peer(m, { port: 5001 })
    expect(found(q.expect('S', { text: octets(30) }).options)).toEqual(COOKIE)
    q.send('SA', { ack: 31, options: withMss([]) })
    q.expect('A', { seq: 31, ack: 1, text: [] })
    q.silent()
    expect([d.state, status(m.t, d).hasFastOpen, status(m.t, d).unsent]).toEqual([ESTABLISHED, true, 0])
    expect(m.told()).toEqual(['writable 4096'])
    expect(counts(m)).toEqual([TFO_ACTIVE])
    q.send('PA', { text: [1, 2, 3] })
    expect(read({ m, c: d } as never)).toEqual([1, 2, 3])
  })

  it('7413 4.2.1 a server that gives none is remembered, and asked again later', () => {
    const m = machine({ fastOpen: tfo() })
    open(m, [1])
    const p = peer(m, { port: 5000 })
    p.expect('S')
    p.send('SA', { ack: 1, options: withMss([]) })
    p.expect('PA', { text: [1] })
    expect(counts(m)).toEqual([TFO_FAILED])
    expect(kindOf(m)).toBe('plain 0')
    m.run(59_999)
    expect(kindOf(m)).toBe('plain 0')
    m.run(1)
    expect(kindOf(m)).toBe('request 0')
  })

  it('7413 4.2.1 a SYN that asks is sent again without the option', () => {
    const m = machine({ fastOpen: tfo() })
    open(m, [1])
    const p = peer(m, { port: 5000 })
    p.expect('S')
    m.run(1000)
    expect(p.expect('S', { text: [] }).options.length).toBe(4)
    p.send('SA', { ack: 1, options: withMss([]) })
    p.expect('PA', { text: [1] })
    // It failed once, not twice.
    expect(counts(m)).toEqual([TFO_FAILED])
  })

  it('a plain connect of the same stack has nothing of it', () => {
    const m = client()
    const c = m.t.connect(address(PEER), 4000, m.note(), { port: 5000 })
    expect(m.t.write(c as never, Uint8Array.of(1))).toBe(0)
    m.poll()
    const p = peer(m, { port: 5000 })
    expect(p.expect('S', { text: [] }).options.length).toBe(4)
    p.send('SA', { ack: 1, options: withMss(option([9, 9, 9, 9])) })
    expect(status(m.t, c as never).hasFastOpen).toBe(false)
    expect(kindOf(m)).toBe('cookie 10')
  })
})

describe('RFC 7413 4.1.3: what the client remembers', () => {
  it('7413 4.1.3 text up to the MSS of the server, less the options; the rest behind the handshake', () => {
    for (const [size, expected] of [
      [1460, 1460 - 16],
      [1000, 1000 - 16],
      [536, 536 - 16],
      [9000, 1460 - 16],
      [10, 48 - 16],
    ]) {
      const m = client({ size })
      open(m, octets(3000))
      const p = peer(m, { port: 5000 })
      p.expect('S', { text: octets(expected) })
      p.send('SA', { ack: expected + 1, options: withMss([], 1460) })
      expect(m.sent[0].seq - p.own).toBe(expected + 1)
      const rest = m.take().flatMap(s => s.text)
      expect(rest).toEqual(octets(rest.length, expected))
    }
  })

  it('7413 4.1.3 a server that has said nothing of its MSS takes 536 octets', () => {
    const m = machine({ fastOpen: tfo() })
    open(m, [1])
    const p = peer(m, { port: 5000 })
    p.expect('S')
    p.send('SA', { ack: 1, options: [34, 10, ...COOKIE, 0, 0] })
    m.take()
    open(m, octets(3000), 5001)
    peer(m, { port: 5001 }).expect('S', { len: 536 - 16 })
  })

  it('7413 4.1.3 the most recent cookie and MSS of an address count, whichever port they came from', () => {
    const m = client()
    open(m, octets(2000), 5000, 4001)
    const p = peer(m, { port: 5000, peerPort: 4001 })
    expect(found(p.expect('S', { len: 1444 }).options)).toEqual(COOKIE)
    p.send('SA', { ack: 1445, options: withMss(option([5, 5, 5, 5]), 700) })
    m.take()
    open(m, octets(2000), 5001)
    expect(found(peer(m, { port: 5001 }).expect('S', { len: 700 - 12 }).options)).toEqual([5, 5, 5, 5])
  })

  it('7413 4.1.3 a cookie is of both addresses: another host, or another own address, has none', () => {
    const m = client()
    const c = connect(t(m), address('10.0.0.8'), 4000, m.note(), Uint8Array.of(1), { port: 5000 })
    expect(typeof c).toBe('object')
    m.poll()
    expect(found(peer(m, { port: 5000, address: '10.0.0.8' }).expect('S', { text: [] }).options)).toEqual([])
  })

  it('7413 4.1.3 a cookie ages', () => {
    const m = client({ tfo: { cookieAge: 100_000 } })
    m.run(99_999)
    expect(kindOf(m)).toBe('cookie 10')
    m.run(1)
    expect(kindOf(m)).toBe('request 0')
  })

  it('7413 4.1.3 so many servers are remembered; the one used longest ago makes room', () => {
    const m = client({ tfo: { servers: 3 } })
    const use = (last: number): void => {
      const c = connect(t(m), address(`10.0.0.${last}`), 4000, {}, Uint8Array.of(1))
      m.t.abort(c as never)
    }
    use(20)
    use(21)
    expect(counts(m)).toEqual([])
    // Ours is in use again: the other two go first.
    expect(kindOf(m)).toBe('cookie 10')
    use(22)
    use(23)
    expect(counts(m)).toEqual([TFO_FORGOTTEN, TFO_FORGOTTEN])
    expect(kindOf(m)).toBe('cookie 10')
    use(24)
    use(25)
    use(26)
    expect(kindOf(m)).toBe('request 0')
  })
})

describe('RFC 7413 4.1.3.1: negative responses', () => {
  it('7413 4.1.3.1 text that is not acknowledged goes out with the ACK, and the next handshakes are plain', () => {
    const m = client()
    open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    p.send('SA', { ack: 1, options: withMss([]) })
    p.expect('PA', { seq: 1, ack: 1, text: octets(100) })
    p.silent()
    expect(counts(m)).toEqual([TFO_FAILED])
    expect(kindOf(m)).toBe('plain 0')
    m.run(60_000)
    expect(kindOf(m)).toBe('cookie 10')
  })

  it('7413 4.1.3.1 text that is not acknowledged, with a new cookie: it is used at once', () => {
    const m = client()
    open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    p.send('SA', { ack: 1, options: withMss(option([7, 7, 7, 7])) })
    p.expect('PA', { seq: 1, text: octets(100) })
    open(m, [1], 5001)
    expect(found(peer(m, { port: 5001 }).expect('S', { text: [1] }).options)).toEqual([7, 7, 7, 7])
    expect(counts(m)).toEqual([])
  })

  it('7413 4.1.3.1 part of it is acknowledged: the rest goes out with the ACK', () => {
    const m = client()
    const c = open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    p.send('SA', { ack: 41, options: withMss([]) })
    p.expect('PA', { seq: 41, ack: 1, text: octets(60, 40) })
    p.send('A', { ack: 101 })
    expect(status(m.t, c).unsent).toBe(0)
    expect(status(m.t, c).hasFastOpen).toBe(true)
    expect(kindOf(m)).toBe('cookie 10')
  })

  it('7413 4.1.3.1 no answer: the SYN goes again without text and option, and the way is remembered as a black hole', () => {
    const m = client()
    const c = open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    m.run(1000)
    expect(p.expect('S', { seq: 0, text: [] }).options.length).toBe(4)
    m.run(2000)
    expect(p.expect('S', { seq: 0, text: [] }).options.length).toBe(4)
    expect(counts(m)).toEqual([TFO_FAILED])
    expect(kindOf(m)).toBe('plain 0')
    p.send('SA', { ack: 1, options: withMss([]) })
    // One segment after a loss, as RFC 5681 3.1 wants it.
    p.expect('PA', { seq: 1, text: octets(100) })
    expect(c.state).toBe(ESTABLISHED)
    expect(counts(m)).toEqual([])
  })

  it('7413 4.1.3.1 the answer to the first SYN comes late: what it has taken is not sent again', () => {
    const m = client()
    const c = open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    m.run(1000)
    p.expect('S', { text: [] })
    p.send('SA', { ack: 101, options: withMss([]) })
    p.expect('A', { seq: 101, ack: 1, text: [] })
    expect([status(m.t, c).unsent, status(m.t, c).hasFastOpen]).toEqual([0, true])
    // It was no black hole.
    expect(kindOf(m)).toBe('cookie 10')
  })

  it('7413 4.1.3.1 black holes: twice as long each time, up to 64 times; one success ends it', () => {
    const m = client({ tfo: { backOff: 1000 } })
    for (const ms of [1000, 2000, 4000, 8000, 16000, 32000, 64000, 64000]) {
      port++
      const c = open(m, octets(10), port)
      const p = peer(m, { port })
      m.take()
      m.run(1000)
      m.t.abort(c)
      // The first second after the failure has passed with it.
      m.take()
      expect([ms, kindOf(m)]).toEqual([ms, ms === 0 ? '' : 'plain 0'])
      m.run(ms - 1)
      expect([ms, kindOf(m)]).toEqual([ms, 'plain 0'])
      m.run(1)
      m.take()
      expect([ms, kindOf(m)]).toEqual([ms, 'cookie 10'])
      void p
    }
    port++
    open(m, octets(10), port)
    const p = peer(m, { port })
    p.own = m.take()[0].seq
    p.send('SA', { ack: 11, options: withMss([]) })
    port++
    open(m, octets(10), port)
    m.take()
    m.run(1000)
    expect(kindOf(m)).toBe('plain 0')
    m.run(1000)
    expect(kindOf(m)).toBe('cookie 10')
  })

  it('7413 4.1.3.1 failures are a port’s: another port of the server goes on', () => {
    const m = client()
    open(m, [1], 5000)
    m.take()
    m.run(1000)
    m.take()
    expect(kindOf(m)).toBe('plain 0')
    expect(kindOf(m, 4001)).toBe('cookie 10')
  })

  it('7413 4.1.3.1 an ICMP error that ends the attempt is a negative response', () => {
    for (const [code, error] of [
      [2, EPROTONOSUPPORT],
      [3, ECONNREFUSED],
    ]) {
      const m = client()
      open(m, [1], 5000)
      const [syn] = m.take()
      m.receive(icmpError(3, code, 0, syn.octets))
      m.poll()
      expect(m.told()).toEqual([`close ${-error}`])
      expect(counts(m)).toEqual([TFO_FAILED])
      expect(kindOf(m)).toBe('plain 0')
    }
  })

  it('7413 4.1.3.1 an ICMP error that does not end it: it goes on as after a lost SYN', () => {
    const m = client()
    open(m, [1], 5000)
    const [syn] = m.take()
    m.receive(icmpError(3, 1, 0, syn.octets))
    m.poll()
    expect(m.told()).toEqual([`error ${-EHOSTUNREACH}`])
    m.run(1000)
    expect(counts(m)).toEqual([TFO_FAILED])
    expect(kindOf(m)).toBe('plain 0')
  })

  it('a reset, or an application that gives up, is none', () => {
    const m = client()
    const c = open(m, [1], 5000)
    const p = peer(m, { port: 5000 })
    p.expect('S')
    p.send('RA', { ack: 2 })
    expect(m.told()).toEqual([`close ${-ECONNREFUSED}`])
    expect(c.state).toBe(CLOSED)
    m.t.close(open(m, [1], 5001))
    m.poll()
    expect(counts(m)).toEqual([])
    expect(kindOf(m)).toBe('cookie 10')
  })
})

describe('RFC 7413 4.2.2: the client', () => {
  it('7413 4.2.2 data of the server right behind its SYN,ACK', () => {
    const m = client()
    const c = open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    p.push('SA', { ack: 101, options: withMss([]) })
    p.push('PA', { ack: 101, text: octets(50) })
    m.poll()
    p.expect('A', { seq: 101, ack: 51 })
    p.silent()
    expect(m.told()).toEqual(['writable 4096', 'readable 50'])
    expect(read({ m, c } as never)).toEqual(octets(50))
  })

  it('7413 4.2.2 a SYN,ACK that carries text', () => {
    const m = client()
    const c = open(m, octets(100))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 100 })
    p.send('SA', { ack: 101, options: withMss([]), text: octets(50) })
    p.expect('A', { seq: 101, ack: 51 })
    expect(read({ m, c } as never)).toEqual(octets(50))
  })

  it('7413 4.2.2 what is written while the SYN is under way goes out behind the handshake', () => {
    const m = client()
    const c = open(m, octets(10))
    expect(m.t.write(c, Uint8Array.from(octets(10, 10)))).toBe(10)
    m.poll()
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 10 })
    p.silent()
    p.send('SA', { ack: 11, options: withMss([]) })
    p.expect('PA', { seq: 11, text: octets(10, 10) })
  })

  it('7413 4.2.2 an acknowledgment of more than was sent is none', () => {
    const m = client()
    const c = open(m, octets(10))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 10 })
    p.send('SA', { ack: 12, options: withMss([]) })
    p.expect('R', { seq: 12 })
    expect(c.state).toBe(SYN_SENT)
    p.send('SA', { seq: 0, ack: 11, options: withMss([]) })
    expect(c.state).toBe(ESTABLISHED)
  })

  it('7413 4.2.2 simultaneous open: the text goes out again, once', () => {
    const m = client()
    const c = open(m, octets(10))
    const p = peer(m, { port: 5000 })
    p.expect('S', { len: 10 })
    p.send('S', { options: withMss(option()) })
    expect(p.expect('SA', { seq: 0, ack: 1, text: [] }).options.length).toBe(4)
    p.send('A', { ack: 1 })
    p.expect('PA', { seq: 1, text: octets(10) })
    expect(c.state).toBe(ESTABLISHED)
    expect(m.told()).toEqual(['writable 4086'])
  })

  it('7413 4.2.2 a link that refuses the SYN: the next one is plain', () => {
    const m = client()
    m.answer = -ENOBUFS
    open(m, octets(10))
    m.answer = 0
    m.run(1000)
    const p = peer(m, { port: 5000 })
    expect(p.expect('S', { text: [] }).options.length).toBe(4)
    p.send('SA', { ack: 1, options: withMss([]) })
    p.expect('PA', { seq: 1, text: octets(10) })
  })
})

describe('connect', () => {
  const data = Uint8Array.of(1)
  it('refuses what connect refuses, and what it cannot keep', () => {
    const m = machine({ fastOpen: tfo(), sendBuffer: 256, pool: 256 })
    expect(connect(t(m), address('224.0.0.1'), 80, {}, data)).toBe(-EINVAL)
    expect(connect(t(m), address(PEER), 80, m.note(), new Uint8Array(256))).toBe(-ENOBUFS)
    const c = connect(t(m), address(PEER), 80, m.note(), new Uint8Array(255))
    expect(typeof c).toBe('object')
    expect(connect(t(m), address(PEER), 80, m.note(), data)).toBe(-ENOBUFS)
    m.poll()
    expect(m.told()).toEqual([])
    expect(m.t.used()).toBe(1)
    m.t.abort(c as never)
    m.poll()
    expect(m.used()).toEqual([0, 0])
    expect(() => connect(t(m), address(PEER), 80, {}, new Uint8Array(0))).toThrow(new RangeError('tfo: no data'))
    expect(() => connect(t(m), address(PEER), 0, {}, data)).toThrow(new RangeError('tcp: port 0'))
  })

  it('answers -EOPNOTSUPP where the slot is empty', () => {
    const m = machine()
    expect(connect(m.t as FastOpenTcp, address(PEER), 80, {}, data)).toBe(-EOPNOTSUPP)
    expect(m.t.used()).toBe(0)
  })

  it.each([
    ['servers', [0, 65537, 1.5]],
    ['cookieAge', [0, 0x40000000]],
    ['backOff', [0, 0x1000000]],
    ['keyAge', [0, 0x40000000]],
  ])('%s out of range is refused', (name, values) => {
    for (const value of values) expect(() => tfo({ [name]: value })).toThrow(`tfo: ${name} ${value} is not 1 to `)
  })

  it('a key of another length is refused', () => {
    for (const n of [0, 15, 17])
      expect(() => tfo({ key: new Uint8Array(n) })).toThrow(new RangeError('tfo: a key has 16 octets'))
  })
})
