// One seed decides all: the same octets at the same times.
import { host } from '@tiny/core'
import { rand, sim } from '@tiny/sim'
import { expect, it } from 'vitest'

// FNV-1a over every delivery: its time, its ends, its octets.
function run(seed: number, machines = 3): { hash: number; frames: number; end: number } {
  let hash = 0x811c9dc5 | 0
  let frames = 0
  const add = (x: number): void => {
    hash = Math.imul(hash ^ (x & 255), 0x01000193)
  }
  const s = sim({
    seed,
    start: 0x7fffff00,
    trace(at, from, to, b, o, n) {
      frames++
      for (let i = 0; i < 32; i += 8) add(at >> i)
      add(from)
      add(to)
      for (let i = 0; i < n; i++) add(b[o + i])
    },
  })
  const devs = s.hub(machines, {
    delay: 2,
    jitter: 3,
    loss: 0.05,
    reorder: 0.1,
    duplicate: 0.05,
    corrupt: 0.05,
    bandwidth: 1e7,
    backlog: 9000,
  })
  const f = new Uint8Array(1514)
  devs.forEach((d, i) => {
    const h = host(s.env())
    const sent: number[] = []
    let heard = 0
    d.recv = (b, o, n) => {
      heard += b[o] + n
    }
    h.add({
      poll() {
        const r = h.env.rand()
        const n = 60 + ((r >>> 8) % 1400)
        for (let k = 0; k < n; k++) f[k] = r >> (k & 15)
        f[0] = heard
        sent.push(d.send(f, 0, n))
        h.wake(1 + (r & 7))
      },
      used: () => 0,
    })
    s.host(h, d)
    h.wake(i)
  })
  s.run(3000)
  return { hash, frames, end: s.now() }
}

it('two runs of one seed are equal to the octet and the microsecond, another seed differs', () => {
  const first = run(7)
  expect(first.frames).toBeGreaterThan(1000)
  expect(run(7)).toEqual(first)
  expect(run(8).hash).not.toBe(first.hash)
  expect(run(-8).hash).not.toBe(run(8).hash)
})

it('the hash of a run is what it was when this was written', () => {
  expect(run(7)).toEqual({ hash: 255434977, frames: 32086, end: 3000 })
})

it('time may pass in any portions', () => {
  const all = (step: number): number[] => {
    const s = sim({ seed: 3 })
    const [a, b] = s.wire({ delay: 1.5, jitter: 2, loss: 0.2 })
    const at: number[] = []
    b.recv = () => void at.push(s.now())
    const send = (): void => {
      a.send(new Uint8Array(60), 0, 60)
      s.after(0.75, send)
    }
    s.after(0, send)
    while (s.now() < 200) s.run(step)
    return at
  }
  expect(all(200).length).toBeGreaterThan(150)
  expect(all(0.125)).toEqual(all(200))
})

it('an own stream of random numbers for each host and each direction: one more changes nothing for the others', () => {
  const s = sim({ seed: 5 })
  const t = sim({ seed: 5 })
  const first = s.env()
  const env = t.env()
  const other = t.env()
  t.rand()
  other.rand()
  const x = [first.rand(), first.rand(), first.rand()]
  expect([env.rand(), env.rand(), env.rand()]).toEqual(x)
  expect(other.rand()).not.toBe(x[1])
})

it('rand: int32 over the whole range, every bit as often set as not (seed 1)', () => {
  const next = rand(1)
  const ones = new Array(32).fill(0)
  const N = 20000
  for (let i = 0; i < N; i++) {
    const x = next()
    expect(x).toBe(x | 0)
    for (let j = 0; j < 32; j++) ones[j] += (x >>> j) & 1
  }
  for (const k of ones) expect(Math.abs(k - N / 2)).toBeLessThan(5 * Math.sqrt(N / 4))
  const firsts = new Set<number>()
  for (let seed = 0; seed < 1000; seed++) firsts.add(rand(seed)())
  expect(firsts.size).toBe(1000)
})
