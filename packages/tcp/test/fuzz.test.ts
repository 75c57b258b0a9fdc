// Random octets never throw, never grow memory, and never make the stack say more than it was told.
import type { Connection } from '@tiny/tcp'
import { expect, it } from 'vitest'
import { address, listening, machine, random } from './machine.ts'
import { blocks, padded, permitted, scale, stamp } from './options.ts'
import { datagram, type Fields, icmpError, mss, octets, PEER, segment } from './segment.ts'
import { optionsOf } from './transfer.ts'

const SEED = Number(process.env['TINY_FIRST'] ?? 1)
const FLAGS = ['', 'S', 'A', 'SA', 'R', 'RA', 'F', 'FA', 'PA', 'PFA', 'AU', 'SFRPAU', 'SF', 'SR']

it(`random segments from every side, all subsets of the options, seed ${SEED}`, { timeout: 60000 }, () => {
  for (let seed = SEED; seed < SEED + 32; seed++) {
    const next = random(seed)
    const pick = (n: number): number => (next() >>> 1) % n
    const m = machine({
      connections: 8,
      timeWaits: 4,
      pool: 40000,
      receiveBuffer: 1024,
      sendBuffer: 1024,
      timeWait: 5000,
      ...optionsOf(seed & 7),
    })
    const open: Connection[] = []
    const b = new Uint8Array(300)
    const { accepted } = listening(m, {
      onClose: c => void open.splice(open.indexOf(c), open.includes(c) ? 1 : 0),
    })
    /** Numbers that were seen: those to be near to. */
    const seen: { seq: number; ack: number; port: number; peerPort: number }[] = []
    for (let i = 0; i < 1500; i++) {
      const s = seen.length ? seen[pick(seen.length)] : { seq: 0, ack: 0, port: 80, peerPort: 4000 }
      const text = octets(pick(4) ? 0 : pick(400))
      const flags = FLAGS[pick(FLAGS.length)]
      /** Options that make sense, most of them. */
      const sound = padded(
        pick(8) ? stamp(5000 + i - pick(9) * pick(9), next()) : [],
        flags.includes('S') ? [...mss(1460), ...scale(pick(16)), ...permitted] : [],
        pick(2) || flags.includes('S')
          ? []
          : blocks((s.seq - 2000 + pick(4000)) | 0, [0, pick(900)], [1000 - pick(1200), pick(1400)]),
      )
      const f: Fields = {
        srcPort: pick(8) ? s.peerPort : 4000 + pick(6),
        dstPort: pick(8) ? s.port : 80 + pick(2),
        seq: (pick(5) ? s.ack + pick(3) * pick(50) - pick(2) * pick(1200) : next()) | 0,
        ack: (pick(5) ? s.seq + pick(400) - pick(60) : next()) | 0,
        flags,
        wnd: pick(3) ? pick(3000) : 0,
        up: pick(2000),
        options: pick(4) ? sound : Array.from({ length: 4 * pick(6) }, () => next() & 255),
        text,
      }
      const kind = pick(12)
      const before = m.sent.length
      if (kind === 0)
        m.receive(
          datagram(
            {},
            Array.from({ length: pick(80) }, () => next() & 255),
          ),
        )
      else if (kind === 1)
        m.receive(
          icmpError(
            [3, 11, 12, 4][pick(4)],
            pick(14),
            pick(1600),
            segment({ ...f, src: '10.0.0.2', dst: PEER, srcPort: f.dstPort!, dstPort: f.srcPort! }),
          ),
        )
      else {
        m.receive(segment(f))
        // One packet for one, at once.
        expect(m.sent.length - before).toBeLessThanOrEqual(1)
      }
      if (pick(3)) m.poll()
      if (pick(20) === 0) m.run(pick(3000))
      for (const c of accepted) {
        if (pick(10) === 0) m.t.read(c, b)
        if (pick(10) === 0) m.t.write(c, b, 0, pick(300))
        if (pick(100) === 0) m.t.close(c)
        if (pick(200) === 0) m.t.release(c)
        if (pick(200) === 0) m.t.abort(c)
      }
      if (pick(60) === 0) m.t.connect(address(PEER), 4000 + pick(6), m.note(), { port: 80 + pick(3) })
      for (const { seq, ack, srcPort, dstPort } of m.take()) {
        seen.push({ seq, ack, port: srcPort, peerPort: dstPort })
        if (seen.length > 20) seen.shift()
      }
      expect(m.t.used()).toBeLessThanOrEqual(12)
      expect(m.h.pool.used).toBeLessThanOrEqual(40000)
      accepted.splice(0, Math.max(accepted.length - 8, 0))
      m.events.length = m.dropped.length = m.counted.length = 0
    }
  }
})

it('a batch of anything calls forth no more packets than it has, and one more for each connection', () => {
  const m = machine({ connections: 4 })
  listening(m)
  const next = random(SEED)
  for (let i = 0; i < 300; i++) {
    const n = 1 + ((next() >>> 1) % 20)
    for (let k = 0; k < n; k++)
      m.receive(
        segment({
          srcPort: 4000 + (next() & 3),
          dstPort: 80 + (next() & 1),
          seq: next(),
          ack: next(),
          flags: FLAGS[(next() >>> 1) % FLAGS.length],
          text: octets(next() & 63),
        }),
      )
    m.poll()
    expect(m.take().length).toBeLessThanOrEqual(n + 4)
  }
})
