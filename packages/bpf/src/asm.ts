// Every form in which a program is held, from and to the one that bpf() takes.
import { get16 } from '@tiny/core'

export { assemble } from './assemble.js'
export { disassemble, printC, printNumbers, source } from './print.js'

/**
 * Reads what `tcpdump -ddd` or `-dd` prints, or bpf_asm without or with -c.
 *
 * @returns four numbers an instruction, not yet validated: bpf() does that
 * @throws RangeError when a count and the instructions behind it do not agree
 */
export function parse(text: string): Int32Array {
  const isC = /\{/.test(text)
  const words = text.match(/0x[\da-f]+|-?\d+/gi) || []
  const count = isC ? words.length / 4 : +(words[0] || NaN)
  const from = isC ? 0 : 1
  if (count % 1 || words.length - from !== 4 * count || /[^\s\dxa-f{},-]/i.test(text))
    throw new RangeError('asm: not a count and as many times four numbers, nor rows in braces')
  const p = new Int32Array(4 * count)
  for (let i = 0; i < p.length; i++) {
    const v = +words[from + i]
    if (!(v >= -0x80000000 && v <= 0xffffffff)) throw new RangeError(`asm: ${words[from + i]} is no 32-bit number`)
    p[i] = v
  }
  return p
}

/** One program from rows of code, jt, jf, k. @throws RangeError when a row has not four numbers */
export function fromRows(rows: readonly ArrayLike<number>[]): Int32Array {
  const p = new Int32Array(4 * rows.length)
  for (let i = 0; i < rows.length; i++) {
    if (rows[i].length !== 4) throw new RangeError(`asm: row ${i} has ${rows[i].length} numbers, not 4`)
    p.set(rows[i], 4 * i)
  }
  return p
}

/**
 * Reads an array of struct sock_filter: n octets at o.
 *
 * @param isLittle the machine that wrote it has the low octet first
 * @throws RangeError unless n is a multiple of 8
 */
export function unpack(b: Uint8Array, o: number, n: number, isLittle: boolean): Int32Array {
  if (n % 8) throw new RangeError(`asm: ${n} octets are no array of struct sock_filter`)
  const p = new Int32Array(n / 2)
  for (let i = 0; i < n / 8; i++) {
    const at = o + 8 * i
    const s = [get16(b, at), b[at + 2], b[at + 3], (get16(b, at + 4) << 16) | get16(b, at + 6)]
    if (isLittle) {
      s[0] = b[at] | (b[at + 1] << 8)
      s[3] = b[at + 4] | (b[at + 5] << 8) | (b[at + 6] << 16) | (b[at + 7] << 24)
    }
    p.set(s, 4 * i)
  }
  return p
}

/** Writes a program as an array of struct sock_filter. @returns 8 octets an instruction */
export function pack(p: ArrayLike<number>, isLittle: boolean): Uint8Array {
  const b = new Uint8Array(2 * p.length)
  for (let i = 0; i < p.length; i += 4) {
    const code = p[i]
    const k = p[i + 3]
    const c = [code >> 8, code & 255]
    const v = [k >>> 24, (k >> 16) & 255, (k >> 8) & 255, k & 255]
    b.set(isLittle ? c.reverse() : c, 2 * i)
    b[2 * i + 2] = p[i + 1]
    b[2 * i + 3] = p[i + 2]
    b.set(isLittle ? v.reverse() : v, 2 * i + 4)
  }
  return b
}
