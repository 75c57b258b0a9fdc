// Tables of goodput: a row for each path and buffer, beside what theory says, judged by the limits below.
import { mathis, padhye } from './rates.ts'
import { STACKS, type Stack } from './stacks.ts'
import { type Result, transfer } from './transfer.ts'

export interface Table {
  readonly name: string
  readonly says: string
  /** Bits a second, 0: no limit. */
  readonly bandwidth: number
  readonly reorder: number
  /** Share of what a stack with fewer options reaches that one with more must reach: runs differ by chance. */
  readonly notWorse: number
}

export const TABLES: readonly Table[] = [
  {
    name: 'paced',
    says: 'a wire of 1 Gbit/s: each segment is acknowledged',
    bandwidth: 1e9,
    reorder: 0,
    notWorse: 0.95,
  },
  {
    // RFC 7323 5.3 R1 drops an overtaken segment that arrives after a retransmission: without PAWS this is 0.95 as well.
    name: 'reordered',
    says: 'the same, 1 % of the segments come a quarter of a round trip late',
    bandwidth: 1e9,
    reorder: 0.01,
    notWorse: 0.9,
  },
  {
    name: 'bursts',
    says: 'a wire without limit: what is sent at once arrives at once, up to 64 segments with one acknowledgment',
    bandwidth: 0,
    reorder: 0,
    notWorse: 0.95,
  },
]
export const LOSSES: readonly number[] = [0, 0.001, 0.01, 0.03, 0.1]
/** Milliseconds. */
export const RTTS: readonly number[] = [2, 20, 100, 300]
export const BUFFERS: readonly number[] = [8, 16, 32, 64, 256, 4096].map(k => k * 1024)

/** Runs that are averaged; each has so many segments, and so many lost ones. */
const SEEDS = 2
const SEGMENTS = 40000
const LOST = 80

/** Octets of a datagram on the wire. */
const MTU = 1500
const HEADERS = 40
/** Seconds: the least retransmission timeout, which is the one in use: no round trip here is longer. */
const RTO = 1
/** Segments that move the window as one does: 1, whatever ACKs are merged, since octets are counted and not ACKs. */
const B = 1
/** The window, and not the buffer, limits where the buffer holds so many times the window of theory: sawteeth have tops. */
const ROOM = 2

/** Shares of theory that are reached: of Padhye's rate by all, of Mathis's by the base and by those with SACK. */
const PADHYE = 0.7
const MATHIS = 0.7
const MATHIS_SACK = 0.85

export interface Cell {
  /** Octets a second; seconds of all seeds. */
  goodput: number
  time: number
  /** Segments sent again, and segments that brought nothing new: of all seeds. */
  resent: number
  needless: number
}

export interface Row {
  table: Table
  loss: number
  rtt: number
  buffer: number
  cells: Cell[]
}

const mssOf = (stack: Stack): number => MTU - HEADERS - stack.options

/** Where Mathis's rate holds: few losses, and round trips beside which a timeout is short. */
const isInRange = (row: Row): boolean => row.loss > 0 && row.loss <= 0.01 && row.rtt >= 100

/** What theory says of a stack on a path, octets a second, and whether the window limits. */
function theory(row: Row, stack: Stack): { padhye: number; mathis: number; isWindow: boolean } {
  const mss = mssOf(stack)
  const rtt = row.rtt / 1000
  const wire = row.table.bandwidth ? ((row.table.bandwidth / 8) * mss) / MTU : Infinity
  const free = padhye(mss, rtt, RTO, row.loss, B, Infinity)
  const m = isInRange(row) ? mathis(mss, rtt, row.loss, B) : Infinity
  const most = isInRange(row) ? Math.max(free, m) : free
  return {
    padhye: Math.min(padhye(mss, rtt, RTO, row.loss, B, row.buffer), wire),
    mathis: m,
    isWindow: row.loss > 0 && !row.table.reorder && most * rtt * ROOM <= row.buffer,
  }
}

function cell(table: Table, loss: number, rtt: number, buffer: number, stack: Stack): Cell {
  const path = { loss, rtt, bandwidth: table.bandwidth, reorder: table.reorder }
  const isRandom = loss > 0 || table.reorder > 0
  const segments = Math.max(SEGMENTS, Math.ceil(loss && LOST / loss))
  const size = isRandom ? segments * mssOf(stack) : Math.max(16 * buffer, 1 << 20)
  const seeds = isRandom ? SEEDS : 1
  const sum = { goodput: 0, time: 0, resent: 0, needless: 0 }
  for (let seed = 1; seed <= seeds; seed++) {
    const r = transfer({ path, buffer, size, seed, stack })
    sum.goodput += r.goodput / seeds
    sum.time += r.time / 1000
    sum.resent += r.resent
    sum.needless += r.needless
  }
  return sum
}

export const row = (table: Table, loss: number, rtt: number, buffer: number): Row => ({
  table,
  loss,
  rtt,
  buffer,
  cells: STACKS.map(stack => cell(table, loss, rtt, buffer, stack)),
})

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`

/** What is below a limit, in words. */
export function faults(r: Row): string[] {
  const list: string[] = []
  for (const [i, stack] of STACKS.entries()) {
    const t = theory(r, stack)
    const { goodput } = r.cells[i]!
    const below = (what: string, share: number, of: number): void => {
      if (goodput < share * of)
        list.push(`${stack.name} ${percent(goodput, of)} of ${what}, ${percent(share, 1)} at least`)
    }
    if (t.isWindow) {
      below('Padhye', PADHYE, t.padhye)
      if (isInRange(r)) below('Mathis', stack.hasSack ? MATHIS_SACK : MATHIS, t.mathis)
    }
    // A segment with more options has less text in it. Timeouts, which are at least those after a retransmission that was
    // lost, are a matter of chance: twice the spread of their number, in both runs, is no fault of a stack.
    const before = STACKS[i - 1]
    const other = r.cells[i - 1]
    if (before && other) {
      const chance = 2 * Math.sqrt(r.loss * (r.cells[i]!.resent + other.resent)) * RTO
      const share = (r.table.notWorse * mssOf(stack)) / mssOf(before)
      below(before.name, share / (1 + (share * chance) / other.time), other.goodput)
    }
  }
  return list.map(text => `${r.table.name}, ${r.loss * 100} %, ${r.rtt} ms, ${r.buffer >> 10} KB: ${text}`)
}

const kb = (rate: number): string => (rate === Infinity ? '-' : (rate / 1000).toFixed(1)).padStart(9)
const keyOf = (loss: number, rtt: number, buffer: number): string =>
  `${(loss * 100).toFixed(1).padStart(4)} ${String(rtt).padStart(4)} ${String(buffer >> 10).padStart(6)}`

/** Text of a row: its path, what limits, the rates of theory with the segments of the base, then each stack. */
export function format(r: Row): string {
  const t = theory(r, STACKS[0]!)
  const cells = r.cells.map(x => `${kb(x.goodput)} ${`${x.needless}/${x.resent}`.padStart(13)}`)
  return `${keyOf(r.loss, r.rtt, r.buffer)}  ${t.isWindow ? 'window' : '      '} ${kb(t.padhye)} ${kb(t.mathis)} |${cells.join(' |')}`
}

/** Goodput of each stack as the text of a table has it, KB/s; none when the row is not there. */
export function recorded(text: string, loss: number, rtt: number, buffer: number): number[] {
  const line = text.split('\n').find(x => x.startsWith(`${keyOf(loss, rtt, buffer)} `)) ?? ''
  return line
    .split('|')
    .slice(1)
    .map(x => Number.parseFloat(x))
}

/** The lines above the rows. */
export function heading(table: Table): string {
  return `npm run recovery -- ${table.name}: ${table.says}

loss: % of the segments, ACKs are not lost; rtt: ms; buffer: KB at either end; window: the window limits, and not the buffer.
Then KB/s: Padhye's rate with a timeout of ${RTO} s and Mathis's where it holds (at most 1 %, at least 100 ms), both for an ACK
policy that counts octets; goodput of each stack, the mean of ${SEEDS} seeds, with the segments that arrived and brought nothing
of those sent again. Above 64 KB each stack has window scaling.

loss  rtt buffer  limit     Padhye    Mathis |${STACKS.map(s => s.name.padStart(23)).join(' |')}
`
}

/** 100 MB over 100 Mbit/s and 100 ms, with so many octets of queue in front: what part of the wire is filled with text. */
export const WIRE = { rtt: 100, bandwidth: 1e8, size: 100e6, buffer: 4 << 20, share: 0.95 } as const
export const QUEUES: readonly number[] = [0, 2500000, 1250000, 625000, 312500]

/** @returns shares of the payload capacity: of the whole transfer, of its second half */
export function wire(backlog: number, stack: Stack): { whole: number; half: number; result: Result } {
  const { rtt, bandwidth, size, buffer } = WIRE
  const result = transfer({ path: { loss: 0, rtt, bandwidth, reorder: 0, backlog }, buffer, size, seed: 1, stack })
  const capacity = ((bandwidth / 8) * result.mss) / MTU
  return { whole: result.goodput / capacity, half: result.secondHalf / capacity, result }
}

export const WIRE_HEADING = `npm run recovery -- wire: 100 MB over a wire of 100 Mbit/s and 100 ms, buffers of 4 MB, nothing lost but what the queue drops

queue: KB in front of the wire, -: all that is sent fits; then % of the wire's capacity for text in the whole transfer, and in
its second half, with the segments that arrived and brought nothing of those sent again. Each stack has window scaling.

queue |${STACKS.map(s => s.name.padStart(30)).join(' |')}
`

export function formatWire(backlog: number, runs: ReturnType<typeof wire>[]): string {
  const cells = runs.map(
    ({ whole, half, result }) =>
      `${(100 * whole).toFixed(1).padStart(8)} ${(100 * half).toFixed(1).padStart(7)} ${`${result.needless}/${result.resent}`.padStart(13)}`,
  )
  return `${(backlog ? String(backlog / 1000) : '-').padStart(5)} |${cells.join(' |')}`
}
