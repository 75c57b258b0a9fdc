import { type Host, type Link, range } from '@tiny/core'
import { assemble } from './assemble.js'
import { HEADER, MTU_LEAST } from './const.js'
import { FRAGMENT_BARE } from './ids.js'
import type { BareOptions, Ipv4 } from './types.js'

export type { BareOptions }

/**
 * IPv4 without reassembly: fragments are dropped, and counted. All else is as in ipv4().
 *
 * DEVIATES RFC 1122 3.3.2: a host MUST be able to reassemble datagrams of 576 octets, and MUST report that it gave up.
 *
 * @throws RangeError for options out of range, and for a link whose MTU is below 68: it is what can be received, for good
 */
export const bare = (h: Host, link: Link, options?: BareOptions): Ipv4 =>
  assemble(
    h,
    link,
    options,
    range('bare: MTU', Math.min(link.mtu, 65535), 0, MTU_LEAST, 65535) - HEADER,
    (ip, b, o, _hl, n) => ip.host.drop(FRAGMENT_BARE, b, o, n),
  )
