// draft-ietf-opsawg-pcapng 3.1 (blocks), 3.5 (options), 4.1 to 4.4.
import {
  BYTE_ORDER,
  ENHANCED_PACKET,
  EPB_FLAGS,
  IF_NAME,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  MAX_INTERFACES,
  OPT_END,
  SECTION_HEADER,
  UNKNOWN,
} from './const.js'
import type { CapturedInterface, CapturedPacket } from './packet.js'
import { begin, fail, get16, get32, type Input, need, skip } from './source.js'

const OBSOLETE_PACKET = 2
const SIMPLE_PACKET = 3
const IF_TSOFFSET = 14
/** Type and length in front, length behind. */
const FRAME = 12
const HEAD = 8

interface Section {
  readonly interfaces: CapturedInterface[]
  /** Number of the section's first interface; those of sections before it stay. */
  first: number
  /** Of each interface: microseconds that a unit of its time takes, and those to be added. */
  readonly units: number[]
  readonly offsets: number[]
}

/** UTF-8 (RFC 3629) to text; octets that are none become U+FFFD. */
function text(b: Uint8Array, o: number, n: number): string {
  let s = ''
  for (const end = o + n; o < end; ) {
    const first = b[o++]
    const more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1
    let c = more > 0 ? first & (0x3f >> more) : more < 0 ? 0xfffd : first
    for (let k = 0; k < more; k++) {
      if (o >= end || (b[o] & 0xc0) !== 0x80) {
        c = 0xfffd
        break
      }
      c = (c << 6) | (b[o++] & 0x3f)
    }
    s += c < 0x10000 ? String.fromCharCode(c) : String.fromCharCode(0xd7c0 + (c >> 10), 0xdc00 | (c & 0x3ff))
  }
  return s
}

/** Calls f for each option from o to end. */
function options(i: Input, o: number, end: number, f: (code: number, o: number, n: number) => void): void {
  while (end - o >= 4) {
    const code = get16(i, o)
    const n = get16(i, o + 2)
    if (code === OPT_END) return
    if (n > end - o - 4) fail(i, `option ${code} of ${n} octets runs past the end of its block`)
    f(code, o + 4, n)
    o += 4 + ((n + 3) & ~3)
  }
}

function section(i: Input, s: Section): void {
  // The order of octets stands behind the length: it holds for that too.
  need(i, 16, 'a section header')
  i.isLittle = true
  if (get32(i, 8) !== BYTE_ORDER) i.isLittle = false
  if (get32(i, 8) !== BYTE_ORDER) fail(i, 'a section in no order of octets')
  if (get16(i, 12) !== 1) fail(i, `version ${get16(i, 12)}.${get16(i, 14)} of the format, 1 is known`)
  s.first = s.interfaces.length
}

function description(i: Input, s: Section, end: number): void {
  if (s.interfaces.length === MAX_INTERFACES) fail(i, `more than ${MAX_INTERFACES} interfaces`)
  let name = ''
  let unit = 1
  let offset = 0
  options(i, 16, end, (code, o, n) => {
    if (code === IF_NAME) name = text(i.b, o, n)
    else if (code === IF_TSRESOL && n) {
      const power = i.b[o] & 127
      unit = 1000000 * (i.b[o] & 128 ? 2 ** -power : 10 ** -power)
    } else if (code === IF_TSOFFSET && n >= 8) {
      const low = get32(i, i.isLittle ? o : o + 4)
      offset = 1000000 * ((get32(i, i.isLittle ? o + 4 : o) | 0) * 4294967296 + low)
    }
  })
  s.interfaces.push({ type: get16(i, 8), snaplen: get32(i, 12), name })
  s.units.push(unit)
  s.offsets.push(offset)
}

function packet(i: Input, s: Section, p: CapturedPacket, type: number, end: number): void {
  const isSimple = type === SIMPLE_PACKET
  const id = s.first + (isSimple ? 0 : type === OBSOLETE_PACKET ? get16(i, 8) : get32(i, 8))
  if (!(id < s.interfaces.length)) fail(i, `a packet of interface ${id - s.first}, which was not described`)
  const about = s.interfaces[id]
  p.b = i.b
  p.o = isSimple ? 12 : 28
  p.length = get32(i, isSimple ? 8 : 24)
  p.n = isSimple ? Math.min(p.length, about.snaplen || p.length) : get32(i, 20)
  p.id = id
  p.direction = UNKNOWN
  p.time = isSimple ? 0 : get32(i, 12) * (4294967296 * s.units[id]) + get32(i, 16) * s.units[id] + s.offsets[id]
  if (p.n > end - p.o) fail(i, `a packet of ${p.n} octets runs past the end of its block`)
  if (!isSimple)
    options(i, p.o + ((p.n + 3) & ~3), end, (code, o, n) => {
      if (code === EPB_FLAGS && n >= 4) p.direction = get32(i, o) & 3
    })
}

/** The fixed part of blocks that are read. */
function leastOf(type: number): number {
  if (type === SECTION_HEADER) return 28
  if (type === INTERFACE_DESCRIPTION) return 20
  if (type === SIMPLE_PACKET) return 16
  return type === ENHANCED_PACKET || type === OBSOLETE_PACKET ? 32 : FRAME
}

/** @returns what reads the next packet: false at the end */
export function readPcapng(i: Input, interfaces: CapturedInterface[], p: CapturedPacket): () => boolean {
  const s: Section = { interfaces, first: 0, units: [], offsets: [] }
  // The first four octets are here already.
  let isFirst = true

  /** Reads a block. @returns its type, -1 at the end of the file */
  function next(): number {
    if (!need(i, HEAD, "a block's header", true)) return -1
    const type = get32(i, 0)
    if (type === SECTION_HEADER) section(i, s)
    const n = get32(i, 4)
    if (n < leastOf(type) || n & 3) fail(i, `a block of type ${type} and ${n} octets`)
    if (leastOf(type) === FRAME) {
      // Nothing of it is wanted: it may be as long as it likes.
      skip(i, n - HEAD - 4, 'a block')
      begin(i)
      need(i, 4, "a block's end")
      if (get32(i, 0) !== n) fail(i, `a block of ${n} octets ends on another length, ${get32(i, 0)}`)
      return type
    }
    need(i, n, 'a block')
    const end = n - 4
    if (get32(i, end) !== n) fail(i, `a block of ${n} octets ends on another length, ${get32(i, end)}`)
    if (type === INTERFACE_DESCRIPTION) description(i, s, end)
    else if (type !== SECTION_HEADER) packet(i, s, p, type, end)
    return type
  }
  return () => {
    for (;;) {
      // What was read before is given up only now: a packet lies in it.
      if (!isFirst) begin(i)
      isFirst = false
      const type = next()
      if (type < 0) return false
      if (type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET) return true
    }
  }
}
