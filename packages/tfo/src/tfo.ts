// RFC 7413: TCP Fast Open, in the slot of tcp.
import { copy, type FastOpenSlot, HEAD, put16, range } from '@tiny/core'
import { answered, failed } from './client.js'
import { ACK, DAY, HEADER, MAGIC, MOST_MS, OPTIONS, SYN } from './const.js'
import { putCookie, setKey } from './cookie.js'
import { headOf } from './option.js'
import type { Service, State, Tfo, TfoOptions } from './types.js'

/**
 * Fills the fastOpen slot of tcp(). By itself it changes nothing: connect() sends text in a SYN, serve() takes it.
 *
 * @throws RangeError for options out of range
 */
export function tfo(options?: TfoOptions): FastOpenSlot {
  const f: Tfo = {
    servers: [],
    limit: range('tfo: servers', options?.servers, 16, 1, 65536),
    cookieAge: range('tfo: cookieAge', options?.cookieAge, DAY, 1, MOST_MS),
    backOff: range('tfo: backOff', options?.backOff, 60000, 1, 0xffffff),
    keyAge: range('tfo: keyAge', options?.keyAge, DAY / 2, 1, MOST_MS),
    keyAt: 0,
    keys: [],
    kind: 0,
    at: 0,
    syn(e, c) {
      const state = c.fastOpen as State | null
      // FastOpenEnabled, of this listener.
      const x = c.listener?.fastOpen as Service | null | undefined
      if (x) x.asked(e, c, f, x)
      else if (state?.server && e.seg.flags & ACK) answered(e, c, f, state, state.server)
    },
    write(e, c, flags, o) {
      const state = c.fastOpen as State | null
      if (!state || !(flags & SYN)) return 0
      const b = e.h.tx
      const x = state.server
      const n = state.n
      const head = headOf(state.kind)
      if (n < 0 && x && c.tries === 1) failed(e, x)
      // 4.2: what is sent again has neither text nor the option; what has no room for the option, no text (4.2.1).
      state.n = -1
      if (n < 0 || o + head + n > HEAD + HEADER + (Math.min(c.mss, OPTIONS) & -4)) {
        state.text = 0
        return 0
      }
      b[o] = state.kind
      b[o + 1] = head + n
      if (head > 2) put16(b, o + 2, MAGIC)
      if (x) copy(b, o + head, x.cookie.b, 0, n)
      else putCookie(e, c, f.keys[0], b, o + head)
      return head + n
    },
    closed(e, c) {
      const state = c.fastOpen as State | null
      if (!state) return
      const { server } = state
      if (c.isPassive) c.heardAt = e.h.time()
      // 4.1.3.1: an ICMP error has ended it.
      else if (server && c.code && c.sndUna === c.iss && !c.tries) failed(e, server)
    },
  }
  if (options?.key) setKey(f, undefined, options.key)
  return f
}
