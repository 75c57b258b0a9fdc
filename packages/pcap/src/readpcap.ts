// draft-ietf-opsawg-pcap 4 (file header) and 5 (packet record).
import { PCAP_MAGIC } from './const.js'
import type { CapturedInterface, CapturedPacket } from './packet.js'
import { begin, fail, get16, get32, type Input, need } from './source.js'

const FILE_HEADER = 24
const RECORD_HEADER = 16
/** The same with nanoseconds. */
const NANOSECONDS_MAGIC = 0xa1b23c4d

/** Whether the first four octets, in the order set, are a classic file's. */
export const isPcap = (i: Input): boolean => get32(i, 0) === PCAP_MAGIC || get32(i, 0) === NANOSECONDS_MAGIC

/** Reads the rest of the header. @returns what reads the next packet: false at the end */
export function readPcap(i: Input, interfaces: CapturedInterface[], p: CapturedPacket): () => boolean {
  need(i, FILE_HEADER, "the file's header")
  const major = get16(i, 4)
  if (major !== 2) fail(i, `version ${major}.${get16(i, 6)} of the format, 2 is known`)
  const fraction = get32(i, 0) === PCAP_MAGIC ? 1 : 1000
  // The upper bits tell of check sequences at the end of frames.
  interfaces.push({ type: get32(i, 20) & 0xffff, snaplen: get32(i, 16), name: '' })
  return () => {
    begin(i)
    if (!need(i, RECORD_HEADER, "a packet's header", true)) return false
    const n = get32(i, 8)
    p.time = get32(i, 0) * 1000000 + get32(i, 4) / fraction
    p.length = get32(i, 12)
    need(i, RECORD_HEADER + n, 'a packet')
    p.b = i.b
    p.o = RECORD_HEADER
    p.n = n
    return true
  }
}
