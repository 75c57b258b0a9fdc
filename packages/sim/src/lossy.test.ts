import { type Dev, ENOBUFS, type Env, host, type Link, SUM_GOOD } from '@tiny/core'
import { drive } from '@tiny/core/drive'
import { expect, it } from 'vitest'
import { lossy, pair, rand, sim } from './index.js'

const SEED = 11

// A host on a clock that the test sets, and a device that notes what it is given.
function rig(clock: { ms: number; us?: number }) {
  const next = rand(SEED)
  const env: Env = { now: () => clock.ms | 0, rand: next }
  if (clock.us !== undefined) env.micros = () => (clock.us as number) | 0
  const h = host(env)
  const sent: number[][] = []
  const dev: Dev & { answer: number } = {
    type: 1,
    mtu: 1500,
    mac: new Uint8Array(6),
    caps: 0,
    answer: 0,
    send(b, o, n) {
      if (dev.answer === 0) sent.push(Array.from(b.subarray(o, o + n)))
      return dev.answer
    },
    recv() {},
  }
  return { h, dev, sent }
}

it('delays by the clock of the host, both ways, across the wrap, and asks for the polls it needs', () => {
  for (const us of [undefined, -5]) {
    const clock = { ms: 0x7ffffffe, us } as { ms: number; us?: number }
    const pass = (ms: number): void => {
      clock.ms += ms
      if (clock.us !== undefined) clock.us += 1000 * ms
    }
    const { h, dev, sent } = rig(clock)
    const d = lossy(h, dev, { seed: SEED, delay: 5 }, { delay: 3 })
    const got: number[][] = []
    d.recv = (b, o, n, flags) => void got.push([...b.subarray(o, o + n), flags])
    expect(d.send(Uint8Array.of(9, 1, 2), 1, 2)).toBe(0)
    expect(h.wait()).toBe(5)
    dev.recv(Uint8Array.of(7, 8), 0, 2, SUM_GOOD)
    expect(h.wait()).toBe(3)
    expect([sent, got]).toEqual([[], []])
    pass(2)
    h.poll()
    expect([sent, got, h.wait()]).toEqual([[], [], 1])
    pass(1)
    h.poll()
    expect([sent, got, h.wait()]).toEqual([[], [[7, 8, SUM_GOOD]], 2])
    pass(2)
    h.poll()
    expect([sent, h.wait()]).toEqual([[[1, 2]], -1])
    expect(h.engines[0].used()).toBe(0)
    // A pause that microseconds cannot tell.
    pass(0x7fff0000)
    d.send(Uint8Array.of(3), 0, 1)
    expect(h.wait()).toBe(5)
    pass(5)
    h.poll()
    expect(sent.length).toBe(2)
    d.send(Uint8Array.of(4), 0, 1)
    pass(3_600_000)
    h.poll()
    expect(sent.length).toBe(3)
  }
})

it(`loses, corrupts and counts each way for itself (seed ${SEED})`, () => {
  const clock = { ms: 0 }
  const { h, dev, sent } = rig(clock)
  const d = lossy(h, dev, { seed: SEED, loss: 0.5 }, { corrupt: 1 })
  const got: number[] = []
  d.recv = (b, o, _n, flags) => void got.push(b[o], flags)
  for (let i = 0; i < 1000; i++) {
    d.send(Uint8Array.of(0), 0, 1)
    dev.recv(Uint8Array.of(0), 0, 1, SUM_GOOD)
    h.poll()
  }
  expect(d.sent.lost + sent.length).toBe(1000)
  expect(Math.abs(sent.length - 500)).toBeLessThan(80)
  expect(got.length).toBe(2000)
  for (let i = 0; i < 2000; i += 2) {
    expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(got[i])
    expect(got[i + 1]).toBe(0)
  }
  expect(d.received.corrupted).toBe(1000)
  d.impair({ loss: 0 }, { corrupt: 0 })
  d.send(Uint8Array.of(0), 0, 1)
  h.poll()
  expect(d.sent.lost + sent.length).toBe(1001)
})

it('the same seed loses the same frames', () => {
  const run = (seed: number): string => {
    const { h, dev, sent } = rig({ ms: 0 })
    const d = lossy(h, dev, { seed, loss: 0.3, reorder: 0.1, duplicate: 0.1 })
    for (let i = 0; i < 200; i++) {
      d.send(Uint8Array.of(i), 0, 1)
      h.poll()
    }
    return JSON.stringify(sent)
  }
  expect(run(1)).toBe(run(1))
  expect(run(1)).not.toBe(run(2))
})

it('takes 64 frames a poll, and comes again at once for the rest', () => {
  const { h, dev, sent } = rig({ ms: 0 })
  const d = lossy(h, dev)
  for (let i = 0; i < 100; i++) d.send(Uint8Array.of(i), 0, 1)
  h.poll()
  expect([sent.length, h.wait()]).toEqual([64, 0])
  h.poll()
  expect([sent.length, h.wait()]).toEqual([100, -1])
})

it('a device that refuses loses the frame, counted; a full queue drops or refuses', () => {
  const { h, dev, sent } = rig({ ms: 0 })
  const d = lossy(h, dev, { queue: 100, refuse: true })
  let isReady = 0
  d.ready = () => void isReady++
  dev.answer = -ENOBUFS
  d.send(new Uint8Array(60), 0, 60)
  h.poll()
  expect([d.sent.delivered, d.sent.full, sent.length]).toEqual([0, 1, 0])
  dev.answer = 0
  expect(d.send(new Uint8Array(60), 0, 60)).toBe(0)
  expect(d.send(new Uint8Array(60), 0, 60)).toBe(-ENOBUFS)
  expect(isReady).toBe(0)
  h.poll()
  expect([isReady, sent.length]).toEqual([1, 1])
  expect(d.send(new Uint8Array(60), 0, 60)).toBe(0)
})

it('limit counts behind the link header', () => {
  const { h, dev, sent } = rig({ ms: 0 })
  const d = lossy(h, dev, { limit: 100 })
  d.send(new Uint8Array(114), 0, 114)
  d.send(new Uint8Array(115), 0, 115)
  h.poll()
  expect(sent.map(f => f.length)).toEqual([114])
  expect(d.sent.tooLong).toBe(1)
})

it('round a Link: keeps the hop, leaves 18 octets in front', () => {
  const { h } = rig({ ms: 0 })
  const seen: number[] = []
  const link: Link = {
    type: 101,
    mtu: 1500,
    caps: 0,
    send(b, o, n, hop) {
      seen.push(o >= 18 ? hop : NaN, n)
      for (let i = 1; i <= 18; i++) b[o - i] = 0xee
      return 0
    },
    recv() {},
  }
  const l = lossy(h, link)
  l.send(new Uint8Array(40), 20, 20, 0x0a000001)
  l.send(new Uint8Array(40), 20, 15, -1)
  h.poll()
  expect(seen).toEqual([0x0a000001, 20, -1, 15])
})

it('runs under drive() and in a simulation alike', () => {
  const s = sim({ seed: SEED })
  const [a, b] = s.wire()
  const h = host(s.env())
  const d = lossy(h, a, { seed: SEED, delay: 7 })
  const at: number[] = []
  d.recv = () => void at.push(s.now())
  drive(h, d, { set: (f, ms) => s.after(ms, f), clear() {} })
  b.send(new Uint8Array(60), 0, 60)
  s.run(100)
  // 0.05 on the wire, 7 here, to the next whole millisecond.
  expect(at.length).toBe(1)
  expect(at[0]).toBeGreaterThanOrEqual(7.05)
  expect(at[0]).toBeLessThanOrEqual(8.05)
})

it('throws at misuse', () => {
  const { h, dev } = rig({ ms: 0 })
  expect(() => lossy(h, dev, { lost: 1 } as object)).toThrow('sim: no option lost')
  expect(() => lossy(h, dev, { seed: 0.5 })).toThrow('sim: seed 0.5')
  expect(() => lossy(h, dev, { seed: 2 ** 31 })).toThrow('sim: seed 2147483648')
  expect(() => lossy(h, dev, {}, { loss: -1 })).toThrow('sim: loss -1 is not within 0 to 1')
  expect(() => lossy(h, dev).impair({ queue: 5 } as object)).toThrow('sim: queue is fixed')
  for (const [o, n] of [
    [5, 6],
    [0, -1],
    [-1, 1],
    [0, NaN],
  ])
    expect(() => lossy(h, dev).send(new Uint8Array(10), o, n)).toThrow(`sim: send of ${n} octets at ${o} of 10`)
})

it('pair: delivers from deliver(), bounded, an answer never lands in the frame that is read', () => {
  const p = pair({ frames: 2 })
  const seen: number[] = []
  let isReady = 0
  p.a.ready = () => void isReady++
  p.b.recv = (b, o, n) => {
    p.b.send(Uint8Array.of(b[o] + 1), 0, 1)
    seen.push(p.a.send(Uint8Array.of(99), 0, 1), b[o], n)
  }
  p.a.recv = (b, o) => void seen.push(-b[o])
  expect([1, 2, 3].map(x => p.a.send(Uint8Array.of(x), 0, 1))).toEqual([0, 0, -ENOBUFS])
  expect(seen).toEqual([])
  expect(p.deliver()).toBe(4)
  expect(seen).toEqual([-ENOBUFS, 1, 1, 0, 2, 1, -2, -3])
  expect(isReady).toBe(1)
  expect(p.deliver()).toBe(2)
  expect(() => p.a.send(new Uint8Array(2000), 0, 1515)).toThrow('sim: a frame of 1515 octets, 1514 at most')
  expect(() => pair({ frames: 3 })).toThrow('sim: frames 3 is not a power of two')
  expect(() => pair({ size: 3 } as object)).toThrow('pair: no option size')
  expect(() => p.a.send(new Uint8Array(10), 5, 6)).toThrow('sim: send of 6 octets at 5 of 10')
  const q = pair()
  q.b.recv = () => void q.deliver()
  q.a.send(Uint8Array.of(1), 0, 1)
  expect(() => q.deliver()).toThrow('sim: deliver() within deliver()')
  expect(q.deliver()).toBe(0)
})
