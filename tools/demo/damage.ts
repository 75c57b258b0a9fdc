// Datagrams of known content, and what can be said of one that came back.
import { sum } from '@tiny/core'

/** Datagram number k, of n octets. */
export function content(k: number, n: number): Uint8Array {
  const data = new Uint8Array(n)
  for (let i = 0; i < n; i++) data[i] = k + i
  return data
}

/** Which datagram it is: three octets tell, and two of them decide. */
function numberOf(b: Uint8Array, o: number): number {
  const [x, y, z] = [0, 20, 40].map(i => ((b[o + i] ?? 0) - i) & 255) as [number, number, number]
  return x === y || x === z ? x : y
}

export interface Damage {
  k: number
  /** Octets that are not as they were sent. */
  wrong: number
  /**
   * Whether the Internet checksum is the same all the same. It is a sum: one flipped bit always shows, but of two in
   * the same column one may take away what the other adds. Fragments can have one each.
   */
  isUnseen: boolean
}

/** Compares n octets at o with what was sent. */
export function damage(b: Uint8Array, o: number, n: number): Damage {
  const k = numberOf(b, o)
  const sent = content(k, n)
  let wrong = 0
  for (let i = 0; i < n; i++) if (b[o + i] !== sent[i]) wrong++
  return { k, wrong, isUnseen: wrong > 0 && sum(b, o, n, 0) === sum(sent, 0, n, 0) }
}
