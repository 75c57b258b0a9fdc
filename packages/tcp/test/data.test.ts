// RFC 9293 3.10.7.4, seventh and eighth; 3.8.6.3: octets received, and their acknowledgment.
import { status } from '@tiny/tcp'
import { wscale } from '@tiny/tcp/wscale'
import { describe, expect, it } from 'vitest'
import { accept, random, read, write } from './machine.ts'
import { octets } from './segment.ts'

describe('acknowledgments', () => {
  it('3.8.6.3 MUST-40 at the next poll, without a delay', () => {
    const { m, p } = accept()
    p.push('PA', { text: octets(1) })
    expect(m.h.wait()).toBe(0)
    m.poll()
    p.expect('A', { ack: 2 })
  })

  it('3.10.7.4 MUST-58 MUST-59 all that has come is processed first, then one ACK goes out', () => {
    const { m, p } = accept()
    for (let i = 0; i < 8; i++) p.push('A', { text: octets(100, 100 * i) })
    p.silent()
    m.poll()
    p.expect('A', { ack: 801 })
    p.silent()
    expect(m.told()).toEqual(['readable 800'])
  })

  it('3.8.6.3 SHLD-19 of two full segments one at least is answered at once', () => {
    const { p } = accept()
    for (let i = 0; i < 2; i++) {
      p.send('A', { text: octets(1460, 1460 * i) })
      p.expect('A', { ack: 1461 + 1460 * i })
    }
  })

  it('3.10.7.4 MUST-58 an ACK goes with octets that are sent anyway', () => {
    const { m, p, c } = accept({
      handlers: {
        onReadable: x => {
          const b = new Uint8Array(100)
          const n = m.t.read(x, b)
          m.t.write(x, b, 0, n)
        },
      },
    })
    p.send('PA', { text: octets(9) })
    p.expect('PA', { ack: 10, text: octets(9) })
    p.silent()
    expect((status(m.t, c).rcvNxt - p.iss) | 0).toBe(10)
  })

  it('an ACK that the link refuses goes with what comes next', () => {
    const { m, p } = accept()
    m.answer = -105
    p.send('PA', { text: octets(9) })
    m.answer = 0
    p.send('PA', { seq: 1, text: octets(9) })
    p.expect('A', { ack: 10 })
  })
})

describe('order', () => {
  it('RFC 5681 4.2 one segment out of order: its ACK carries nothing, what is sent anyway comes behind it', () => {
    const pair = accept()
    const { m, p } = pair
    p.push('A', { seq: 201, text: octets(100, 200) })
    write(pair, 50)
    p.expect('A', { ack: 1, text: [] })
    p.expect('PA', { ack: 1, text: octets(50) })
    // Behind one in order: the ACK that moves on, and a duplicate of it.
    p.push('A', { seq: 1, text: octets(100) })
    p.push('A', { seq: 401, text: octets(100, 400) })
    m.poll()
    p.expect('A', { ack: 101, text: [] })
    p.expect('A', { ack: 101, text: [] })
    p.silent()
  })

  it('3.10.7.4 SHLD-31 MAY-13 what comes out of order is kept, and answered at once', () => {
    const pair = accept()
    const { m, p } = pair
    p.send('A', { seq: 201, text: octets(100, 200) })
    p.expect('A', { ack: 1 })
    p.send('A', { seq: 101, text: octets(100, 100) })
    p.expect('A', { ack: 1 })
    expect(m.told()).toEqual([])
    p.send('A', { seq: 1, text: octets(100) })
    p.expect('A', { ack: 301 })
    expect(m.told()).toEqual(['readable 300'])
    expect(read(pair)).toEqual(octets(300))
    m.run(2000)
    expect(m.used()).toEqual([1, 0])
  })

  it('32 ranges are kept; one more is dropped and comes again', () => {
    const pair = accept()
    const { m, p } = pair
    m.drops()
    for (let k = 1; k <= 33; k++) p.send('A', { seq: 1 + 20 * k, text: octets(10, 20 * k) })
    expect(m.drops()).toEqual([413])
    m.take()
    for (let k = 0; k <= 32; k++) p.send('A', { seq: 11 + 20 * k, text: octets(10, 10 + 20 * k) })
    p.send('A', { seq: 1, text: octets(10) })
    expect(m.take().at(-1)!.ack).toBe((p.iss + 661) | 0)
    p.send('A', { seq: 661, text: octets(10, 660) })
    expect(read(pair)).toEqual(octets(670))
  })

  it('of a large buffer every second segment of 1 KB may be missing', () => {
    const pair = accept({ setup: { receiveBuffer: 1 << 17, windowScale: wscale() }, options: [1, 3, 3, 0] })
    const { m, p } = pair
    m.drops()
    for (let k = 1; k <= 65; k++) p.send('A', { seq: 1 + 900 * k, text: octets(10, 900 * k) })
    expect(m.drops()).toEqual([413])
  })

  it('overlaps on either side, of one range and of several, with repetitions', () => {
    for (const script of [
      [
        [10, 10],
        [5, 10],
        [0, 30],
      ],
      [
        [10, 10],
        [15, 10],
        [0, 12],
        [12, 30],
      ],
      [
        [10, 5],
        [20, 5],
        [30, 5],
        [8, 40],
        [0, 9],
      ],
      [
        [10, 5],
        [20, 5],
        [12, 10],
        [0, 10],
        [25, 5],
      ],
      [
        [10, 10],
        [10, 10],
        [12, 4],
        [0, 10],
        [0, 10],
        [5, 25],
      ],
      [
        [1, 1],
        [3, 1],
        [5, 1],
        [0, 6],
        [6, 24],
      ],
      [
        [20, 10],
        [10, 10],
        [0, 10],
      ],
    ] as [number, number][][]) {
      const pair = accept()
      let end = 0
      for (const [at, n] of script) {
        pair.p.send('A', { seq: 1 + at, text: octets(n, at) })
        end = Math.max(end, at + n)
      }
      expect(read(pair)).toEqual(octets(end))
    }
  })

  it('any order of pieces of any size makes the stream, across the wrap of its numbers', () => {
    const next = random(11)
    const pick = (n: number): number => (next() >>> 1) % n
    for (let round = 0; round < 60; round++) {
      const pair = accept({ iss: -pick(3000), setup: { receiveBuffer: 2048 } })
      const got: number[] = []
      for (let i = 0; i < 3000 && got.length < 4000; i++) {
        const done = (status(pair.m.t, pair.c).rcvNxt - pair.p.iss - 1) | 0
        const at = Math.max(done - 50 + pick(600), 0)
        const n = 1 + pick(200)
        pair.p.push(pick(5) ? 'A' : 'PA', { seq: 1 + at, text: octets(n, at) })
        if (pick(3)) pair.m.poll()
        if (pick(4) === 0) {
          const some = read(pair, 1 + pick(500))
          if (typeof some === 'object') got.push(...some)
        }
      }
      expect(got).toEqual(octets(got.length))
      expect(got.length, `round ${round}`).toBeGreaterThan(1000)
    }
  })

  it('a FIN in the middle of what comes out of order waits for its turn', () => {
    const pair = accept()
    const { m, p } = pair
    p.send('FA', { seq: 101, text: octets(100, 100) })
    p.expect('A', { ack: 1 })
    expect(m.told()).toEqual([])
    p.send('A', { seq: 1, text: octets(100) })
    p.expect('A', { ack: 202 })
    expect(m.told()).toEqual(['readable 200', 'end'])
    expect(read(pair)).toEqual(octets(200))
    expect(read(pair)).toEqual([])
  })

  it('octets behind a FIN are none', () => {
    const pair = accept()
    const { m, p } = pair
    p.send('FA', { text: octets(5) })
    m.take()
    p.send('PA', { seq: 7, text: octets(5) })
    p.expect('A', { ack: 7 })
    expect(read(pair)).toEqual(octets(5))
    expect(read(pair)).toEqual([])
  })

  it('RFC 5961 5 MAY-12 octets with an ACK that is out of range are not taken', () => {
    const pair = accept()
    const { m, p } = pair
    write(pair, 10)
    p.expect('PA')
    for (const ack of [12, 1 - 8001, 0x70000000]) {
      p.send('PA', { seq: 1, ack, text: octets(5) })
      p.expect('A', { ack: 1 })
    }
    expect(m.told()).toEqual([])
  })
})

describe('reading', () => {
  it('octets left unread are told of again when more come', () => {
    const pair = accept()
    pair.p.send('PA', { text: octets(10) })
    expect(read(pair, 4)).toEqual(octets(4))
    pair.p.send('PA', { text: octets(10, 10) })
    expect(pair.m.told()).toEqual(['readable 10', 'readable 16'])
    expect(read(pair)).toEqual(octets(16, 4))
    expect(read(pair)).toBe(-11)
  })

  it('3.9.1 read copies to an offset, and no more than asked for', () => {
    const { m, p, c } = accept()
    p.send('PA', { text: octets(10) })
    const b = new Uint8Array(20)
    expect(m.t.read(c, b, 5, 3)).toBe(3)
    expect([...b]).toEqual([0, 0, 0, 0, 0, ...octets(3), ...Array(12).fill(0)])
    expect(m.t.read(c, b, 0)).toBe(7)
  })

  it('a stream many times the buffers, each way', () => {
    const pair = accept({ wnd: 65535, setup: { sendBuffer: 1024, receiveBuffer: 1024 } })
    const { m, p } = pair
    let at = 0
    let out = 0
    const back: number[] = []
    for (let i = 0; i < 300; i++) {
      p.send('A', { seq: 1 + at, text: octets(200, at), ack: 1 + back.length })
      const got = read(pair)
      if (typeof got === 'object') {
        expect(got).toEqual(octets(got.length, at))
        at += got.length
      }
      out += write(pair, 150, out)
      for (const s of m.take()) if (((s.seq - p.own) | 0) === 1 + back.length) back.push(...s.text)
    }
    expect(at).toBe(60000)
    expect(back).toEqual(octets(back.length))
    expect(back.length).toBeGreaterThan(20000)
  })
})
