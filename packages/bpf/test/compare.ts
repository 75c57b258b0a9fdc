// Ours against the kernel's, in batches; what the short test and the long run share.
import type { Filter, PacketInfo } from '@tiny/core'
import type { Case, Kernel } from './kernel.ts'
import { doubtfulProgram, type FarOffset, packets, type Random, random, validProgram } from './random.ts'

export interface Subject {
  make(program: number[]): Filter
  far?: FarOffset
  /** Other packets than random octets. */
  packets?(r: Random, count: number): Uint8Array[]
  /** What the kernel's filter sees of a packet that was sent. */
  view?(b: Uint8Array): { b: Uint8Array; info: PacketInfo | undefined }
  /** Leaves a run out: its program touches what the subject does not promise. */
  isOut?(program: number[], b: Uint8Array): boolean
  /** A refusal that is ours alone. */
  isOwn?(message: string): boolean
}

export interface Tally {
  programs: number
  taken: number
  runs: number
  /** Verdicts that were neither none nor all. */
  telling: number
  left: number
  own: number
}

const BATCH = 1000

/** Runs programs through both. @throws Error with the first disagreement and its seed */
export async function compare(
  judge: Kernel,
  subject: Subject,
  kind: 'valid' | 'doubtful',
  seed: number,
  count: number,
): Promise<Tally> {
  const tally: Tally = { programs: 0, taken: 0, runs: 0, telling: 0, left: 0, own: 0 }
  for (let done = 0; done < count; done += BATCH) {
    const cases: Case[] = []
    for (let i = done; i < Math.min(count, done + BATCH); i++) {
      const r = random(seed + i)
      const program = kind === 'valid' ? validProgram(r, 64, subject.far) : doubtfulProgram(r, subject.far)
      cases.push({ program, packets: (subject.packets ?? packets)(r, kind === 'valid' ? 4 : 1) })
    }
    const verdicts = await judge.judge(cases)
    cases.forEach((c, i) => {
      const program = c.program as number[]
      const verdict = verdicts[i]
      const where = `seed ${seed + done + i}: ${program.join(' ')}`
      tally.programs++
      let filter: Filter | null = null
      let why = ''
      try {
        filter = subject.make(program)
      } catch (e) {
        why = (e as Error).message
      }
      if (why !== '' && verdict?.isTaken && subject.isOwn?.(why)) {
        tally.own++
        return
      }
      if ((filter !== null) !== verdict?.isTaken)
        throw new Error(`${where}: the kernel ${verdict?.isTaken ? 'takes' : 'refuses'} it, ours says ${why || 'yes'}`)
      if (filter === null) return
      tally.taken++
      c.packets.forEach((sent, j) => {
        const { b, info } = subject.view?.(sent) ?? { b: sent, info: undefined }
        if (subject.isOut?.(program, b)) {
          tally.left++
          return
        }
        // Behind octets of somebody else, as packets lie in a buffer.
        const wide = new Uint8Array(b.length + 16).map(() => 0xa5)
        wide.set(b, 7)
        const v = (filter as Filter).run(wide, 7, b.length, info) >>> 0
        const length = v === 0 ? -1 : Math.min(v, b.length)
        if (length !== verdict.lengths[j])
          throw new Error(`${where}: packet ${j} [${b}]: kernel ${verdict.lengths[j]}, ours ${length}`)
        tally.runs++
        if (v > 0 && v < b.length) tally.telling++
      })
    })
  }
  return tally
}
