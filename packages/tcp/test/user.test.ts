// RFC 9293 3.9.1: the calls of the application, from wherever they are made.
import { EADDRINUSE, EADDRNOTAVAIL, ENETUNREACH, ENOBUFS, ENOTCONN, EPIPE } from '@tiny/core'
import { type Connection, type Handlers, type Listener, status, type Tcp, tcp, tune, unlisten, urgent } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import {
  accept,
  address,
  CLOSED,
  connect,
  connecting,
  ESTABLISHED,
  listening,
  type Machine,
  machine,
  type Pair,
  peer,
  read,
  write,
} from './machine.ts'
import { OWN, octets, PEER } from './segment.ts'

describe('misuse throws at the call', () => {
  const { m, c } = accept()
  const b = new Uint8Array(8)
  const wrong: [string, () => unknown][] = [
    ['connections 0', () => tcp(m.ip, { connections: 0 })],
    ['connections', () => tcp(m.ip, { connections: 0x100001 })],
    ['connections NaN', () => tcp(m.ip, { connections: Number.NaN })],
    ['timeWaits 0', () => tcp(m.ip, { timeWaits: 0 })],
    ['timeWait 0', () => tcp(m.ip, { timeWait: 0 })],
    ['minRto 0', () => tcp(m.ip, { minRto: 0 })],
    ['minRto', () => tcp(m.ip, { minRto: 60001 })],
    ['sendBuffer 255', () => tcp(m.ip, { sendBuffer: 255 })],
    ['sendBuffer 1000', () => tcp(m.ip, { sendBuffer: 1000 })],
    ['receiveBuffer', () => tcp(m.ip, { receiveBuffer: 131072 })],
    ['port 0', () => m.t.listen(0, {})],
    ['port 65536', () => m.t.listen(65536, {})],
    ['port 1.5', () => m.t.listen(1.5, {})],
    ['port -1', () => m.t.connect(address(PEER), -1, {})],
    ['port NaN', () => m.t.connect(address(PEER), Number.NaN, {})],
    ['own port', () => m.t.connect(address(PEER), 80, {}, { port: 70000 })],
    ['backlog', () => m.t.listen(81, {}, { backlog: 0 })],
    ['address', () => m.t.connect(new Uint8Array(16), 80, {})],
    ['own address', () => m.t.connect(address(PEER), 80, {}, { address: new Uint8Array(3) })],
    ['listen address', () => m.t.listen(82, {}, { address: new Uint8Array(5) })],
    ['read', () => m.t.read(c, b, 5, 4)],
    ['read', () => m.t.read(c, b, -1, 4)],
    ['write', () => m.t.write(c, b, 0, 9)],
    ['write', () => m.t.write(c, b, 9)],
    ['write', () => m.t.write(c, b, 0, -1)],
    ['write a fraction', () => m.t.write(c, b, 0, 1.5)],
    ['write text', () => m.t.write(c, 'GET /' as unknown as Uint8Array)],
    ['write an array', () => m.t.write(c, [1, 2] as unknown as Uint8Array, 0, 2)],
    ['read into an ArrayBuffer', () => m.t.read(c, b.buffer as unknown as Uint8Array, 0, 2)],
    ['keepAlive', () => tune(m.t, c, { keepAlive: -1 })],
    ['keepInterval', () => tune(m.t, c, { keepInterval: 0 })],
    ['keepCount', () => tune(m.t, c, { keepCount: 0 })],
    ['userTimeout', () => tune(m.t, c, { userTimeout: -5 })],
    ['ttl', () => tune(m.t, c, { ttl: 256 })],
    ['ttl', () => tune(m.t, c, { ttl: 0 })],
    ['tos', () => tune(m.t, c, { tos: 256 })],
    ['buffer', () => tune(m.t, c, { sendBuffer: 1000 })],
    ['buffer', () => tune(m.t, c, { receiveBuffer: 1 << 17 })],
  ]
  for (const [name, call] of wrong)
    it(name, () => {
      expect(call).toThrow(RangeError)
      expect(call).toThrow(/^tcp: /)
      expect(c.state).toBe(ESTABLISHED)
    })
})

it('the largest and smallest of what is right', () => {
  const { m } = accept()
  expect(typeof m.t.listen(65535, {}, { backlog: 65535 })).toBe('object')
  expect(typeof m.t.listen(1, {}, { backlog: 1 })).toBe('object')
  expect(typeof m.t.connect(address(PEER), 65535, {}, { port: 65535 })).toBe('object')
  const n = machine({ connections: 1, timeWaits: 1, timeWait: 1, minRto: 1, sendBuffer: 256, receiveBuffer: 65536 })
  expect(typeof n.t.connect(address(PEER), 1, {})).toBe('object')
  expect(n.t.connect(address(PEER), 2, {})).toBe(-ENOBUFS)
})

it('MUST-44 no way to the peer is told at the call, also when the own address is given', () => {
  const { m } = accept()
  Object.assign(m.ip, { source: () => -ENETUNREACH })
  for (const options of [{}, { address: address('10.0.0.2') }])
    expect(m.t.connect(address('192.0.2.1'), 1, {}, options)).toBe(-ENETUNREACH)
})

it('STATUS tells every variable, and is a copy', () => {
  const pair = accept()
  const { m, p, c } = pair
  p.send('PA', { text: octets(20), wnd: 7000 })
  p.expect('A')
  read(pair, 5)
  write(pair, 30)
  m.take()
  const s = status(m.t, c)
  expect({ ...s, iss: 0, irs: 0, address: [...s.address], peer: [...s.peer] }).toMatchObject({
    state: ESTABLISHED,
    port: 80,
    peerPort: 4000,
    address: [10, 0, 0, 2],
    peer: [10, 0, 0, 9],
    sndUna: (p.own + 1) | 0,
    sndNxt: (p.own + 31) | 0,
    sndWnd: 7000,
    sndWl1: (p.iss + 1) | 0,
    sndWl2: (p.own + 1) | 0,
    rcvNxt: (p.iss + 21) | 0,
    rcvWnd: 4076,
    mss: 1460,
    cwnd: 14600,
    rto: 1000,
    retransmissions: 0,
    unsent: 30,
    unread: 15,
    tos: 0,
    userTimeout: 0,
  })
  expect([s.iss, s.irs]).toEqual([p.own, p.iss])
  // Diffserv field and timeout, as tune() has set them.
  tune(m.t, c, { tos: 0xb8, userTimeout: 5000 })
  expect(status(m.t, c)).toMatchObject({ tos: 0xb8, userTimeout: 5000 })
  s.address[0] = 99
  expect(status(m.t, c).address[0]).toBe(10)
})

it('STATUS of a closed connection has no addresses: its place is another’s', () => {
  const m = machine({ connections: 1 })
  const { accepted } = listening(m)
  const open = (from: string) => {
    const p = peer(m, { address: from })
    p.send('S')
    p.expect('SA')
    p.send('A')
    return p
  }
  open('10.0.0.7').send('R')
  open('10.0.0.8')
  const [closed, other] = accepted as [Connection, Connection]
  expect(status(m.t, other)).toMatchObject({ state: ESTABLISHED, peer: address('10.0.0.8'), address: address(OWN) })
  expect(status(m.t, closed)).toMatchObject({
    state: CLOSED,
    port: 80,
    peerPort: 4000,
    peer: new Uint8Array(4),
    address: new Uint8Array(4),
  })
})

it('write before the connection stands takes nothing, and onWritable says when', () => {
  const { m, p, c } = connecting()
  expect(m.t.write(c, Uint8Array.of(1))).toBe(0)
  expect(m.t.read(c, new Uint8Array(1))).toBe(-11)
  p.send('SA')
  expect(m.told()).toEqual(['writable 4096'])
})

it('write takes what there is room for, and onWritable comes when half of a small buffer is free', () => {
  const pair = connect({ setup: { sendBuffer: 1024 } })
  const { m, p } = pair
  expect(write(pair, 2000)).toBe(1024)
  expect(write(pair, 1)).toBe(0)
  m.take()
  p.send('A', { ack: 301 })
  expect(m.told()).toEqual([])
  p.send('A', { ack: 601 })
  expect(m.told()).toEqual(['writable 600'])
  // Who was given all that he asked for is not told again.
  expect(write(pair, 10)).toBe(10)
  m.take()
  p.send('A', { ack: 1035 })
  expect(m.told()).toEqual([])
})

it('onWritable comes when there is room for a segment: a full buffer stays in flight', () => {
  const pair = connect({ wnd: 65535, mss: 1000, setup: { sendBuffer: 8192 } })
  const { m, p } = pair
  expect(write(pair, 9000)).toBe(8192)
  m.take()
  p.send('A', { ack: 1000 })
  expect(m.told()).toEqual([])
  p.send('A', { ack: 1001 })
  expect(m.told()).toEqual(['writable 1000'])
})

it('onWritable does not come after close', () => {
  const pair = connect({ setup: { sendBuffer: 256 } })
  write(pair, 1000)
  pair.m.t.close(pair.c)
  pair.m.poll()
  pair.m.take()
  pair.p.send('A', { ack: 258 })
  expect(pair.m.told()).toEqual([])
})

it('3.9.1.7 MAY-14 what was written is not taken back: abort is the only way', () => {
  const pair = connect()
  write(pair, 100)
  pair.m.t.abort(pair.c)
  pair.m.poll()
  expect(pair.m.used()).toEqual([0, 0])
})

it('app is the application’s own', () => {
  const m = machine()
  m.t.listen<number>(80, {
    onWritable(c) {
      expect(c.app).toBeUndefined()
      c.app = 5
    },
    onReadable(c) {
      c.app = (c.app ?? 0) + 1
      expect(c.app).toBe(6)
    },
  })
  const p = peer(m)
  p.send('S')
  p.expect('SA')
  p.send('A')
  p.send('PA', { text: octets(1) })
  p.expect('A')
})

it('several engines of one host do not know of each other', () => {
  const m = machine()
  const other: Tcp = tcp(m.ip)
  expect(other.used()).toBe(0)
})

// Each callback, from which each verb is called, before which or after which the handler throws or not.
type Callback = 'onReadable' | 'onWritable' | 'onEnd' | 'onUrgent' | 'onError' | 'onClose'
const CALLBACKS: Callback[] = ['onReadable', 'onWritable', 'onEnd', 'onUrgent', 'onError', 'onClose']

type Verb = (m: Machine, c: Connection, l: Listener) => unknown
const b = new Uint8Array(100)
const VERBS: { [name: string]: Verb } = {
  read: (m, c) => m.t.read(c, b),
  write: (m, c) => m.t.write(c, b, 0, 10),
  urgent: (m, c) => urgent(m.t, c),
  close: (m, c) => m.t.close(c),
  release: (m, c) => m.t.release(c),
  abort: (m, c) => m.t.abort(c),
  tune: (m, c) => tune(m.t, c, { noDelay: true, keepAlive: 1000, userTimeout: 1000 }),
  status: (m, c) => status(m.t, c),
  connect: m => m.t.connect(address(PEER), 9000, {}),
  listen: m => m.t.listen(8000 + Math.floor(m.events.length), {}),
  unlisten: (m, _c, l) => unlisten(m.t, l),
  poll: m => m.h.poll(),
  attach: m => tcp(m.ip),
  nothing: () => 0,
}

describe('re-entry', () => {
  for (const callback of CALLBACKS)
    for (const verb of Object.keys(VERBS))
      for (const isThrowing of [false, true])
        it(`${verb} in ${callback}${isThrowing ? ', which throws then' : ''}`, () => {
          let calls = 0
          const thrown = new Error('of the handler')
          let pair: Pair | null = null
          const handlers: Handlers = {}
          const m = machine()
          handlers[callback] = (c: Connection) => {
            if (calls++) return
            VERBS[verb](m, c, listener)
            if (isThrowing) throw thrown
          }
          const { listener, accepted } = listening(m, handlers)
          const poll = (): void => {
            try {
              m.poll()
            } catch (error) {
              expect(error).toBe(thrown)
            }
          }
          const p = peer(m)
          // Another one, whose events come at the same polls: none of them is lost.
          const q = peer(m, { peerPort: 4001 })
          for (const x of [p, q]) {
            x.push('S')
            poll()
            x.expect('SA')
          }
          p.push('A')
          q.push('A')
          poll()
          const c = accepted[0]
          pair = { m, p, c, listener }
          m.take()
          p.push('PAU', { text: octets(50), up: 20 })
          q.push('PA', { text: octets(30) })
          poll()
          m.take()
          // Trouble: R1 of what was written.
          if (callback === 'onError') {
            m.t.write(c, Uint8Array.of(1, 2, 3))
            for (let i = 0; i < 8; i++) {
              m.sleep(1000)
              poll()
            }
          }
          p.push('FA')
          poll()
          m.take()
          if (callback === 'onClose' && c.state !== CLOSED) {
            m.t.abort(c)
            poll()
          }
          expect(calls, callback).toBeGreaterThan(0)
          // The other one has been told everything.
          expect(m.events.filter(x => x === 'readable 30').length).toBe(1)
          expect(m.events.filter(x => x === 'writable 4096').length).toBe(2)
          const other = accepted[1] ?? c
          if (other !== c) {
            m.t.abort(other)
            poll()
          }
          if (c.state !== CLOSED && pair) m.t.abort(c)
          poll()
          for (let i = 0; i < 400; i++) {
            m.sleep(1000)
            poll()
          }
          expect(m.t.used()).toBe(0)
          expect(m.h.pool.used).toBe(0)
          expect(m.events.filter(x => x.startsWith('close')).length).toBeLessThanOrEqual(2)
        })

  it('a connection that is opened in the onClose of the last one, again and again', () => {
    const m = machine({ connections: 1 })
    let opened = 0
    const open = (): void => {
      if (opened++ < 50)
        expect(typeof m.t.connect(address(PEER), 4000, { onClose: open }, { port: 5000 })).toBe('object')
    }
    open()
    for (let i = 0; i < 60; i++) {
      m.poll()
      const p = peer(m, { port: 5000 })
      if (!m.sent.length) break
      p.expect('S')
      p.send('RA', { seq: 0, ack: 1 })
    }
    expect(opened).toBe(51)
    expect(m.used()).toEqual([0, 0])
  })

  it('what throws in the handler of one is thrown by poll, once, when all others were told', () => {
    const m = machine()
    let n = 0
    listening(m, {
      onWritable: () => {
        if (n++ === 0) throw new Error('first')
        throw new Error('second')
      },
    })
    const peers = [1, 2, 3].map(k => peer(m, { peerPort: 4000 + k }))
    for (const p of peers) {
      p.send('S')
      p.expect('SA')
    }
    for (const p of peers) p.push('A')
    expect(() => m.poll()).toThrow('first')
    expect(n).toBe(3)
    m.poll()
    expect(n).toBe(3)
    for (const p of peers) {
      p.send('PA', { text: octets(1) })
      p.expect('A', { ack: 2 })
    }
  })
})

it('every error is told once', () => {
  for (const end of ['R', 'abort', 'timeout']) {
    const { m, p, c } = connect()
    if (end === 'R') p.send('R')
    else if (end === 'abort') m.t.abort(c)
    else {
      m.t.write(c, Uint8Array.of(1))
      m.run(300000)
    }
    m.run(300000)
    expect(m.events.filter(x => x.startsWith('close')).length).toBe(1)
    expect(m.events.at(-1)).toMatch(/^close -/)
    expect([
      m.t.read(c, b),
      m.t.write(c, b),
      m.t.close(c),
      m.t.release(c),
      m.t.abort(c),
      tune(m.t, c, {}),
      urgent(m.t, c),
    ]).toEqual(Array(7).fill(-ENOTCONN))
  }
})

it('errors of listen and connect are numbers', () => {
  const { m } = accept()
  expect(m.t.listen(80, {})).toBe(-EADDRINUSE)
  expect(m.t.listen(81, {}, { address: address(PEER) })).toBe(-EADDRNOTAVAIL)
  expect(m.t.connect(address(PEER), 4000, {}, { port: 80 })).toBe(-EADDRINUSE)
  const { m: n, c } = connect()
  n.t.close(c)
  expect(n.t.write(c, b)).toBe(-EPIPE)
  expect(OWN).toBe('10.0.0.2')
})
