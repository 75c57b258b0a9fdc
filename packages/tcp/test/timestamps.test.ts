// RFC 7323 3 and 4: timestamps: absent, refused by the peer, in use. PAWS is in paws.test.ts.
import { explain } from '@tiny/core/explain'
import { status, tune } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { TCP_NO_TIMESTAMP } from '../src/ids.ts'
import {
  accept,
  address,
  CLOSED,
  connect,
  connecting,
  ESTABLISHED,
  listening,
  machine,
  peer,
  SYN_RECEIVED,
  write,
} from './machine.ts'
import { optionsIn, padded, stamp, stampIn } from './options.ts'
import { mss, octets, PEER } from './segment.ts'
import { echoed, roles, setup, stamping } from './stamping.ts'

describe('absent', () => {
  it.each(roles)('3.2 TS-8 the option does not go out, that of the peer is passed over: %s', (_role, open) => {
    const pair = open({ options: padded(stamp(5)), follow: () => padded(stamp(1)) })
    pair.p.send('A', { text: octets(10) })
    expect(pair.p.expect('A', { ack: 11 }).options).toEqual([])
    pair.p.send('A', { text: octets(10), options: [] })
    pair.p.expect('A', { ack: 21 })
    expect(status(pair.m.t, pair.c)).toMatchObject({ hasTimestamps: false, mss: 1460 })
  })
})

describe('refused', () => {
  it('3.2 a SYN without it is answered without it', () => {
    const m = machine(setup())
    listening(m)
    const p = peer(m)
    p.send('S', { options: mss(1460) })
    expect(optionsIn(p.expect('SA')).has(8)).toBe(false)
  })

  it.each(roles)('3.2 TS-8 no segment has it then, and one that comes with it is taken as it is: %s', (_role, open) => {
    const pair = open({ setup: setup() })
    pair.p.send('A', { text: octets(10), options: padded(stamp(9)) })
    pair.p.send('A', { text: octets(10), options: padded(stamp(3)) })
    expect(pair.p.expect('A').options).toEqual([])
    expect(pair.p.expect('A', { ack: 21 }).options).toEqual([])
    expect(status(pair.m.t, pair.c)).toMatchObject({ hasTimestamps: false, mss: 1460 })
  })

  it.each([
    ['of nine octets', [8, 9, 0, 0, 0, 1, 0, 0, 0]],
    ['of eleven octets', [8, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0]],
    ['that runs past the header', [1, 1, 8, 10]],
  ])('an option %s is none', (_name, option) => {
    const { m, c } = accept({ setup: setup(), options: padded(option) })
    expect(status(m.t, c).hasTimestamps).toBe(false)
  })

  it('3.2 of crossing SYNs only one has it: the connection stands without', () => {
    const { m, p, c } = connecting({ setup: setup() })
    p.send('S', { options: mss(1460) })
    expect(optionsIn(p.expect('SA', { seq: 0 })).has(8)).toBe(false)
    p.send('SA', { seq: 0, ack: 1, options: padded(mss(1460), stamp(7, 1)) })
    expect(status(m.t, c)).toMatchObject({ state: ESTABLISHED, hasTimestamps: false })
  })
})

describe('the option', () => {
  it('3.2 TS-1 TS-2 TS-3 a SYN has TSecr 0, what answers it echoes TSval', () => {
    const { m, p } = connecting({ setup: setup() })
    m.run(1000)
    expect(stampIn(p.expect('S'))?.echo).toBe(0)
    p.send('SA', { options: padded(mss(1460), stamp(77, 5)) })
    expect(stampIn(p.expect('A'))?.echo).toBe(77)
    const other = machine(setup())
    listening(other)
    const q = peer(other)
    // TSecr of a segment without ACK is nothing.
    q.send('S', { options: padded(mss(1460), stamp(-5, 123456)) })
    expect(stampIn(q.expect('SA'))?.echo).toBe(-5)
  })

  it('5.4 TS-9 TS-21 TS-22 TSval goes with the clock, a millisecond a tick, past its wrap', () => {
    const x = stamping(accept, { setup: setup({ start: 0x7fffff00 }) })
    const all: number[] = []
    for (let i = 0; i < 20; i++) {
      x.p.send('A', { text: octets(1) })
      all.push(stampIn(x.p.expect('A'))!.value)
      x.m.run(37)
    }
    expect(all.slice(1).map((value, i) => (value - all[i]!) | 0)).toEqual(all.slice(1).map(() => 37))
  })

  it('7 TS-25 it has an offset, for each connection its own, that neither the clock nor another machine tells', () => {
    const first = (seed: number, port: number, start = 0): number => {
      const m = machine(setup({ seed, start }))
      m.t.connect(address(PEER), 4000, {}, { port })
      m.poll()
      return stampIn(m.take()[0]!)!.value
    }
    const all = [first(1, 5000), first(1, 5001), first(2, 5000), first(3, 5000)]
    expect(new Set(all).size).toBe(4)
    for (const value of all) expect(Math.abs(value)).toBeGreaterThan(100000)
    // The same four on the same machine go on where they were: RFC 6191 3.
    expect((first(1, 5000, 9999) - all[0]!) | 0).toBe(9999)
  })

  it.each(roles)(
    'RFC 6691 2 TS-27 a segment has twelve octets of text less, the MSS option says the same: %s',
    (_role, open) => {
      const x = stamping(open)
      expect(status(x.m.t, x.c).mss).toBe(1448)
      write(x, 2896)
      const all = x.m.take()
      expect(all.map(s => s.text.length)).toEqual([1448, 1448])
      for (const s of all) expect(s.options.slice(0, 4)).toEqual([1, 1, 8, 10])
      const m = machine(setup())
      m.t.connect(address(PEER), 4000, {})
      m.poll()
      expect(optionsIn(m.take()[0]!).get(2)).toEqual([1460 >> 8, 1460 & 255])
    },
  )

  it('3.2 TS-4 TS-5 every segment has it: data, retransmissions, probes, keep-alives, FIN, the RST of an abort', () => {
    const x = stamping(accept)
    const { m, p, c } = x
    tune(m.t, c, { keepAlive: 5000 })
    m.run(5000)
    echoed(x, 'A', 1000, { seq: 0 })
    write(x, 100)
    echoed(x, 'PA', 1000, { seq: 1 })
    m.run(3000)
    echoed(x, 'PA', 1000, { seq: 1 })
    m.take()
    p.send('A', { ack: 101, wnd: 0 })
    write(x, 100)
    m.run(8000)
    echoed(x, 'A', 1000, { seq: 101, len: 1 })
    m.take()
    p.send('A', { ack: 101, wnd: 8000 })
    echoed(x, 'PA', 1000, { len: 100 })
    p.send('A', { ack: 201 })
    m.t.close(c)
    m.poll()
    echoed(x, 'FA', 1000)
    m.t.abort(c)
    m.poll()
    echoed(x, 'RA', 1000)
  })

  it('5.2 TS-16 a reset echoes what it answers, with TSval 0; what has none is answered without', () => {
    const m = machine(setup())
    const p = peer(m, { port: 81 })
    p.send('S', { options: padded(mss(1460), stamp(4242)) })
    expect(stampIn(p.expect('RA', { ack: 1 }))).toEqual({ value: 0, echo: 4242 })
    p.send('A', { ack: 9, options: padded(stamp(11, 12)) })
    expect(stampIn(p.expect('R'))).toEqual({ value: 0, echo: 11 })
    p.send('S', { seq: 0, options: mss(1460) })
    expect(p.expect('RA').options).toEqual([])
  })

  it('3.2 TS-6 TS-7 without it a segment is dropped in silence, data and SYN,ACK alike, and nothing ends', () => {
    const x = stamping(accept)
    const { m, p, c } = x
    p.send('A', { text: octets(10), options: [] })
    p.send('FA', { seq: 1, options: padded([8, 9, 0, 0, 0, 0, 0, 0, 0]) })
    p.silent()
    expect(m.drops()).toEqual([TCP_NO_TIMESTAMP, TCP_NO_TIMESTAMP])
    expect(explain(TCP_NO_TIMESTAMP)).toContain('timestamp')
    p.send('A', { seq: 1, text: octets(10) })
    echoed(x, 'A', 1000, { ack: 11 })
    expect(c.state).toBe(ESTABLISHED)
  })

  it('5.2 TS-17 a reset counts without it, and however old it is', () => {
    for (const options of [[], padded(stamp(1))]) {
      const x = stamping(accept)
      x.p.send('R', { options })
      expect(x.c.state).toBe(CLOSED)
      expect(x.m.told()).toEqual(['close -104'])
    }
  })

  it('5.2 TS-18 a reset that is asked about changes no timestamp', () => {
    const x = stamping(accept)
    x.p.send('R', { seq: 5, options: padded(stamp(9000)) })
    echoed(x, 'A', 1000)
  })

  it('3.2 a simultaneous open has it', () => {
    const { m, p, c } = connecting({ setup: setup() })
    p.send('S', { options: padded(mss(1460), stamp(70)) })
    expect(stampIn(p.expect('SA', { seq: 0 }))?.echo).toBe(70)
    expect(c.state).toBe(SYN_RECEIVED)
    p.send('SA', { seq: 0, ack: 1, options: padded(mss(1460), stamp(71, 5)) })
    expect(status(m.t, c)).toMatchObject({ state: ESTABLISHED, hasTimestamps: true, mss: 1448 })
  })
})

describe('4.3 which timestamp is echoed', () => {
  it('4.3 TS-12 (A) of segments that one ACK acknowledges, the earliest', () => {
    const x = stamping(accept)
    for (const value of [1001, 1002, 1003]) {
      x.value = value
      x.p.push('A', { text: octets(100, x.p.nxt - 1) })
    }
    x.m.poll()
    echoed(x, 'A', 1001, { ack: 301 })
    x.text(301, 100, 1004)
    echoed(x, 'A', 1004, { ack: 401 })
  })

  it('4.3 TS-13 TS-14 (B) of segments behind a hole, the last one that advanced RCV.NXT; (C) when it is filled, the one that filled it', () => {
    const x = stamping(accept)
    // A C B E D of the example.
    for (const [seq, value, echo, ack] of [
      [1, 1001, 1001, 101],
      [201, 1003, 1001, 101],
      [101, 1002, 1002, 301],
      [401, 1005, 1002, 301],
      [301, 1004, 1004, 501],
    ] as const) {
      x.text(seq, 100, value)
      echoed(x, 'A', echo, { ack })
    }
  })

  it('5.2 TS-15 R3 an old timestamp of a segment that is not before Last.ACK.sent is not kept, an older one never', () => {
    const x = stamping(accept)
    x.text(1, 100, 1010)
    echoed(x, 'A', 1010)
    // R2: what is not acceptable at all is not recorded.
    x.text(1, 100, 1020)
    echoed(x, 'A', 1010, { ack: 101 })
    // From before Last.ACK.sent, with something new.
    x.text(51, 100, 1030)
    echoed(x, 'A', 1030, { ack: 151 })
    x.text(151, 100, 1030)
    echoed(x, 'A', 1030, { ack: 251 })
  })
})

describe('4.1 round trips', () => {
  it('4.1 TS-10 an ACK measures from when the segment was sent that it answers', () => {
    const x = stamping(connect)
    expect(status(x.m.t, x.c).srtt).toBe(0)
    write(x, 100)
    const at = x.seen()
    x.m.sleep(300)
    x.echo = at
    x.p.send('A', { ack: 101 })
    // The first sample was the handshake's, 0 ms: 0 + 300 / 8.
    expect(status(x.m.t, x.c).srtt).toBe(37)
  })

  it('a retransmission is measured, and ends the backoff', () => {
    const x = stamping(accept)
    write(x, 100)
    x.m.run(3500)
    expect(x.m.sent.length).toBe(3)
    x.p.expect('PA')
    x.p.expect('PA')
    const last = stampIn(x.p.expect('PA'))!.value
    expect(status(x.m.t, x.c).rto).toBe(4000)
    x.m.sleep(20)
    x.echo = last
    x.value++
    x.p.send('A', { ack: 101 })
    expect(status(x.m.t, x.c).rto).toBeLessThan(2000)
  })

  it('a retransmission is measured also where the round trip had its sample', () => {
    const x = stamping(accept)
    write(x, 2896)
    x.echo = stampIn(x.m.take()[0])!.value
    x.p.send('A', { ack: 1449 })
    x.m.run(1000)
    expect(status(x.m.t, x.c).rto).toBe(2000)
    x.echo = stampIn(x.p.expect('PA', { seq: 1449 }))!.value
    x.p.send('A', { ack: 2897 })
    expect(status(x.m.t, x.c).rto).toBe(1000)
  })

  it('with a segment lost, what fills the hole is measured from its retransmission', () => {
    const x = stamping(accept, { handlers: {} })
    write(x, 2896)
    const first = stampIn(x.p.expect('A'))!.value
    x.m.take()
    x.m.run(1000)
    const again = stampIn(x.p.expect('A', { seq: 1 }))!.value
    expect((again - first) | 0).toBe(1000)
    x.m.sleep(40)
    x.echo = again
    x.p.send('A', { ack: 2897 })
    const { srtt, rto } = status(x.m.t, x.c)
    expect(srtt).toBeLessThan(45)
    expect(rto).toBe(1000)
  })

  it('4.2 TS-11 a round trip gives one sample, however many ACKs it has', () => {
    const x = stamping(connect, { setup: setup({ sendBuffer: 16384 }), wnd: 60000 })
    const { m, p } = x
    write(x, 14480)
    const at = x.seen()
    m.take()
    m.sleep(100)
    x.echo = at
    for (let i = 1; i <= 10; i++) p.send('A', { ack: 1 + 1448 * i })
    // One sample of 100 after the first of 0; ten of them would have made it 73.
    expect(status(m.t, x.c).srtt).toBe(12)
  })

  it('4.1 TS-10 an ACK that acknowledges nothing new measures nothing', () => {
    const x = stamping(connect)
    x.m.sleep(60)
    x.echo = x.seen()
    x.p.send('A', { text: octets(10) })
    x.m.sleep(500)
    x.p.send('A', { text: octets(10) })
    expect(status(x.m.t, x.c).srtt).toBe(0)
  })

  it.each([
    ['of the future', 1],
    ['far in the future', 0x40000000],
    ['older than the longest timeout', -60001],
    ['ancient', -0x7fffffff],
  ])('an echo %s measures nothing, and the timeout is what it was', (_name, off) => {
    const x = stamping(connect)
    const { srtt, rto } = status(x.m.t, x.c)
    for (let i = 0; i < 5; i++) {
      write(x, 100, 100 * i)
      x.echo = (x.seen() + off) | 0
      x.p.send('A', { ack: 101 + 100 * i })
    }
    expect(status(x.m.t, x.c)).toMatchObject({ srtt, rto })
  })

  it('a peer that echoes zero is measured as one without timestamps', () => {
    const x = stamping(connect)
    for (let i = 0; i < 8; i++) {
      write(x, 100, 100 * i)
      x.echo = 0
      x.m.sleep(200)
      x.p.send('A', { ack: 101 + 100 * i })
    }
    expect(status(x.m.t, x.c).srtt).toBeGreaterThan(100)
    expect(status(x.m.t, x.c).srtt).toBeLessThanOrEqual(200)
  })
})
