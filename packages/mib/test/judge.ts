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

const differences = rows('differences.tsv').map(([name, counters]) => ({ name: name!, counters: counters!.split(',') }))
/** Whether a row of differences.tsv is about it: a name, or how several names begin and a star. */
const isAbout = (row: string, name: string): boolean =>
  row.endsWith('*') ? name.startsWith(row.slice(0, -1)) : name === row
const exceptedOf = (name: string): string[] =>
  differences.filter(row => isAbout(row.name, name)).flatMap(row => row.counters)
/** Rows that are about none of these names. */
export const idle = (names: readonly string[]): string[] =>
  differences.map(row => row.name).filter(row => !names.some(name => isAbout(row, name)))

function flat(s: Snapshot): Moved {
  const moved: Moved = {}
  for (const group of Object.keys(s))
    for (const name of Object.keys(s[group]!)) moved[`${group}.${name}`] = s[group]![name]!
  return moved
}

/** What a stimulus moves. */
export async function moved(t: Subject, s: Stimulus): Promise<Moved> {
  await s.first?.(t)
  t.take()
  const before = await t.snapshot()
  await s.run(t)
  const after = await t.snapshot()
  await s.last?.(t)
  await t.clean()
  const all = flat(difference(before, after))
  for (const counter of Object.keys(all)) if (verdictOf(counter) === 'not comparable') delete all[counter]
  return all
}

const isRight = (counter: string, theirs: number, own: number): boolean =>
  verdictOf(counter) === 'exact' ? own === theirs : own >= theirs

/** Where ours is not as promised, and what is excepted though it is. */
export function faults(name: string, kernel: Moved, ours: Moved): string[] {
  const found: string[] = []
  const excepted = exceptedOf(name)
  for (const counter of new Set([...Object.keys(kernel), ...Object.keys(ours), ...excepted])) {
    const [theirs, own] = [kernel[counter] ?? 0, ours[counter] ?? 0]
    const isGood = isRight(counter, theirs, own)
    if (isGood === excepted.includes(counter))
      found.push(`${counter}: kernel ${theirs}, ours ${own}${isGood ? ', and excepted' : ''}`)
  }
  return found
}

const known = rows('random.tsv').map(([text, counters]) => ({
  text: new RegExp(text!),
  counters: counters!.split(','),
}))

/** Rows of random.tsv that are about none of these names. */
export const unmet = (names: readonly string[]): string[] =>
  known.filter(row => !names.some(name => row.text.test(name))).map(row => row.text.source)

/** Where ours is not as promised after random steps, but for what is known of those with such names. */
export function surprises(name: string, kernel: Moved, ours: Moved): string[] {
  const excepted = known.filter(row => row.text.test(name)).flatMap(row => row.counters)
  return [...new Set([...Object.keys(kernel), ...Object.keys(ours)])]
    .filter(
      counter =>
        !isRight(counter, kernel[counter] ?? 0, ours[counter] ?? 0) &&
        !excepted.includes(counter) &&
        !excepted.includes('*'),
    )
    .map(counter => `${counter}: kernel ${kernel[counter] ?? 0}, ours ${ours[counter] ?? 0}`)
}

export const RECORD: string = here('recorded.json')
/** What a kernel has counted, by stimulus: written by kernel.test.ts with RECORD=1. */
export const recorded = (): { [name: string]: Moved } =>
  existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {}
