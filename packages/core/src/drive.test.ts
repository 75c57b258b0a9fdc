import { describe, expect, it } from 'vitest'
import { drive, type Timers } from './drive.ts'
import { type Dev, type Engine, type Env, type Host, host, type Link } from './index.ts'

/** Timers on the clock of the test. */
interface Platform extends Timers {
  now: number
  /** Timers that are armed: when they are due. */
  readonly armed: number[]
  sets: number
  clears: number
  /** Calls what soon() was given. */
  turn(): void
  /** Time passes, timers fire. */
  run(ms: number): void
}

interface Setup {
  start?: number
  hasSoon?: boolean
  devices?: number
  /** How much too early timers of 2 ms and more fire. */
  early?: number
}

interface Machine {
  p: Platform
  h: Host
  env: Env
  devs: Dev[]
  /** What took their frames before. */
  ups: Dev['recv'][]
  got: unknown[][]
  polls: number
  /** What the engine asks for in its poll. */
  next: number
  onFlush: (() => void) | null
  stop(): void
}

function machine(setup: Setup = {}): Machine {
  const { start = 0, hasSoon = true, devices = 1, early = 0 } = setup
  const timers = new Map<number, { f: () => void; at: number }>()
  let soon: (() => void)[] = []
  let id = 0
  const p: Platform = {
    now: 0,
    sets: 0,
    clears: 0,
    get armed() {
      return [...timers.values()].map(t => t.at)
    },
    set(f, ms) {
      p.sets++
      if (!(ms >= 0)) throw new Error(`a timer of ${ms} ms`)
      timers.set(++id, { f, at: p.now + (ms > 1 ? ms - early : ms) })
      return id
    },
    clear(timer) {
      p.clears++
      if (!timers.delete(timer as number)) throw new Error('cleared what is not armed')
    },
    turn() {
      const list = soon
      soon = []
      for (const f of list) f()
    },
    run(ms) {
      const end = p.now + ms
      for (let k = 0; ; k++) {
        p.turn()
        const [first] = [...timers].sort((x, y) => x[1].at - y[1].at)
        if (!first || first[1].at > end) break
        if (k > 1000) throw new Error('timers without end')
        p.now = Math.max(p.now, first[1].at)
        timers.delete(first[0])
        first[1].f()
      }
      p.now = Math.max(p.now, end)
    },
  }
  if (hasSoon) p.soon = f => void soon.push(f)
  let x = 1
  const env: Env = { now: () => (start + p.now) | 0, rand: () => x++ }
  const h = host(env)
  const m: Machine = { p, h, env, devs: [], ups: [], got: [], polls: 0, next: -1, onFlush: null, stop() {} }
  const engine: Engine = {
    poll() {
      m.polls++
      if (m.next >= 0) h.wake(m.next)
    },
    flush() {
      const f = m.onFlush
      m.onFlush = null
      f?.()
    },
    used: () => 0,
  }
  h.add(engine)
  for (let i = 0; i < devices; i++) {
    const dev: Dev = {
      type: 1,
      mtu: 1500,
      mac: new Uint8Array(6),
      caps: 0,
      send: () => 0,
      recv: (b, o, n, flags) => void m.got.push([i, b, o, n, flags]),
    }
    m.devs.push(dev)
    m.ups.push(dev.recv)
  }
  m.stop = drive(h, devices === 1 ? (m.devs[0] as Dev) : m.devs, p)
  return m
}

const frame = new Uint8Array(60)
const receive = (m: Machine, times = 1, dev = 0): void => {
  for (let i = 0; i < times; i++) m.devs[dev]!.recv(frame, 3, 50, 2)
}

describe.each([0, 0x7fffffff - 300])('drive, the clock at %i', start => {
  it('hands each frame on as it came, and polls once after them', () => {
    const m = machine({ start })
    receive(m, 3)
    expect(m.got).toEqual(new Array(3).fill([0, frame, 3, 50, 2]))
    expect(m.polls).toBe(0)
    m.p.turn()
    expect(m.polls).toBe(1)
    m.p.turn()
    m.p.run(10000)
    expect(m.polls).toBe(1)
  })

  it('polls after 64 frames at the latest: a flood does not starve the timers', () => {
    const m = machine({ start })
    receive(m, 63)
    expect(m.polls).toBe(0)
    receive(m)
    expect(m.polls).toBe(1)
    receive(m, 63)
    expect(m.polls).toBe(1)
    receive(m, 1 + 640)
    expect(m.polls).toBe(12)
    expect(m.got).toHaveLength(768)
  })

  it('counts anew after each poll', () => {
    const m = machine({ start })
    for (let i = 1; i < 5; i++) {
      receive(m, 63)
      m.p.turn()
      expect(m.polls).toBe(i)
    }
  })

  it('counts the frames of all devices together', () => {
    const m = machine({ start, devices: 2 })
    receive(m, 32, 0)
    receive(m, 31, 1)
    expect(m.polls).toBe(0)
    receive(m, 1, 1)
    expect(m.polls).toBe(1)
    expect(m.got.filter(x => x[0] === 1)).toHaveLength(32)
  })

  it('has one timer armed, for the next deadline', () => {
    const m = machine({ start })
    expect([m.p.armed, m.polls]).toEqual([[], 0])
    m.h.wake(1000)
    m.h.wake(2000)
    m.h.wake(1000)
    expect([m.p.armed, m.p.sets]).toEqual([[1000], 1])
    m.p.run(999)
    expect(m.polls).toBe(0)
    m.p.run(1)
    expect([m.polls, m.p.armed]).toEqual([1, []])
  })

  it('arms it anew when a deadline became earlier', () => {
    const m = machine({ start })
    m.h.wake(1000)
    m.p.run(100)
    m.h.wake(500)
    expect([m.p.armed, m.p.sets, m.p.clears]).toEqual([[600], 2, 1])
    m.p.run(500)
    expect(m.polls).toBe(1)
  })

  it('leaves it when the deadline moved away: an idle poll is cheaper', () => {
    const m = machine({ start })
    m.h.wake(1000)
    m.next = 3000
    for (let i = 0; i < 5; i++) {
      receive(m)
      m.p.turn()
    }
    expect([m.p.armed, m.p.sets, m.p.clears, m.polls]).toEqual([[1000], 1, 0, 5])
    m.p.run(1000)
    expect([m.polls, m.p.armed]).toEqual([6, [4000]])
  })

  it('goes on from timer to timer', () => {
    const m = machine({ start })
    m.next = 100
    m.h.wake(0)
    m.p.run(1000)
    expect(m.polls).toBe(11)
    expect(m.p.armed).toEqual([1100])
  })

  it('a verb called outside of a poll arms it', () => {
    const m = machine({ start })
    m.p.run(777)
    m.h.wake(50)
    expect(m.p.armed).toEqual([827])
  })

  it('hosts that share an Env are woken each, also when another one has stopped', () => {
    const m = machine({ start })
    const other = host(m.env)
    const stop = drive(other, [], m.p)
    m.h.wake(50)
    expect(m.p.armed).toEqual([50])
    other.wake(70)
    expect(m.p.armed).toEqual([50, 70])
    stop()
    expect(m.p.armed).toEqual([50])
    m.h.wake(20)
    expect(m.p.armed).toEqual([20])
  })

  it('what is due at once is done soon, not within the verb', () => {
    const m = machine({ start })
    m.h.wake(0)
    m.h.wake(0)
    expect([m.polls, m.p.armed]).toEqual([0, []])
    m.p.turn()
    expect(m.polls).toBe(1)
    m.p.turn()
    expect(m.polls).toBe(1)
  })

  it('what a poll asks for at once is done soon, too', () => {
    const m = machine({ start })
    m.next = 0
    m.h.wake(0)
    m.p.turn()
    m.next = -1
    m.p.turn()
    m.p.turn()
    expect(m.polls).toBe(2)
  })

  it('a timer that fires early is armed again for the rest', () => {
    const m = machine({ start, early: 1 })
    let due = false
    const at = (start + 100) | 0
    m.h.add({
      poll() {
        due ||= m.h.isDue(at)
      },
      used: () => 0,
    })
    m.h.wake(100)
    m.p.run(98)
    expect(due).toBe(false)
    m.p.run(3)
    expect(due).toBe(true)
  })

  it('a device that has room again is served soon', () => {
    const m = machine({ start })
    m.devs[0]!.ready?.()
    m.devs[0]!.ready?.()
    m.p.turn()
    expect(m.polls).toBe(1)
  })

  it('without soon() a timer of 0 ms does it', () => {
    const m = machine({ start, hasSoon: false })
    receive(m, 5)
    expect([m.polls, m.p.armed]).toEqual([0, [0]])
    m.p.run(0)
    expect([m.polls, m.p.armed]).toEqual([1, []])
  })

  it('what was soon is not done twice when the frames came first', () => {
    const m = machine({ start })
    receive(m, 64)
    expect(m.polls).toBe(1)
    m.next = 5000
    m.p.turn()
    expect(m.polls).toBeLessThanOrEqual(2)
    m.p.turn()
    m.p.run(4000)
    expect(m.polls).toBeLessThanOrEqual(2)
  })

  it('what a handler throws comes out, with the next timer armed', () => {
    const m = machine({ start })
    m.next = 100
    m.onFlush = () => {
      throw new Error('handler')
    }
    m.h.wake(10)
    expect(() => m.p.run(10)).toThrow('handler')
    expect(m.p.armed).toEqual([110])
    m.p.run(100)
    expect(m.polls).toBe(2)
    m.onFlush = () => {
      throw new Error('handler')
    }
    receive(m)
    expect(() => m.p.turn()).toThrow('handler')
    receive(m)
    m.p.turn()
    expect(m.polls).toBe(4)
  })

  it('what a handler throws at the 64th frame comes out of that, and nothing is lost', () => {
    const m = machine({ start })
    m.onFlush = () => {
      throw new Error('handler')
    }
    expect(() => receive(m, 64)).toThrow('handler')
    receive(m, 64)
    expect(m.got).toHaveLength(128)
    expect(m.polls).toBe(2)
  })

  it('stops: nothing is polled any more, no timer is left, and the devices are as they were', () => {
    const m = machine({ start, devices: 2 })
    m.next = 10
    m.h.wake(5)
    receive(m)
    m.stop()
    expect(m.p.armed).toEqual([])
    expect(m.devs.map(d => d.recv)).toEqual(m.ups)
    m.p.run(1000)
    receive(m, 200, 1)
    m.devs[0]!.ready?.()
    m.h.wake(5)
    m.p.run(1000)
    expect([m.polls, m.p.armed]).toEqual([0, []])
    expect(m.got).toHaveLength(201)
    m.stop()
  })

  it('stopped and started any number of times it leaves nothing behind, and who is stopped twice stops nobody else', () => {
    const m = machine({ start })
    m.stop()
    const before = m.env.wake
    for (let i = 0; i < 20_000; i++) drive(m.h, m.devs, m.p)()
    expect(m.env.wake).toBe(before)
    drive(m.h, m.devs, m.p)
    m.stop()
    m.h.wake(5)
    expect(m.p.armed).toEqual([5])
    receive(m)
    m.p.turn()
    expect(m.polls).toBe(1)
  })

  it('may be stopped by a handler', () => {
    const m = machine({ start })
    m.next = 10
    m.onFlush = () => m.stop()
    m.h.wake(0)
    m.p.run(1000)
    expect([m.polls, m.p.armed]).toEqual([1, []])
  })

  it('what was asked before it started is armed when it starts', () => {
    let x = 1
    const h = host({ now: () => start, rand: () => x++ })
    h.wake(500)
    const sets: number[] = []
    const dev: Dev = { type: 1, mtu: 1500, mac: new Uint8Array(6), caps: 0, send: () => 0, recv() {} }
    drive(h, dev, { set: (_, ms) => sets.push(ms), clear() {} })
    expect(sets).toEqual([500])
  })

  it('drives a link as well', () => {
    let x = 1
    const h = host({ now: () => start, rand: () => x++ })
    const got: number[] = []
    const link: Link = { type: 101, mtu: 1500, caps: 0, send: () => 0, recv: (_b, _o, n) => void got.push(n) }
    let soon = 0
    drive(h, [link], { set: () => 0, clear() {}, soon: () => void soon++ })
    link.recv(frame, 0, 9, 0)
    expect([got, soon]).toEqual([[9], 1])
  })
})
