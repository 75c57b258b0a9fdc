import { type Dev, DLT_RAW, type Link } from '@tiny/core'
import { strict } from '@tiny/core/strict'
import { wrap } from '@tiny/core/wrap'
import { RECEIVED, SENT } from './const.js'
import type { CaptureFile, CaptureOptions, InterfaceOptions } from './types.js'

// A function of its own: not every engine of the floor has two catch clauses in one.
function textOf(thrown: unknown): string {
  try {
    return `${thrown}`
  } catch (_) {
    return 'what has no text'
  }
}

/**
 * The Dev or Link round d that writes what passes to a file: what is sent when d has taken it, what is received before
 * the layer above sees it. What d refuses is not written.
 *
 * @param d the device; its recv is set
 * @param file what pcapng() or pcap() gave
 * @throws RangeError for unknown options, and for what the format cannot say
 */
export function capture<D extends Dev | Link>(
  d: D,
  file: CaptureFile,
  options?: CaptureOptions,
): D extends Dev ? Dev : Link {
  const o = strict('capture', options ?? {})
  if (o.comment && !file.hasComments) throw new RangeError('pcap: comments are for pcapng()')
  const about: InterfaceOptions = {}
  const mac = (d as Dev).mac as Uint8Array | undefined
  if (o.name !== undefined) about.name = o.name
  if (o.snaplen !== undefined) about.snaplen = o.snaplen
  if (mac && mac.length === 6) about.mac = mac
  // What passes a Link is IP, whatever the layer below puts in front of it.
  const id = file.add(mac ? d.type : DLT_RAW, about)
  let comment = o.comment
  // What throws is not called again: the stack below and above knows nothing of it. The capture says so.
  function said(b: Uint8Array, at: number, n: number, direction: number): string {
    try {
      return `${comment?.(b, at, n, direction) ?? ''}`
    } catch (e) {
      comment = undefined
      return `comment threw ${textOf(e)}`
    }
  }
  const note = (b: Uint8Array, at: number, n: number, direction: number): void =>
    file.packet(id, b, at, n, direction, said(b, at, n, direction))
  const wrapped = wrap<Dev | Link>(
    d,
    (b, at, n, hop) => {
      const r = (d as Link).send(b, at, n, hop)
      if (r === 0) note(b, at, n, SENT)
      return r
    },
    (b, at, n, flags) => {
      note(b, at, n, RECEIVED)
      wrapped.recv(b, at, n, flags)
    },
  )
  return wrapped as D extends Dev ? Dev : Link
}
