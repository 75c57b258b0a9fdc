// RFC 1122 3.2.1.3 (g), RFC 1112 6.1: what is sent to oneself, or to a group of one's own.
import { CAP_LOCAL, ENOBUFS, get32, type Host, type Link, LOOPED, range, SUM_GOOD } from '@tiny/core'
import { peek, push, queue, shift, size, tidy } from '@tiny/core/queue'
import { wrap } from '@tiny/core/wrap'
import { LOCAL_FULL } from './ids.js'

/** What local() may be told; optional. */
export interface LocalOptions {
  /** Octets that may be on their way, a power of two of 256 or more; 4,096 unless given. Taken from the pool while there is something in it. */
  queue?: number
}

/**
 * A Link that also delivers what is sent to the own address, to 127.0.0.0/8, and copies of what is sent to groups and
 * broadcast addresses: by the next poll, as a wire would.
 */
export function local(h: Host, link: Link, options?: LocalOptions): Link {
  const q = queue(range('local: queue', options?.queue, 4096, 256, 0x40000000))
  const b = new Uint8Array(Math.min(q.ring.size, 65535))
  const w: Link = wrap(
    link,
    (b, o, n, hop) => {
      const isGroup = hop >>> 28 === 14 || hop === -1
      const isLocal = hop >>> 24 === 127 || (!!w.address && hop === get32(w.address, 0))
      if (isGroup || isLocal) {
        const isTaken = push(h.pool, q, 0, b, o, n)
        if (!isTaken) h.drop(LOCAL_FULL, b, o, n)
        h.wake(0)
        if (isLocal) return isTaken ? 0 : -ENOBUFS
      }
      return link.send(b, o, n, hop)
    },
    (b, o, n, flags) => w.recv(b, o, n, flags),
    CAP_LOCAL,
  )
  h.add({
    poll() {
      // What comes of this delivery is for the next poll.
      for (let k = q.length; k--; ) {
        const n = size(q)
        peek(q, 0, b, 0, n)
        shift(q, h.time())
        w.recv(b, 0, n, LOOPED | SUM_GOOD)
      }
      const left = tidy(h.pool, q, h.time())
      if (left >= 0) h.wake(left)
    },
    used: () => q.length,
  })
  return w
}
