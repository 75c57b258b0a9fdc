// Sockets, their queues and their callbacks; what a hostile or odd peer or application can do to them.
import {
  EADDRINUSE,
  EATEN,
  ECONNREFUSED,
  EDESTADDRREQ,
  EMSGSIZE,
  ENETDOWN,
  ENOBUFS,
  ENOTCONN,
  IP_GROUP,
  NO_PORT,
  SUM_GOOD,
} from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { rand } from '@tiny/sim'
import { describe, expect, it } from 'vitest'
import { connect, hear } from '../src/connect.ts'
import { UDP_ERROR_FULL, UDP_FULL, UDP_LENGTH, UDP_SUM } from '../src/ids.ts'
import type { Accept, Handlers, Socket } from '../src/index.ts'
import { ALL, build, bytes, GROUP, icmp, type Machine, machine, OTHER, OWN, PEER, receive } from './fake.ts'

function open(m: Machine, port: number, handlers: Handlers, options?: { accept?: Accept; queue?: number }) {
  const s = m.u.bind(port, handlers, options)
  if (typeof s === 'number') throw new Error(`bind ${s}`)
  return s
}

const log = (lines: string[], name: string): Handlers => ({
  onDatagram: (_s, b, o, n) => void lines.push(`${name} ${Buffer.from(b.slice(o, o + n)).toString()}`),
  onError: (_s, code, _b, _a, port) => void lines.push(`${name} ${code} ${port}`),
})

describe('bind', () => {
  it('RFC 6056 3.3.1 an ephemeral port is unpredictable, of 49152 to 65535, and free', () => {
    const seen = new Set<number>()
    const m = machine({ sockets: 512 })
    for (let i = 0; i < 512; i++) {
      const s = open(m, 0, {})
      expect(s.port).toBeGreaterThanOrEqual(49152)
      expect(s.port).toBeLessThanOrEqual(65535)
      expect(seen.has(s.port)).toBe(false)
      seen.add(s.port)
    }
    const ports = [...seen]
    expect(ports.filter((p, i) => p === ports[i - 1] + 1).length).toBeLessThan(50)
  })

  it('RFC 6056 3.3.1 a port that is taken leads to the next one, and round the end', () => {
    const m = machine()
    m.clock.rand = () => 0x3fff
    expect([open(m, 0, {}).port, open(m, 0, {}).port, open(m, 0, {}).port]).toEqual([65535, 49152, 49153])
    m.clock.rand = () => -1
    expect(open(m, 0, {}).port).toBe(49154)
  })

  it('a port can be had once, and by any number of sockets that choose', () => {
    const m = machine()
    const s = open(m, 7, {})
    expect(m.u.bind(7, {})).toBe(-EADDRINUSE)
    open(m, 7, {}, { accept: () => false })
    expect(m.u.bind(7, {})).toBe(-EADDRINUSE)
    connect(s, PEER, 9)
    open(m, 7, {})
    expect(m.u.bind(7, {})).toBe(-EADDRINUSE)
    expect(m.u.used()).toBe(3)
  })

  it("an ephemeral port is nobody else's, whatever they choose", () => {
    const m = machine()
    m.clock.rand = () => 5
    const accept = (): boolean => true
    expect([open(m, 0, {}, { accept }).port, open(m, 0, {}, { accept }).port, open(m, 0, {}).port]).toEqual([
      49157, 49158, 49159,
    ])
  })

  it('sockets are bounded, and a closed one makes room', () => {
    const m = machine({ sockets: 2 })
    const s = open(m, 1, {})
    open(m, 2, {})
    expect(m.u.bind(3, {})).toBe(-ENOBUFS)
    m.u.close(s)
    m.u.close(s)
    expect(s.port).toBe(-1)
    expect(m.u.used()).toBe(1)
    open(m, 3, {})
    m.u.close(s)
    expect(m.u.used()).toBe(2)
    expect(receive(m, { port: 3 })).toBe(EATEN)
    expect(receive(m, { port: 1 })).toBe(NO_PORT)
  })

  it.each([-1, 65536, 1.5, Number.NaN, 2 ** 32 + 7])('port %d is misuse', port => {
    const m = machine()
    const s = open(m, 7, {})
    expect(() => m.u.bind(port, {})).toThrow(/^udp: port/)
    expect(() => connect(s, PEER, port)).toThrow(/^udp: port/)
    expect(() => m.u.send(s, PEER, 0, 1, PEER, 0, port)).toThrow(RangeError)
  })

  it('an address that is too short is misuse, so are octets outside of the buffer, so is a queue of nothing', () => {
    const m = machine()
    const s = open(m, 7, {})
    const three = new Uint8Array(3)
    expect(() => connect(s, three, 8)).toThrow(/^udp: 3 octets of address/)
    expect(() => hear(s, three)).toThrow(RangeError)
    expect(s.accept).toBe(null)
    expect(() => m.u.send(s, PEER, 0, 1, three, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, PEER, 0, 1, PEER, -1, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, three, 0, 4, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, three, 3, 1, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, three, -1, 1, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, three, 0, -1, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.bind(8, {}, { queue: 0 })).toThrow(RangeError)
    expect(() => machine({ sockets: 0 })).toThrow(/^udp: sockets/)
    expect(() => machine({ sockets: 8193 })).toThrow(RangeError)
    expect(m.sent).toEqual([])
  })

  it('what bind() refused with is no socket: nothing is sent with it', () => {
    const m = machine()
    expect(m.u.send(-EADDRINUSE as unknown as Socket, PEER, 0, 1, PEER, 0, 8)).toBe(-ENOTCONN)
    expect(m.sent).toEqual([])
  })

  it('text and arrays are neither octets nor addresses, and text is no number: misuse, from JavaScript', () => {
    const m = machine()
    const s = open(m, 7, {})
    const text = '10.0.0.1' as unknown as Uint8Array
    expect(() => m.u.send(s, text, 0, 5, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, [1, 2, 3] as unknown as Uint8Array, 0, 3, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, PEER, 0, 1, text, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, PEER, 0, '4' as unknown as number, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.send(s, PEER, 0, 1.5, PEER, 0, 8)).toThrow(RangeError)
    expect(() => m.u.bind(8, {}, { queue: '2048' as unknown as number })).toThrow(/^udp: queue/)
    expect([m.sent, m.h.pool.used]).toEqual([[], 0])
    expect(m.u.send(s, PEER, 0, 4, PEER, 0, 8)).toBe(4)
  })
})

describe('connect and send', () => {
  it('a connected socket hears its peer only', () => {
    const m = machine()
    const lines: string[] = []
    const s = open(m, 7, log(lines, 's'))
    const peer = PEER.slice()
    connect(s, peer, 9)
    peer.fill(0)
    expect(receive(m, { port: 7, peerPort: 9, data: bytes('a') })).toBe(EATEN)
    expect(receive(m, { port: 7, peerPort: 10 })).toBe(NO_PORT)
    expect(receive(m, { port: 7, peerPort: 9, src: OTHER })).toBe(NO_PORT)
    expect(icmp(m, 0x303, 7, PEER, 9)).toBe(true)
    expect(icmp(m, 0x303, 7, OTHER, 9)).toBe(false)
    s.accept = null
    expect(receive(m, { port: 7, peerPort: 10, data: bytes('b') })).toBe(EATEN)
    m.h.poll()
    expect(lines).toEqual(['s a', `s ${-ECONNREFUSED} 9`, 's b'])
  })

  it('both ends can be chosen', () => {
    const m = machine()
    const s = open(m, 7, {})
    hear(s, OWN)
    connect(s, PEER, 9)
    expect(receive(m, { port: 7, peerPort: 9 })).toBe(EATEN)
    expect(receive(m, { port: 7, peerPort: 9, dst: OTHER })).toBe(NO_PORT)
    expect(receive(m, { port: 7, peerPort: 8 })).toBe(NO_PORT)
    expect(icmp(m, 0x303, 7, PEER, 9)).toBe(true)
  })

  it('a socket that chooses comes before one that takes all', () => {
    const m = machine()
    const lines: string[] = []
    const a = open(m, 7, log(lines, 'peer'))
    connect(a, PEER, 9)
    open(m, 7, log(lines, 'any'))
    const c = open(m, 7, log(lines, 'group'), { accept: () => false })
    c.accept = null
    hear(c, GROUP)
    receive(m, { port: 7, peerPort: 9, data: bytes('1') })
    receive(m, { port: 7, peerPort: 8, data: bytes('2') })
    receive(m, { port: 7, peerPort: 8, dst: GROUP, data: bytes('3'), flags: IP_GROUP })
    receive(m, { port: 7, peerPort: 8, dst: ALL, data: bytes('4'), flags: IP_GROUP })
    expect(receive(m, { port: 9, dst: ALL, flags: IP_GROUP })).toBe(NO_PORT)
    m.h.poll()
    expect(lines.sort()).toEqual(['any 2', 'any 4', 'group 3', 'peer 1'])
  })

  it('what is too large, or refused below, is told at once', () => {
    const m = machine()
    const s = open(m, 7, {})
    const b = new Uint8Array(2000)
    expect(m.u.send(s, b, 0, 1492, PEER, 0, 9)).toBe(1492)
    expect(m.u.send(s, b, 0, 1493, PEER, 0, 9)).toBe(-EMSGSIZE)
    m.answers.send = -ENETDOWN
    expect(m.u.send(s, b, 0, 0, PEER, 0, 9)).toBe(-ENETDOWN)
    m.answers.send = 0
    expect(m.u.send(s, b, 0, 0, PEER, 0, 9)).toBe(0)
    // What a datagram from port 0 would be answered with.
    expect(m.u.send(s, b, 0, 1, PEER, 0, 0)).toBe(-EDESTADDRREQ)
    m.u.close(s)
    expect(m.u.send(s, b, 0, 1, PEER, 0, 9)).toBe(-ENOTCONN)
  })

  it('nothing of an earlier datagram goes out with a later one', () => {
    const m = machine()
    const s = open(m, 7, {})
    m.u.send(s, new Uint8Array(100).fill(0x77), 0, 100, PEER, 0, 9)
    m.u.send(s, new Uint8Array(3), 0, 3, PEER, 0, 9)
    expect([...m.sent[1].b.slice(8)]).toEqual([0, 0, 0])
    expect(m.sent[1].b).toHaveLength(11)
  })
})

describe('the queue', () => {
  it('its overflow is dropped, counted and told about, once a turn', () => {
    const m = machine()
    const lines: string[] = []
    // Two datagrams of 8 octets with their headers: 2 * (4 + 20 + 8 + 8).
    const s = open(m, 7, log(lines, 's'), { queue: 80 })
    for (let i = 0; i < 5; i++) receive(m, { port: 7, data: bytes(`datagra${i}`) })
    expect(m.drops).toEqual([UDP_FULL, UDP_FULL, UDP_FULL])
    expect(explain(UDP_FULL)).toContain('full')
    expect(s.lost).toBe(3)
    m.h.poll()
    expect(lines).toEqual(['s datagra0', 's datagra1', `s ${-ENOBUFS} 0`])
    receive(m, { port: 7, data: bytes('more') })
    m.h.poll()
    expect(lines.slice(3)).toEqual(['s more'])
    expect(s.lost).toBe(3)
  })

  it('one octet more than the queue holds is too much', () => {
    const m = machine()
    const lines: string[] = []
    open(m, 7, log(lines, 's'), { queue: 64 })
    receive(m, { port: 7, data: new Uint8Array(33) })
    expect(m.drops).toEqual([UDP_FULL])
    expect(m.h.pool.used).toBe(0)
    receive(m, { port: 7, data: bytes('x'.repeat(32)) })
    m.h.poll()
    expect(lines).toEqual([`s ${'x'.repeat(32)}`, `s ${-ENOBUFS} 0`])
  })

  it('a full pool loses the datagram, not the stack', () => {
    const m = machine({ pool: 100 })
    const lines: string[] = []
    const s = open(m, 7, log(lines, 'a'), { queue: 64 })
    open(m, 8, log(lines, 'b'), { queue: 64 })
    receive(m, { port: 7 })
    receive(m, { port: 8 })
    expect(m.drops).toEqual([UDP_FULL])
    m.u.close(s)
    receive(m, { port: 8, data: bytes('c') })
    m.h.poll()
    expect(lines).toEqual(['b c', `b ${-ENOBUFS} 0`])
  })

  it('one socket that is flooded does not cost another one its datagrams', () => {
    const m = machine()
    const lines: string[] = []
    open(m, 7, {}, { queue: 64 })
    open(m, 8, log(lines, 'b'))
    for (let i = 0; i < 100; i++) receive(m, { port: 7 })
    receive(m, { port: 8, data: bytes('x') })
    m.h.poll()
    expect(lines).toEqual(['b x'])
  })

  it.each([0, 0x7ffffff0, -1])('its memory goes back a second after the last datagram, clock at %i', start => {
    const m = machine({ start })
    open(m, 7, {}, { queue: 1024 })
    expect(m.h.pool.used).toBe(0)
    receive(m, { port: 7 })
    expect(m.h.pool.used).toBe(1024)
    m.h.poll()
    expect(m.h.wait()).toBe(1000)
    m.clock.now = (m.clock.now + 400) | 0
    receive(m, { port: 7 })
    m.h.poll()
    m.clock.now = (m.clock.now + 999) | 0
    m.h.poll()
    expect(m.h.pool.used).toBe(1024)
    expect(m.h.wait()).toBe(1)
    m.clock.now = (m.clock.now + 1) | 0
    m.h.poll()
    expect(m.h.pool.used).toBe(0)
    expect(m.h.wait()).toBe(-1)
    receive(m, { port: 7 })
    expect(m.h.pool.used).toBe(1024)
  })

  it('a poll that comes ten seconds late loses nothing', () => {
    const m = machine()
    const lines: string[] = []
    open(m, 7, log(lines, 's'))
    receive(m, { port: 7, data: bytes('a') })
    m.clock.now += 10000
    m.h.poll()
    receive(m, { port: 7, data: bytes('b') })
    m.clock.now += 10000
    m.h.poll()
    expect(lines).toEqual(['s a', 's b'])
  })

  it('close gives it back at once, and nothing is called any more', () => {
    const m = machine()
    const lines: string[] = []
    const s = open(m, 7, log(lines, 's'))
    receive(m, { port: 7 })
    icmp(m, 0x303, 7, PEER, 9)
    for (let i = 0; i < 100; i++) receive(m, { port: 7, data: bytes('many') })
    m.u.close(s)
    expect(m.h.pool.used).toBe(0)
    m.h.poll()
    expect(lines).toEqual([])
    expect(m.h.wait()).toBe(-1)
  })
})

describe('callbacks', () => {
  it('what a handler closes hears nothing more, nor of what was lost', () => {
    const m = machine()
    const lines: string[] = []
    const s = open(m, 7, { ...log(lines, 's'), onDatagram: () => [s, other].forEach(m.u.close) })
    const other = open(m, 8, log(lines, 'other'))
    for (let i = 0; i < 100; i++)
      for (const port of [7, 8]) receive(m, { port, data: bytes('much more than there is room for') })
    expect([s.lost > 0, other.lost > 0]).toEqual([true, true])
    m.h.poll()
    m.h.poll()
    expect([lines, m.h.pool.used]).toEqual([[], 0])
  })

  it('come from the flush only', () => {
    const m = machine()
    const lines: string[] = []
    const s = open(m, 7, log(lines, 's'))
    receive(m, { port: 7, data: bytes('a') })
    icmp(m, 0x303, 7, PEER, 9)
    m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)
    expect(lines).toEqual([])
    m.h.poll()
    expect(lines).toEqual(['s a', `s ${-ECONNREFUSED} 9`])
    m.h.poll()
    expect(lines).toHaveLength(2)
  })

  it('a handler that throws loses nothing', () => {
    const m = machine()
    const lines: string[] = []
    const handlers: Handlers = {
      onDatagram(_s, b, o) {
        lines.push(String.fromCharCode(b[o]))
        throw new Error(`at ${String.fromCharCode(b[o])}`)
      },
      onError(_s, code) {
        lines.push(`${code}`)
        throw new Error(`at ${code}`)
      },
    }
    open(m, 7, handlers, { queue: 128 })
    open(m, 8, log(lines, 'b'))
    receive(m, { port: 7, data: bytes('a') })
    icmp(m, 0x303, 7, PEER, 9)
    receive(m, { port: 7, data: bytes('b') })
    receive(m, { port: 7, data: bytes('c'.repeat(100)) })
    receive(m, { port: 8, data: bytes('d') })
    expect(() => m.h.poll()).toThrow('at a')
    expect(lines).toEqual(['a', '-111', 'b', '-105', 'b d'])
    m.h.poll()
    expect(lines).toHaveLength(5)
    receive(m, { port: 7, data: bytes('e') })
    expect(() => m.h.poll()).toThrow('at e')
  })

  it('a socket without handlers takes what comes, and loses it', () => {
    const m = machine()
    const s = open(m, 7, {}, { queue: 64 })
    expect(receive(m, { port: 7 })).toBe(EATEN)
    receive(m, { port: 7 })
    icmp(m, 0x303, 7, PEER, 9)
    m.h.poll()
    expect(s.lost).toBe(1)
  })

  const verbs: [string, (m: Machine, s: Socket, other: Socket) => void][] = [
    ['send', (m, s) => void m.u.send(s, bytes('x'), 0, 1, PEER, 0, 9)],
    ['connect', (_m, s) => connect(s, PEER, 4000)],
    ['bind', m => void m.u.bind(0, {})],
    ['close', (m, s) => m.u.close(s)],
    ['close of another', (m, _s, other) => m.u.close(other)],
    [
      'close and bind',
      (m, s, other) => {
        m.u.close(s)
        m.u.close(other)
        m.u.bind(7, {})
        m.u.bind(8, {})
      },
    ],
    ['poll', m => m.h.poll()],
    [
      'throw',
      () => {
        throw new Error('thrown')
      },
    ],
  ]
  const events = ['onDatagram', 'onError'] as const
  it.each(verbs.flatMap(v => events.map(e => [v[0], e, v[1]] as const)))('%s is legal in %s', (name, event, verb) => {
    const m = machine()
    let calls = 0
    let others = 0
    const other = { s: null as unknown as Socket }
    const act = (s: Socket): void => {
      calls++
      verb(m, s, other.s)
    }
    const s = open(m, 7, { [event]: act })
    other.s = open(m, 8, { [event]: () => void others++ })
    const feed = (): void => {
      for (const port of [7, 8])
        for (let i = 0; i < 2; i++)
          if (event === 'onDatagram') receive(m, { port, data: bytes('x') })
          else icmp(m, 0x303, port, PEER, 9)
    }
    feed()
    if (name === 'throw') expect(() => m.h.poll()).toThrow('thrown')
    else m.h.poll()
    const closes = name.startsWith('close')
    expect(calls).toBe(name === 'close' || name === 'close and bind' ? 1 : 2)
    expect(others).toBe(closes && name !== 'close' ? 0 : 2)
    m.h.poll()
    m.u.close(s)
    m.u.close(other.s)
    expect(m.h.pool.used).toBe(0)
  })

  it('the octets stay as they are while the handler sends and closes', () => {
    const m = machine()
    let seen = ''
    open(m, 7, {
      onDatagram(s, b, o, n, a, port) {
        m.u.send(s, b, o, n, b, a, port)
        m.u.close(s)
        const t = open(m, 7, {})
        m.u.send(t, bytes('other'), 0, 5, PEER, 0, 9)
        seen = Buffer.from(b.slice(o, o + n)).toString()
      },
    })
    receive(m, { port: 7, data: bytes('hello'), peerPort: 99 })
    m.h.poll()
    expect(seen).toBe('hello')
    expect(m.sent[0].b.slice(8).join()).toBe(bytes('hello').join())
    expect([...m.sent[0].pair]).toEqual([...PEER, ...OWN])
    expect(m.sent[0].b[3]).toBe(99)
  })

  it("the application's field is its own", () => {
    const m = machine()
    const s = m.u.bind<number>(7, {
      onDatagram(x) {
        x.app = (x.app ?? 0) + 1
      },
    })
    if (typeof s === 'number') throw new Error(`bind ${s}`)
    expect(s.app).toBe(undefined)
    receive(m, { port: 7 })
    receive(m, { port: 7 })
    m.h.poll()
    expect(s.app).toBe(2)
  })
})

describe('anything at all', () => {
  it('random datagrams and errors never throw, and memory stays what it was', () => {
    const seed = 0x1234567
    console.log(`seed ${seed}`)
    const r = rand(seed)
    const m = machine()
    let told = 0
    const handlers: Handlers = { onDatagram: () => void told++, onError: () => void told++ }
    const s = open(m, 7, handlers, { queue: 512 })
    open(m, 1, handlers, { accept: () => true, queue: 256 })
    const b = new Uint8Array(160)
    for (let k = 0; k < 20000; k++) {
      for (let i = 0; i < 160; i++) b[i] = r()
      const hl = 20 + 4 * (r() & 7)
      const n = r() & 63
      b[12] = 0x40 | (hl >> 2)
      const o = 12 + hl
      // Now and then something that is almost right.
      if (r() & 1) b.set([0, r() & 7, 0, 7, 0, r() & 63], o)
      if (r() & 1) {
        const answer = m.t.input(b, o, n, 24, r() & 15)
        expect(answer === EATEN || answer === NO_PORT).toBe(true)
      } else m.t.error(r() & 0xffff, r(), b, o, 8, 24)
      if (!(r() & 255)) m.h.poll()
    }
    m.h.poll()
    expect(told).toBeGreaterThan(500)
    expect(new Set(m.drops)).toEqual(new Set([UDP_LENGTH, UDP_SUM, UDP_FULL, UDP_ERROR_FULL]))
    expect(m.u.used()).toBe(2)
    m.clock.now += 1000
    m.h.poll()
    expect(m.h.pool.used).toBe(0)
    expect(s.port).toBe(7)
  })

  it('one octet changed anywhere is noticed, or changes nothing', () => {
    const m = machine()
    let got = ''
    open(m, 7, { onDatagram: (_s, b, o, n) => void (got = b.slice(o, o + n).join()) })
    const data = bytes('some octets')
    for (let at = 0; at < 8 + data.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const { b, o, n, a } = build({ port: 7, data })
        b[o + at] ^= 1 << bit
        got = ''
        m.t.input(b, o, n, a, 0)
        m.h.poll()
        expect(got === '' || (got === data.join() && at > 5 && at < 8)).toBe(true)
      }
  })

  it('a datagram of 65,507 octets passes both ways', () => {
    const m = machine({ room: 65515, pool: 1 << 18 })
    let length = -1
    const s = open(m, 7, { onDatagram: (_s, _b, _o, n) => void (length = n) }, { queue: 1 << 17 })
    const data = new Uint8Array(65507).fill(3)
    expect(m.u.send(s, data, 0, data.length, PEER, 0, 9)).toBe(65507)
    expect(m.u.send(s, new Uint8Array(65508), 0, 65508, PEER, 0, 9)).toBe(-EMSGSIZE)
    expect(receive(m, { port: 7, data, flags: SUM_GOOD })).toBe(EATEN)
    m.h.poll()
    expect(length).toBe(65507)
  })
})
