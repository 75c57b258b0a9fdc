// A block in the making: octets in a buffer that grows to the longest block and is then used again.
import { copy } from '@tiny/core'

export interface Block {
  b: Uint8Array
  /** Octets written. */
  n: number
}

export const block = (): Block => ({ b: new Uint8Array(256), n: 0 })

/** Makes room for n more octets. */
export function reserve(k: Block, n: number): void {
  if (k.n + n <= k.b.length) return
  // A power of two would waste half of a small machine: as much as is needed, and an eighth.
  const b = new Uint8Array(k.n + n + ((k.n + n) >> 3))
  copy(b, 0, k.b, 0, k.n)
  k.b = b
}

export function put8(k: Block, v: number): void {
  reserve(k, 1)
  k.b[k.n++] = v
}

/** 16 bits, little-endian. */
export function put16le(k: Block, v: number): void {
  reserve(k, 2)
  k.b[k.n] = v
  k.b[k.n + 1] = v >> 8
  k.n += 2
}

/** 32 bits, little-endian. */
export function put32le(k: Block, v: number): void {
  put16le(k, v)
  put16le(k, v >> 16)
}

/** n octets, filled up with zeros to a multiple of four. */
export function putOctets(k: Block, b: Uint8Array, o: number, n: number): void {
  reserve(k, n + 3)
  copy(k.b, k.n, b, o, n)
  k.n += n
  align(k)
}

/** Zeros up to a multiple of four. */
export function align(k: Block): void {
  while (k.n & 3) put8(k, 0)
}

/** Text as UTF-8 (RFC 3629); half of a surrogate pair becomes U+FFFD. */
export function putText(k: Block, text: string): void {
  for (let i = 0; i < text.length; i++) {
    let c = text.charCodeAt(i)
    if (c >= 0xd800 && c < 0xe000) {
      const low = c < 0xdc00 ? text.charCodeAt(i + 1) : 0
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
        i++
      } else c = 0xfffd
    }
    if (c < 0x80) put8(k, c)
    else {
      if (c < 0x800) put8(k, 0xc0 | (c >> 6))
      else {
        if (c < 0x10000) put8(k, 0xe0 | (c >> 12))
        else {
          put8(k, 0xf0 | (c >> 18))
          put8(k, 0x80 | ((c >> 12) & 63))
        }
        put8(k, 0x80 | ((c >> 6) & 63))
      }
      put8(k, 0x80 | (c & 63))
    }
  }
}
