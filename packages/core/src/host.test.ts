import { describe, expect, it, vi } from 'vitest'
import { EATEN, type Engine, type Env, HEAD, type Host, type HostOptions, host, type Observer, sum } from './index.ts'

interface Machine {
  h: Host
  env: Env
  /** What the clock shows, and how often it was looked at. */
  now: number
  looks: number
}

function machine(options?: HostOptions & { start?: number }): Machine {
  let x = 1
  const { start = 0, ...rest } = options ?? {}
  const m: Machine = {
    now: start,
    looks: 0,
    env: {
      now() {
        m.looks++
        return m.now
      },
      rand: () => (x = (Math.imul(x, 1664525) + 1013904223) | 0),
    },
    h: null as unknown as Host,
  }
  m.h = host(m.env, rest)
  return m
}

const engine = (e: Partial<Engine>): Engine => ({ poll() {}, used: () => 0, ...e })

describe('what a host is given', () => {
  it('room sizes the one transmit buffer, which has HEAD octets more', () => {
    expect(machine().h.tx.length).toBe(HEAD + 1500)
    expect(machine({ room: 68 }).h.tx.length).toBe(HEAD + 68)
    expect(machine({ room: 65535 }).h.tx.length).toBe(HEAD + 65535)
  })

  it("the transmit buffer is the machine's where it has one", () => {
    const { env } = machine()
    const asked: number[] = []
    const own = new Uint8Array(HEAD + 68)
    const buffer = (n: number): Uint8Array => {
      asked.push(n)
      return own
    }
    expect(host({ ...env, buffer }, { room: 68 }).tx).toBe(own)
    expect(asked).toEqual([HEAD + 68])
  })

  it.each([67, 65536, 0, -1, Number.NaN])('room: %d is refused', room => {
    expect(() => machine({ room })).toThrow(new RangeError(`core: room ${room} is not 68 to 65535`))
  })

  it('pool bounds what rings and queues hold', () => {
    expect(machine().h.pool).toMatchObject({ limit: 65536, used: 0 })
    expect(machine({ pool: 0 }).h.pool.limit).toBe(0)
    expect(machine({ pool: 2e9 }).h.pool.limit).toBe(2e9)
  })

  it.each([-1, 2e9 + 1, Number.NaN])('pool: %d is refused', pool => {
    expect(() => machine({ pool })).toThrow(new RangeError(`core: pool ${pool} is not 0 to 2000000000`))
  })

  it("the checksum is the machine's where it has one, else core's", () => {
    const env = machine().env
    expect(host(env).sum).toBe(sum)
    const own = (): number => 7
    expect(host({ ...env, sum: own }).sum).toBe(own)
  })

  it('the key is eight numbers from rand', () => {
    let i = 0
    const words = [1, -1, 0x7fffffff, -0x80000000, 5, 6, 7, 8]
    const h = host({ now: () => 0, rand: () => words[i++] as number })
    expect(Array.from(h.key)).toEqual(words)
    expect(i).toBe(8)
  })

  it('a rand that gives the same value eight times is refused', () => {
    for (const x of [0, 4, -1]) {
      const env = { now: () => 0, rand: () => x }
      expect(() => host(env)).toThrow(new RangeError('core: rand() is constant'))
    }
    // As a generator that was never seeded, or Math.random() | 0.
    expect(() => host({ now: () => 0, rand: () => Math.random() | 0 })).toThrow(RangeError)
  })

  it.each([0, 1, 6, 7])('one that differs in its value %i alone is taken', at => {
    let i = 0
    host({ now: () => 0, rand: () => (i++ === at ? 1 : 0) })
  })
})

describe('the observer', () => {
  it('is told of drops, counts and changes of state; drop answers EATEN', () => {
    const told: unknown[] = []
    const observer: Observer = {
      drop: (...x) => void told.push(['drop', ...x]),
      count: (...x) => void told.push(['count', x[0], x[1]]),
      state: (...x) => void told.push(['state', x[0], x[1], x[2]]),
    }
    const { h } = machine({ observer })
    const b = new Uint8Array(9)
    expect(h.drop(101, b, 2, 5)).toBe(EATEN)
    h.tell('count', 7, 3)
    h.tell('state', 1, 2, 3)
    expect(told).toEqual([
      ['drop', 101, b, 2, 5],
      ['count', 7, 3],
      ['state', 1, 2, 3],
    ])
    expect(h.lost).toBe(0)
  })

  it('need not be there, nor have all its methods', () => {
    const b = new Uint8Array(1)
    for (const observer of [undefined, {}, { count() {} }]) {
      const { h } = machine(observer ? { observer } : {})
      expect(h.drop(101, b, 0, 1)).toBe(EATEN)
      h.tell('count', 1, 1)
      h.tell('state', 1, 1, 1)
      expect(h.lost).toBe(0)
    }
  })

  it('is called as a method', () => {
    const observer = {
      drops: 0,
      drop(): void {
        this.drops++
      },
    }
    const { h } = machine({ observer })
    h.drop(101, new Uint8Array(1), 0, 1)
    expect(observer.drops).toBe(1)
  })

  it.each(['drop', 'count', 'state'] as const)('is detached when its %s throws, and counted once', verb => {
    const calls: string[] = []
    const note = (name: string) => (): void => {
      calls.push(name)
      if (name === verb) throw new Error('observer')
    }
    const { h } = machine({ observer: { drop: note('drop'), count: note('count'), state: note('state') } })
    const tell = {
      drop: () => h.drop(1, new Uint8Array(1), 0, 1),
      count: () => h.tell('count', 1, 1),
      state: () => h.tell('state', 1, 1, 1),
    }
    expect(tell[verb]).not.toThrow()
    expect([calls, h.lost]).toEqual([[verb], 1])
    for (const k of ['drop', 'count', 'state'] as const) tell[k]()
    expect([calls, h.lost]).toEqual([[verb], 1])
    expect(h.drop(1, new Uint8Array(1), 0, 1)).toBe(EATEN)
  })
})

describe('poll', () => {
  it('polls all engines in the order of their adding, then flushes them in the same order', () => {
    const { h } = machine()
    const calls: string[] = []
    for (const k of ['a', 'b', 'c'])
      h.add(
        engine({
          poll: () => void calls.push(`poll ${k}`),
          ...(k === 'b' ? {} : { flush: () => void calls.push(`flush ${k}`) }),
        }),
      )
    expect(h.engines).toHaveLength(3)
    h.poll()
    expect(calls).toEqual(['poll a', 'poll b', 'poll c', 'flush a', 'flush c'])
  })

  it('throws the first of what handlers threw when everything was done, and calls the same engine again for the rest', () => {
    const { h } = machine()
    const calls: number[] = []
    // Three handlers are owed a call, two of them throw: each mark is cleared before its handler is called.
    const owed = [1, 2, 3]
    h.add(
      engine({
        flush() {
          for (let i = owed.shift(); i; i = owed.shift()) {
            calls.push(i)
            if (i < 3) throw new Error(`handler ${i}`)
          }
        },
      }),
    )
    h.add(engine({ flush: () => void calls.push(4) }))
    expect(() => h.poll()).toThrow('handler 1')
    expect(calls).toEqual([1, 2, 3, 4])
    h.poll()
    expect(calls).toEqual([1, 2, 3, 4, 4])
  })

  it.each([undefined, null, 0, ''])('throws what was thrown, also when it is %j', thrown => {
    const { h } = machine()
    let isOwed = true
    h.add(
      engine({
        flush() {
          if (!isOwed) return
          isOwed = false
          throw thrown
        },
      }),
    )
    let caught: unknown = 'nothing'
    try {
      h.poll()
    } catch (e) {
      caught = e
    }
    expect(caught).toBe(thrown)
  })

  it('an engine that throws in poll stops neither the others nor the polls to come', () => {
    const { h } = machine()
    const calls: string[] = []
    let isBad = true
    h.add(
      engine({
        poll() {
          if (isBad) throw new Error('bad')
          calls.push('good')
        },
      }),
    )
    h.add(engine({ poll: () => void calls.push('poll'), flush: () => void calls.push('flush') }))
    expect(() => h.poll()).toThrow('bad')
    expect(() => h.poll()).toThrow('bad')
    expect(calls).toEqual(['poll', 'flush', 'poll', 'flush'])
    isBad = false
    h.poll()
    expect(calls.slice(4)).toEqual(['good', 'poll', 'flush'])
  })

  it('within a poll does nothing: a handler that polls is in one already', () => {
    const { h } = machine()
    let [polls, flushes] = [0, 0]
    h.add(
      engine({
        poll() {
          polls++
          h.poll()
        },
        flush() {
          flushes++
          h.poll()
        },
      }),
    )
    h.poll()
    expect([polls, flushes]).toEqual([1, 1])
    h.poll()
    expect([polls, flushes]).toEqual([2, 2])
  })

  it('takes engines that are added by one of them', () => {
    const { h } = machine()
    const late = vi.fn()
    let isFirst = true
    h.add(
      engine({
        flush() {
          if (isFirst) h.add(engine({ flush: late }))
          isFirst = false
        },
      }),
    )
    h.poll()
    expect(late).toHaveBeenCalledTimes(1)
  })

  it('without engines is nothing', () => {
    const { h } = machine()
    h.poll()
    expect([h.wait(), h.engines]).toEqual([-1, []])
  })
})

describe.each([0, 0x7fffffff - 50, -50, -0x80000000])('wait and wake, the clock at %i', start => {
  it('nobody has asked: never', () => {
    const { h } = machine({ start })
    expect(h.wait()).toBe(-1)
  })

  it('tells how long until what was asked for, down to 0 and not below', () => {
    const m = machine({ start })
    expect(m.h.wake(100)).toBe((start + 100) | 0)
    const waits = [0, 1, 99, 100, 101, 10000].map(ms => {
      m.now = (start + ms) | 0
      return m.h.wait()
    })
    expect(waits).toEqual([100, 99, 1, 0, 0, 0])
  })

  it('of several requests the earliest counts, whichever came first', () => {
    for (const list of [
      [100, 50, 70],
      [50, 100, 70],
      [70, 100, 50],
    ]) {
      const { h } = machine({ start })
      for (const ms of list) h.wake(ms)
      expect(h.wait()).toBe(50)
    }
  })

  it('0 is now', () => {
    const { h } = machine({ start })
    h.wake(0)
    expect(h.wait()).toBe(0)
  })

  it('a poll forgets what was asked, and what an engine asks within it counts', () => {
    const m = machine({ start })
    m.h.wake(100)
    m.h.poll()
    expect(m.h.wait()).toBe(-1)
    m.h.add(engine({ poll: () => void m.h.wake(300) }))
    m.h.add(engine({ flush: () => void m.h.wake(200) }))
    m.h.wake(100)
    m.h.poll()
    expect(m.h.wait()).toBe(200)
    m.now = (m.now + 60) | 0
    expect(m.h.wait()).toBe(140)
  })

  it('the driver is told outside of a poll, not within one', () => {
    const m = machine({ start })
    const wake = vi.fn()
    m.env.wake = wake
    m.h.add(engine({ poll: () => void m.h.wake(10), flush: () => void m.h.wake(5) }))
    m.h.poll()
    expect(wake).not.toHaveBeenCalled()
    m.h.wake(50)
    expect(wake).toHaveBeenCalledTimes(1)
  })

  it('the driver is told when the request can be seen already', () => {
    const m = machine({ start })
    let seen = 0
    m.env.wake = () => {
      seen = m.h.wait()
    }
    m.h.wake(33)
    expect(seen).toBe(33)
  })

  it('counts from now, whenever the time was read before', () => {
    const m = machine({ start })
    m.h.time()
    m.now = (start + 5000) | 0
    expect(m.h.wake(1000)).toBe((start + 6000) | 0)
    expect(m.h.wait()).toBe(1000)
    m.now = (start + 9000) | 0
    expect(m.h.wake(1000)).toBe((start + 10000) | 0)
  })

  it('isDue tells whether a time has come, and asks for a poll then if not', () => {
    const m = machine({ start })
    const at = (start + 100) | 0
    const due: boolean[] = []
    m.h.add(engine({ poll: () => void due.push(m.h.isDue(at)) }))
    for (const [ms, wait] of [
      [0, 100],
      [99, 1],
      [100, -1],
      [101, -1],
      [90000, -1],
    ] as const) {
      m.now = (start + ms) | 0
      m.h.poll()
      expect(m.h.wait()).toBe(wait)
    }
    expect(due).toEqual([false, false, true, true, true])
  })

  it('a time half the range of the clock ahead is still ahead', () => {
    const m = machine({ start })
    expect(m.h.isDue((start + 0x3fffffff) | 0)).toBe(false)
    expect(m.h.isDue((start - 0x3fffffff) | 0)).toBe(true)
  })
})

describe('time', () => {
  it('is read once a poll, however often it is asked for', () => {
    const m = machine()
    const times: number[] = []
    const look = (): void => {
      m.now++
      times.push(m.h.time())
    }
    m.h.add(engine({ poll: look, flush: look }))
    m.h.add(engine({ poll: look, flush: look }))
    m.looks = 0
    m.h.poll()
    expect([times, m.looks]).toEqual([[1, 1, 1, 1], 1])
    times.length = 0
    m.h.poll()
    expect([times, m.looks]).toEqual([[5, 5, 5, 5], 2])
  })

  it('is not read at all when nobody asks', () => {
    const m = machine()
    m.h.add(engine({}))
    m.looks = 0
    m.h.poll()
    expect(m.looks).toBe(0)
  })

  it('within a poll is that of the poll, though it was read before', () => {
    const m = machine()
    const times: number[] = []
    m.h.add(engine({ poll: () => void times.push(m.h.time()) }))
    expect(m.h.time()).toBe(0)
    m.now = 70
    m.h.poll()
    m.now = 90
    m.h.poll()
    expect(times).toEqual([70, 90])
    expect(m.h.time()).toBe(90)
  })

  it('is read anew by a verb after another one has asked to be woken', () => {
    const m = machine()
    m.h.wake(10000)
    m.now = 40
    expect(m.h.time()).toBe(40)
  })

  it('is an int32, whatever the clock gives', () => {
    const m = machine()
    m.now = 0x80000001
    expect(m.h.time()).toBe(0x80000001 | 0)
    const n = machine()
    n.now = 12.75
    expect(n.h.time()).toBe(12)
  })
})
