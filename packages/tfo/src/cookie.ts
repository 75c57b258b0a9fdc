// RFC 7413 4.1.2: cookies of a server, and the keys that make them.
import { EOPNOTSUPP, ensure, type FastOpenTcp, get32, hash, put32, type Tcb, type TcpEngine } from '@tiny/core'
import type { Tfo } from './types.js'

const out = /* @__PURE__ */ new Int32Array(2)

/** Writes the cookie of a peer: a keyed hash of its address and ours. */
export function putCookie(e: TcpEngine, c: Tcb, key: Int32Array, b: Uint8Array, o: number): void {
  hash(key, e.pairs, c.at, 2 * e.ip.alen, out)
  put32(b, o, out[0])
  put32(b, o + 4, out[1])
}

/** A key that is given, or one that is drawn. The one before stays good. */
export function setKey(f: Tfo, e: TcpEngine | undefined, octets: Uint8Array | undefined): void {
  const key = new Int32Array(4)
  if (octets) {
    ensure(octets.length === 16, 'tfo: a key has 16 octets')
    f.keyAge = 0
  }
  if (e) f.keyAt = e.h.time()
  for (let i = 0; i < 4; i++) key[i] = octets ? get32(octets, 4 * i) : e ? e.h.env.rand() : 0
  f.keys.unshift(key)
  if (f.keys.length > 2) f.keys.pop()
}

/**
 * Replaces the key of a server's cookies: by one of 16 octets, or by a drawn one. Cookies of the key before stay good, and
 * who comes with one is given a new one. A key that was given, here or to tfo(), is replaced by rotate() alone.
 *
 * @returns 0, or -EOPNOTSUPP: tcp() was given no tfo()
 * @throws RangeError for a key of another length
 * @see RFC 7413 4.1.2
 */
export function rotate(t: FastOpenTcp, key?: Uint8Array): number {
  const e = t as FastOpenTcp & TcpEngine
  if (!e.fastOpen) return -EOPNOTSUPP
  setKey(e.fastOpen as Tfo, e, key)
  return 0
}
