// Buffers come from the host's pool: when they do, when they go back, and what happens when it is exhausted.
import { ENOBUFS } from '@tiny/core'
import type { Connection } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import {
  accept,
  address,
  CLOSED,
  ESTABLISHED,
  listening,
  type Machine,
  machine,
  type Peer,
  peer,
  read,
  write,
} from './machine.ts'
import { mss, octets, PEER, segment } from './segment.ts'

/** n accepted connections of one stack. */
function several(m: Machine, n: number, more = {}): { peers: Peer[]; accepted: Connection[] } {
  const { accepted } = listening(m, more)
  const peers = Array.from({ length: n }, (_, i) => peer(m, { peerPort: 4000 + i }))
  for (const p of peers) {
    p.send('S', { options: mss(1000) })
    p.expect('SA')
    p.send('A')
  }
  m.told()
  return { peers, accepted }
}

it('an idle connection holds no octets; buffers go back a second after they ran empty, two at the most, and are not taken twice before', () => {
  const pair = accept()
  const { m, p } = pair
  expect(m.h.pool.used).toBe(0)
  write(pair, 10)
  expect(m.h.pool.used).toBe(4096)
  p.expect('PA')
  p.send('A')
  m.run(900)
  expect(m.h.pool.used).toBe(4096)
  write(pair, 10, 10)
  p.expect('PA')
  p.send('A')
  m.run(999)
  expect(m.h.pool.used).toBe(4096)
  m.run(101)
  expect(m.h.pool.used).toBe(0)
  p.send('PA', { text: octets(10) })
  expect(m.h.pool.used).toBe(4096)
  m.run(5000)
  expect(m.h.pool.used).toBe(4096)
  read(pair)
  m.run(1000)
  expect(m.h.pool.used).toBe(0)
  expect(m.h.wait()).toBe(-1)
})

it('also when the peer has closed, and across the wrap of the clock', () => {
  const pair = accept({ setup: { start: 0x7fffffff - 1000 } })
  const { m, p } = pair
  p.send('FA', { text: octets(10) })
  p.expect('A')
  m.run(500)
  read(pair)
  m.run(1001)
  expect(m.h.pool.used).toBe(0)
  expect(pair.c.state).toBe(5)
})

it('octets out of order hold the buffer until they are read', () => {
  const pair = accept()
  const { m, p } = pair
  p.send('A', { seq: 11, text: octets(10, 10) })
  m.run(100000)
  expect(m.h.pool.used).toBe(4096)
  m.take()
  p.send('A', { seq: 1, text: octets(10) })
  expect(read(pair)).toEqual(octets(20))
})

describe('exhausted', () => {
  it('a write takes nothing, and is told when there is room', () => {
    const m = machine({ pool: 4096 })
    const { peers, accepted } = several(m, 2)
    const [p, q] = peers
    expect(m.t.write(accepted[0], Uint8Array.from(octets(100)))).toBe(100)
    expect(m.t.write(accepted[1], Uint8Array.from(octets(100)))).toBe(0)
    m.poll()
    p.expect('PA')
    m.run(5000)
    expect(m.told().filter(x => x.startsWith('writable'))).toEqual([])
    m.take()
    p.ack = 101
    p.send('A')
    m.run(3000)
    expect(m.told()).toContain('writable 4096')
    expect(m.t.write(accepted[1], Uint8Array.from(octets(100)))).toBe(100)
    m.poll()
    q.expect('PA', { len: 100 })
    m.run(500)
  })

  it('octets received are dropped and come again', () => {
    const m = machine({ pool: 4096 })
    const { peers, accepted } = several(m, 2)
    const [p, q] = peers
    p.send('PA', { text: octets(10) })
    p.expect('A', { ack: 11 })
    m.drops()
    q.send('PA', { text: octets(10) })
    q.expect('A', { ack: 1 })
    expect(m.drops()).toEqual([411])
    expect(accepted[1].state).toBe(ESTABLISHED)
    read({ m, p, c: accepted[0], listener: null as never })
    m.run(1000)
    q.send('PA', { seq: 1, text: octets(10) })
    q.expect('A', { ack: 11 })
  })

  it('who has stood longest before a closed window makes room: -ENOBUFS, counted', () => {
    const m = machine({ pool: 3 * 4096 })
    const { peers, accepted } = several(m, 4)
    for (const [i, c] of accepted.slice(0, 3).entries()) {
      m.t.write(c, Uint8Array.from(octets(100)))
      m.poll()
      peers[i].expect('PA')
      // The second and the third have a closed window; the third for longer.
      m.sleep(10)
    }
    for (const i of [2, 1]) {
      peers[i].ack = 51
      peers[i].send('A', { wnd: 0 })
      m.run(100)
    }
    m.run(2000)
    m.take()
    m.told()
    m.counts()
    // New data is refused first.
    expect(m.t.write(accepted[3], Uint8Array.of(1))).toBe(0)
    m.poll()
    expect(m.told()).toEqual([`close ${-ENOBUFS}`, 'writable 4096'])
    expect(accepted.map(c => c.state)).toEqual([ESTABLISHED, ESTABLISHED, CLOSED, ESTABLISHED])
    expect(m.counts()).toEqual([421, 417])
    expect(m.take().some(s => s.flags === 'RA' && s.dstPort === 4002)).toBe(true)
    expect(m.t.write(accepted[3], Uint8Array.of(1))).toBe(1)
  })

  it('the same for octets received', () => {
    const m = machine({ pool: 4096 })
    const { peers, accepted } = several(m, 2)
    m.t.write(accepted[0], Uint8Array.from(octets(100)))
    m.poll()
    peers[0].expect('PA')
    peers[0].send('A', { ack: 51, wnd: 0 })
    m.run(2000)
    m.take()
    peers[1].send('PA', { text: octets(10) })
    expect(m.told()).toEqual([`close ${-ENOBUFS}`])
    m.take()
    peers[1].send('PA', { seq: 1, text: octets(10) })
    peers[1].expect('A', { ack: 11 })
  })

  it('for all that arrives in a turn one makes room, and the next in the next turn', () => {
    const m = machine({ pool: 2 * 4096 })
    const { peers, accepted } = several(m, 5)
    for (const i of [0, 1]) {
      m.t.write(accepted[i], Uint8Array.from(octets(100)))
      m.poll()
      peers[i].expect('PA')
      peers[i].send('A', { ack: 51, wnd: 0 })
      // The closed window has been probed by then.
      m.run(1000)
      m.take()
    }
    m.told()
    for (const turn of [1, 2]) {
      for (const i of [2, 3, 4]) peers[i].push('PA', { seq: 1, text: octets(10) })
      m.poll()
      expect(m.told().filter(x => x.startsWith('close'))).toEqual([`close ${-ENOBUFS}`])
      expect(accepted.filter(c => c.state === CLOSED).length).toBe(turn)
    }
  })

  it('of many writers that wait the first looks for who makes room; where there is nobody, the others wait without a look', () => {
    const m = machine({ pool: 4096, connections: 64 })
    const { accepted } = several(m, 60)
    const [holder, ...writers] = accepted
    m.t.write(holder, Uint8Array.from(octets(100)))
    for (const c of writers) expect(m.t.write(c, Uint8Array.of(1))).toBe(0)
    const e = m.t as unknown as { table: unknown[] }
    let looks = 0
    const get = (list: unknown[], i: string | symbol): unknown => {
      // The engine's own looks at how long the table is are none.
      if (typeof i === 'string' && i !== 'length') looks++
      return list[i as never]
    }
    e.table = new Proxy(e.table, { get: get as never })
    m.poll()
    expect(looks).toBeGreaterThan(64)
    expect(looks).toBeLessThan(4 * 64)
  })

  it('nobody before a closed window: nobody goes', () => {
    const m = machine({ pool: 4096 })
    const { peers, accepted } = several(m, 2)
    peers[0].send('PA', { text: octets(10) })
    peers[0].expect('A')
    for (let i = 0; i < 20; i++) {
      expect(m.t.write(accepted[1], Uint8Array.of(1))).toBe(0)
      m.run(1000)
    }
    expect(accepted.map(c => c.state)).toEqual([ESTABLISHED, ESTABLISHED])
    m.t.abort(accepted[0])
    m.run(1000)
    expect(m.told().filter(x => x.startsWith('writable'))).toEqual(['writable 4096'])
  })

  it('a pool of nothing: connections open and close, and nothing hangs', () => {
    const m = machine({ pool: 0 })
    const { peers, accepted } = several(m, 1)
    expect(m.t.write(accepted[0], Uint8Array.of(1))).toBe(0)
    peers[0].send('FA')
    peers[0].expect('A')
    m.t.close(accepted[0])
    m.poll()
    peers[0].expect('FA')
    peers[0].send('A')
    expect(m.used()).toEqual([0, 0])
    m.run(2000)
    expect(m.h.wait()).toBe(-1)
  })
})

it('a thousand connections at once, and none', () => {
  const m = machine({ connections: 1000, timeWaits: 1000, timeWait: 1000, pool: 1 << 24 })
  m.t.listen(80, { onEnd: c => void m.t.close(c) }, { backlog: 1000 })
  const peers = Array.from({ length: 1000 }, (_, i) => peer(m, { peerPort: 1000 + i }))
  for (const p of peers) p.push('S')
  m.poll()
  expect(m.t.used()).toBe(1000)
  for (const s of m.take()) {
    const p = peers[s.dstPort - 1000]
    p.own = s.seq
    p.ack = 1
    p.push('A')
    p.push('FA', { text: [1] })
  }
  m.poll()
  for (const s of m.take()) if (s.flags.includes('F')) peers[s.dstPort - 1000].push('A', { ack: 2 })
  m.poll()
  m.run(3000)
  // Each has an octet that nobody has read: what ended is kept for it.
  expect(m.t.used()).toBe(1000)
  for (const p of peers) p.push('R')
  m.poll()
  expect(m.used()).toEqual([0, 0])
  expect(m.t.connect(address(PEER), 80, {})).toBeTypeOf('object')
  m.receive(segment({ srcPort: 1, dstPort: 2, flags: 'R' }))
})
