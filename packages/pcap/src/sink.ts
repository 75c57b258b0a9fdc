// What both formats share: blocks to a sink that may fail.
import { ensure } from '@tiny/core'
import { RECEIVED, SENT, UNKNOWN } from './const.js'
import type { CaptureFile, Sink } from './types.js'

export type Counts = { -readonly [K in 'packets' | 'octets' | 'lost' | 'error']: CaptureFile[K] }

/** Hands a block on. A sink that throws is not called again: half a block would spoil the rest of the file. */
export function emit(counts: Counts, write: Sink, b: Uint8Array, n: number, packets: number): void {
  if (counts.error !== null) {
    counts.lost += packets
    return
  }
  try {
    write(b, 0, n)
    counts.packets += packets
    counts.octets += n
  } catch (e) {
    counts.error = e ?? 'sink'
    counts.lost += packets
  }
}

/** One that cannot be called would be taken for one that fails. @throws RangeError */
export function checkSink(write: Sink): void {
  ensure(typeof write === 'function', `pcap: a sink is a function, this is ${write}`)
}

/** @throws RangeError */
export function checkPacket(
  id: number,
  interfaces: number,
  b: Uint8Array,
  o: number,
  n: number,
  direction: number,
): void {
  ensure(id >= 0 && id < interfaces && id % 1 === 0, `pcap: no interface ${id}`)
  ensure(o >= 0 && n >= 0 && o + n <= b.length && n % 1 === 0, `pcap: ${n} octets at ${o} of ${b.length}`)
  ensure(direction === UNKNOWN || direction === RECEIVED || direction === SENT, `pcap: direction ${direction}`)
}
