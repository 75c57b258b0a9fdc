// What the scenes of the floor have in common: a wire between two machines, all that is on it hashed, and what is printed.
import type { Observer } from '@tiny/core'
import { type Sim, type SimDev, sim, type WireOptions } from '@tiny/sim'

declare const print: (text: string) => void

export interface Scene {
  net: Sim
  left: SimDev
  right: SimDev
  /** Of the hosts: counts what is dropped. */
  observer: Observer
  /** Adds an octet to the hash. */
  mixIn(octet: number): void
  /** Prints what came of it, the hash in the last line. @throws Error when octets were wrong, on whatever engine */
  end(said: string, wrong: number): void
}

export function scene(seed: number, wire: WireOptions): Scene {
  let hash = 0x811c9dc5 | 0
  let frames = 0
  let drops = 0
  function mixIn(octet: number): void {
    hash = Math.imul(hash ^ octet, 0x01000193)
  }
  const net = sim({
    seed,
    // The clock of the machines wraps during the run.
    start: 0x7ffffc00,
    trace(at, from, to, b, o, n) {
      frames++
      mixIn(at & 255)
      mixIn(from * 16 + to)
      for (let i = 0; i < n; i++) mixIn(b[o + i] as number)
    },
  })
  const [left, right] = net.wire(wire)
  return {
    net,
    left,
    right,
    observer: { drop: () => void drops++ },
    mixIn,
    end(said, wrong) {
      if (wrong) throw new Error(`${wrong} wrong octets; ${said}`)
      print(`${frames} frames, ${said}, ${drops} dropped`)
      print(`hash ${(0x100000000 + (hash >>> 0)).toString(16).slice(1)}`)
    },
  }
}
