// RFC 9293 3.1, 3.2, 3.7.1: the header and its options.
import { CAP_RX_SUM, CAP_TX_SUM, SUM_GOOD } from '@tiny/core'
import { status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
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
  random,
  read,
  write,
} from './machine.ts'
import { checksum, datagram, mss, octets, PEER, segment } from './segment.ts'

describe('checksum', () => {
  it('3.1 MUST-2 the sender computes the checksum, of an odd and an even number of octets', () => {
    // parse() of the fake link verifies each segment with a sum of its own.
    for (const n of [1, 2, 3, 1459, 1460]) {
      const pair = connect()
      expect(write(pair, n)).toBe(n)
      pair.p.expect('PA', { text: octets(n) })
    }
  })

  it('3.1 MUST-2 it is left to a device that makes it', () => {
    const m = machine({ caps: CAP_TX_SUM })
    m.t.connect(address(PEER), 80, {})
    // The field holds what memory held before: a sum of its own is not to be had.
    expect(() => m.poll()).toThrow('checksum')
  })

  it('3.1 MUST-3 the receiver checks the checksum: any wrong bit, also of the pseudo header', () => {
    const { m, p } = accept()
    const good = segment({
      srcPort: p.peerPort,
      dstPort: 80,
      seq: p.iss + 1,
      ack: p.own + 1,
      flags: 'PA',
      wnd: 9,
      text: octets(5),
    })
    for (let bit = 20 * 8; bit < good.length * 8; bit++) {
      const b = good.slice()
      b[bit >> 3] ^= 1 << (bit & 7)
      m.receive(b)
      m.poll()
      p.silent()
    }
    const moved = segment({ src: '10.0.0.8', srcPort: 4000, dstPort: 80, flags: 'S' }).slice(20)
    m.receive(datagram({ src: PEER, dst: '10.0.0.2' }, moved))
    m.poll()
    p.silent()
    expect(m.told()).toEqual([])
    expect(new Set(m.drops())).toEqual(new Set([400, 401]))
    m.receive(good)
    m.poll()
    p.expect('A', { ack: 6 })
  })

  it('3.1 MUST-3 what the device has verified is not verified again', () => {
    const { m, p } = accept({ setup: { caps: CAP_RX_SUM } })
    m.receive(
      segment({
        srcPort: p.peerPort,
        dstPort: 80,
        seq: p.iss + 1,
        ack: p.own + 1,
        flags: 'PA',
        wnd: 9,
        text: octets(5),
        sum: 1,
      }),
      SUM_GOOD,
    )
    m.poll()
    p.expect('A', { ack: 6 })
  })

  it('a sum of zero is sent as it is, and one of all ones is good', () => {
    const { m, p } = accept()
    // A text is looked for with which the field becomes 0: RFC 1071 knows it as 0xffff, too.
    const f = { srcPort: p.peerPort, dstPort: 80, seq: p.iss + 1, ack: p.own + 1, flags: 'PA', wnd: 9 }
    const first = segment({ ...f, text: [0, 0] })
    const sum = first[36] * 256 + first[37]
    const b = segment({ ...f, text: [sum >> 8, sum & 255] })
    expect(b[36] * 256 + b[37]).toBe(0)
    m.receive(b)
    m.poll()
    p.expect('A', { ack: 3 })
  })
})

describe('header', () => {
  it('3.1 a data offset of less than 20 octets or beyond the segment, ports of 0, and stumps are dropped', () => {
    const { m, p } = accept()
    const f = { srcPort: p.peerPort, dstPort: 80, seq: p.iss + 1, ack: p.own + 1, flags: 'PA', wnd: 9, text: [1, 2, 3] }
    for (const offset of [0, 1, 4, 6, 15]) m.receive(segment({ ...f, offset }))
    m.receive(segment({ ...f, srcPort: 0 }))
    m.receive(segment({ ...f, dstPort: 0 }))
    for (let n = 0; n < 20; n++) m.receive(datagram({}, segment(f).slice(20, 20 + n)))
    m.poll()
    p.silent()
    expect(m.drops()).toEqual(Array(27).fill(400))
    expect(m.told()).toEqual([])
  })

  it('3.1 reserved bits and those of ECN are ignored', () => {
    const { p } = accept()
    p.send('PAEC', { text: octets(3) })
    p.expect('A', { ack: 4 })
  })

  it('3.1 MUST-1 REC-1 the window is unsigned: 65,535 and 32,768 are large windows', () => {
    for (const wnd of [65535, 32768]) {
      const pair = connect({ wnd, setup: { sendBuffer: 65536 } })
      expect(status(pair.m.t, pair.c).sndWnd).toBe(wnd)
      write(pair, 40000)
      let sent = 0
      for (let s = pair.m.take(); s.length; s = pair.m.take()) {
        for (const { text } of s) sent += text.length
        pair.p.send('A', { ack: 1 + sent })
      }
      expect(sent).toBe(40000)
    }
    // And ours, with the largest buffer: 65,535 is offered.
    const m = machine({ receiveBuffer: 65536 })
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA', { wnd: 65535 })
  })
})

describe('options', () => {
  it('3.1 MUST-4 MUST-14 MUST-68 MUST-67 an MSS option of four octets goes out with every SYN: MMS_R less the header', () => {
    const m = machine()
    m.t.connect(address(PEER), 4000, {}, { port: 5000 })
    m.poll()
    peer(m, { port: 5000 }).expect('S', { options: mss(1460) })
    listening(m)
    const p = peer(m)
    p.send('S', { options: mss(1000) })
    p.expect('SA', { options: mss(1460) })
  })

  it('3.7.1 MUST-67 the link and what can be reassembled bound the MSS that is sent', () => {
    for (const [mtu, size] of [
      [576, 536],
      [1006, 966],
      // ipv4's maxDatagram is 1,500 unless told otherwise.
      [9000, 1460],
    ]) {
      const m = machine({ mtu: mtu!, room: 9000 })
      m.t.connect(address(PEER), 4000, {}, { port: 5000 })
      m.poll()
      peer(m, { port: 5000 }).expect('S', { options: mss(size!) })
    }
  })

  it('3.7.1 SHLD-5 MAY-3 the option is always sent, also when it says 536', () => {
    const m = machine({ mtu: 576 })
    listening(m)
    const p = peer(m)
    p.send('S')
    p.expect('SA', { options: [2, 4, 2, 24] })
  })

  it('3.7.1 MUST-65 no MSS option on segments without SYN', () => {
    const pair = connect()
    write(pair, 3000)
    pair.p.send('PA', { text: octets(2000) })
    pair.m.t.close(pair.c)
    pair.m.run(10000)
    const sent = pair.m.take()
    expect(sent.length).toBeGreaterThan(5)
    for (const s of sent) expect(s.options).toEqual([])
  })

  it('3.1 MUST-69 the header ends on a word: no padding that is not zero', () => {
    const { m } = connect()
    listening(m)
    peer(m).send('S', { options: mss(100) })
    m.run(100)
    const all = m.take()
    expect(all.length).toBeGreaterThan(0)
    for (const s of all) expect(s.options.length).toBe(s.flags.includes('S') ? 4 : 0)
  })

  it('3.7.1 MUST-15 without an option the peer takes 536 octets', () => {
    for (const options of [[], [1, 1, 1, 0], [3, 3, 7, 0]]) {
      const { m, p, c } = connecting()
      p.send('SA', { options })
      p.expect('A')
      expect(status(m.t, c).mss).toBe(536)
      write({ m, p, c, listener: null as never }, 1000)
      p.expect('A', { len: 536 })
    }
  })

  it('3.7.1 MUST-14 MUST-16 the smaller of what the peer takes and what the path moves is sent', () => {
    for (const [said, mtu, size] of [
      [536, 1500, 536],
      [1460, 1500, 1460],
      [9000, 1500, 1460],
      [65535, 1500, 1460],
      [1460, 576, 536],
      [1000, 1006, 966],
      // CVE-2019-11479
      [0, 1500, 536],
      [1, 1500, 48],
      [47, 1500, 48],
      [48, 1500, 48],
      [49, 1500, 49],
    ]) {
      const pair = connect({ mss: said!, setup: { mtu: mtu! } })
      write(pair, 3000)
      const first = pair.m.sent[0]!
      expect(first.text.length, `${said}`).toBe(size)
    }
  })

  it('3.2 MUST-5 options are taken in any segment, and those after the SYN change nothing', () => {
    const { p } = accept()
    p.send('PA', { options: mss(100), text: octets(3) })
    p.expect('A', { ack: 4 })
    const pair = connect()
    pair.p.send('A', { options: mss(100) })
    pair.p.silent()
    expect(status(pair.m.t, pair.c).mss).toBe(1460)
    pair.p.send('FA', { options: [8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0] })
    pair.p.expect('A', { ack: 2 })
  })

  it('3.1 MUST-6 options that are not known are passed over, wherever they stand', () => {
    for (const options of [
      [3, 3, 7, 2, 4, 2, 0, 0],
      [8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 2, 4, 2, 0, 0, 0],
      [4, 2, 253, 6, 1, 2, 3, 4, 2, 4, 2, 0],
      [254, 2, 2, 4, 2, 0, 0, 0],
    ]) {
      const { m, p, c } = connecting()
      p.send('SA', { options })
      p.expect('A')
      expect(status(m.t, c).mss).toBe(512)
    }
  })

  it('3.1 MUST-7 lengths that are not legal end the reading and nothing else', () => {
    for (const options of [
      [3, 0, 2, 4, 2, 0, 0, 0],
      [3, 1, 2, 4, 2, 0, 0, 0],
      [3, 9, 2, 4, 2, 0, 0, 0],
      [3, 255, 2, 4, 2, 0, 0, 0],
      [1, 1, 1, 2],
      [2, 3, 2, 0],
      [2, 5, 2, 0, 1, 0, 0, 0],
      [2, 4],
      [0, 2, 4, 2, 0, 0, 0, 0],
    ].map(list => [...list, ...Array((4 - (list.length % 4)) % 4).fill(1)])) {
      // The last octet of a header: an option without its length.
      const { m, p, c } = connecting()
      if (options.length === 4 && options[1] === 4) options.splice(0, 4, 1, 1, 2, 4)
      p.send('SA', { options })
      p.expect('A')
      expect(c.state, `${options}`).toBe(ESTABLISHED)
      expect(status(m.t, c).mss, `${options}`).toBe(536)
      p.send('PA', { options, text: octets(7) })
      p.expect('A', { ack: 8 })
      expect(read({ m, p, c, listener: null as never })).toEqual(octets(7))
    }
  })

  it('3.2 MUST-64 options are read wherever they start', () => {
    for (let k = 0; k < 9; k++) {
      const { m, p, c } = connecting()
      const options = [...Array(k).fill(1), ...mss(700)]
      p.send('SA', { options: [...options, ...Array((4 - (options.length % 4)) % 4).fill(0)] })
      p.expect('A')
      expect(status(m.t, c).mss).toBe(700)
    }
  })

  it('options of random octets never throw, and the text behind them is found', () => {
    const next = random(7)
    for (let i = 0; i < 2000; i++) {
      const { m, p, c } = i % 50 ? { m: machine(), p: null as never, c: null as never } : connecting()
      const options = Array.from(
        { length: 4 * ((next() >>> 1) % 11) },
        () => [0, 1, 2, 3, 4, 8, 255, next() & 255][next() & 7]!,
      )
      if (p) {
        p.send('SA', { options })
        expect(c.state).toBe(ESTABLISHED)
        p.send('PA', { options, text: octets(9) })
        expect(read({ m, p, c, listener: null as never })).toEqual(octets(9))
      } else {
        const { accepted } = listening(m)
        const q = peer(m)
        q.send('S', { options })
        q.expect('SA')
        q.send('A', { options })
        expect(accepted.length).toBe(1)
      }
    }
  })
})

describe('3.7.3', () => {
  it('3.7.3 SHLD-6 a path that becomes narrower makes segments smaller, and the MSS that is sent', () => {
    const pair = connect()
    write(pair, 1460)
    pair.p.expect('PA', { len: 1460 })
    pair.p.send('A')
    // The link has become narrower without a word.
    pair.m.mtu = 1000
    write(pair, 2000, 1460)
    pair.m.run(1000)
    pair.p.expect('A', { len: 960, seq: 1461 })
    expect(status(pair.m.t, pair.c).mss).toBe(960)
    pair.m.t.connect(address(PEER), 4001, {}, { port: 5001 })
    pair.m.take()
    pair.m.poll()
    peer(pair.m, { port: 5001, peerPort: 4001 }).expect('S', { options: mss(960) })
  })

  it('a link of 68 octets moves a stream', () => {
    const pair = connect({ setup: { mtu: 68 } })
    write(pair, 60)
    const got: number[] = []
    for (let i = 0; i < 5 && got.length < 60; i++) {
      for (const s of pair.m.take()) got.push(...s.text)
      pair.p.send('A', { ack: 1 + got.length })
    }
    expect(got).toEqual(octets(60))
    expect(pair.c.state).not.toBe(CLOSED)
  })
})

it('the builder of these tests knows the sum of RFC 1071', () => {
  expect(checksum([0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7])).toBe(0xffff - 0xddf2)
})
