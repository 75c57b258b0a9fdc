// The judge: what a stimulus moves here and in the kernel, counter by counter, held to what judge.tsv promises.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { difference, type Snapshot } from '@tiny/mib/proc'
import type { Stimulus } from './stimuli.ts'
import type { Subject } from './subject.ts'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const rows = (name: string): string[][] =>
  readFileSync(here(name), 'utf8')
    .split('\n')
    .filter(line => line && !line.startsWith('#'))
    .map(line => line.split('\t'))

export type Verdict = 'exact' | 'at-least' | 'not comparable'
export type Moved = { [counter: string]: number }

const verdicts = new Map(rows('judge.tsv').map(([counter, verdict]) => [counter!, verdict as Verdict]))
/** What is promised of a counter. */
export const verdictOf = (counter: string): Verdict =>
  verdicts.get(counter) ?? verdicts.get(counter.replace(/\..*/, '.*')) ?? 'not comparable'

export const table = (): string[][] => rows('judge.tsv')

const differences = new Map(rows('differences.tsv').map(([name, counters]) => [name!, counters!.split(',')]))
/** Stimuli with counters that are not compared. */
export const excepted = (): string[] => [...differences.keys()]

function flat(s: Snapshot): Moved {
  const moved: Moved = {}
  for (const group of Object.keys(s))
    for (const name of Object.keys(s[group]!)) moved[`${group}.${name}`] = s[group]![name]!
  return moved
}

/** What a stimulus moves. */
export async function moved(t: Subject, s: Stimulus): Promise<Moved> {
  t.take()
  const before = await t.snapshot()
  await s.run(t)
  const after = await t.snapshot()
  await t.clean()
  const all = flat(difference(before, after))
  for (const counter of Object.keys(all)) if (verdictOf(counter) === 'not comparable') delete all[counter]
  return all
}

/** Where ours is not as promised, and what is excepted though it is. */
export function faults(name: string, kernel: Moved, ours: Moved): string[] {
  const found: string[] = []
  const excepted = differences.get(name) ?? []
  for (const counter of new Set([...Object.keys(kernel), ...Object.keys(ours), ...excepted])) {
    const [theirs, own] = [kernel[counter] ?? 0, ours[counter] ?? 0]
    const isRight = verdictOf(counter) === 'exact' ? own === theirs : own >= theirs
    if (isRight === excepted.includes(counter))
      found.push(`${counter}: kernel ${theirs}, ours ${own}${isRight ? ', and excepted' : ''}`)
  }
  return found
}

export const RECORD: string = here('recorded.json')
/** What a kernel has counted, by stimulus: written by kernel.test.ts with RECORD=1. */
export const recorded = (): { [name: string]: Moved } =>
  existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {}
