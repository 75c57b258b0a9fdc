// RFC 792 echo; RFC 1122 3.2.2.6 and 3.2.2; RFC 5927 in spirit.
import {
  EATEN,
  EHOSTUNREACH,
  EINVAL,
  EMSGSIZE,
  ENETUNREACH,
  ENOBUFS,
  ENOTCONN,
  ETIMEDOUT,
  get16,
  ICMP,
  NO_PROTO,
  sum,
} from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { rand } from '@tiny/sim'
import { describe, expect, it } from 'vitest'
import { PING_DATA } from '../src/ids.ts'
import type { Handlers, Socket } from '../src/index.ts'
import { ask, GROUP, icmp, type Machine, machine, OWN, open, PEER, ROUTER, reply } from './fake.ts'

describe('requests', () => {
  it('RFC 792 an echo request: type, code, checksum, identifier, sequence number, data', () => {
    const m = machine()
    const s = open(m)
    for (const size of [0, 1, 2, 3, 4, 5, 56, 1400]) {
      const x = ask(m, s, { size })
      expect([x.proto, get16(x.b, 0), get16(x.b, 4), x.b.length]).toEqual([ICMP, 0x800, s.id, 8 + size])
      expect(sum(x.b, 0, x.b.length, 0)).toBe(0xffff)
      expect([...x.pair]).toEqual([...PEER, ...OWN])
      reply(m, x)
    }
    expect(m.sent.map(x => get16(x.b, 6))).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(ask(m, s).b.length).toBe(64)
  })

  it('identifiers are unpredictable and unique, data is unpredictable', () => {
    const m = machine({ sockets: 1024 })
    const ids = Array.from({ length: 1024 }, () => open(m).id)
    expect(new Set(ids).size).toBe(1024)
    expect(ids.every(id => id >= 0 && id < 65536)).toBe(true)
    expect(ids.filter((id, i) => id === ids[i - 1] + 1).length).toBeLessThan(50)
    const n = machine()
    const s = open(n)
    expect(ask(n, s).b.slice(8).join()).not.toBe(ask(n, s).b.slice(8).join())
  })

  it('an identifier that is taken leads to the next one, and round', () => {
    const m = machine()
    m.clock.rand = () => 0xffff
    expect([open(m).id, open(m).id, open(m).id]).toEqual([65535, 0, 1])
  })

  it('TTL, TOS, DF and options are passed to IP', () => {
    const m = machine()
    const options = { ttl: 3, tos: 4, df: true, options: new Uint8Array(4) }
    expect(ask(m, open(m), options).options).toBe(options)
    expect(ask(m, open(m)).options).toBe(null)
  })

  it('what is refused leaves no request', () => {
    const m = machine({ room: 100 })
    const s = open(m)
    expect(m.p.send(s, PEER, 0, { size: 92 })).toBe(0)
    expect(m.p.send(s, PEER, 0, { size: 93 })).toBe(-EMSGSIZE)
    expect(m.p.send(s, GROUP, 0)).toBe(-EINVAL)
    m.answers.send = -ENOBUFS
    expect(m.p.send(s, PEER, 0)).toBe(-ENOBUFS)
    m.answers.source = -ENETUNREACH
    expect(m.p.send(s, PEER, 0)).toBe(-ENETUNREACH)
    m.p.close(s)
    expect(m.p.send(s, PEER, 0)).toBe(-ENOTCONN)
    expect(m.p.used()).toBe(0)
    expect(s.seq).toBe(1)
  })

  it('the time at which one was refused is not that of the next, nor that of a reply', () => {
    const m = machine()
    const s = open(m)
    const refuse = (): void => {
      m.answers.send = -EMSGSIZE
      expect(m.p.send(s, PEER, 0)).toBe(-EMSGSIZE)
      m.answers.send = 0
    }
    refuse()
    m.clock.now += 10000
    const x = ask(m, s)
    m.clock.now += 20
    refuse()
    m.clock.now += 20
    reply(m, x)
    m.h.poll()
    expect(m.lines).toEqual(['0 reply 56 in 40'])
  })

  it('what open() refused with is no socket: nothing is sent with it', () => {
    const m = machine()
    expect(m.p.send(-ENOBUFS as unknown as Socket, PEER, 0)).toBe(-ENOTCONN)
    expect([m.sent, m.p.used()]).toEqual([[], 0])
  })

  it('misuse throws at the call', () => {
    const m = machine()
    const s = open(m)
    expect(() => m.p.send(s, new Uint8Array(3), 0)).toThrow(/^ping: address/)
    expect(() => m.p.send(s, PEER, 1)).toThrow(RangeError)
    expect(() => m.p.send(s, PEER, -1)).toThrow(RangeError)
    expect(() => m.p.send(s, '10.0.0.1' as unknown as Uint8Array, 0)).toThrow(/^ping: address/)
    expect(() => m.p.send(s, PEER, 0, { size: '20' as unknown as number })).toThrow(/^ping: size/)
    expect(() => m.p.send(s, PEER, 0, { size: -1 })).toThrow(/^ping: size/)
    expect(() => m.p.send(s, PEER, 0, { timeout: 0 })).toThrow(/^ping: timeout/)
    expect(() => machine({ requests: 2000 })).toThrow(/^ping: requests/)
    expect(() => machine({ sockets: 2000 })).toThrow(/^ping: sockets/)
    expect(m.sent).toEqual([])
  })

  it('sequence numbers wrap', () => {
    const m = machine()
    const s = open(m)
    for (let i = 0; i < 65536; i++) {
      reply(m, ask(m, s, { size: 0 }))
      m.h.poll()
    }
    expect(m.p.send(s, PEER, 0)).toBe(0)
    expect(m.lines).toHaveLength(65536)
  })
})

describe('replies', () => {
  it('several at once, to several hosts, from several sockets, in any order', () => {
    const m = machine()
    const s = open(m)
    const t = open(m, { onReply: (x, seq) => void m.lines.push(`t ${x === t} ${seq}`) })
    const a = ask(m, s)
    const b = ask(m, s, { size: 8 }, ROUTER)
    const c = ask(m, t)
    m.clock.now = 3
    expect(reply(m, c)).toBe(EATEN)
    m.clock.now = 5
    m.h.poll()
    expect(reply(m, b, undefined, ROUTER)).toBe(EATEN)
    m.h.poll()
    m.clock.now = 7
    expect(reply(m, a)).toBe(EATEN)
    m.h.poll()
    expect(m.lines).toEqual(['t true 0', '1 reply 8 in 5', '0 reply 56 in 7'])
    expect(m.p.used()).toBe(2)
  })

  it('the round-trip time has a fraction where there is a clock of microseconds, also when that wraps', () => {
    const m = machine({ micros: true })
    const s = open(m)
    m.clock.micros = 0x7ffffff0
    const a = ask(m, s)
    m.clock.micros = (0x7ffffff0 + 1234) | 0
    reply(m, a)
    m.clock.micros = 0
    m.h.poll()
    expect(m.lines).toEqual(['0 reply 56 in 1.234'])
  })

  it('a reply is taken once', () => {
    const m = machine()
    const a = ask(m, open(m))
    expect(reply(m, a)).toBe(EATEN)
    expect(reply(m, a)).toBe(NO_PROTO)
    m.h.poll()
    expect(reply(m, a)).toBe(NO_PROTO)
    m.h.poll()
    expect(m.lines).toHaveLength(1)
  })

  it.each<[string, (b: Uint8Array) => undefined]>([
    ['identifier', b => void (b[5] ^= 1)],
    ['sequence number', b => void (b[7] ^= 1)],
    ['type', b => void (b[0] = 8)],
    ['type of a timestamp reply', b => void (b[0] = 14)],
  ])('of another %s is for somebody else', (_, change) => {
    const m = machine()
    const a = ask(m, open(m))
    expect(reply(m, a, change)).toBe(NO_PROTO)
    m.h.poll()
    expect(m.lines).toEqual([])
    reply(m, a)
    m.h.poll()
    expect(m.lines).toHaveLength(1)
  })

  it('from another host is for somebody else', () => {
    const m = machine()
    const a = ask(m, open(m))
    expect(reply(m, a, undefined, ROUTER)).toBe(NO_PROTO)
    expect(reply(m, a)).toBe(EATEN)
  })

  it.each<[string, number, (b: Uint8Array) => Uint8Array | undefined]>([
    ['with its first octet changed', 56, b => void (b[8] ^= 1)],
    ['with its last octet changed', 56, b => void (b[63] ^= 0x80)],
    ['longer than what was sent', 56, b => Uint8Array.from([...b, b[8]])],
    ['with next to nothing of it', 56, b => b.slice(0, 8 + 7)],
    ['with nothing of it', 56, b => b.slice(0, 8)],
    ['with nothing of little', 4, b => b.slice(0, 8)],
  ])('data %s is not ours: dropped, and the request goes on', (_, size, change) => {
    const m = machine()
    const a = ask(m, open(m), { size })
    expect(reply(m, a, change)).toBe(EATEN)
    expect(m.drops).toEqual([PING_DATA])
    expect(explain(PING_DATA)).toContain('echo reply')
    m.h.poll()
    expect(m.lines).toEqual([])
    reply(m, a)
    m.h.poll()
    expect(m.lines).toHaveLength(1)
  })

  it('1122 3.2.2.6 a reply may be truncated', () => {
    const m = machine()
    reply(m, ask(m, open(m), { size: 1000 }), b => b.slice(0, 8 + 500))
    m.h.poll()
    expect(m.lines).toEqual(['0 reply 500 in 0'])
  })

  it('less than a header is not looked at', () => {
    const m = machine()
    const a = ask(m, open(m), { size: 0 })
    // The rest of it may stand behind the message: it does not belong to it.
    const b = new Uint8Array([...PEER, ...OWN, 0, ...a.b.slice(1)])
    for (let n = 0; n < 8; n++) expect(m.t.input(b, 8, n, 0, 0)).toBe(NO_PROTO)
    expect(reply(m, a)).toBe(EATEN)
  })
})

describe('errors', () => {
  it('RFC 792 an ICMP error ends its request, with its code and who reported it', () => {
    const m = machine()
    const s = open(m)
    const [a, b, c] = [ask(m, s, { ttl: 1 }), ask(m, s), ask(m, s)]
    expect(icmp(m, 0xb00, a)).toBe(true)
    expect(icmp(m, 0x301, c, PEER)).toBe(true)
    reply(m, b)
    m.h.poll()
    m.h.poll()
    expect(m.lines).toEqual([
      `0 error ${-EHOSTUNREACH} b00 by 10.0.0.254`,
      '1 reply 56 in 0',
      `2 error ${-EHOSTUNREACH} 301 by 10.0.0.1`,
    ])
  })

  it('one that this host reports itself names its own address', () => {
    const m = machine()
    const s = open(m)
    const a = ask(m, s)
    const b = new Uint8Array(28)
    b.set([...OWN, ...PEER], 12)
    b.set(a.b.slice(0, 8), 20)
    expect(m.t.error(0x301, 0, b, 20, 8, 12)).toBe(true)
    m.h.poll()
    // What comes later reports nothing of that.
    const c = ask(m, s)
    expect(icmp(m, 0x301, a)).toBe(false)
    expect(get16(c.b, 6)).toBe(1)
    m.clock.now = 1000
    m.h.poll()
    expect(m.lines).toEqual([`0 error ${-EHOSTUNREACH} 301 by 10.0.0.2`, `1 error ${-ETIMEDOUT} 0 by 10.0.0.2`])
  })

  it.each<[string, (b: Uint8Array) => undefined]>([
    ['identifier', b => void (b[67] ^= 1)],
    ['sequence number', b => void (b[69] ^= 1)],
    ['destination', b => void (b[61] ^= 1)],
    ['type', b => void (b[62] = 0)],
  ])('RFC 5927 one about another %s is not believed', (_, change) => {
    const m = machine()
    const a = ask(m, open(m))
    expect(icmp(m, 0x301, a, ROUTER, change)).toBe(false)
    m.h.poll()
    expect(m.lines).toEqual([])
  })

  it('each request has one outcome: the first', () => {
    const m = machine()
    const s = open(m)
    const a = ask(m, s)
    const b = ask(m, s)
    reply(m, a)
    expect(icmp(m, 0x301, a)).toBe(false)
    icmp(m, 0xb00, b)
    expect(icmp(m, 0x301, b)).toBe(false)
    expect(reply(m, b)).toBe(NO_PROTO)
    m.clock.now = 5000
    m.h.poll()
    expect(m.lines).toEqual(['0 reply 56 in 0', `1 error ${-EHOSTUNREACH} b00 by 10.0.0.254`])
  })

  it.each([0, 0x7fffff00, -1])('a request is given up in its time, clock at %i', start => {
    const m = machine({ start })
    const s = open(m)
    const at = (ms: number): void => {
      m.clock.now = (start + ms) | 0
      m.h.poll()
    }
    const a = ask(m, s)
    ask(m, s, { timeout: 300 })
    expect(m.h.wait()).toBe(300)
    at(299)
    expect(m.lines).toEqual([])
    expect(m.h.wait()).toBe(1)
    at(300)
    expect(m.lines).toEqual([`1 error ${-ETIMEDOUT} 0 by 10.0.0.2`])
    expect(m.h.wait()).toBe(700)
    at(999)
    at(1000)
    expect(m.lines).toHaveLength(2)
    expect(m.h.wait()).toBe(-1)
    expect(reply(m, a)).toBe(NO_PROTO)
    at(20000)
    expect(m.lines).toHaveLength(2)
  })

  it('an earlier error leaves nothing in a later time-out', () => {
    const m = machine({ requests: 1 })
    const s = open(m)
    icmp(m, 0xb00, ask(m, s))
    m.h.poll()
    ask(m, s)
    m.clock.now = 1000
    m.h.poll()
    expect(m.lines[1]).toBe(`1 error ${-ETIMEDOUT} 0 by 10.0.0.2`)
  })
})

describe('limits and callbacks', () => {
  it('sockets and requests are bounded, and come free again', () => {
    const m = machine({ sockets: 2, requests: 3 })
    const s = open(m)
    const t = open(m)
    expect(m.p.open({})).toBe(-ENOBUFS)
    const x = [ask(m, s), ask(m, s), ask(m, t)]
    expect(m.p.send(t, PEER, 0)).toBe(-ENOBUFS)
    expect(m.p.used()).toBe(5)
    reply(m, x[0])
    expect(m.p.send(t, PEER, 0)).toBe(-ENOBUFS)
    m.h.poll()
    ask(m, t)
    m.p.close(s)
    m.p.close(s)
    expect(m.p.used()).toBe(3)
    expect(reply(m, x[1])).toBe(NO_PROTO)
    const again = open(m)
    m.p.close(s)
    expect(again.id).toBeGreaterThanOrEqual(0)
    m.p.close(t)
    m.p.close(again)
    expect(m.p.used()).toBe(0)
    m.clock.now = 5000
    m.h.poll()
    expect(m.h.wait()).toBe(-1)
  })

  it('what open() answered as an error is no socket to close', () => {
    const m = machine()
    for (const none of [-105, undefined, null, {}])
      expect(() => m.p.close(none as unknown as Socket)).toThrow('ping: socket NaN is not -1 to 65535')
  })

  it('callbacks come from the flush only, and nothing is called after close', () => {
    const m = machine()
    const s = open(m)
    const x = ask(m, s)
    reply(m, x)
    expect(m.lines).toEqual([])
    m.p.close(s)
    m.h.poll()
    expect(m.lines).toEqual([])
  })

  it('without handlers requests come free all the same', () => {
    const m = machine()
    const s = open(m, {})
    reply(m, ask(m, s))
    icmp(m, 0x301, ask(m, s))
    m.h.poll()
    expect(m.p.used()).toBe(1)
  })

  const verbs: [string, (m: Machine, s: Socket, other: Socket) => void][] = [
    ['send', (m, s) => void m.p.send(s, PEER, 0)],
    ['open', m => void m.p.open({})],
    ['close', (m, s) => m.p.close(s)],
    ['close of another', (m, _s, other) => m.p.close(other)],
    ['poll', m => m.h.poll()],
    [
      'throw',
      () => {
        throw new Error('thrown')
      },
    ],
  ]
  const events = ['onReply', 'onError'] as const
  it.each(verbs.flatMap(v => events.map(e => [v[0], e, v[1]] as const)))('%s is legal in %s', (name, event, verb) => {
    const m = machine()
    const other = { s: null as unknown as Socket, calls: 0 }
    let calls = 0
    const act = (s: Socket): void => {
      calls++
      verb(m, s, other.s)
    }
    const s = open(m, { [event]: act } as Handlers)
    other.s = open(m, { [event]: () => void other.calls++ } as Handlers)
    for (const x of [ask(m, s), ask(m, other.s), ask(m, s)])
      if (event === 'onReply') reply(m, x)
      else icmp(m, 0x301, x)
    if (name === 'throw') expect(() => m.h.poll()).toThrow('thrown')
    else m.h.poll()
    expect(calls).toBe(name === 'close' ? 1 : 2)
    expect(other.calls).toBe(name === 'close of another' ? 0 : 1)
    m.p.close(s)
    m.p.close(other.s)
    expect(m.p.used()).toBe(name === 'open' ? 2 : 0)
  })

  it('random octets never throw, and answer no request', () => {
    const seed = 0xabcdef
    console.log(`seed ${seed}`)
    const r = rand(seed)
    const m = machine()
    const s = open(m)
    const a = ask(m, s, { timeout: 100000 })
    const b = new Uint8Array(120)
    for (let k = 0; k < 20000; k++) {
      for (let i = 0; i < 120; i++) b[i] = r()
      if (r() & 1) b.set([0, 0, 0, 0, s.id >> 8, s.id, 0, 0], 40)
      if (r() & 1) b.set(PEER, 24)
      if (r() & 1) {
        b[40] = 0
        const answer = m.t.input(b, 40, r() & 63, 24, 0)
        expect(answer === EATEN || answer === NO_PROTO).toBe(true)
      } else m.t.error(r() & 0xffff, r(), b, 40, 8, 24)
    }
    m.h.poll()
    expect(m.lines).toEqual([])
    expect(m.drops.length).toBeGreaterThan(100)
    reply(m, a)
    m.h.poll()
    expect(m.lines).toEqual(['0 reply 56 in 0'])
  })
})
