// Options of TCP's header octet by octet: written, and taken apart again.
import type { Parsed } from './segment.ts'

const long = (n: number): number[] => [(n >>> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255]
const longAt = (b: readonly number[], o: number): number =>
  (b[o]! << 24) | (b[o + 1]! << 16) | (b[o + 2]! << 8) | b[o + 3]!

/** Filled up with NOPs to a multiple of four octets. */
export const padded = (...options: readonly (readonly number[])[]): number[] => {
  const all = options.flat()
  while (all.length & 3) all.push(1)
  return all
}

export const scale = (shift: number): number[] => [3, 3, shift]
export const permitted: readonly number[] = [4, 2]
export const stamp = (value: number, echo = 0): number[] => [8, 10, ...long(value), ...long(echo)]
/** SACK blocks: start, end of each, relative to `from`. */
export const blocks = (from: number, ...edges: readonly (readonly [number, number])[]): number[] => [
  5,
  2 + 8 * edges.length,
  ...edges.flatMap(([start, end]) => [...long((from + start) | 0), ...long((from + end) | 0)]),
]

/** The options of a segment by their kinds; throws for what is malformed or repeated. */
export function optionsIn(s: Pick<Parsed, 'options'>): Map<number, number[]> {
  const out = new Map<number, number[]>()
  for (let p = 0; p < s.options.length; ) {
    const kind = s.options[p]!
    if (kind === 0) {
      if (s.options.slice(p).some(Boolean)) throw new Error(`behind the end of options: ${s.options}`)
      break
    }
    if (kind === 1) {
      p++
      continue
    }
    const n = s.options[p + 1] ?? 0
    if (n < 2 || p + n > s.options.length || out.has(kind)) throw new Error(`options: ${s.options}`)
    out.set(kind, s.options.slice(p + 2, p + n))
    p += n
  }
  return out
}

/** TSval and TSecr of a segment, null when it has none. */
export function stampIn(s: Pick<Parsed, 'options'>): { value: number; echo: number } | null {
  const o = optionsIn(s).get(8)
  return o ? { value: longAt(o, 0), echo: longAt(o, 4) } : null
}

/** SACK blocks of a segment, relative to `from`. */
export function blocksIn(s: Pick<Parsed, 'options'>, from: number): [number, number][] {
  const o = optionsIn(s).get(5) ?? []
  return Array.from({ length: o.length / 8 }, (_, i) => [
    (longAt(o, 8 * i) - from) | 0,
    (longAt(o, 8 * i + 4) - from) | 0,
  ])
}
