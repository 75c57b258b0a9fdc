// The Internet checksum in every form that came to mind. Core's own has to be the fastest of those on plain octets, for
// those run on every engine; a DataView and wider views are for machines that hand in a `sum` of their own.
import { sum as own, type Sum } from '@tiny/core'

/** A header, a header with what TCP puts behind it, and packets. */
const LENGTHS = [20, 40, 576, 1460]
const ROUNDS = 31
/** Octets summed in each timing. */
const OCTETS = 1_000_000
/** How much faster another plain form may be, over all lengths: more than noise is a defect of core. */
const MARGIN = 1.05

const fold = (s: number): number => {
  s = (s & 0xffff) + (s >>> 16)
  return (s & 0xffff) + (s >>> 16)
}
const lanes = (high: number, low: number): number => fold(low + (high >> 8) + ((high & 255) << 8))

const pairs: Sum = (b, o, n, seed) => {
  let s = seed
  const end = o + n - 1
  for (; o < end; o += 2) s += (b[o]! << 8) | b[o + 1]!
  if (o === end) s += b[o]! << 8
  return fold(s)
}

const pairsBy4: Sum = (b, o, n, seed) => {
  let s = seed
  const end = o + n
  for (const last = end - 7; o < last; o += 8)
    s +=
      ((b[o]! << 8) | b[o + 1]!) +
      ((b[o + 2]! << 8) | b[o + 3]!) +
      ((b[o + 4]! << 8) | b[o + 5]!) +
      ((b[o + 6]! << 8) | b[o + 7]!)
  for (; o < end - 1; o += 2) s += (b[o]! << 8) | b[o + 1]!
  if (o < end) s += b[o]! << 8
  return fold(s)
}

const lanesBy1: Sum = (b, o, n, seed) => {
  let high = 0
  let low = seed
  const end = o + n
  for (; o < end - 1; o += 2) {
    high += b[o]!
    low += b[o + 1]!
  }
  if (o < end) high += b[o]!
  return lanes(high, low)
}

const lanesBy4: Sum = (b, o, n, seed) => {
  let high = 0
  let low = seed
  const end = o + n
  for (const last = end - 7; o < last; o += 8) {
    high += b[o]! + b[o + 2]! + b[o + 4]! + b[o + 6]!
    low += b[o + 1]! + b[o + 3]! + b[o + 5]! + b[o + 7]!
  }
  for (; o < end - 1; o += 2) {
    high += b[o]!
    low += b[o + 1]!
  }
  if (o < end) high += b[o]!
  return lanes(high, low)
}

const lanesBy8: Sum = (b, o, n, seed) => {
  let high = 0
  let low = seed
  const end = o + n
  for (const last = end - 15; o < last; o += 16) {
    high += b[o]! + b[o + 2]! + b[o + 4]! + b[o + 6]! + b[o + 8]! + b[o + 10]! + b[o + 12]! + b[o + 14]!
    low += b[o + 1]! + b[o + 3]! + b[o + 5]! + b[o + 7]! + b[o + 9]! + b[o + 11]! + b[o + 13]! + b[o + 15]!
  }
  for (; o < end - 1; o += 2) {
    high += b[o]!
    low += b[o + 1]!
  }
  if (o < end) high += b[o]!
  return lanes(high, low)
}

const lanesBy16: Sum = (b, o, n, seed) => {
  let high = 0
  let low = seed
  const end = o + n
  for (const last = end - 31; o < last; o += 32) {
    high += b[o]! + b[o + 2]! + b[o + 4]! + b[o + 6]! + b[o + 8]! + b[o + 10]! + b[o + 12]! + b[o + 14]!
    low += b[o + 1]! + b[o + 3]! + b[o + 5]! + b[o + 7]! + b[o + 9]! + b[o + 11]! + b[o + 13]! + b[o + 15]!
    high += b[o + 16]! + b[o + 18]! + b[o + 20]! + b[o + 22]! + b[o + 24]! + b[o + 26]! + b[o + 28]! + b[o + 30]!
    low += b[o + 17]! + b[o + 19]! + b[o + 21]! + b[o + 23]! + b[o + 25]! + b[o + 27]! + b[o + 29]! + b[o + 31]!
  }
  for (; o < end - 1; o += 2) {
    high += b[o]!
    low += b[o + 1]!
  }
  if (o < end) high += b[o]!
  return lanes(high, low)
}

/** The same with offsets of which the engine knows that they are small: additions without checks. */
const lanesBy8Known: Sum = (b, o, n, seed) => {
  let high = 0
  let low = seed
  const end = (o + n) & 0x1fffffff
  for (o &= 0x1fffffff; o < end - 15; o += 16) {
    high += b[o]! + b[o + 2]! + b[o + 4]! + b[o + 6]! + b[o + 8]! + b[o + 10]! + b[o + 12]! + b[o + 14]!
    low += b[o + 1]! + b[o + 3]! + b[o + 5]! + b[o + 7]! + b[o + 9]! + b[o + 11]! + b[o + 13]! + b[o + 15]!
  }
  for (; o < end - 1; o += 2) {
    high += b[o]!
    low += b[o + 1]!
  }
  if (o < end) high += b[o]!
  return lanes(high, low)
}

/** The same with twice the round: faster where there is much to sum, slower for a header. */
const lanesBy16Known: Sum = (b, o, n, seed) => {
  let high = 0
  let low = seed
  const end = (o + n) & 0x1fffffff
  for (o &= 0x1fffffff; o < end - 31; o += 32) {
    high += b[o]! + b[o + 2]! + b[o + 4]! + b[o + 6]!
    low += b[o + 1]! + b[o + 3]! + b[o + 5]! + b[o + 7]!
    high += b[o + 8]! + b[o + 10]! + b[o + 12]! + b[o + 14]!
    low += b[o + 9]! + b[o + 11]! + b[o + 13]! + b[o + 15]!
    high += b[o + 16]! + b[o + 18]! + b[o + 20]! + b[o + 22]!
    low += b[o + 17]! + b[o + 19]! + b[o + 21]! + b[o + 23]!
    high += b[o + 24]! + b[o + 26]! + b[o + 28]! + b[o + 30]!
    low += b[o + 25]! + b[o + 27]! + b[o + 29]! + b[o + 31]!
  }
  for (; o < end - 1; o += 2) {
    high += b[o]!
    low += b[o + 1]!
  }
  if (o < end) high += b[o]!
  return lanes(high, low)
}

const pairsKnown: Sum = (b, o, n, seed) => {
  let s = seed
  const end = (o + n) & 0x1fffffff
  for (o &= 0x1fffffff; o < end - 7; o += 8)
    s +=
      ((b[o]! << 8) | b[o + 1]!) +
      ((b[o + 2]! << 8) | b[o + 3]!) +
      ((b[o + 4]! << 8) | b[o + 5]!) +
      ((b[o + 6]! << 8) | b[o + 7]!)
  for (; o < end - 1; o += 2) s += (b[o]! << 8) | b[o + 1]!
  if (o < end) s += b[o]! << 8
  return fold(s)
}

/** Sums that do not wait for each other. */
const fourLanes: Sum = (b, o, n, seed) => {
  let [h0, h1, l0, l1] = [0, 0, seed, 0]
  const end = o + n
  for (const last = end - 15; o < last; o += 16) {
    h0 += b[o]! + b[o + 2]! + b[o + 4]! + b[o + 6]!
    l0 += b[o + 1]! + b[o + 3]! + b[o + 5]! + b[o + 7]!
    h1 += b[o + 8]! + b[o + 10]! + b[o + 12]! + b[o + 14]!
    l1 += b[o + 9]! + b[o + 11]! + b[o + 13]! + b[o + 15]!
  }
  for (; o < end - 1; o += 2) {
    h0 += b[o]!
    l0 += b[o + 1]!
  }
  if (o < end) h0 += b[o]!
  return lanes(h0 + h1, l0 + l1)
}

/** One lane of 32 bits: an octet of each half at once. */
const packed: Sum = (b, o, n, seed) => {
  let odd = seed
  let s = 0
  const end = o + n
  // 128 additions of two octets fit into the halves.
  while (o < end - 3) {
    const stop = Math.min(end - 3, o + 512)
    let x = 0
    let y = 0
    for (; o < stop; o += 4) {
      x += b[o]! | (b[o + 2]! << 16)
      y += b[o + 1]! | (b[o + 3]! << 16)
    }
    s += (x & 0xffff) + (x >>> 16)
    odd += (y & 0xffff) + (y >>> 16)
  }
  for (; o < end - 1; o += 2) {
    s += b[o]!
    odd += b[o + 1]!
  }
  if (o < end) s += b[o]!
  return lanes(s, odd)
}

/** A view for each array, as a machine would keep them for its few buffers. */
const views = new WeakMap<Uint8Array, DataView>()
let lastArray: Uint8Array | undefined
let lastView: DataView = new DataView(new ArrayBuffer(0))
function viewOf(b: Uint8Array): DataView {
  if (b !== lastArray) {
    lastView = views.get(b) ?? new DataView(b.buffer, b.byteOffset, b.length)
    views.set(b, lastView)
    lastArray = b
  }
  return lastView
}

const dataView: Sum = (b, o, n, seed) => {
  const v = viewOf(b)
  let s = seed
  const end = o + n
  for (; o < end - 1; o += 2) s += v.getUint16(o)
  if (o < end) s += b[o]! << 8
  return fold(s)
}

const dataViewBy4: Sum = (b, o, n, seed) => {
  const v = viewOf(b)
  let s = seed
  const end = o + n
  for (const last = end - 7; o < last; o += 8)
    s += v.getUint16(o) + v.getUint16(o + 2) + v.getUint16(o + 4) + v.getUint16(o + 6)
  for (; o < end - 1; o += 2) s += v.getUint16(o)
  if (o < end) s += b[o]! << 8
  return fold(s)
}

const dataViewBy8Known: Sum = (b, o, n, seed) => {
  const v = viewOf(b)
  let s = seed
  const end = (o + n) & 0x1fffffff
  for (o &= 0x1fffffff; o < end - 15; o += 16) {
    s += v.getUint16(o) + v.getUint16(o + 2) + v.getUint16(o + 4) + v.getUint16(o + 6)
    s += v.getUint16(o + 8) + v.getUint16(o + 10) + v.getUint16(o + 12) + v.getUint16(o + 14)
  }
  for (; o < end - 1; o += 2) s += v.getUint16(o)
  if (o < end) s += b[o]! << 8
  return fold(s)
}

/** Words of 32 bits, their halves added up apart. */
const dataViewOf32: Sum = (b, o, n, seed) => {
  const v = viewOf(b)
  let high = 0
  let low = seed
  const end = (o + n) & 0x1fffffff
  for (o &= 0x1fffffff; o < end - 15; o += 16) {
    const [x, y, z, w] = [v.getInt32(o), v.getInt32(o + 4), v.getInt32(o + 8), v.getInt32(o + 12)]
    high += (x >>> 16) + (y >>> 16) + (z >>> 16) + (w >>> 16)
    low += (x & 0xffff) + (y & 0xffff) + (z & 0xffff) + (w & 0xffff)
  }
  for (; o < end - 1; o += 2) low += v.getUint16(o)
  if (o < end) low += b[o]! << 8
  return fold(fold(high) + low)
}

interface Form {
  name: string
  sum: Sum
  isPlain: boolean
}
const FORMS: Form[] = [
  { name: "core's own", sum: own, isPlain: true },
  { name: 'octet pairs', sum: pairs, isPlain: true },
  { name: 'octet pairs x 4', sum: pairsBy4, isPlain: true },
  { name: 'two lanes', sum: lanesBy1, isPlain: true },
  { name: 'two lanes x 4', sum: lanesBy4, isPlain: true },
  { name: 'two lanes x 8', sum: lanesBy8, isPlain: true },
  { name: 'two lanes x 16', sum: lanesBy16, isPlain: true },
  { name: 'octet pairs x 4, known', sum: pairsKnown, isPlain: true },
  { name: 'two lanes x 8, known', sum: lanesBy8Known, isPlain: true },
  { name: 'two lanes x 16, known', sum: lanesBy16Known, isPlain: true },
  { name: 'four lanes x 4', sum: fourLanes, isPlain: true },
  { name: 'two octets in a word', sum: packed, isPlain: true },
  { name: 'DataView', sum: dataView, isPlain: false },
  { name: 'DataView x 4', sum: dataViewBy4, isPlain: false },
  { name: 'DataView x 8, known', sum: dataViewBy8Known, isPlain: false },
  { name: 'DataView, 32 bits x 4', sum: dataViewOf32, isPlain: false },
]

const buffers = Array.from({ length: 8 }, (_, k) =>
  Uint8Array.from({ length: 2048 }, (_, i) => (i * 31 + k * 7) ^ (i >> 3)),
)
let sink = 0

/** Nanoseconds for a checksum of about n octets, the array, offset and length being another one each time. */
function timeOf(sum: Sum, n: number): number {
  const times = Math.ceil(OCTETS / n)
  let s = 0
  const start = process.hrtime.bigint()
  for (let i = 0; i < times; i++) s ^= sum(buffers[i & 7]!, (i * 5) & 63, n - (i & 3), s)
  const ns = Number(process.hrtime.bigint() - start) / times
  sink ^= s
  return ns
}

export function run(): boolean {
  for (const { name, sum } of FORMS)
    for (let n = 0; n < 300; n++)
      if (sum(buffers[n & 7]!, n & 31, n, n * 55924) !== own(buffers[n & 7]!, n & 31, n, n * 55924))
        throw new Error(`${name} is wrong for ${n} octets`)
  // In each round all forms are timed, another one first each time: ratios are taken within a round, and the middle one counts.
  const times = FORMS.map(() => LENGTHS.map((): number[] => []))
  for (let round = 0; round < ROUNDS; round++)
    for (const [l, n] of LENGTHS.entries())
      for (let k = 0; k < FORMS.length; k++) {
        const f = (k + round) % FORMS.length
        times[f]![l]!.push(timeOf(FORMS[f]!.sum, n))
      }
  const middle = (list: number[]): number => list.slice().sort((x, y) => x - y)[list.length >> 1]!
  const ratio = (f: number, l: number): number => middle(times[f]![l]!.map((ns, round) => ns / times[0]![l]![round]!))

  console.log('sum, nanoseconds (in brackets: times those of core); arrays, offsets and lengths vary')
  console.log(`  ${'octets'.padEnd(22)}${LENGTHS.map(n => `${n}`.padStart(14)).join('')}`)
  for (const [f, { name, isPlain }] of FORMS.entries()) {
    const cells = LENGTHS.map((_, l) => `${middle(times[f]![l]!).toFixed(0)} (${ratio(f, l).toFixed(2)})`.padStart(14))
    console.log(`  ${name.padEnd(22)}${cells.join('')}${isPlain ? '' : '   needs a DataView'}`)
  }
  const rivals = FORMS.map((form, f) => ({
    form,
    mean: LENGTHS.reduce((x, _, l) => x + ratio(f, l) / LENGTHS.length, 0),
  }))
  const [first] = rivals.filter(({ form }) => form.isPlain).sort((x, y) => x.mean - y.mean)
  const ahead = 1 / first!.mean
  console.log(
    `  fastest on plain octets over all lengths: ${first!.form.name}${ahead > 1 ? `, by ${((ahead - 1) * 100).toFixed(0)} %` : ''}; limit 5 %`,
  )
  return ahead <= MARGIN && sink >= -1e9
}
