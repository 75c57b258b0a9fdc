import { ensure, range } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { MAX_SNAPLEN, SECTION_HEADER, UNKNOWN } from './const.js'
import type { CapturedInterface, CapturedPacket } from './packet.js'
import { isPcap, readPcap } from './readpcap.js'
import { readPcapng } from './readpcapng.js'
import { fail, get32, input, need, type Source } from './source.js'

/** What reader() may be told; optional. */
export interface ReaderOptions {
  /** Octets that a packet with its header may have, 256 to 16,777,216; 1,048,576 unless given. What is longer is refused, not allocated. */
  limit?: number
}

/** A capture file that is being read. */
export interface CaptureReader extends Readonly<CapturedPacket> {
  /** Those that the file has told of until now. */
  readonly interfaces: readonly CapturedInterface[]
  /**
   * Reads the next packet into the reader's own fields.
   *
   * @returns false at the end of the file
   * @throws RangeError that says what is wrong and at which octet, when the file ends early or contradicts itself
   */
  next(): boolean
}

/**
 * Reads a pcap or pcapng file of either order of octets, with microseconds or nanoseconds. It holds one packet at a
 * time, in a buffer that grows with what is read, up to `limit`.
 *
 * @param source gives the octets, one after the other: `(b, o, n) => readSync(fd, b, o, n)`
 * @throws RangeError when it is neither, or its header is cut short; for unknown options
 */
export function reader(source: Source, options?: ReaderOptions): CaptureReader {
  const limit = range('pcap: limit', strict('reader', options ?? {}).limit, 4 * MAX_SNAPLEN, 256, 0x1000000)
  const i = input(source, limit)
  const interfaces: CapturedInterface[] = []
  const r: CapturedPacket & { interfaces: CapturedInterface[]; next(): boolean } = {
    b: i.b,
    o: 0,
    n: 0,
    length: 0,
    time: 0,
    id: 0,
    direction: UNKNOWN,
    interfaces,
    next: () => false,
  }
  if (!need(i, 4, 'the magic number', true)) fail(i, 'the file is empty')
  // The number of a section reads the same in both orders.
  if (get32(i, 0) === SECTION_HEADER) r.next = readPcapng(i, interfaces, r)
  else {
    if (!isPcap(i)) i.isLittle = true
    if (!isPcap(i)) fail(i, 'neither a pcap nor a pcapng file')
    r.next = readPcap(i, interfaces, r)
  }
  return r
}

/** A Source over octets in memory: n at b[o], all behind o unless given. @throws RangeError for octets that are not there */
export function sourceOf(b: Uint8Array, o?: number, n?: number): Source {
  let at = o ?? 0
  const end = n === undefined ? b.length : at + n
  ensure(at >= 0 && end >= at && end <= b.length, `pcap: octets ${at} to ${end} of ${b.length}`)
  return (to, k, most) => {
    const count = Math.min(most, end - at)
    for (let j = 0; j < count; j++) to[k + j] = b[at + j]
    at += count
    return count
  }
}
