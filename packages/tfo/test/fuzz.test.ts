// Random segments, most of them about Fast Open, to a server and a client of it: nothing throws, nothing grows, one for one.
import type { Connection } from '@tiny/tcp'
import { expect, it } from 'vitest'
import { random } from '../../tcp/test/machine.ts'
import { type Fields, icmpError, mss, octets, PEER, segment } from '../../tcp/test/segment.ts'
import { optionsOf } from '../../tcp/test/transfer.ts'
import { cookieOf, experiment, open, option, padded, server } from './fast.ts'

const SEED = Number(process.env['TINY_FIRST'] ?? 1)
const FLAGS = ['S', 'S', 'S', 'A', 'SA', 'SA', 'R', 'RA', 'FA', 'PA', 'SF', 'SR', '']

it(`random segments, seed ${SEED}`, { timeout: 60000 }, () => {
  for (let seed = SEED; seed < SEED + 24; seed++) {
    const next = random(seed)
    const pick = (n: number): number => (next() >>> 1) % n
    let fast = 0
    const { m, accepted } = server({
      setup: {
        connections: 8,
        timeWaits: 4,
        pool: 40000,
        receiveBuffer: 1024,
        sendBuffer: 1024,
        timeWait: 5000,
        ...optionsOf(seed & 7),
      },
      tfo: { servers: 2, backOff: 500, keyAge: 20000 },
      pending: 20,
      handlers: { onWritable: c => void (c.state === 3 ? fast++ : 0) },
    })
    const cookies = [cookieOf(m), octets(8), octets(4), octets(16), [], octets(7), octets(18)]
    const seen = [{ seq: 0, ack: 0, port: 80, peerPort: 4000 }]
    const b = new Uint8Array(300)
    for (let i = 0; i < 1500; i++) {
      const s = seen[pick(seen.length)]
      const cookie = cookies[pick(3) ? 0 : pick(cookies.length)]
      const flags = FLAGS[pick(FLAGS.length)]
      const isNew = flags === 'S' && pick(3) > 0
      const f: Fields = {
        srcPort: isNew ? 1000 + pick(50000) : s.peerPort,
        dstPort: isNew ? 80 : s.port,
        seq: (pick(5) ? s.ack + pick(3) * pick(50) - pick(2) * pick(200) : next()) | 0,
        ack: (pick(5) ? s.seq + pick(400) - pick(60) : next()) | 0,
        flags,
        wnd: pick(3) ? pick(3000) : 0,
        options: pick(6)
          ? padded([...(pick(4) ? mss(pick(2000)) : []), ...(pick(2) ? option(cookie) : experiment(cookie))])
          : Array.from({ length: 4 * pick(6) }, () => next() & 255),
        text: octets(pick(2) ? 0 : pick(400)),
      }
      const before = m.sent.length
      if (pick(20) === 0) {
        const ours = { ...f, src: '10.0.0.2', dst: PEER, srcPort: f.dstPort ?? 0, dstPort: f.srcPort ?? 0 }
        m.receive(icmpError(3, pick(14), pick(1600), segment(ours)))
      } else {
        m.receive(segment(f))
        expect(m.sent.length - before).toBeLessThanOrEqual(1)
      }
      if (pick(3)) m.poll()
      if (pick(20) === 0) m.run(pick(3000))
      for (const c of accepted as Connection[]) {
        if (pick(10) === 0) m.t.read(c, b)
        if (pick(10) === 0) m.t.write(c, b, 0, pick(300))
        if (pick(100) === 0) m.t.close(c)
        if (pick(200) === 0) m.t.release(c)
        if (pick(200) === 0) m.t.abort(c)
      }
      if (pick(30) === 0 && m.t.used() < 6) open(m, octets(1 + pick(900)), 5000 + i, 4000 + pick(3))
      for (const { seq, ack, srcPort, dstPort } of m.take()) {
        seen.push({ seq, ack, port: srcPort, peerPort: dstPort })
        if (seen.length > 20) seen.shift()
      }
      expect(m.t.used()).toBeLessThanOrEqual(12)
      expect(m.h.pool.used).toBeLessThanOrEqual(40000)
      accepted.splice(0, Math.max(accepted.length - 8, 0))
      m.events.length = m.dropped.length = m.counted.length = 0
    }
    expect(fast).toBeGreaterThan(5)
  }
})
