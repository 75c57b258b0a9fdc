// Capture files: classic pcap and pcapng in, classic pcap out.
import { type CapturedInterface, reader, sourceOf } from '@tiny/pcap/read'

/** A packet of a capture. */
export interface Captured {
  /** Link type, as in DLT_*. */
  type: number
  /** Microseconds since 1970. */
  micros: number
  b: Uint8Array
  /** Octets that the packet had on the wire. */
  length: number
}

/** Link types as files number them, and as libpcap does; the others are the same. */
const dlt = (type: number): number => (type === 12 || type === 14 ? 101 : type)

const fail = (what: string): never => {
  throw new Error(what)
}

function* classic(file: Uint8Array): Generator<Captured> {
  const v = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const magic = v.getUint32(0, true)
  const isLittle = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d
  const isNano = v.getUint32(0, isLittle) === 0xa1b23c4d
  const type = dlt(v.getUint32(20, isLittle) & 0x0fffffff)
  for (let o = 24; o < file.length; ) {
    if (o + 16 > file.length) fail('truncated dump file: a header ends early')
    const n = v.getUint32(o + 8, isLittle)
    if (o + 16 + n > file.length)
      fail(`truncated dump file; tried to read ${n} captured bytes, only got ${file.length - o - 16}`)
    const fraction = v.getUint32(o + 4, isLittle)
    yield {
      type,
      micros: v.getUint32(o, isLittle) * 1e6 + (isNano ? Math.floor(fraction / 1000) : fraction),
      b: file.subarray(o + 16, o + 16 + n),
      length: v.getUint32(o + 12, isLittle),
    }
    o += 16 + n
  }
}

// What @tiny/pcap/read finds wrong names the octet; in front of it stands what tcpdump would call it.
function damaged(e: unknown): never {
  const why = (e as Error).message
  throw new Error(`${/the file ends/.test(why) ? 'truncated' : 'damaged'} dump file: ${why}`)
}

function* ng(file: Uint8Array): Generator<Captured> {
  try {
    const r = reader(sourceOf(file))
    while (r.next()) {
      const { type } = r.interfaces[r.id] as CapturedInterface
      yield { type: dlt(type), micros: Math.floor(r.time), b: r.b.slice(r.o, r.o + r.n), length: r.length }
    }
  } catch (e) {
    // Only the reader throws a RangeError here: what the packets are used for happens outside.
    if (e instanceof RangeError) damaged(e)
    throw e
  }
}

/** The packets of a file, in order. @throws Error for what is no capture, or ends early */
export function packets(file: Uint8Array): Generator<Captured> {
  if (file.length < 24) throw new Error('truncated dump file')
  const first = ((file[0] ?? 0) << 24) | ((file[1] ?? 0) << 16) | ((file[2] ?? 0) << 8) | (file[3] ?? 0)
  if (first === 0x0a0d0d0a) return ng(file)
  const known = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1]
  if (!known.includes(first >>> 0)) throw new Error('unknown file format')
  return classic(file)
}

/** Header of a classic pcap file. */
export function fileHeader(type: number): Uint8Array {
  const v = new DataView(new ArrayBuffer(24))
  v.setUint32(0, 0xa1b2c3d4, true)
  v.setUint16(4, 2, true)
  v.setUint16(6, 4, true)
  v.setUint32(16, 262144, true)
  v.setUint32(20, type, true)
  return new Uint8Array(v.buffer)
}

/** A packet of a classic pcap file. */
export function record(p: Captured): Uint8Array {
  const out = new Uint8Array(16 + p.b.length)
  const v = new DataView(out.buffer)
  v.setUint32(0, Math.floor(p.micros / 1e6), true)
  v.setUint32(4, p.micros % 1e6, true)
  v.setUint32(8, p.b.length, true)
  v.setUint32(12, p.length, true)
  out.set(p.b, 16)
  return out
}
