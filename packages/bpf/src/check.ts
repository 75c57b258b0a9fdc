// The rules of the kernel (bpf_check_classic and check_load_and_stores in net/core/filter.c).
import { ALU, DIV, JMP, LDX, LSH, MAX, MEM, PACKET, RET, ST, WORDS } from './const.js'

// The known codes: for each class (code & 7) a bit for each code >> 3.
const KNOWN = [0x11771, 0x411001, 1, 1, 0x3dffff, 0x3fd, 5, 0x10001]

/** Validates a program. @returns its copy, k as int32. @throws RangeError that names the instruction and the rule */
export function check(program: ArrayLike<number>): Int32Array {
  const p = new Int32Array(program)
  const n = p.length / 4
  // For each instruction a bit for each word of M that was not stored on some way to it.
  const unstored = new Int32Array(n)
  let bare = -1
  // Once at least: an empty program has no return at its end.
  let i = 0
  do {
    const o = 4 * i
    const code = p[o]
    const k = p[o + 3]
    const kind = code & 7
    const high = code >> 3
    // Instructions behind this one.
    const rest = n - i - 1
    // Jumps: how many of them are passed over.
    let t = p[o + 1]
    let f = p[o + 2]
    // More than an octet? Then: a number that an int32 does not hold?
    let excess = n % 1 || (code | t | f) >>> 8
    for (let j = o; j < o + 4; j++) if (n && program[j] !== p[j] && program[j] !== p[j] >>> 0) excess = 1
    if (code === JMP) t = f = k >>> 0
    const isLoad = (code & ~1) === MEM
    const isMemory = isLoad || (code & ~1) === ST
    bare |= unstored[i]
    const why =
      i === MAX
        ? 'more than 4096'
        : excess
          ? 'not 4 numbers in range'
          : !((KNOWN[kind] >> high) & 1)
            ? 'unknown code'
            : code % 96 === (ALU | DIV) && !k
              ? 'division by 0'
              : k >>> 0 > 31 && (code & ~16) === (ALU | LSH)
                ? 'shift by more than 31'
                : isMemory && k >>> 0 >= WORDS
                  ? 'M[] has 16 words'
                  : isLoad && (bare >> k) & 1
                    ? 'M[] loaded before it is stored'
                    : kind === JMP && (t >= rest || f >= rest)
                      ? 'jump behind the end'
                      : rest < 1 && kind !== RET
                        ? 'no return at the end'
                        : k < 0 && kind <= LDX && (PACKET >> high) & 1
                          ? 'a load at k >= 2^31 wants @tiny/bpf/linux'
                          : ''
    if (why) throw new RangeError(`bpf: instruction ${i}: ${why}`)
    if (isMemory) bare &= ~(1 << k)
    if (kind === JMP) {
      unstored[i + 1 + t] |= bare
      unstored[i + 1 + f] |= bare
      bare = 0
    }
  } while (++i < n)
  return p
}
