// The machine: accumulator, index register, 16 words of scratch memory, all of them int32 that are compared and divided
// as unsigned.
import {
  ADD,
  ALU,
  AND,
  DIV,
  END,
  IND,
  JEQ,
  JGE,
  JGT,
  JMP,
  LDX,
  LEN,
  LSH,
  MEM,
  MISC,
  MOD,
  MSH,
  MUL,
  NEG,
  OR,
  RET,
  RSH,
  ST,
  SUB,
  X,
} from './const.js'

/** The memory. Programs run one at a time, and none reads a word that it has not written. */
export const memory: Int32Array = /* @__PURE__ */ new Int32Array(END + 1)

/** Loads what is not in the packet; i is the offset in question. Sets memory[END]: to end with what it returns? */
export type FarLoad = (code: number, i: number, a: number, x: number) => number

/** Runs a validated program. @returns its verdict as int32 */
export function run(p: Int32Array, b: Uint8Array, o: number, n: number, far?: FarLoad): number {
  let a = 0
  let x = 0
  for (let i = 0; ; i += 4) {
    const code = p[i]
    const kind = code & 7
    const op = code & 0xf0
    const k = p[i + 3]
    const y = code & X ? x : k
    // As unsigned numbers, for division and order.
    const u = a >>> 0
    const w = y >>> 0
    if (kind === ALU) {
      if (!w && op % 96 === DIV) return 0
      a =
        (op === ADD
          ? a + y
          : op === SUB
            ? a - y
            : op === MUL
              ? Math.imul(a, y)
              : op === DIV
                ? u / w
                : op === OR
                  ? a | y
                  : op === AND
                    ? a & y
                    : op === LSH
                      ? a << y
                      : op === RSH
                        ? a >>> y
                        : op === NEG
                          ? -a
                          : op === MOD
                            ? u % w
                            : a ^ y) | 0
    } else if (kind === JMP)
      i += 4 * (op ? p[i + ((op === JEQ ? a === y : op === JGT ? u > w : op === JGE ? u >= w : a & y) ? 1 : 2)] : k)
    else if (kind === RET) return op ? a : k
    else if (kind === MISC) {
      if (op) a = x
      else x = a
    } else if (kind > LDX) memory[k] = kind === ST ? a : x
    else {
      const mode = code & 0xe0
      let v = mode === IND ? (k + x) | 0 : mode === MEM ? memory[k] : mode === LEN ? n : k
      if ((0x26 >> (code >> 5)) & 1) {
        let size = 4 >> ((code >> 3) & 3)
        if (v < 0 || v > n - size) {
          if (!far) return 0
          v = far(code, v, a, x)
          if (memory[END]) return v
        } else {
          let at = o + v
          for (v = 0; size--; ) v = (v << 8) | b[at++]
        }
        if (mode === MSH) v = (v & 15) << 2
      }
      if (kind) x = v
      else a = v
    }
  }
}
