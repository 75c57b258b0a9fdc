// Ours against libpcap's, as it compiles without its optimiser; what the short test and the long run share.
//
// The optimiser moves tests about, so that of packets that end inside a header it asks for, tcpdump may accept one that
// tcpdump -O refuses, or the other way round. Those are counted; everywhere else the two agree, and we with both.
import { filter } from '../src/filter.ts'
import { services } from '../src/names.ts'
import { run } from '../src/run.ts'
import type { Pcap } from './pcap.ts'

export interface Outcome {
  /** What is wrong; empty when nothing is. */
  fault: string
  isTaken: boolean
  /** Packets that we refused, or accepted. */
  misses: number
  hits: number
  /** Packets about which tcpdump and tcpdump -O disagree. */
  torn: number
  /** Instructions: ours, unoptimised, optimised. */
  lengths: [number, number, number]
}

/** Whether the program loads from one of Linux's negative offsets. */
const isFar = (p: ArrayLike<number>): boolean => {
  for (let i = 0; i < p.length; i += 4) if (((p[i] ?? 0) & 0xe7) === 0x20 && ((p[i + 3] ?? 0) | 0) < 0) return true
  return false
}

/** A refusal of something that libpcap has and we leave out by name. */
export const isOwnRefusal = (message: string): boolean => /this compiler has no|not looked up/.test(message)

// libpcap looks at the first number of what it divides or shifts by, wherever that stands: `80 / ip[0]` is refused. We take it.
const isTheirs = (message: string): boolean =>
  /^(shift by more than 31 bits|division by zero|modulus by zero)$/.test(message)

export async function judge(
  judgePcap: Pcap,
  expression: string,
  type: number,
  packets: Uint8Array[],
): Promise<Outcome> {
  const out: Outcome = { fault: '', isTaken: false, misses: 0, hits: 0, torn: 0, lengths: [0, 0, 0] }
  let ours: Int32Array | null = null
  let why = ''
  try {
    ours = filter(expression, { type, names: services })
  } catch (e) {
    why = (e as Error).message
    if (!(e instanceof RangeError) || !/^filter: position \d+: /.test(why)) out.fault = `throws ${e}`
  }
  const plain = await judgePcap.compile(expression, type, false)
  const best = await judgePcap.compile(expression, type, true)
  const where = `link type ${type}: ${JSON.stringify(expression)}`
  if (ours === null || typeof plain === 'string') {
    const isKnown = ours === null ? isOwnRefusal(why) : typeof plain === 'string' && isTheirs(plain)
    if ((ours === null) !== (typeof plain === 'string') && !isKnown)
      out.fault = `${where}: ours ${why || 'takes it'}, libpcap: ${typeof plain === 'string' ? plain : 'takes it'}`
    return out
  }
  out.isTaken = true
  out.lengths = [ours.length / 4, plain.length / 4, typeof best === 'string' ? 0 : best.length / 4]
  if (ours.length > plain.length) out.fault = `${where}: ${ours.length / 4} instructions, libpcap ${plain.length / 4}`
  if (isFar(plain)) return out
  const theirs = Int32Array.from(plain)
  const optimised = typeof best === 'string' ? null : Int32Array.from(best)
  for (const b of packets) {
    const v = run(ours, b, 0, b.length)
    const want = run(theirs, b, 0, b.length)
    if (v === 0) out.misses++
    else out.hits++
    if (v !== want) out.fault ||= `${where}: ${v}, libpcap ${want}, of ${b}`
    if (optimised && run(optimised, b, 0, b.length) !== want) out.torn++
  }
  return out
}
