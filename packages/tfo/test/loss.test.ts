// Two stacks on a wire: a request with the SYN, its answer, both sides close; each frame of it lost in turn, and sent twice.
import { host } from '@tiny/core'
import { prefix } from '@tiny/core/text'
import { wrap } from '@tiny/core/wrap'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { type SimDev, sim } from '@tiny/sim'
import { type Connection, type Listener, tcp, unlisten } from '@tiny/tcp'
import { connect, serve, tfo } from '@tiny/tfo'
import { describe, expect, it } from 'vitest'
import { address } from '../../tcp/test/machine.ts'
import { octets } from '../../tcp/test/segment.ts'
import { optionsOf } from '../../tcp/test/transfer.ts'

const DELAY = 50

type Fate = (k: number) => 'pass' | 'lose' | 'twice'

/** Two machines; `fate` decides about the TCP frames, in the order in which they are sent by either. */
function world(subset: number) {
  const s = sim({ seed: 1, start: 0x7fffff00 })
  const wire = s.wire({ delay: DELAY })
  const w = { fate: (() => 'pass') as Fate, frames: 0 }
  function side(i: number, card: SimDev) {
    const h = host(s.env(), { pool: 1 << 20 })
    const dev = wrap(
      card,
      (b, o, n) => {
        if (b[o + 23] !== 6 || b[o + 12] !== 8 || b[o + 13] !== 0) return card.send(b, o, n)
        const fate = w.fate(w.frames++)
        if (fate === 'lose') return 0
        if (fate === 'twice') card.send(b, o, n)
        return card.send(b, o, n)
      },
      (...frame) => dev.recv(...frame),
    )
    const t = tcp(ipv4(h, ethernet(h, dev), { address: prefix(`10.0.0.${i + 1}/24`) }), {
      ...optionsOf(subset),
      fastOpen: tfo(),
    })
    s.host(h, dev)
    return { h, t }
  }
  const [client, server] = [side(0, wire[0]), side(1, wire[1])]
  return { s, w, client, server }
}

interface Outcome {
  /** Requests as the server had them, the answer as the client had it, milliseconds until it was whole. */
  requests: number[][]
  answer: number[]
  time: number
  codes: number[]
  frames: number
}

/** A request of n octets, answered by as many as the server likes. */
function exchange({ s, w, client, server }: ReturnType<typeof world>, n: number, size: number): Outcome {
  const requests: number[][] = []
  const answer: number[] = []
  const codes: number[] = []
  const b = new Uint8Array(4096)
  const start = s.now()
  let time = -1
  w.frames = 0
  const l = server.t.listen(80, {
    onReadable(c: Connection<number[]>) {
      if (!c.app) requests.push((c.app = []))
      for (let k = 0; (k = server.t.read(c, b)) > 0; ) c.app.push(...b.subarray(0, k))
      if (c.app.length === n) {
        server.t.write(c, Uint8Array.from(octets(size, 7)))
        server.t.close(c)
      }
    },
    onEnd: c => void server.t.close(c),
    onClose: (_c, code) => void codes.push(code),
  })
  serve(server.t, l as Listener)
  const c = connect(
    client.t,
    address('10.0.0.2'),
    80,
    {
      onReadable(c) {
        for (let k = 0; (k = client.t.read(c, b)) > 0; ) answer.push(...b.subarray(0, k))
        if (answer.length === size) time = s.now() - start
      },
      onEnd: c => void client.t.close(c),
      onClose: (_c, code) => void codes.push(code),
    },
    Uint8Array.from(octets(n)),
  )
  expect(typeof c).toBe('object')
  s.run(300_000)
  unlisten(server.t, l as Listener)
  const frames = w.frames
  s.run(100_000)
  expect([client.t.used(), server.t.used(), client.h.pool.used, server.h.pool.used]).toEqual([0, 0, 0, 0])
  return { requests, answer, time, codes, frames }
}

const whole = (n: number, size: number) => ({ requests: [octets(n)], answer: octets(size, 7), codes: [0, 0] })

describe('RFC 7413 on a wire', () => {
  it('7413 3 the first exchange takes two round trips, the second one', () => {
    const w = world(0)
    const first = exchange(w, 100, 1000)
    const second = exchange(w, 100, 1000)
    expect([first, second]).toMatchObject([whole(100, 1000), whole(100, 1000)])
    // Each time another one for ARP, whose entries have aged.
    expect([first.time, second.time]).toEqual([6 * DELAY, 4 * DELAY])
  })

  for (const subset of [0, 7]) {
    const sizes: [number, number][] = [
      [1, 1],
      [100, 1000],
      [3000, 4000],
    ]
    for (const [n, size] of sizes) {
      it(`7413 4.2.2 ${n} octets, ${size} back, options ${subset}: any one frame is lost, or any two`, () => {
        const w = world(subset)
        exchange(w, n, size)
        const { frames } = exchange(w, n, size)
        expect(frames).toBeGreaterThan(4)
        for (let k = 0; k < frames; k++)
          for (let j = k; j < frames; j++) {
            const fresh = world(subset)
            exchange(fresh, n, size)
            fresh.w.fate = i => (i === k || i === j ? 'lose' : 'pass')
            expect([k, j, exchange(fresh, n, size)]).toMatchObject([k, j, whole(n, size)])
          }
      })

      it(`7413 4.2.2 ${n} octets, ${size} back, options ${subset}: any one frame comes twice`, () => {
        const w = world(subset)
        exchange(w, n, size)
        const { frames } = exchange(w, n, size)
        for (let k = 0; k < frames; k++) {
          const fresh = world(subset)
          exchange(fresh, n, size)
          fresh.w.fate = i => (i === k ? 'twice' : 'pass')
          expect([k, exchange(fresh, n, size)]).toMatchObject([k, whole(n, size)])
        }
      })
    }

    it(`7413 4.2.1 options ${subset}: any one frame of the first exchange is lost`, () => {
      const { frames } = exchange(world(subset), 100, 1000)
      for (let k = 0; k < frames; k++) {
        const w = world(subset)
        w.w.fate = i => (i === k ? 'lose' : 'pass')
        expect([k, exchange(w, 100, 1000)]).toMatchObject([k, whole(100, 1000)])
      }
    })
  }

  it('7413 4.1.3.1 a way that swallows SYNs with text, or with the option: every exchange is whole, few wait for a timeout', () => {
    const w = world(0)
    exchange(w, 100, 1000)
    const times: number[] = []
    for (let i = 0; i < 12; i++) {
      // The first frame of an exchange is the SYN.
      w.w.fate = k => (k === 0 ? 'lose' : 'pass')
      const { time, ...rest } = exchange(w, 100, 1000)
      expect(rest).toMatchObject(whole(100, 1000))
      times.push(time)
    }
    // Each SYN is lost here: what is seen is that it is a plain one that goes again, after its second.
    expect(Math.max(...times)).toBeLessThan(2000)
  })
})
