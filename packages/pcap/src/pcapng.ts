// draft-ietf-opsawg-pcapng 4.1 (section header), 4.2 (interface description), 4.3 (enhanced packet), 3.5 (options).
import type { Env } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { align, type Block, block, put8, put16le, put32le, putOctets, putText } from './block.js'
import { clock, time } from './clock.js'
import {
  BYTE_ORDER,
  ENHANCED_PACKET,
  EPB_FLAGS,
  IF_MACADDR,
  IF_NAME,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  OPT_COMMENT,
  OPT_END,
  SECTION_HEADER,
  SHB_HARDWARE,
  SHB_OS,
  SHB_USERAPPL,
} from './const.js'
import { type Counts, checkPacket, checkSink, emit } from './sink.js'
import type { CaptureFile, InterfaceOptions, PcapngOptions, Sink } from './types.js'

// Its length is not known before the end.
function begin(k: Block, type: number): void {
  k.n = 0
  put32le(k, type)
  put32le(k, 0)
}

// The total length stands at both ends.
function end(k: Block): void {
  const n = k.n + 4
  put32le(k, n)
  k.n = 4
  put32le(k, n)
  k.n = n
}

// 3.5: an option's length is 16 bits, without the padding.
const TEXT_MAX = 65535

function text(k: Block, code: number, value: string | undefined): void {
  if (!value) return
  const at = k.n
  put32le(k, code)
  putText(k, value)
  let n = k.n - at - 4
  if (n > TEXT_MAX) {
    // Cut at the start of a character.
    n = TEXT_MAX
    while ((k.b[at + 4 + n] & 0xc0) === 0x80) n--
    k.n = at + 4 + n
  }
  k.b[at + 2] = n
  k.b[at + 3] = n >> 8
  align(k)
}

/**
 * A pcapng file of one section, to which several capture() may write. Packets carry their time in microseconds, the
 * number of their interface, their direction, and a comment on request.
 *
 * @param env the clock of the time stamps
 * @param write gets the section header before this returns, then a block a call
 * @throws RangeError for a start that is no time, and for unknown options
 */
export function pcapng(env: Env, write: Sink, options?: PcapngOptions): CaptureFile {
  const o = strict('pcapng', options ?? {})
  const now = clock(env, o.start ?? 0)
  const k = block()
  const snaplens: number[] = []
  checkSink(write)
  const file: CaptureFile & Counts = {
    packets: 0,
    octets: 0,
    lost: 0,
    error: null,
    hasComments: true,
    add(type: number, about?: InterfaceOptions) {
      strict('captureAdd', about ?? {})
      const snaplen = about?.snaplen ?? 0
      const mac = about?.mac
      if (!(type >= 0 && type === (type & 65535))) throw new RangeError(`pcap: link type ${type}`)
      if (!(snaplen >= 0 && snaplen === (snaplen | 0))) throw new RangeError(`pcap: snaplen ${snaplen}`)
      if (mac && mac.length !== 6) throw new RangeError(`pcap: mac of ${mac.length} octets`)
      begin(k, INTERFACE_DESCRIPTION)
      put32le(k, type)
      put32le(k, snaplen)
      text(k, IF_NAME, about?.name)
      if (mac) {
        put16le(k, IF_MACADDR)
        put16le(k, 6)
        putOctets(k, mac, 0, 6)
      }
      put16le(k, IF_TSRESOL)
      put16le(k, 1)
      put8(k, 6)
      align(k)
      put32le(k, OPT_END)
      end(k)
      emit(file, write, k.b, k.n, 0)
      return snaplens.push(snaplen) - 1
    },
    packet(id: number, b: Uint8Array, at: number, n: number, direction: number, comment: string) {
      checkPacket(id, snaplens.length, b, at, n, direction)
      const kept = snaplens[id] > 0 && snaplens[id] < n ? snaplens[id] : n
      const t = time(now)
      const high = Math.floor(t / 4294967296)
      begin(k, ENHANCED_PACKET)
      put32le(k, id)
      put32le(k, high)
      put32le(k, (t - high * 4294967296) | 0)
      put32le(k, kept)
      put32le(k, n)
      putOctets(k, b, at, kept)
      text(k, OPT_COMMENT, comment)
      if (direction) {
        put16le(k, EPB_FLAGS)
        put16le(k, 4)
        put32le(k, direction)
      }
      if (direction || comment) put32le(k, OPT_END)
      end(k)
      emit(file, write, k.b, k.n, 1)
    },
  }
  begin(k, SECTION_HEADER)
  put32le(k, BYTE_ORDER)
  put32le(k, 1) // version 1.0
  put32le(k, -1) // the section's length is not known
  put32le(k, -1)
  text(k, SHB_HARDWARE, o.hardware)
  text(k, SHB_OS, o.os)
  text(k, SHB_USERAPPL, o.application)
  put32le(k, OPT_END)
  end(k)
  emit(file, write, k.b, k.n, 0)
  return file
}
