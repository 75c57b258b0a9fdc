// RFC 9293 3.5, 3.9.1.1, 3.10.7.2, 3.10.7.3: connections are opened.
import {
  EADDRINUSE,
  EADDRNOTAVAIL,
  ECONNREFUSED,
  EINVAL,
  ENETUNREACH,
  ENOBUFS,
  ETIMEDOUT,
  LINK_BROADCAST,
  LINK_MULTICAST,
} from '@tiny/core'
import { unlisten } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import {
  accept,
  address,
  CLOSED,
  connecting,
  ESTABLISHED,
  listening,
  machine,
  peer,
  read,
  SYN_RECEIVED,
  SYN_SENT,
  write,
} from './machine.ts'
import { mss, OWN, octets, PEER, segment } from './segment.ts'

describe('active', () => {
  it('3.5 three segments: SYN, SYN,ACK, ACK; the first onWritable says that it stands', () => {
    const { m, p, c } = connecting()
    expect(c.state).toBe(SYN_SENT)
    expect(m.told()).toEqual([])
    p.send('SA', { options: mss(1460) })
    p.expect('A', { seq: 1, ack: 1, wnd: 4096, len: 0 })
    p.silent()
    expect(c.state).toBe(ESTABLISHED)
    expect(m.told()).toEqual(['writable 4096'])
    m.run(200000)
    p.silent()
  })

  it('3.10.7.3 text and FIN behind the SYN of a SYN,ACK are taken', () => {
    const pair = connecting()
    pair.p.send('SFA', { text: octets(5) })
    pair.p.expect('A', { ack: 7 })
    expect(pair.m.told()).toEqual(['writable 4096', 'readable 5', 'end'])
    expect(read(pair)).toEqual(octets(5))
    expect(read(pair)).toEqual([])
  })

  it('3.10.7.3 a reset with an acceptable ACK refuses; one without, or with another, does not', () => {
    const { m, p, c } = connecting()
    for (const ack of [-1, 0, 2, 0x7fffffff]) p.send('RA', { seq: 0, ack })
    p.send('R', { seq: 0 })
    p.send('R', { seq: 1, ack: 1 })
    p.silent()
    expect(c.state).toBe(SYN_SENT)
    expect(m.told()).toEqual([])
    p.send('RA', { seq: 0, ack: 1 })
    expect(m.told()).toEqual([`close ${-ECONNREFUSED}`])
    expect(c.state).toBe(CLOSED)
    p.silent()
    expect(m.used()).toEqual([0, 0])
    m.run(1000)
    expect(m.h.wait()).toBe(-1)
  })

  it('3.10.7.3 an ACK of what was not sent draws a reset numbered by it, and the attempt goes on', () => {
    for (const ack of [-1, 0, 2, 1000, -1000]) {
      const { p, c } = connecting()
      p.send('A', { ack })
      p.expect('R', { seq: ack, ack: 0, len: 0 })
      p.send('SA', { seq: 0, ack })
      p.expect('R', { seq: ack })
      expect(c.state).toBe(SYN_SENT)
    }
  })

  it('3.10.7.3 neither SYN nor RST: dropped', () => {
    const { p, c } = connecting()
    p.send('A', { ack: 1 })
    p.send('PA', { ack: 1, text: octets(9) })
    p.send('FA', { ack: 1 })
    p.send('')
    p.silent()
    expect(c.state).toBe(SYN_SENT)
  })

  it('3.10.7.4 MUST-10 simultaneous open', () => {
    const pair = connecting()
    const { m, p, c } = pair
    p.send('S', { options: mss(1000) })
    expect(c.state).toBe(SYN_RECEIVED)
    p.expect('SA', { seq: 0, ack: 1, options: mss(1460) })
    // The peer has had our SYN and answers it the same way.
    p.send('SA', { seq: 0, ack: 1 })
    expect(c.state).toBe(ESTABLISHED)
    // First: its SYN lies before the window. That ours was lost would else be found by its timeout.
    p.expect('A', { seq: 1, ack: 1 })
    p.silent()
    expect(m.told()).toEqual(['writable 4096'])
    p.send('PA', { seq: 1, text: octets(3) })
    p.expect('A', { ack: 4 })
    write(pair, 1500)
    p.expect('A', { len: 1000 })
  })

  it('3.10.7.4 MUST-10 simultaneous open ended by a plain ACK, with data, and with the SYN,ACK lost', () => {
    const { m, p, c } = connecting()
    p.send('S')
    p.expect('SA', { seq: 0, ack: 1 })
    m.run(1000)
    p.expect('SA', { seq: 0, ack: 1 })
    // The SYN again: it has not heard of us.
    p.send('S', { seq: 0 })
    p.expect('SA', { seq: 0, ack: 1 })
    p.send('PA', { seq: 1, ack: 1, text: octets(3) })
    expect(c.state).toBe(ESTABLISHED)
    p.expect('A', { ack: 4 })
    m.run(200000)
    p.silent()
  })

  it('3.10.7.4 MUST-10 a connection with oneself', () => {
    const m = machine({ local: true })
    const got: number[] = []
    const c = m.t.connect(
      address(OWN),
      5000,
      m.note({
        onWritable: x => {
          m.t.write(x, Uint8Array.of(1, 2, 3))
          m.t.close(x)
        },
        onReadable: x => {
          const b = new Uint8Array(9)
          got.push(...b.subarray(0, Math.max(m.t.read(x, b), 0)))
        },
      }),
      { port: 5000 },
    )
    expect(typeof c).toBe('object')
    m.run(100)
    expect(got).toEqual([1, 2, 3])
    expect(m.told()).toEqual(['writable 4096', 'readable 3', 'end', 'close 0'])
    m.run(300000)
    expect(m.used()).toEqual([0, 0])
  })

  it('3.5 MUST-11 SYN-RECEIVED knows where it came from: a reset refuses an active open', () => {
    const { m, p } = connecting()
    p.send('S')
    p.expect('SA')
    p.send('R', { seq: 1 })
    p.silent()
    expect(m.told()).toEqual([`close ${-ECONNREFUSED}`])
  })

  it('3.5 MUST-11 SYN-RECEIVED knows where it came from: a reset brings a passive open back to LISTEN, unseen', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    expect(m.t.used()).toBe(1)
    p.send('R', { seq: 1 })
    p.silent()
    expect(m.told()).toEqual([])
    expect(m.t.used()).toBe(0)
    const q = peer(m, { iss: 77 })
    q.send('S')
    q.expect('SA')
    q.send('A')
    expect(m.told()).toEqual(['writable 4096'])
  })

  it('3.8.3 MUST-22 MUST-23 a SYN is sent again for three minutes at least, and not forever', () => {
    const { m, p, c } = connecting()
    const times: number[] = []
    for (let i = 0; i < 100 && c.state !== CLOSED; i++) {
      m.run(1000)
      for (const s of m.take()) {
        expect(s.flags).toBe('S')
        expect(s.seq).toBe(p.own)
        times.push(s.at)
      }
      m.run(1000)
      times.push(...m.take().map(s => s.at))
    }
    expect(times).toEqual([1000, 3000, 7000, 15000, 31000, 63000, 123000])
    expect(m.now).toBeGreaterThanOrEqual(180000)
    expect(m.now).toBeLessThan(190000)
    expect(m.told()).toEqual([`error ${-ETIMEDOUT}`, `close ${-ETIMEDOUT}`])
    expect(m.used()).toEqual([0, 0])
  })

  it('3.8.3 MUST-22 SYN,ACK alike, and nobody is told of what never stood', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    m.run(179000)
    const sent = m.take()
    expect(sent.map(s => s.at)).toEqual([1000, 3000, 7000, 15000, 31000, 63000, 123000])
    for (const s of sent) expect([s.flags, s.seq]).toEqual(['SA', p.own])
    m.run(10000)
    p.silent()
    expect(m.told()).toEqual([])
    expect(m.used()).toEqual([0, 0])
  })

  it('RFC 6298 5.7 RFC 5681 3.1 after a lost SYN the timeout is 3 s and the window one segment', () => {
    for (const isPassive of [false, true]) {
      const m = machine({ sendBuffer: 16384 })
      const accepted = listening(m).accepted
      const p = peer(m, isPassive ? {} : { port: 5000 })
      const c = isPassive ? null : m.t.connect(address(PEER), 4000, m.note(), { port: 5000 })
      if (isPassive) p.send('S', { options: mss(1000) })
      m.run(1000)
      p.expect(isPassive ? 'SA' : 'S')
      p.expect(isPassive ? 'SA' : 'S')
      if (isPassive) p.send('A')
      else {
        p.send('SA', { options: mss(1000) })
        p.expect('A')
      }
      const open = isPassive ? accepted[0] : c
      m.t.write(open as never, new Uint8Array(5000))
      m.poll()
      p.expect('A', { len: 1000 })
      p.silent()
      m.run(2999)
      p.silent()
      m.run(1)
      p.expect('A', { len: 1000, seq: 1 })
    }
  })

  it('3.9.1.1 MUST-44 the own address is what IP says, MUST-45 and stays that of the connection', () => {
    const m = machine({ address: '10.0.0.50/24' })
    m.t.connect(address(PEER), 80, {})
    m.poll()
    m.run(4000)
    const sent = m.take()
    expect(sent.length).toBe(3)
    for (const s of sent) expect(s.src).toBe('10.0.0.50')
  })

  it('MUST-45 a listener answers from the address that it was called at', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.send('S')
    expect(p.expect('SA').src).toBe(OWN)
  })

  it('3.9.1.1 MUST-46 no connection to an address that is not one host', () => {
    const m = machine()
    for (const to of ['224.0.0.1', '239.1.2.3', '255.255.255.255', '10.0.0.255', '10.0.0.0', '0.0.0.0']) {
      const answer = m.t.connect(address(to), 80, {})
      expect(answer, to).toBeLessThan(0)
      expect([-EINVAL, -ENETUNREACH, -EADDRNOTAVAIL], to).toContain(answer)
    }
    m.run(10)
    expect(m.take()).toEqual([])
    expect(m.t.used()).toBe(0)
  })

  it('as many connections as there are records, then -ENOBUFS', () => {
    const m = machine({ connections: 3 })
    for (let i = 0; i < 3; i++) expect(typeof m.t.connect(address(PEER), 80 + i, {})).toBe('object')
    expect(m.t.connect(address(PEER), 90, {})).toBe(-ENOBUFS)
  })

  it('a link that refuses does not end the attempt', () => {
    const m = machine()
    m.answer = -ENOBUFS
    m.t.connect(address(PEER), 4000, m.note(), { port: 5000 })
    m.run(2000)
    m.answer = 0
    m.run(2000)
    const p = peer(m, { port: 5000 })
    p.expect('S')
    p.send('SA')
    p.expect('A')
    expect(m.told()).toEqual(['writable 4096'])
  })
})

describe('passive', () => {
  it('3.10.7.2 RST: dropped; ACK: reset by its number; no SYN: dropped', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.send('R')
    p.send('RS')
    p.send('')
    p.send('F')
    p.send('PU', { text: octets(3) })
    p.silent()
    p.send('A', { ack: 1234 })
    p.expect('R', { seq: 1234, ack: 0 })
    p.send('SA', { ack: -5 })
    p.expect('R', { seq: -5 })
    p.send('RA', { ack: 1 })
    p.silent()
    expect(m.t.used()).toBe(0)
    expect(m.told()).toEqual([])
  })

  it('3.9.1.1 MUST-41 a listener does not stand in the way of what stands', () => {
    const m = machine()
    const { listener, accepted } = listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    p.send('A')
    const other = m.t.listen(81, m.note())
    p.send('PA', { text: octets(3) })
    p.expect('A', { ack: 4 })
    unlisten(m.t, listener)
    p.send('PA', { text: octets(3, 3) })
    p.expect('A', { ack: 7 })
    expect(accepted[0].state).toBe(ESTABLISHED)
    // And a connection from a listener's port to another peer does not stand in the way of that.
    expect(typeof other).toBe('object')
    expect(typeof m.t.connect(address('10.0.0.33'), 9, {}, { port: 81 })).toBe('object')
    const q = peer(m, { port: 81, peerPort: 7 })
    m.poll()
    m.take()
    q.send('S')
    q.expect('SA')
  })

  it('3.9.1.1 MUST-42 one port, several listeners: one for an address, one for all others', () => {
    const m = machine()
    const all: string[] = []
    const one: string[] = []
    expect(typeof m.t.listen(80, { onWritable: () => void all.push('all') })).toBe('object')
    expect(typeof m.t.listen(80, { onWritable: () => void one.push('one') }, { address: address(OWN) })).toBe('object')
    expect(m.t.listen(80, {})).toBe(-EADDRINUSE)
    expect(m.t.listen(80, {}, { address: address(OWN) })).toBe(-EADDRINUSE)
    expect(typeof m.t.listen(81, {})).toBe('object')
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    p.send('A')
    expect([all, one]).toEqual([[], ['one']])
    // In whatever order they were made.
    const n = machine()
    n.t.listen(80, { onWritable: () => void one.push('two') }, { address: address(OWN) })
    n.t.listen(80, { onWritable: () => void all.push('all') })
    const q = peer(n)
    q.send('S')
    q.expect('SA')
    q.send('A')
    expect([all, one]).toEqual([[], ['one', 'two']])
  })

  it('3.9.1.1 MUST-43 the local address of an open may be given', () => {
    const m = machine()
    expect(m.t.listen(80, {}, { address: address('10.0.0.77') })).toBe(-EADDRNOTAVAIL)
    const l = m.t.listen(80, m.note(), { address: address(OWN) })
    expect(l).toMatchObject({ port: 80, address: address(OWN) })
    expect(typeof m.t.listen(80, {})).toBe('object')
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    m.t.connect(address(PEER), 4000, {}, { address: address(OWN), port: 5000 })
    m.poll()
    expect(peer(m, { port: 5000 }).expect('S').src).toBe(OWN)
  })

  it('3.9.2.3 MUST-57 what was sent to several hosts is dropped in silence', () => {
    const m = machine()
    listening(m)
    for (const dst of ['255.255.255.255', '10.0.0.255', '224.0.0.1'])
      m.receive(segment({ dst, srcPort: 4000, dstPort: 80, flags: 'S' }), 0)
    for (const flags of [LINK_BROADCAST, LINK_MULTICAST])
      m.receive(segment({ srcPort: 4000, dstPort: 80, flags: 'S' }), flags)
    m.receive(segment({ srcPort: 4000, dstPort: 81, flags: 'S' }), LINK_BROADCAST)
    m.poll()
    expect(m.take()).toEqual([])
    expect(m.t.used()).toBe(0)
    expect(m.drops().length).toBe(6)
  })

  it('3.9.2.3 MUST-63 a SYN from an address that is not one host is dropped', () => {
    const m = machine()
    listening(m)
    for (const src of ['255.255.255.255', '10.0.0.255', '224.0.0.1', '0.0.0.0', '127.0.0.1', '10.0.0.0'])
      m.receive(segment({ src, srcPort: 4000, dstPort: 80, flags: 'S' }))
    m.poll()
    expect(m.take()).toEqual([])
    expect(m.t.used()).toBe(0)
  })

  it('the backlog is bounded: the oldest half-open one makes room, and is not told of', () => {
    const m = machine({ connections: 100 })
    const l = m.t.listen(80, m.note(), { backlog: 4 })
    expect(typeof l).toBe('object')
    const peers = Array.from({ length: 10 }, (_, i) => peer(m, { peerPort: 4000 + i, iss: i }))
    for (const p of peers) {
      p.send('S')
      p.expect('SA')
      m.sleep(1)
    }
    expect(m.t.used()).toBe(4)
    // The newest four can still be accepted, the others are reset when they come back.
    peers[9].send('A')
    peers[6].send('A')
    expect(m.told()).toEqual(['writable 4096', 'writable 4096'])
    peers[5].send('A')
    peers[5].expect('R', { seq: 1 })
    expect(m.t.used()).toBe(4)
    // Two places are free again; who comes third takes that of the one that has waited longest.
    for (let i = 10; i < 13; i++) peer(m, { peerPort: 4000 + i }).send('S')
    m.take()
    peers[8].send('A')
    expect(m.told()).toEqual(['writable 4096'])
    peers[7].send('A')
    peers[7].expect('R', { seq: 1 })
  })

  it('the oldest half-open one is known without a look at all connections', () => {
    const m = machine({ connections: 4096 })
    const e = m.t as unknown as { table: unknown[] }
    let looks = 0
    const get = (table: unknown[], i: string): unknown => {
      looks++
      return table[i as never]
    }
    e.table = new Proxy(e.table, { get: get as never })
    expect(typeof m.t.listen(80, m.note(), { backlog: 4 })).toBe('object')
    for (let i = 0; i < 200; i++) peer(m, { peerPort: 4000 + i }).send('S')
    expect(m.t.used()).toBe(4)
    // One for each, to see that its place is free; those that are in use are not gone through.
    expect(looks).toBeGreaterThanOrEqual(200)
    expect(looks).toBeLessThan(2000)
  })

  it('all places are taken: the oldest half-open one of any listener makes room', () => {
    const m = machine({ connections: 4 })
    for (const port of [80, 81]) m.t.listen(port, m.note())
    const open = (port: number, peerPort: number) => {
      const p = peer(m, { port, peerPort })
      p.send('S')
      p.expect('SA')
      m.sleep(1)
      return p
    }
    const stands = open(81, 4000)
    stands.send('A')
    const [first, second, third] = [open(80, 4001), open(81, 4002), open(80, 4003)]
    const [fourth, fifth] = [open(81, 4004), open(81, 4005)]
    m.told()
    for (const p of [third, fourth, fifth]) p.send('A')
    expect(m.told()).toEqual(['writable 4096', 'writable 4096', 'writable 4096'])
    for (const p of [first, second]) {
      p.send('A')
      p.expect('R', { seq: 1 })
    }
    expect(m.t.used()).toBe(4)
  })

  it('a flood of SYNs takes no more than the backlog, and what was accepted stays', () => {
    const m = machine({ connections: 6 })
    const { accepted } = listening(m)
    const p = peer(m, { address: '10.0.0.3' })
    p.send('S')
    p.expect('SA')
    p.send('A')
    for (let i = 0; i < 3000; i++) {
      m.receive(segment({ srcPort: 1024 + i, dstPort: 80, seq: i, flags: 'S' }))
      if (i % 7 === 0) m.poll()
    }
    m.run(10)
    m.take()
    expect(m.t.used()).toBe(6)
    p.send('PA', { text: octets(3) })
    p.expect('A', { ack: 4 })
    expect(accepted.length).toBe(1)
    m.run(400000)
    expect(m.t.used()).toBe(1)
  })

  it('all records in use by what stands: the SYN is dropped in silence', () => {
    const m = machine({ connections: 1 })
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    p.send('A')
    m.drops()
    const q = peer(m, { peerPort: 4001 })
    q.send('S')
    q.silent()
    expect(m.drops()).toEqual([405])
  })

  it('accept after the peer has reset: nobody is told', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.push('S')
    p.push('R', { seq: 1 })
    m.poll()
    p.silent()
    expect(m.told()).toEqual([])
    // Established and reset within one batch: told of it, and of its end.
    const q = peer(m, { peerPort: 4001 })
    q.send('S')
    q.expect('SA')
    q.push('A')
    q.push('R')
    m.poll()
    expect(m.told().length).toBe(1)
    expect(m.t.used()).toBe(0)
  })

  it('refused with abort at the first onWritable', () => {
    const m = machine()
    listening(m, { onWritable: c => void m.t.abort(c) })
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    p.send('A')
    p.expect('RA', { seq: 1, ack: 1 })
    expect(m.told()).toEqual(['writable 4096', 'close -103'])
    expect(m.t.used()).toBe(0)
  })

  it('unlisten resets what is half open', () => {
    const m = machine()
    const { listener } = listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    unlisten(m.t, listener)
    p.expect('RA', { seq: 1, ack: 1 })
    expect(m.t.used()).toBe(0)
    unlisten(m.t, listener)
    p.send('S', { seq: 0 })
    p.own = 0
    p.expect('RA', { seq: 0, ack: 1 })
    expect(m.told()).toEqual([])
  })

  it('data that comes with the handshake is taken after it', () => {
    const m = machine()
    const { accepted } = listening(m)
    const p = peer(m)
    p.send('S', { text: octets(4) })
    // Text with a SYN is not kept: it comes again.
    p.expect('SA', { ack: 1 })
    p.send('PA', { seq: 1, text: octets(4) })
    p.expect('A', { ack: 5 })
    expect(m.told()).toEqual(['writable 4096', 'readable 4'])
    expect(read({ m, p, c: accepted[0], listener: null as never })).toEqual(octets(4))
  })

  it('3.10.7.4 a SYN,ACK for a connection that was opened passively lies before its window: it is asked about', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    p.send('SA', { seq: 0, ack: 1 })
    p.expect('A', { seq: 1, ack: 1 })
    expect(m.told()).toEqual([])
    p.send('A', { seq: 1, ack: 1 })
    expect(m.told()).toEqual(['writable 4096'])
  })

  it('a SYN that comes again is answered again', () => {
    const m = machine()
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA')
    p.send('S', { seq: 0 })
    p.expect('SA', { seq: 0, ack: 1 })
    expect(m.t.used()).toBe(1)
  })
})

it('a hundred opened and closed leave nothing', () => {
  const all = accept({ setup: { connections: 4, timeWait: 1000 } })
  const { m } = all
  m.t.release(all.c)
  all.p.send('R', { seq: 1 })
  for (let i = 0; i < 100; i++) {
    const p = peer(m, { peerPort: 5000 + i })
    m.take()
    p.send('S')
    p.expect('SA')
    p.send('FA')
    p.expect('A', { ack: 2 })
    p.send('R')
  }
  m.run(5000)
  expect(m.used()).toEqual([0, 0])
  expect(m.h.wait()).toBe(-1)
})
