// Random programs and packets from a seed.

export interface Random {
  /** An integer from 0 to n - 1. */
  (n: number): number
  of<T>(list: readonly T[]): T
}

/** Mulberry32. */
export function random(seed: number): Random {
  let s = seed | 0
  const next = (n: number): number => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n)
  }
  return Object.assign(next, { of: <T>(list: readonly T[]): T => list[next(list.length)] as T })
}

const ALU = [0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x84, 0x94, 0xa4].flatMap(c =>
  c === 0x84 ? [c] : [c, c | 8],
)
const JUMPS = [0x15, 0x25, 0x35, 0x45].flatMap(c => [c, c | 8])
const LOADS = [0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1]
const PLAIN = [0x00, 0x80, 0x01, 0x81, 0x07, 0x87]
/** Every code that the kernel takes. */
export const CODES: readonly number[] = [
  ...ALU,
  ...JUMPS,
  ...LOADS,
  ...PLAIN,
  ...[0x60, 0x61, 0x02, 0x03, 0x05, 0x06, 0x16],
]

const EDGES = [0, 1, 2, 31, 32, 255, 256, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** Where loads may go besides the packet: an offset at or above 2^31 now and then. */
export type FarOffset = (r: Random, code: number) => number | null

const word = (r: Random): number => {
  const kind = r(4)
  return kind === 0 ? r.of(EDGES) : kind === 1 ? r(64) : kind === 2 ? r(0x10000) : r(0x100000000)
}

function plainInstruction(r: Random, words: number, size: number, far: FarOffset): number[] {
  const kind = r(12)
  if (kind < 4) {
    const code = r.of(LOADS)
    return [code, r(256), r(256), far(r, code) ?? (r(24) ? r(size) : r(size + 12))]
  }
  if (kind < 8) {
    const code = r.of(ALU)
    const isShift = (code & 0xe0) === 0x60
    const k = isShift && !(code & 8) ? r(32) : word(r)
    return [code, 0, 0, (code === 0x34 || code === 0x94) && k === 0 ? 1 : k]
  }
  if (kind === 8) return [r.of([0x02, 0x03]), 0, 0, r(words + 1)]
  if (kind === 9 && words > 0) return [r.of([0x60, 0x61]), 0, 0, r(words)]
  const code = r.of(PLAIN)
  return [code, r(256), r(256), code < 2 && r(3) ? r(size) : word(r)]
}

/**
 * A valid program. Its returns are mostly of a few bits of A: the kernel tells min(verdict, length of the packet) only.
 *
 * @param size the length of packets that it is made for
 */
export function validProgram(r: Random, size: number, far: FarOffset = () => null): number[] {
  const rows: number[][] = []
  const words = r(4)
  for (let i = 0; i < words; i++) rows.push([r.of([0x02, 0x03]), 0, 0, i])
  const body = 1 + r(r(5) ? 24 : 4)
  const from = rows.length
  for (let i = 0; i < body; i++) rows.push(plainInstruction(r, words, size, far))
  const shift = r.of([0, 0, 8, 16, 24, 30])
  if (r(4)) rows.push([0x74, 0, 0, shift], [0x54, 0, 0, 63])
  rows.push(r(8) ? [0x16, 0, 0, word(r)] : [0x06, 0, 0, word(r)])
  const n = rows.length
  for (let i = from; i < from + body; i++) {
    const rest = n - i - 1
    const kind = r(24)
    const near = (): number => r(Math.min(rest, r(2) ? 4 : 256))
    if (kind < 3) rows[i] = [r.of(JUMPS), near(), near(), word(r)]
    else if (kind === 3) rows[i] = [0x05, r(256), r(256), near()]
    else if (kind === 4 && r(3) === 0) rows[i] = [r.of([0x06, 0x16]), 0, 0, r(size)]
  }
  return rows.flat()
}

/** A program that may or may not be valid: one number of a valid one is changed, or all are drawn. */
export function doubtfulProgram(r: Random, far: FarOffset = () => null): number[] {
  if (r(8) === 0) {
    const p: number[] = []
    const n = r(6)
    for (let i = 0; i < n; i++) p.push(r(2) ? r.of(CODES) : r(300), r(4), r(4), r(2) ? r(20) : word(r))
    return p
  }
  const p = validProgram(r, 64, far)
  const n = p.length / 4
  for (let changes = 1 + r(2); changes > 0; changes--) {
    const i = 4 * r(n)
    const kind = r(8)
    if (kind === 0) p[i] = r(2) ? r.of(CODES) : r(0x10000)
    else if (kind === 1) p[i] = r.of(CODES)
    else if (kind === 2) p[i + 1] = r(n + 2) & 255
    else if (kind === 3) p[i + 2] = r(n + 2) & 255
    else if (kind === 4) p[i + 3] = word(r)
    else if (kind === 5) p[i + 3] = r(40)
    else if (kind === 6) p.splice(i, 4, r.of([0x60, 0x61, 0x02, 0x03]), 0, 0, r(18))
    else p.splice(i, 4, r.of([0x34, 0x94, 0x64, 0x74, 0x05, 0x15]), r(n), r(n), r.of([0, 1, 31, 32, n - i / 4 - 1]))
  }
  return p
}

/** Packets of 0 to 80 octets. */
export function packets(r: Random, count: number): Uint8Array[] {
  const list: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const b = new Uint8Array(r(4) ? 64 + r(16) : r(64))
    const kind = r(3)
    for (let j = 0; j < b.length; j++)
      b[j] = kind === 0 ? r(256) : kind === 1 ? r(4) : r(8) ? 0 : r.of([1, 127, 128, 255])
    list.push(b)
  }
  return list
}
