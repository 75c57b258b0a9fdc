// The slots by their contract: what is called when, with what. Congestion control and ECN are fakes here.
import type { CongestionSlot, EcnSlot, Tcb, TcpEngine } from '@tiny/core'
import { status } from '@tiny/tcp'
import { sack } from '@tiny/tcp/sack'
import { timestamps } from '@tiny/tcp/timestamps'
import { wscale } from '@tiny/tcp/wscale'
import { describe, expect, it } from 'vitest'
import { accept, connect, ESTABLISHED, listening, machine, peer, read, write } from './machine.ts'
import { blocks, optionsIn, padded, permitted, scale, stamp } from './options.ts'
import { mss, octets } from './segment.ts'

const MSS = 1000
const ECE = 64
const CWR = 128
const SYN = 2

/** A slot whose calls are noted. */
function noted<T extends object>(name: string, slot: T, log: string[]): T {
  const out = slot as Record<string, unknown>
  for (const key of Object.keys(slot)) {
    const f = out[key]
    if (typeof f === 'function')
      out[key] = (...args: unknown[]) => {
        log.push(`${name}.${key}`)
        return f(...args)
      }
  }
  return slot
}

describe('congestion', () => {
  interface Call {
    name: string
    octets: number
    cwnd: number
    tries: number
  }

  /** Grows by an octet an ACK, goes down to 7,000 octets. */
  function fake(calls: Call[], ssthresh = 7000): CongestionSlot {
    return {
      grow(_e: TcpEngine, c: Tcb, acked: number) {
        calls.push({ name: 'grow', octets: acked, cwnd: c.cwnd, tries: c.tries })
        return 1
      },
      reduce(_e: TcpEngine, c: Tcb, flight: number) {
        calls.push({ name: 'reduce', octets: flight, cwnd: c.cwnd, tries: c.tries })
        return ssthresh
      },
    }
  }
  const flying = (calls: Call[], more = {}) => {
    const x = connect({ wnd: 60000, mss: MSS, setup: { congestion: fake(calls), sendBuffer: 32768, ...more } })
    write(x, 32000)
    x.m.take()
    return x
  }

  it('grow: the octets of an acknowledgment, while the window is in use, in place of slow start', () => {
    const calls: Call[] = []
    const x = flying(calls)
    const { cwnd } = status(x.m.t, x.c)
    x.p.send('A', { ack: 1 + MSS })
    x.p.send('A', { ack: 1 + 3 * MSS })
    expect(calls.map(c => [c.name, c.octets])).toEqual([
      ['grow', MSS],
      ['grow', 2 * MSS],
    ])
    expect(status(x.m.t, x.c).cwnd).toBe(cwnd + 2)
  })

  it('grow: not when the application does not fill the window', () => {
    const calls: Call[] = []
    const x = connect({ wnd: 60000, mss: MSS, setup: { congestion: fake(calls) } })
    write(x, 1000)
    x.p.send('A', { ack: 1001 })
    expect(calls).toEqual([])
  })

  it('reduce: once for a fast retransmission, with what was in flight; no growth within the recovery', () => {
    const calls: Call[] = []
    const x = flying(calls)
    for (let i = 0; i < 6; i++) x.p.send('A', { ack: 1 })
    expect(calls).toEqual([{ name: 'reduce', octets: 10 * MSS, cwnd: 10 * MSS, tries: 0 }])
    expect(status(x.m.t, x.c).ssthresh).toBe(7000)
    x.p.send('A', { ack: 1 + 2 * MSS })
    expect(calls).toHaveLength(1)
  })

  it('reduce: at a timeout c.tries is not 0, and once only for its repetitions', () => {
    const calls: Call[] = []
    const x = flying(calls)
    x.m.run(7500)
    expect(calls).toEqual([{ name: 'reduce', octets: 10 * MSS, cwnd: 10 * MSS, tries: 1 }])
    expect(status(x.m.t, x.c)).toMatchObject({ ssthresh: 7000, cwnd: MSS })
  })

  it('reduce: two segments are the least, whatever it answers', () => {
    const x = flying([], { congestion: fake([], 1) })
    x.m.run(1000)
    expect(status(x.m.t, x.c).ssthresh).toBe(2 * MSS)
  })

  it('with SACK the same', () => {
    const calls: Call[] = []
    const x = connect({
      wnd: 60000,
      mss: MSS,
      setup: { congestion: fake(calls), sendBuffer: 32768, sack: sack() },
      options: padded(permitted),
    })
    write(x, 32000)
    x.m.take()
    x.p.send('A', { ack: 1, options: padded(blocks(x.p.own, [1 + MSS, 1 + 5 * MSS])) })
    expect(calls.map(c => c.name)).toEqual(['reduce'])
  })
})

describe('ecn', () => {
  const ENABLED = { enabled: true }

  /** RFC 3168 6.1 as far as a fake needs it: what it is told, and marks of its own. */
  function fake(calls: string[], mark = 0): EcnSlot {
    return {
      syn(e, c) {
        calls.push(`syn ${e.seg.flags & (ECE | CWR)}`)
        if (e.seg.flags & ECE) c.ecn = ENABLED
      },
      write: () => 0,
      accepted(e, _c, a) {
        // The pair lies at a; the IPv4 header, and the octet with the ECN field, before it.
        calls.push(`accepted ${e.seg.b[a - 11]! & 3}`)
      },
      flags(_e, c, flags, seq, n) {
        calls.push(`flags ${flags} ${(seq - c.iss) | 0} ${n}`)
        if (flags & SYN) return c.ecn ? flags | ECE : flags
        if (n && c.ecn) c.set = { ...c.set, opt: { df: true, tos: 2 } }
        return flags | mark
      },
    }
  }

  it('flags() sees each segment, its number and its text, and what it answers goes out', () => {
    const calls: string[] = []
    const m = machine({ ecn: fake(calls, CWR) })
    const { accepted } = listening(m)
    const p = peer(m)
    p.send('SEC', { options: mss(MSS) })
    p.expect('SAE', { ack: 1 })
    p.send('A')
    const pair = { m, p, c: accepted[0], listener: null as never }
    write(pair, 1500)
    expect(p.expect('AC', { seq: 1, len: 1000 }).tos).toBe(2)
    p.send('A', { ack: 1001 })
    p.expect('PAC', { seq: 1001, len: 500 })
    expect(calls).toEqual([
      `syn ${ECE | CWR}`,
      'flags 18 0 0',
      'accepted 0',
      'flags 16 1 1000',
      'accepted 0',
      'flags 24 1001 500',
    ])
  })

  it('n is what goes out, also where options have made the segment shorter', () => {
    const calls: string[] = []
    const x = accept({
      setup: { ecn: fake(calls), sack: sack(), receiveBuffer: 8192 },
      options: padded(permitted),
      mss: MSS,
    })
    x.p.send('A', { seq: 101, text: octets(100) })
    x.m.take()
    calls.length = 0
    write(x, 2000)
    expect(calls[0]).toBe(`flags 16 1 ${MSS - 12}`)
  })

  it('accepted() is told of segments that are acceptable, with the mark of IP, and of no others', () => {
    const calls: string[] = []
    const x = accept({ setup: { ecn: fake(calls) } })
    calls.length = 0
    x.p.send('A', { text: octets(10), tos: 3 })
    x.p.send('A', { seq: 9000, text: octets(10), tos: 3 })
    x.p.send('A', { ack: 99999, tos: 3 })
    x.p.send('R', { seq: 20, tos: 3 })
    expect(calls.filter(name => name.startsWith('accepted'))).toEqual(['accepted 3'])
  })
})

describe('order', () => {
  it('options are written in one order, the header is whole words, and all of them fit into a SYN', () => {
    const log: string[] = []
    const m = machine({
      windowScale: noted('windowScale', wscale(), log),
      timestamps: noted('timestamps', timestamps(), log),
      sack: noted('sack', sack(), log),
    })
    listening(m)
    const p = peer(m)
    p.send('S', { options: padded(mss(MSS), permitted, stamp(1), scale(1)) })
    const s = p.expect('SA')
    expect([...optionsIn(s).keys()]).toEqual([2, 8, 3, 4])
    expect(s.options).toHaveLength(20)
    expect(log).toEqual([
      'timestamps.syn',
      'windowScale.syn',
      'sack.syn',
      'timestamps.write',
      'windowScale.write',
      'sack.write',
      'windowScale.window',
    ])
  })

  it('a segment: stale or not, what arrived, accepted, a sample, what was acknowledged; then what goes out', () => {
    const log: string[] = []
    const x = accept({
      setup: {
        windowScale: noted('windowScale', wscale(), log),
        timestamps: noted('timestamps', timestamps(), log),
        sack: noted('sack', sack(), log),
      },
      mss: MSS,
      options: padded(permitted, stamp(1), scale(1)),
      follow: () => padded(stamp(2)),
    })
    write(x, 100)
    x.m.take()
    log.length = 0
    x.p.send('A', { ack: 101, text: octets(50) })
    expect(log.filter((name, i) => name !== log[i - 1])).toEqual([
      'timestamps.arrived',
      'sack.arrived',
      'timestamps.accepted',
      'timestamps.sample',
      'sack.acked',
      'sack.resend',
      'sack.skip',
      'timestamps.write',
      'windowScale.write',
      'sack.write',
      'windowScale.window',
    ])
    expect(x.c.state).toBe(ESTABLISHED)
    // What is stale goes no further.
    log.length = 0
    x.p.push('A', { text: octets(50), options: padded(stamp(1)) })
    expect(log).toEqual(['timestamps.arrived'])
    x.m.poll()
    // At a timeout what was reported is forgotten before anything is chosen.
    write(x, 100)
    log.length = 0
    x.m.run(1000)
    expect(log.indexOf('sack.timeout')).toBe(0)
    expect(log).toContain('sack.skip')
    // A reset that answers nothing of ours, and TIME-WAIT.
    log.length = 0
    peer(x.m, { port: 99 }).send('S')
    expect(log).toEqual(['timestamps.echo'])
    expect(read(x)).toEqual(octets(50))
  })

  it('two machines with slots of their own share nothing', () => {
    const [a, b] = [sack(), sack()]
    expect(a).not.toBe(b)
    const x = accept({ setup: { sack: a }, options: padded(permitted) })
    const y = accept({ setup: { sack: b }, options: padded(permitted) })
    x.p.send('A', { seq: 101, text: octets(100) })
    y.p.send('A', { seq: 1, text: octets(100) })
    expect(optionsIn(y.p.expect('A')).has(5)).toBe(false)
    expect(optionsIn(x.p.expect('A')).has(5)).toBe(true)
  })
})
