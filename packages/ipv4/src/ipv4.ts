// RFC 791, RFC 1122 section 3: an IPv4 host on one interface.
import { HEAD, type Host, type Link, range } from '@tiny/core'
import { assemble } from './assemble.js'
import { HEADER, HEADER_MAX } from './const.js'
import { pollReassembly, reassemble } from './reassembly.js'
import type { Ipv4, Ipv4Options } from './types.js'

/**
 * IPv4 over a link.
 *
 * @throws RangeError for options out of range, and when maxDatagram is larger than the host's room allows to answer
 */
export function ipv4(h: Host, link: Link, options?: Ipv4Options): Ipv4 {
  const most = Math.min(h.tx.length - HEAD + HEADER, 65535)
  const maxDatagram = range('ipv4: maxDatagram', options?.maxDatagram, 1500, 576, most)
  const records = range('ipv4: reassemblies', options?.reassemblies, 4, 2, 64)
  const ip = assemble(h, link, options, maxDatagram - HEADER, reassemble)
  while (ip.reassemblies.length < records)
    ip.reassemblies.push({
      b: new Uint8Array(HEADER_MAX - HEADER + maxDatagram),
      map: new Uint8Array(maxDatagram >> 3),
      src: 0,
      dst: 0,
      key: 0,
      got: 0,
      end: 0,
      size: 0,
      hl: 0,
      flags: 0,
      due: 0,
    })
  h.add({
    poll: () => pollReassembly(ip),
    used: () => ip.reassemblies.filter(r => r.got).length,
  })
  return ip
}
