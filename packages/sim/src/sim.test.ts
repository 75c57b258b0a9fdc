import { DLT_EN10MB, DLT_RAW, ENETDOWN, ENOBUFS, host, SUM_GOOD } from '@tiny/core'
import { describe, expect, it } from 'vitest'
import { sim } from './index.js'

const frame = (n: number, x: number): Uint8Array => {
  const b = new Uint8Array(n)
  for (let i = 0; i < n; i++) b[i] = x + i
  return b
}

const none = (): number => 0

describe('clock', () => {
  it('jumps from event to event, to the microsecond', () => {
    const s = sim()
    const seen: number[] = []
    s.after(2.5, () => seen.push(s.now()))
    s.after(1, () => seen.push(s.now()))
    s.after(1, () => seen.push(-s.now()))
    expect(s.run(10)).toBe(true)
    expect(seen).toEqual([1, -1, 2.5])
    expect(s.now()).toBe(10)
  })

  it('wraps as an int32, and micros with it', () => {
    const s = sim({ start: 0x7fffff00 })
    const env = s.env()
    expect(env.now()).toBe(0x7fffff00)
    const before = env.micros!()
    s.run(512.25)
    expect(env.now()).toBe((0x7fffff00 + 512) | 0)
    expect(env.now()).toBeLessThan(0)
    expect((env.micros!() - before) | 0).toBe(512250)
  })

  it('polls a host when its wait() says so, also across the wrap', () => {
    const s = sim({ start: 0x7fffff00 })
    const h = host(s.env())
    const seen: number[] = []
    h.add({
      poll() {
        seen.push(s.now())
        h.wake(300)
      },
      used: none,
    })
    s.host(h, [])
    h.wake(300)
    s.run(1000)
    expect(seen).toEqual([300, 600, 900])
  })

  it('asks wait() again when the host was woken', () => {
    const s = sim()
    const h = host(s.env())
    const seen: number[] = []
    h.add({ poll: () => void seen.push(s.now()), used: none })
    s.host(h, [])
    s.run(5)
    expect(seen).toEqual([])
    h.wake(90)
    s.after(1.25, () => h.wake(3))
    s.run(100)
    expect(seen).toEqual([9])
  })

  it('stops when until() comes true, and says so', () => {
    const s = sim()
    let x = 0
    s.after(3, () => x++)
    expect(s.run(10, () => x === 1)).toBe(true)
    expect(s.now()).toBe(3)
    expect(s.run(10, () => x === 2)).toBe(false)
    expect(s.now()).toBe(13)
  })

  it('gives up on a host that is never done', () => {
    const s = sim()
    const h = host(s.env())
    h.add({ poll: () => h.wake(0), used: none })
    s.host(h, [])
    h.wake(0)
    expect(() => s.run(1)).toThrow('sim: no end of events at 0 ms')
  })

  it('goes on after a throw, and refuses run() within run()', () => {
    const s = sim()
    let x = 0
    s.after(1, () => s.run(1))
    s.after(2, () => x++)
    expect(() => s.run(5)).toThrow('sim: run() within run()')
    expect(s.now()).toBe(1)
    s.run(4)
    expect(x).toBe(1)
    expect(s.now()).toBe(5)
  })

  it('polls once after 64 frames of one instant', () => {
    const s = sim()
    const [a, b] = s.wire()
    const h = host(s.env())
    let frames = 0
    const polled: number[] = []
    h.add({ poll: () => void polled.push(frames), used: none })
    b.recv = () => void frames++
    s.host(h, b)
    for (let i = 0; i < 150; i++) a.send(frame(60, i), 0, 60)
    s.run(1)
    expect(polled).toEqual([64, 128, 150])
  })
})

describe('wire', () => {
  it('never delivers within send, hands out a buffer that it overwrites, at changing offsets', () => {
    const s = sim()
    const [a, b] = s.wire({ delay: 5 })
    const kept: { b: Uint8Array; o: number; n: number; at: number; first: number }[] = []
    b.recv = (buf, o, n) => void kept.push({ b: buf, o, n, at: s.now(), first: buf[o] })
    expect(a.send(frame(100, 7), 0, 100)).toBe(0)
    expect(a.send(frame(100, 8), 20, 70)).toBe(0)
    expect(kept.length).toBe(0)
    s.run(4.999)
    expect(kept.length).toBe(0)
    s.run(1)
    expect(kept.map(k => [k.n, k.at, k.first])).toEqual([
      [100, 5, 7],
      [70, 5, 28],
    ])
    expect(kept[0].o).not.toBe(kept[1].o)
    for (const k of kept) for (let i = 0; i < k.n; i++) expect(k.b[k.o + i]).toBe(0xa5)
  })

  it('is a pair of Ethernet cards with addresses of their own, and pads to 60 octets with zeros', () => {
    const s = sim()
    const [a, b] = s.wire()
    expect([a.type, a.mtu, a.caps]).toEqual([DLT_EN10MB, 1500, 0])
    expect(Array.from(a.mac)).toEqual([2, 0, 0, 0, 0, 1])
    expect(Array.from(b.mac)).toEqual([2, 0, 0, 0, 0, 2])
    let got: number[] = []
    a.recv = (buf, o, n) => void (got = Array.from(buf.subarray(o, o + n)))
    b.send(frame(42, 1), 0, 42)
    s.run(1)
    expect(got).toEqual([...frame(42, 1), ...new Uint8Array(18)])
  })

  it('a line moves IP without a header, and uses its right to overwrite 18 octets in front', () => {
    const s = sim()
    const [a, b] = s.line()
    expect([a.type, a.mtu, (a as { mac?: unknown }).mac]).toEqual([DLT_RAW, 1500, undefined])
    let got: number[] = []
    b.recv = (buf, o, n) => void (got = Array.from(buf.subarray(o, o + n)))
    const packet = frame(60, 0)
    a.send(packet, 20, 30, 0)
    expect(Array.from(packet.subarray(0, 20))).toEqual([0, 1, ...new Uint8Array(18).fill(0xa5)])
    s.run(1)
    expect(got).toEqual(Array.from(frame(60, 0).subarray(20, 50)))
  })

  it('a hub: all others hear, a deaf card hears its own and groups only', () => {
    const s = sim()
    const devs = s.hub(4)
    const heard = [0, 0, 0, 0]
    devs.forEach((d, i) => {
      d.recv = () => void heard[i]++
    })
    expect(devs[2].promisc?.(false)).toBe(0)
    const f = new Uint8Array(60)
    f.set(devs[3].mac)
    devs[0].send(f, 0, 60)
    s.run(1)
    expect(heard).toEqual([0, 1, 0, 1])
    f[0] = 1
    devs[0].send(f, 0, 60)
    f.set(devs[2].mac)
    devs[0].send(f, 0, 60)
    s.run(1)
    expect(heard).toEqual([0, 3, 2, 3])
    expect(devs[0].stats.delivered).toBe(9)
  })

  it('a station that is down refuses, a cut cable loses', () => {
    const s = sim()
    const [a, b] = s.wire({ delay: 10 })
    let got = 0
    let isReady = 0
    b.recv = () => void got++
    a.ready = () => void isReady++
    a.down()
    expect(a.send(frame(60, 0), 0, 60)).toBe(-ENETDOWN)
    a.up()
    expect(isReady).toBe(1)
    a.cut()
    expect(a.send(frame(60, 0), 0, 60)).toBe(0)
    a.mend()
    a.send(frame(60, 0), 0, 60)
    b.cut()
    s.run(20)
    b.mend()
    a.send(frame(60, 0), 0, 60)
    b.down()
    s.run(20)
    b.up()
    expect(got).toBe(0)
    a.send(frame(60, 0), 0, 60)
    s.run(20)
    expect(got).toBe(1)
    expect(a.stats).toMatchObject({ sent: 4, cut: 3, delivered: 1 })
  })

  it('keeps its MTU, which may change', () => {
    const s = sim()
    const [a, b] = s.wire({ mtu: 1000 })
    const sizes: number[] = []
    b.recv = (_b, _o, n) => void sizes.push(n)
    const send = (n: number): number => a.send(frame(n, 0), 0, n)
    send(1014)
    send(1015)
    a.mtu = 3000
    send(3014)
    a.impair({ limit: 500 })
    send(514)
    send(515)
    s.run(1)
    expect(sizes).toEqual([1014, 3014, 514])
    expect(a.stats.tooLong).toBe(2)
    expect(() => (a.mtu = 60)).toThrow('sim: mtu 60 is not within 68 to 65535')
    expect(() => sim().wire({ queue: 1000 })).toThrow('sim: queue 1000 does not hold a frame of 1514 octets')
  })

  it('says SUM_GOOD where it is asked to, not for corrupted frames', () => {
    const s = sim()
    const [a, b] = s.wire({ caps: 3 })
    const flags: number[] = []
    b.recv = (_b, _o, _n, f) => void flags.push(f)
    a.send(frame(60, 0), 0, 60)
    s.run(1)
    a.impair({ corrupt: 1 })
    a.send(frame(60, 0), 0, 60)
    s.run(1)
    expect(flags).toEqual([SUM_GOOD, 0])
  })

  it('throws at misuse', () => {
    const s = sim()
    expect(() => s.wire({ loss: 1.5 })).toThrow('sim: loss 1.5 is not within 0 to 1')
    expect(() => s.wire({ loss: NaN })).toThrow(RangeError)
    expect(() => s.wire({ delay: 5, lose: 1 } as object)).toThrow('sim: no option lose')
    expect(() => s.wire({}, { mtu: 1400 } as object)).toThrow('sim: mtu is fixed')
    expect(() => s.wire()[0].impair({ queue: 1 } as object)).toThrow('sim: queue is fixed')
    expect(() => sim({ sead: 1 } as object)).toThrow('sim: no option sead')
    expect(() => sim({ seed: 0.5 })).toThrow('sim: seed 0.5 is not a whole number')
    expect(() => sim({ start: 2 ** 31 })).toThrow('sim: start 2147483648 is not within')
    expect(() => s.wire({ frames: 1.5 })).toThrow('sim: frames 1.5 is not a whole number')
    expect(() => s.wire({ refuse: 1 } as object)).toThrow('sim: refuse 1 is not true or false')
    expect(() => s.wire({ limit: '500' } as object)).toThrow('sim: limit 500 is not a number')
    expect(s.wire({ loss: undefined } as object).length).toBe(2)
    expect(() => s.after(1, undefined as never)).toThrow('sim: after() wants a function')
    expect(() => s.hub(1)).toThrow('sim: stations 1')
    expect(() => s.run(-1)).toThrow(RangeError)
    expect(() => s.wire()[0].send(frame(60, 0), 10, 60)).toThrow('sim: send of 60 octets at 10 of 60')
    expect(() => s.wire()[0].send(frame(70, 0), 0, 60.5)).toThrow('sim: send of 60.5 octets at 0 of 70')
    const h = host(s.env())
    s.host(h, [])
    expect(() => s.host(h, [])).toThrow('sim: host() was called before with this env')
    expect(ENOBUFS).toBeGreaterThan(0)
  })
})
