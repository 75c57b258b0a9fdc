// What both formats share: blocks to a sink that may fail.
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

/** @throws RangeError */
export function checkPacket(id: number, interfaces: number, b: Uint8Array, o: number, n: number): void {
  if (!(id >= 0 && id < interfaces)) throw new RangeError(`pcap: no interface ${id}`)
  if (!(o >= 0 && n >= 0 && o + n <= b.length)) throw new RangeError(`pcap: ${n} octets at ${o} of ${b.length}`)
}
