// draft-ietf-opsawg-pcap 4 (file header) and 5 (packet record).
import type { Env } from '@tiny/core'
import { copy } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { block, put32le, reserve } from './block.js'
import { clock, time } from './clock.js'
import { MAX_SNAPLEN, PCAP_MAGIC } from './const.js'
import { type Counts, checkPacket, checkSink, emit } from './sink.js'
import type { CaptureFile, InterfaceOptions, PcapOptions, Sink } from './types.js'

/**
 * A file of the classic format, in microseconds. Its header is written with the first interface; a second one has to be
 * of the same link type.
 *
 * @param env the clock of the time stamps
 * @param write gets the file header, then a packet a call
 * @throws RangeError for a start that is no time, a snaplen out of range, and for unknown options
 */
export function pcap(env: Env, write: Sink, options?: PcapOptions): CaptureFile {
  const o = strict('pcap', options ?? {})
  const start = o.start ?? 0
  const now = clock(env, start)
  const snaplen = o.snaplen ?? MAX_SNAPLEN
  const k = block()
  let interfaces = 0
  let link = 0
  if (!(snaplen >= 1 && snaplen <= MAX_SNAPLEN && snaplen === (snaplen | 0)))
    throw new RangeError(`pcap: snaplen ${snaplen}`)
  checkSink(write)
  // The year 2106: it has 32 bits of seconds.
  if (start >= 4294967296000) throw new RangeError(`pcap: start ${start} is for pcapng()`)
  const file: CaptureFile & Counts = {
    packets: 0,
    octets: 0,
    lost: 0,
    error: null,
    hasComments: false,
    add(type: number, about?: InterfaceOptions) {
      strict('captureAdd', about ?? {})
      if (about?.name || about?.snaplen) throw new RangeError('pcap: name and snaplen of an interface are for pcapng()')
      if (!(type >= 0 && type === (type & 65535))) throw new RangeError(`pcap: link type ${type}`)
      if (interfaces > 0 && type !== link)
        throw new RangeError(`pcap: link types ${link} and ${type} in one file are for pcapng()`)
      if (interfaces++ > 0) return interfaces - 1
      link = type
      k.n = 0
      put32le(k, PCAP_MAGIC)
      put32le(k, 0x00040002) // version 2.4
      put32le(k, 0)
      put32le(k, 0)
      put32le(k, snaplen)
      put32le(k, type)
      emit(file, write, k.b, k.n, 0)
      return 0
    },
    packet(id: number, b: Uint8Array, at: number, n: number, direction: number, comment: string) {
      checkPacket(id, interfaces, b, at, n, direction)
      if (comment) throw new RangeError('pcap: comments are for pcapng()')
      const kept = snaplen < n ? snaplen : n
      const t = time(now)
      const seconds = Math.floor(t / 1000000)
      k.n = 0
      put32le(k, seconds | 0)
      put32le(k, t - seconds * 1000000)
      put32le(k, kept)
      put32le(k, n)
      reserve(k, kept)
      copy(k.b, k.n, b, at, kept)
      k.n += kept
      emit(file, write, k.b, k.n, 1)
    },
  }
  return file
}
