// The kernel as a peer of each subset of the options, with the same ones on and off there; and SACK on a wire that loses.
import { type Lossy, lossy } from '@tiny/sim'
import { type Status, status } from '@tiny/tcp'
import { describe, expect, it } from 'vitest'
import { enter, lacking, must, sh } from '../../../tools/netns/index.ts'
import { counters, type Machine, machine, type Setup, stream } from './kernel.ts'
import { optionsOf } from './transfer.ts'

const missing = lacking('python3', 'tshark')
const ALL = 7
const NAMES = ['window scaling', 'timestamps', 'SACK']
const named = (bits: number): string => NAMES.filter((_, i) => bits & (1 << i)).join(', ') || 'nothing'

/** Buffers that need window scaling, if there is some. */
const setup = (bits: number): Omit<Setup, 'net'> =>
  bits & 1 ? { ...optionsOf(bits), sendBuffer: 1 << 20, receiveBuffer: 1 << 20 } : optionsOf(bits)

/** What the kernel offers and takes. */
const kernelHas = (bits: number): Promise<string> =>
  must(
    sh(
      ['window_scaling', 'timestamps', 'sack']
        .map((name, i) => `sysctl -qw net.ipv4.tcp_${name}=${(bits >> i) & 1}`)
        .join(' && '),
    ),
  )

describe.skipIf(missing !== '')(`options and the kernel${missing && ` (there is no ${missing})`}`, () => {
  let net = 30

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'we have subset %i, the kernel nothing, the same, the rest, or all: what both have is in use, and the stream is whole',
    async ours => {
      await enter()
      const m = await machine({ net: net++, ...setup(ours) })
      for (const theirs of new Set([0, ours, ALL ^ ours, ALL])) {
        await kernelHas(theirs)
        let found: Status | undefined
        // Each role and each way in turn.
        const role = (ours ^ theirs) & 1 ? 'we' : 'kernel'
        const way = (ours ^ (theirs >> 1)) & 1 ? 'we' : 'kernel'
        const { sent, arrived, code, octets } = await stream(m, role, way, 300_003, c => (found = status(m.t, c)))
        const both = ours & theirs
        expect({ theirs: named(theirs), arrived, code, octets }).toEqual({
          theirs: named(theirs),
          arrived: sent,
          code: 0,
          octets: 300_003,
        })
        expect({
          theirs: named(theirs),
          hasTimestamps: found?.hasTimestamps,
          hasSack: found?.hasSack,
          rcvShift: found?.rcvShift,
          isShifted: (found?.sndShift ?? 0) > 0,
          mss: found?.mss,
        }).toEqual({
          theirs: named(theirs),
          hasTimestamps: (both & 2) > 0,
          hasSack: (both & 4) > 0,
          rcvShift: both & 1 ? 5 : 0,
          isShifted: (both & 1) > 0,
          mss: both & 2 ? 1448 : 1460,
        })
      }
      // A segment of the last turn may still be under way.
      m.close()
    },
    60_000,
  )

  it.each([
    ['we', 'kernel'],
    ['kernel', 'we'],
  ] as const)(
    'all of them, %s connect: tshark has nothing against what we send',
    async (role, way) => {
      await enter()
      await kernelHas(ALL)
      const m = await machine({ net: net++, isCaptured: true, ...setup(ALL) })
      const { sent, arrived, code } = await stream(m, role, way, 4_000_003)
      const back = await stream(m, role, way === 'we' ? 'kernel' : 'we', 4_000_003)
      const verdict = await m.judge()
      m.close()
      expect([arrived, code, back.arrived, back.code, verdict]).toEqual([sent, 0, back.sent, 0, ''])
    },
    60_000,
  )

  /** A stream over a wire that loses, doubles and reorders. @returns how the kernel's counters have grown */
  async function bad(
    way: 'we' | 'kernel',
    bits: number,
    octets: number,
  ): Promise<{ m: Machine; grown: (name: string) => number; wire: Lossy; seconds: number }> {
    await enter()
    await kernelHas(ALL)
    let wire: Lossy | undefined
    const m: Machine = await machine({
      net: net++,
      minRto: 200,
      ...setup(bits),
      between(h, dev) {
        const all = lossy(h, dev, {
          loss: 0.01,
          duplicate: 0.005,
          delay: 5,
          reorder: 0.002,
          late: 3,
          seed: 5,
          queue: 1 << 22,
          frames: 1 << 13,
        })
        wire = all
        return all
      },
    })
    const before = await counters()
    const start = Date.now()
    const { sent, arrived, code } = await stream(m, 'kernel', way, octets)
    const seconds = (Date.now() - start) / 1000
    const after = await counters()
    m.close()
    expect([arrived, code]).toEqual([sent, 0])
    return { m, grown: name => after[name] - before[name], wire: wire as Lossy, seconds }
  }

  it('RFC 2018, 2883 the kernel sends: it recovers by our blocks, and hears of what came twice', async () => {
    const { m, grown, wire, seconds } = await bad('kernel', ALL, 8 << 20)
    console.log(
      `the kernel sent 8 MiB in ${seconds} s: lost ${wire.received.lost}; ${grown('TCPSackRecovery')} recoveries by SACK, ${grown('TCPTimeouts')} timeouts, ${grown('TCPDSACKRecv') + grown('TCPDSACKOfoRecv')} D-SACKs for ${wire.received.duplicated}, ${grown('RetransSegs')} segments again, ${m.drops.get(413)} dropped`,
    )
    expect(wire.received.lost).toBeGreaterThan(20)
    expect(grown('TCPSackRecovery')).toBeGreaterThan(5)
    expect(grown('TCPRenoRecovery')).toBe(0)
    // What the wire has doubled we report, and but for a lost ACK the kernel hears of it. When it has sent nothing again, a
    // report is dubious to it, and then no block either: discarded.
    const heard = grown('TCPDSACKRecv') + grown('TCPDSACKOfoRecv')
    expect(heard + grown('TCPSACKDiscard')).toBeGreaterThan(wire.received.duplicated / 2)
    expect(grown('TCPSACKDiscard')).toBeLessThan(wire.received.duplicated / 2)
    expect(grown('TCPSACKReneging')).toBe(0)
  }, 60_000)

  it('RFC 6675 we send: what the kernel has reported does not go out again', async () => {
    const { grown, wire, seconds } = await bad('we', ALL, 8 << 20)
    const { lost, duplicated, reordered } = wire.sent
    const again = grown('TCPDSACKOldSent') + grown('TCPDSACKOfoSent')
    console.log(
      `we sent 8 MiB in ${seconds} s: lost ${lost}, doubled ${duplicated}; the kernel reported ${again} duplicates`,
    )
    expect(lost).toBeGreaterThan(20)
    expect(again).toBeGreaterThan(0)
    // What came twice is what the wire has doubled, and little of ours.
    expect(again).toBeLessThan(duplicated + lost)
    // On a busy machine what the wire has held back may come after its retransmission, and be too old.
    expect(grown('PAWSEstab')).toBeLessThanOrEqual(duplicated + reordered)
  }, 60_000)
})
