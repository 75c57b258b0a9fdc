// Sequences of frames and calls at random, each from its seed: the same ones for both machines.
import { random } from '../../ipv4/test/machine.ts'
import { fragmentStep, icmpStep, ipStep, udpStep } from './random-ip.ts'
import { end, type Live, opening, tcpStep } from './random-tcp.ts'
import type { Stimulus } from './stimuli.ts'
import type { Handle, Subject } from './subject.ts'

/** What steps of one sequence share. */
export interface World {
  readonly t: Subject
  readonly udp: Handle
  live: Live | undefined
}

/** One thing that happens. What is known to differ is told by the names: see random.tsv. */
export interface Step {
  readonly name: string
  run(w: World): Promise<unknown>
}

export interface Dice {
  /** From 0 to n - 1. */
  below(n: number): number
  pick<T>(list: readonly T[]): T
}

function dice(seed: number): Dice {
  const next = random(seed)
  const below = (n: number): number => (next() >>> 1) % n
  return { below, pick: list => list[below(list.length)]! }
}

const MAKERS = [ipStep, icmpStep, udpStep, fragmentStep] as const

/** The steps of a seed: of IP, ICMP, UDP or fragments, or a connection and what becomes of it. */
export function sequence(seed: number): Step[] {
  const d = dice(seed)
  const kind = d.below(8)
  const make = MAKERS[kind] ?? tcpStep
  const steps = make === tcpStep ? [opening(d)] : []
  for (let n = 2 + d.below(9); n > 0; n--) steps.push(make(d))
  return steps
}

/** Steps as one stimulus, to be given to one machine. */
export function stimulus(steps: readonly Step[]): Stimulus {
  let live: Live | undefined
  return {
    name: steps.map(step => step.name).join(' | '),
    async run(t) {
      const w: World = { t, udp: await t.udp(7), live: undefined }
      for (const step of steps) {
        await step.run(w)
        // Limits of what is answered are out of the way: the kernel's are off.
        if (!t.isKernel && !w.live) await t.wait(200)
      }
      live = w.live
    },
    last: async t => live && end(t, live),
  }
}
