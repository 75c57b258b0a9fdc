// Two machines, a wire between them, and who watches.
import { explain } from '@tiny/core/explain'
import { addressText, macText, prefix } from '@tiny/core/text'
import { type Mib, mib } from '@tiny/mib'
import { type Witness, witness } from '@tiny/mib/explain'
import { type CaptureFile, capture, pcapng, SENT } from '@tiny/pcap'
import { type Sim, type SimDev, sim } from '@tiny/sim'
import { describe } from './describe.ts'
import { type Machine, machine } from './machine.ts'

/** Milliseconds and probabilities of the wire at first. */
export const WIRE = { delay: 2, jitter: 0.5, loss: 0.02 } as const
/** Where the capture's clock starts: a fixed time, so that the same seed writes the same octets. */
const EPOCH = Date.UTC(2014, 4, 5)

export interface Station extends Machine {
  name: string
  dev: SimDev
  address: Uint8Array
  /** Its addresses in words. */
  ip4: string
  mac: string
  /** How often something was dropped, by reason. */
  drops: Map<number, number>
  /** What it has counted from the start, and what drops were about. */
  counters: Mib
  witness: Witness
}

/** A frame as the left machine's card saw it. */
export interface Frame {
  at: number
  isSent: boolean
  octets: number
  text: string
}

export interface Stage {
  seed: number
  net: Sim
  left: Station
  right: Station
  /** Frames so far, the oldest first. */
  frames: Frame[]
  file: CaptureFile
  /** What the capture file is to hold. */
  capture: Buffer[]
  /** Where it is written, as the user named it. */
  path: string
}

/** Sets it up: all that happens follows from the seed. */
export function stage(seed: number, path: string): Stage {
  const net = sim({ seed })
  const wire = net.wire(WIRE)
  const frames: Frame[] = []
  const blocks: Buffer[] = []
  const envs = [net.env(), net.env()] as const
  const keep = (b: Uint8Array, o: number, n: number): void => void blocks.push(Buffer.from(b.slice(o, o + n)))
  const file = pcapng(envs[0], keep, { start: EPOCH, application: '@tiny' })

  function station(i: 0 | 1, name: string, address: string): Station {
    const drops = new Map<number, number>()
    const dev = wire[i]
    // The left card is captured: what it sends and what arrives there, each frame with its comment.
    const comment = (b: Uint8Array, o: number, n: number, direction: number): string => {
      const text = describe(b, o, n)
      frames.push({ at: net.now(), isSent: direction === SENT, octets: n, text })
      return text
    }
    const outer = i === 0 ? capture(dev, file, { name, comment }) : dev
    const own = prefix(address)
    const counters = mib()
    const seen = witness(counters)
    const m = machine(envs[i], outer, own, {
      ...seen,
      drop(id, b, o, n) {
        drops.set(id, (drops.get(id) ?? 0) + 1)
        seen.drop?.(id, b, o, n)
      },
    })
    counters.ip = m.ip
    net.host(m.h, outer)
    return {
      ...m,
      counters,
      witness: seen,
      name,
      dev,
      address: own.address,
      ip4: addressText(own.address),
      mac: macText(dev.mac),
      drops,
    }
  }
  const left = station(0, 'left', '10.0.0.1/24')
  const right = station(1, 'right', '10.0.0.2/24')
  return { seed, net, left, right, frames, file, capture: blocks, path }
}

/** What a machine has dropped, and why: the most frequent reason first. */
export function dropsOf(station: Station): { where: string; id: number; count: number; why: string }[] {
  return [...station.drops]
    .map(([id, count]) => ({ where: station.name, id, count, why: explain(id) }))
    .sort((a, b) => b.count - a.count || a.id - b.id)
}
