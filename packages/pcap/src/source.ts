// Octets from a file that may end anywhere and say anything.

/**
 * Where a file comes from: puts up to n octets at b[o], as readSync(fd, b, o, n) does.
 *
 * @returns how many; 0 at the end of the file
 */
export type Source = (b: Uint8Array, o: number, n: number) => number

/** What has been read: one record or block at a time. */
export interface Input {
  readonly source: Source
  /** Octets that a record may have. */
  readonly limit: number
  b: Uint8Array
  /** Octets in b. */
  n: number
  /** Octets of the file before b. */
  at: number
  isLittle: boolean
}

export const input = (source: Source, limit: number): Input => ({
  source,
  limit,
  b: new Uint8Array(256),
  n: 0,
  at: 0,
  isLittle: false,
})

/** What is wrong, and where. */
export function fail(i: Input, text: string): never {
  throw new RangeError(`pcap: octet ${i.at}: ${text}`)
}

/** Forgets what was read: the next record starts here. */
export function begin(i: Input): void {
  i.at += i.n
  i.n = 0
}

function pull(i: Input, o: number, n: number): number {
  const k = i.source(i.b, o, n)
  if (!(k >= 0 && k <= n && k % 1 === 0)) throw new RangeError(`pcap: the source gave ${k} octets of ${n}`)
  return k
}

/**
 * Has n octets of the record in b.
 *
 * @param what is named when the file ends before
 * @returns false when the file ends with the record before, and `isFirst` says that it may
 */
export function need(i: Input, n: number, what: string, isFirst?: boolean): boolean {
  if (n > i.limit) fail(i, `${what} of ${n} octets, ${i.limit} at most; see limit`)
  while (i.n < n) {
    if (i.n === i.b.length) {
      // It grows with what is there, not with what is promised: a length that lies costs nothing.
      const b = new Uint8Array(Math.min(2 * i.n, n))
      for (let k = 0; k < i.n; k++) b[k] = i.b[k]
      i.b = b
    }
    const k = pull(i, i.n, Math.min(n, i.b.length) - i.n)
    if (k === 0) {
      if (isFirst && i.n === 0) return false
      fail(i, `the file ends inside ${what}, after ${i.n} octets of ${n}`)
    }
    i.n += k
  }
  return true
}

/** Passes over the n octets that follow. */
export function skip(i: Input, n: number, what: string): void {
  while (n > 0) {
    begin(i)
    const k = pull(i, 0, Math.min(n, i.b.length))
    if (k === 0) fail(i, `the file ends inside ${what}, ${n} octets before its end`)
    i.n = k
    n -= k
  }
}

/** 16 bits at o of b. */
export const get16 = ({ b, isLittle }: Input, o: number): number =>
  isLittle ? b[o] | (b[o + 1] << 8) : (b[o] << 8) | b[o + 1]

/** 32 bits at o of b, from 0 to 2^32 - 1. */
export const get32 = ({ b, isLittle }: Input, o: number): number =>
  (isLittle
    ? b[o] | (b[o + 1] << 8) | (b[o + 2] << 16) | (b[o + 3] << 24)
    : (b[o] << 24) | (b[o + 1] << 16) | (b[o + 2] << 8) | b[o + 3]) >>> 0
