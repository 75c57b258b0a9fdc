// The machine: accumulator, index register, 16 words of scratch memory, all of them int32 that are compared and divided
// as unsigned.
import {
  ADD,
  ALU,
  AND,
  DIV,
  IND,
  JEQ,
  JGE,
  JGT,
  JMP,
  LD,
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
  STX,
  SUB,
  WORDS,
  X,
} from './const.js'

/** Word of the memory, behind the program's, by which a FarLoad says that the program ends with what it returned. */
export const END: number = WORDS

/** The memory. Programs run one at a time, and none reads a word that it has not written. */
export const memory: Int32Array = /* @__PURE__ */ new Int32Array(WORDS + 1)

/** Loads what is not in the packet; i is the offset in question. Sets memory[END]: to end with what it returns? */
export type FarLoad = (code: number, i: number, a: number, x: number) => number

/** Runs a validated program. @returns its verdict as int32 */
export function run(p: Int32Array, far: FarLoad | null, b: Uint8Array, o: number, n: number): number {
  let a = 0
  let x = 0
  for (let i = 0; ; i += 4) {
    const code = p[i]
    const k = p[i + 3]
    const y = code & X ? x : k
    const op = code & 0xf0
    switch (code & 7) {
      case LD:
      case LDX: {
        const mode = code & 0xe0
        let v = k
        if (mode === LEN) v = n
        else if (mode === MEM) v = memory[k]
        else if (mode) {
          const size = 4 >> ((code >> 3) & 3)
          if (mode === IND) v = (k + x) | 0
          if (v < 0 || v > n - size) {
            if (!far) return 0
            v = far(code, v, a, x)
            if (memory[END]) return v
          } else {
            const at = o + v
            v = b[at]
            for (let j = 1; j < size; j++) v = (v << 8) | b[at + j]
          }
          if (mode === MSH) v = (v & 15) << 2
        }
        if (code & 1) x = v
        else a = v
        break
      }
      case ST:
        memory[k] = a
        break
      case STX:
        memory[k] = x
        break
      case ALU:
        if ((op === DIV || op === MOD) && !y) return 0
        a =
          (op === ADD
            ? a + y
            : op === SUB
              ? a - y
              : op === MUL
                ? Math.imul(a, y)
                : op === DIV
                  ? (a >>> 0) / (y >>> 0)
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
                              ? (a >>> 0) % (y >>> 0)
                              : a ^ y) | 0
        break
      case JMP: {
        const u = a >>> 0
        const w = y >>> 0
        const isTrue = op === JEQ ? u === w : op === JGT ? u > w : op === JGE ? u >= w : u & w
        i += 4 * (op ? p[isTrue ? i + 1 : i + 2] : k)
        break
      }
      case RET:
        return code === RET ? k : a
      default:
        if (code === MISC) x = a
        else a = x
    }
  }
}
