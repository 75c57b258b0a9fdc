// RFC 1042, RFC 1122 2.3.3: IEEE 802.3 frames with LLC and SNAP, received.
import { type Dev, get16, get32, type Host, put16 } from '@tiny/core'
import { wrap } from '@tiny/core/wrap'
import { ETHERTYPE, HEADER, IEEE_802, LENGTH_MAX, SNAP, TYPE_ARP } from './const.js'
import { ETH_LENGTH } from './ids.js'

/**
 * A Dev that also receives RFC 1042 encapsulation: such frames come up as Ethernet II, ARP with its hardware type 6 as
 * with 1. The frame's header is moved in the buffer that the device has handed in. What is sent stays Ethernet II (RFC 1122 2.3.3: the default).
 */
export function snap(h: Host, dev: Dev): Dev {
  const w: Dev = wrap(
    dev,
    (b, o, n) => dev.send(b, o, n),
    // input path
    (b, o, n, flags) => {
      const length = n < HEADER + SNAP ? 0 : get16(b, o + ETHERTYPE)
      if (length <= LENGTH_MAX && length >= SNAP && get32(b, o + HEADER) === (0xaaaa0300 | 0) && !get16(b, o + 18)) {
        if (length > n - HEADER) return h.drop(ETH_LENGTH, b, o, n)
        // The addresses move up to the type; what lies behind the length is padding.
        for (let i = ETHERTYPE - 1; i >= 0; i--) b[o + SNAP + i] = b[o + i]
        o += SNAP
        n = HEADER + length - SNAP
        // ARP of IEEE 802 networks says another hardware: the addresses are the same.
        if (get16(b, o + ETHERTYPE) === TYPE_ARP && n > HEADER + 1 && get16(b, o + HEADER) === IEEE_802)
          put16(b, o + HEADER, 1)
      }
      w.recv(b, o, n, flags)
      return 0 // eaten: handed up
    },
  )
  return w
}
