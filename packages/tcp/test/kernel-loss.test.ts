// The kernel as a peer on a wire that loses, delays and reorders.
import type { Dev, Host } from '@tiny/core'
import { wrap } from '@tiny/core/wrap'
import { type Lossy, lossy } from '@tiny/sim'
import { describe, expect, it } from 'vitest'
import { enter, lacking, must, sh } from '../../../tools/netns/index.ts'
import { counters, machine, stream } from './kernel.ts'

const WINDOW = 16384
const missing = lacking('python3')

describe.skipIf(missing !== '')(`a bad wire to the kernel${missing && ` (there is no ${missing})`}`, () => {
  let net = 10

  it.each([
    ['kernel', 32 << 20, 0.01],
    ['we', 32 << 20, 0.01],
    ['kernel', 4 << 20, 0.05],
    ['we', 4 << 20, 0.05],
  ] as const)(
    '%s send %i octets, %f of the frames are lost',
    async (way, octets, loss) => {
      await enter()
      const seed = Number(process.env['TINY_SEED'] ?? 4)
      const bad = { loss, delay: 2, reorder: 0.01, late: 3, seed, queue: 1 << 20 }
      let wire: Lossy | undefined
      const m = await machine({
        net: net++,
        minRto: 200,
        between(h, dev) {
          const all = lossy(h, dev, bad)
          wire = all
          return all
        },
      })
      const start = Date.now()
      const found = await stream(m, way === 'we' ? 'kernel' : 'we', way, octets)
      const seconds = (Date.now() - start) / 1000
      const { sent, received } = wire as Lossy
      console.log(
        `seed ${seed}, ${way} send, ${loss}: ${(octets / seconds / 1e6).toFixed(1)} MB/s, ${seconds.toFixed(1)} s; lost ${sent.lost} and ${received.lost}, reordered ${sent.reordered} and ${received.reordered}`,
      )
      m.close()
      expect([found.arrived, found.code]).toEqual([found.sent, 0])
      expect(sent.lost + received.lost).toBeGreaterThan(50)
      expect(sent.reordered + received.reordered).toBeGreaterThan(10)
    },
    120_000,
  )

  it('5681 4.2 one loss inside one receive batch: a kernel without SACK retransmits before its timeout', async () => {
    await enter()
    await must(sh('sysctl -qw net.ipv4.tcp_sack=0'))
    let losses = 0
    // Frames wait for four milliseconds; of a burst that fills the window the first segment is lost. Nothing more comes then.
    function batches(h: Host, dev: Dev): Dev {
      let held: [Uint8Array, number][] = []
      let due = 0
      const outer = wrap(dev, dev.send.bind(dev), (b, o, n, flags) => {
        if (held.length === 0) due = h.wake(4)
        held.push([b.slice(o, o + n), flags])
      })
      h.add({
        poll() {
          if (held.length === 0 || !h.isDue(due)) return
          const all = held
          held = []
          const isBurst = all.length > WINDOW / 1460 - 2 && all.every(([b]) => b.length > 1000)
          all.forEach(([b, flags], i) => {
            if (isBurst && !losses && i === 0) losses++
            else outer.recv(b, 0, b.length, flags)
          })
        },
        used: () => held.length,
      })
      return outer
    }
    const m = await machine({ net: net++, receiveBuffer: WINDOW, between: batches })
    const before = await counters()
    const { sent, arrived, code } = await stream(m, 'we', 'kernel', 4 << 20)
    const after = await counters()
    m.close()
    const grown = (name: string): number => after[name] - before[name]
    expect([arrived, code, losses]).toEqual([sent, 0, 1])
    expect({
      timeouts: grown('TCPTimeouts'),
      recoveries: grown('TCPRenoRecovery'),
      retransmitted: grown('RetransSegs'),
    }).toEqual({ timeouts: 0, recoveries: 1, retransmitted: 1 })
  }, 60_000)
})
