// What raw and packet sockets have in common: a table of them, and for each a queue from the pool that is filled from the
// front until the flush empties it, so that nothing wraps.
import { copy, ENOBUFS, get32, type Host, type PacketInfo, put32, range } from '@tiny/core'
import { IDLE, MARK } from './const.js'
import type { Inbox } from './types.js'

/** Sockets of one engine. */
export interface Table<S extends Inbox> {
  /** Open ones. */
  sockets: S[]
  /** Takes a socket in. @returns it, or -ENOBUFS */
  put(s: S): S | number
  close(s: S): void
  used(): number
}

/** n octets at o are there; text and arrays, which have no set(), are none. @throws RangeError */
export function check(b: Uint8Array, o: number, n: number): void {
  if (!b.set || n >>> 0 !== n || !(o >= 0 && o + n <= b.length))
    throw new RangeError(`raw: ${n} octets at ${o} of ${b.byteLength}`)
}

/** What a socket of any kind begins with. @throws RangeError */
export function inbox<H>(
  proto: number,
  most: number,
  handlers: H,
  size: number | undefined,
  unless: number,
  last: number,
): Inbox & { handlers: H } {
  return {
    proto: range('raw: protocol', proto, 0, 0, most),
    handlers,
    size: range('raw: queue', size, unless, 64, 0x1000000),
    inbox: null,
    fill: 0,
    next: 0,
    idleAt: 0,
    lost: 0,
    told: 0,
    filter: null,
    isLocked: false,
    accept: null,
    app: undefined,
    last: new Uint8Array(last),
  }
}

/**
 * Keeps as much of the n octets at o as the filter lets pass, and two words with them.
 *
 * @param least octets that are kept, though not told of, whatever the filter says
 */
// input path
export function keep(
  h: Host,
  s: Inbox,
  id: number,
  b: Uint8Array,
  o: number,
  n: number,
  least: number,
  x: number,
  y: number,
  info: PacketInfo | null,
): number {
  const verdict = info && s.filter ? s.filter.run(b, o, n, info) : n
  const k = verdict < 0 || verdict > n ? n : verdict
  const at = s.fill + MARK
  const end = at + Math.max(k, least)
  if (!k) return 0 // eaten: not what this socket wants
  if (end > s.size || !(s.inbox ??= h.pool.take(s.size))) {
    s.lost++
    return h.drop(id, b, o, n)
  }
  put32(s.inbox, s.fill, k)
  put32(s.inbox, s.fill + 4, n)
  put32(s.inbox, s.fill + 8, x)
  put32(s.inbox, s.fill + 12, y)
  copy(s.inbox, at, b, o, end - at)
  s.fill = end
  return 0 // eaten: told at the flush
}

/**
 * The sockets of an engine, with the engine.
 *
 * @param tell of what was kept: n octets at o, of `length`, and the two words
 * @param lose of what was lost
 */
export function table<S extends Inbox>(
  h: Host,
  limit: number,
  least: number,
  tell: (s: S, b: Uint8Array, o: number, n: number, length: number, x: number, y: number) => void,
  lose: (s: S) => void,
): Table<S> {
  function free(s: S): void {
    if (s.inbox) h.pool.give(s.inbox)
    s.inbox = null
  }
  const t: Table<S> = {
    sockets: [],
    put(s) {
      if (t.sockets.length === limit) return -ENOBUFS
      t.sockets.push(s)
      return s
    },
    close(s) {
      free(s)
      // Another list: the flush that called us may still be going through this one.
      t.sockets = t.sockets.filter(other => other !== s)
      s.proto = -1
      s.fill = 0
      s.told = s.lost
    },
    used: () => t.sockets.length,
  }
  h.add({
    // What is due is done in the flush, which comes after it.
    poll() {},
    flush() {
      for (const s of t.sockets) {
        while (s.next < s.fill) {
          const b = s.inbox as Uint8Array
          const o = s.next + MARK
          const n = get32(b, s.next)
          s.next = o + Math.max(n, least)
          s.idleAt = h.wake(IDLE)
          tell(s, b, o, n, get32(b, o - 12), get32(b, o - 8), get32(b, o - 4))
        }
        s.fill = s.next = 0
        const isLost = s.lost !== s.told
        s.told = s.lost
        if (isLost) lose(s)
        // The handler may have sent, of which a packet socket has a copy by now.
        if (s.inbox && !s.fill && h.isDue(s.idleAt)) free(s)
      }
    },
    used: t.used,
  })
  return t
}
