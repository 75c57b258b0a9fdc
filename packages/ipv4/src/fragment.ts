// RFC 791 2.3 and 3.2: fragmentation of what we send.
import { copy, EMSGSIZE, HEAD, put16, putSum } from '@tiny/core'
import { COPIED, FRAGMENT, HEADER, HEADER_MAX, LENGTH, MF, NOP, SUM } from './const.js'
import { IP_OUT } from './ids.js'
import { transmit } from './output.js'
import type { Fragment } from './types.js'

/**
 * Sends datagrams larger than the path MTU in fragments, unless they ask for DF. They are made in place, from the first
 * to the last: each header overwrites the end of the payload that was sent before.
 */
export function fragment(): Fragment {
  const header = new Uint8Array(HEADER_MAX)
  return (ip, hl, n, mtu, hop) => {
    const b = ip.host.tx
    const most = (mtu - hl) & ~7
    if (most < 8) return -EMSGSIZE
    copy(header, 0, b, HEAD - hl, hl)
    for (let at = 0; at < n; at += most) {
      const k = Math.min(most, n - at)
      put16(header, LENGTH, hl + k)
      put16(header, FRAGMENT, (at >> 3) | (at + k < n ? MF : 0))
      putSum(ip.host.sum, header, 0, hl, SUM, 0)
      copy(b, HEAD + at - hl, header, 0, hl)
      const error = transmit(ip, IP_OUT, b, HEAD + at - hl, hl + k, hop)
      if (error) return error
      // Options that are not copied are in the first fragment only: no operation takes their place.
      for (let i = HEADER; i < hl && header[i]; ) {
        const end = header[i] === NOP ? i + 1 : i + header[i + 1]
        if (header[i] & COPIED) i = end
        else while (i < end) header[i++] = NOP
      }
    }
    return 0
  }
}
