// The Internet checksum (RFC 1071) with SIMD: eight 16-bit words at a time, in WebAssembly. It sums in the byte order of
// WebAssembly, which is right but for an exchange of the two octets at the end (RFC 1071 2 (B)).
import { sum as portable, type Sum } from '@tiny/core'
import { FRAME_MAX } from './const.js'

/** As much of the global as is used: the libraries of the compiler have it for browsers only. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  Module: new (code: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: { sum: (from: number, to: number) => number } }
}

// sum(from, to): of the octets in between, a multiple of 32, as 32 bits that are not folded.
const CODE = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f], // type 0: (i32, i32) -> i32
  ...[0x02, 0x08, 0x01, 0x01, 0x6d, 0x01, 0x6d, 0x02, 0x00, 0x01], // import m.m: a memory
  ...[0x03, 0x02, 0x01, 0x00], // function 0 of type 0
  ...[0x07, 0x07, 0x01, 0x03, 0x73, 0x75, 0x6d, 0x00, 0x00], // export sum
]
const BODY = [
  ...[0x01, 0x01, 0x7b], // local 2: v128, four sums of 32 bits
  ...[0x02, 0x40], // block
  ...[0x20, 0x00, 0x20, 0x01, 0x4f, 0x0d, 0x00], // from >= to: out of it
  ...[0x03, 0x40], // loop
  ...[0x20, 0x02, 0x20, 0x00, 0xfd, 0x00, 0x00, 0x00, 0xfd, 0x7f], // local 2, v128.load from, i32x4.extadd_pairwise_i16x8_u
  ...[0x20, 0x00, 0xfd, 0x00, 0x00, 0x10, 0xfd, 0x7f], // v128.load from + 16, i32x4.extadd_pairwise_i16x8_u
  ...[0xfd, 0xae, 0x01, 0xfd, 0xae, 0x01, 0x21, 0x02], // i32x4.add, i32x4.add
  ...[0x20, 0x00, 0x41, 0x20, 0x6a, 0x22, 0x00], // from += 32
  ...[0x20, 0x01, 0x49, 0x0d, 0x00], // from < to: again
  ...[0x0b, 0x0b],
  ...[0x20, 0x02, 0xfd, 0x1b, 0x00, 0x20, 0x02, 0xfd, 0x1b, 0x01, 0x6a], // lane 0 + lane 1
  ...[0x20, 0x02, 0xfd, 0x1b, 0x02, 0x6a, 0x20, 0x02, 0xfd, 0x1b, 0x03, 0x6a], // + lane 2 + lane 3
  0x0b,
]

/** Octets for transmit buffers, which are summed where they lie as well: 660 of the usual size. */
const TRANSMIT = 1 << 20
/** Interfaces whose receive buffers lie in the memory of WebAssembly, where they are summed without being copied. */
const BUFFERS = 8
const PAGE = 65536
/** Below this, calling costs more than it saves. */
const SHORT = 64

interface Fast {
  readonly sum: Sum
  /** A receive buffer of FRAME_MAX octets, null when all are taken. */
  take(): Uint8Array | null
  give(b: Uint8Array): void
  /** n octets for good: Env.buffer. */
  buffer(n: number): Uint8Array
}

let fast: Fast | undefined

function make(): Fast {
  const pages = Math.ceil(((BUFFERS + 1) * FRAME_MAX + TRANSMIT) / PAGE)
  // The pages of what nobody takes are never touched.
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  const section = [0x0a, BODY.length + 2, 0x01, BODY.length, ...BODY]
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from([...CODE, ...section])), {
    m: { m: memory },
  })
  const all = memory.buffer
  const octets = new Uint8Array(all)
  const free: Uint8Array[] = []
  for (let i = BUFFERS; i; i--) free.push(new Uint8Array(all, i * FRAME_MAX, FRAME_MAX))
  let end = (BUFFERS + 1) * FRAME_MAX

  return {
    sum(b, o, n, seed) {
      if (n < SHORT || n > FRAME_MAX) return portable(b, o, n, seed)
      let p = 0
      if (b.buffer === all) p = b.byteOffset + o
      else octets.set(b.subarray(o, o + n), 0)
      const end = p + n
      const whole = p + (n & ~31)
      let s = exports.sum(p, whole) >>> 0
      s = (s & 0xffff) + (s >>> 16)
      for (p = whole; p < end - 1; p += 2) s += (octets[p] as number) | ((octets[p + 1] as number) << 8)
      if (p < end) s += octets[p] as number
      s = (s & 0xffff) + (s >>> 16)
      s = (s & 0xffff) + (s >>> 16)
      s = (s >>> 8) + ((s & 0xff) << 8) + (seed & 0xffff) + (seed >>> 16)
      s = (s & 0xffff) + (s >>> 16)
      return (s & 0xffff) + (s >>> 16)
    },
    take: () => free.pop() ?? null,
    give(b) {
      if (b.buffer === all) free.push(b)
    },
    buffer(n) {
      if (end + n > all.byteLength) return new Uint8Array(n)
      end += n
      return new Uint8Array(all, end - n, n)
    },
  }
}

/** What there is where WebAssembly has no SIMD. */
const slow: Fast = { sum: portable, take: () => null, give() {}, buffer: n => new Uint8Array(n) }

/** One for all interfaces of the program. */
export function fastSum(): Fast {
  if (fast) return fast
  try {
    fast = make()
  } catch {
    fast = slow
  }
  return fast
}
