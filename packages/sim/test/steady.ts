// node --expose-gc tools/run.mjs packages/sim/test/steady.ts: heap growth and time of a frame, 1,000,000 after 200,000.
import { type Env, host } from '@tiny/core'
import { capture, pcapng } from '@tiny/pcap'
import { lossy, pair, sim } from '@tiny/sim'

const WARM = 200_000
const N = 1_000_000
const f = new Uint8Array(1514)

let octets = 0

interface Case {
  name: string
  /** Moves one frame. */
  step: () => void
}

function wire(): Case {
  const s = sim({ seed: 1, start: 0x7fffff00 })
  const ends = s.wire({
    delay: 1,
    jitter: 1,
    loss: 0.01,
    reorder: 0.01,
    duplicate: 0.01,
    corrupt: 0.01,
    bandwidth: 1e9,
  })
  const h = host(s.env())
  ends[1].recv = (_b, _o, k) => {
    octets += k
  }
  h.add({ poll() {}, used: () => 0 })
  s.host(h, ends[1])
  return {
    name: 'wire',
    step() {
      ends[0].send(f, 0, 60)
      s.run(0.05)
    },
  }
}

function wrapper(): Case {
  let us = 0
  const env: Env = { now: () => (us / 1000) | 0, micros: () => us | 0, rand: () => (us = (us + 1) | 0) }
  const h = host(env)
  const p = pair()
  const d = lossy(h, p.a, { seed: 1, loss: 0.01, delay: 1 })
  p.b.recv = (_b, _o, k) => {
    octets += k
  }
  return {
    name: 'lossy',
    step() {
      us += 100
      d.send(f, 0, 60)
      h.poll()
      p.deliver()
    },
  }
}

function back(): Case {
  const p = pair()
  p.b.recv = (_b, _o, k) => {
    octets += k
  }
  return {
    name: 'pair',
    step() {
      p.a.send(f, 0, 60)
      p.deliver()
    },
  }
}

function captured(): Case {
  let us = 0
  const env: Env = { now: () => (us / 1000) | 0, micros: () => us | 0, rand: () => 4 }
  const p = pair()
  const d = capture(
    p.a,
    pcapng(env, () => {}, { start: 1_700_000_000_000 }),
  )
  return {
    name: 'capture',
    step() {
      us += 100
      d.send(f, 0, 60)
      p.deliver()
    },
  }
}

const gc = (globalThis as { gc?: () => void }).gc
if (!gc) throw new Error('node --expose-gc')
const rows = [wire, wrapper, back, captured].map(make => {
  const { name, step } = make()
  for (let i = 0; i < WARM; i++) step()
  let growth = Infinity
  let ns = Infinity
  for (let k = 0; k < 3; k++) {
    gc()
    const before = process.memoryUsage().heapUsed
    const start = performance.now()
    for (let i = 0; i < N; i++) step()
    ns = Math.min(ns, ((performance.now() - start) * 1e6) / N)
    gc()
    growth = Math.min(growth, (process.memoryUsage().heapUsed - before) / N)
  }
  return { name, growth, ns }
})
if (octets === 0) throw new Error('nothing arrived')
console.log(JSON.stringify(rows))
