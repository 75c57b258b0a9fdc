import { EOPNOTSUPP, type FastOpenTcp, type TcpEngine } from '@tiny/core'
import { setKey } from './cookie.js'
import type { Tfo } from './types.js'

/**
 * Replaces the key of a server's cookies: by one of 16 octets, or by a drawn one. Cookies of the key before stay good, and
 * who comes with one is given a new one.
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
