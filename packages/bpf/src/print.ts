// The notations of `tcpdump -d` (libpcap's bpf_image), `-dd` and `-ddd`, and of bpf_asm.
import { A, ABS, ALU, B, IMM, IND, JA, JMP, LD, LDX, LEN, MEM, MISC, MSH, NEG, RET, ST, STX, TXA, X } from './const.js'
import { ALU_NAMES, areaName, JUMP_NAMES, SIZES } from './mnemonics.js'

const hex = (k: number): string => `0x${(k >>> 0).toString(16)}`

function padded(text: string, n: number): string {
  while (text.length < n) text += ' '
  return text
}

/** Operations whose constant is a pattern of bits rather than a number: or, and, xor, and the jumps. */
const isPattern = (name: string): boolean => /^(or|and|xor|j)/.test(name)

// The operand of a load, or an empty string when there is no such load.
function place(code: number, k: number, isSource: boolean): string {
  const mode = code & 0xe0
  const isWord = !(code & 0x18)
  if ((code & 0x18) === 0x18) return ''
  if (code === (LDX | B | MSH)) return `4*([${isSource ? hex(k) : k}]&0xf)`
  if ((code & 7) === LDX && (mode === ABS || mode === IND)) return ''
  if (mode === ABS || mode === IND) {
    const name = areaName(k)
    if (isSource && name && mode === ABS && name !== 'xor_x')
      return name === 'vlanp' ? 'vlan_avail' : name === 'random' ? 'rand' : name
    const at = isSource && k < 0 ? hex(k) : `${k}`
    return mode === IND ? `[x + ${at}]` : `[${name && !isSource ? name : at}]`
  }
  if (!isWord) return ''
  return mode === IMM
    ? `#${hex(k)}`
    : mode === MEM
      ? `M[${k}]`
      : mode === LEN && !k
        ? isSource
          ? 'len'
          : '#pktlen'
        : ''
}

// Name and operand, side by side; the name is empty when the notation has nothing for these numbers.
function words(code: number, k: number, isSource: boolean): string[] {
  const kind = code & 7
  const op = code & 0xf0
  const bare = code & X ? 'x' : ''
  const none = ['', '']
  if (code < 0 || code > 255) return none
  if (kind === LD || kind === LDX) {
    const operand = place(code, k, isSource)
    return operand ? [`ld${kind === LDX ? 'x' : ''}${SIZES[(code >> 3) & 3]}`, operand] : none
  }
  if (code === ST || code === STX) return [code === ST ? 'st' : 'stx', `M[${k}]`]
  if (kind === ALU || kind === JMP) {
    const name = (kind === ALU ? ALU_NAMES : JUMP_NAMES)[op >> 4]
    if (!name || (bare && (k || name === 'neg' || name === 'ja')) || (code === (ALU | NEG) && k)) return none
    if (code === (ALU | NEG)) return [name, '']
    return [name, bare || (isPattern(name) ? `#${hex(k)}` : `#${k}`)]
  }
  if (code === RET) return ['ret', `#${k}`]
  if (code === (RET | A) && !k) return ['ret', isSource ? 'a' : '']
  if (code === MISC && !k) return ['tax', '']
  if (code === (MISC | TXA) && !k) return ['txa', '']
  return none
}

function line(p: ArrayLike<number>, i: number, isSource: boolean): string {
  const code = p[4 * i]
  const jt = p[4 * i + 1]
  const jf = p[4 * i + 2]
  const k = p[4 * i + 3] | 0
  const isJump = (code & 7) === JMP && code !== (JMP | JA)
  const pair = words(code, k, isSource)
  let name = pair[0]
  let operand = pair[1]
  if (!name || (!isJump && (jt || jf))) {
    name = '.insn'
    operand = `${hex(code)} ${jt} ${jf} ${hex(k)}`
  } else if (code === (JMP | JA)) operand = isSource ? `l${i + 1 + k}` : `${(i + 1 + k) | 0}`
  else if (isJump && !isSource) operand = `${padded(operand, 16)} jt ${i + 1 + jt}\tjf ${i + 1 + jf}`
  else if (isJump) operand += `, l${i + 1 + jt}, l${i + 1 + jf}`
  return isSource && !operand ? name : `${padded(name, 8)} ${operand}`
}

/**
 * Prints a program as `tcpdump -d` does, an instruction a line. What that notation cannot hold, unknown codes and numbers
 * in fields that the instruction does not have, is printed as `.insn code jt jf k`, which assemble() reads too.
 */
export function disassemble(p: ArrayLike<number>): string {
  let text = ''
  for (let i = 0; i < p.length / 4; i++) text += `(${`00${i}`.slice(i > 999 ? -4 : -3)}) ${line(p, i, false)}\n`
  return text
}

/** Prints a program as source for bpf_asm, labels where jumps go to. */
export function source(p: ArrayLike<number>): string {
  const isTarget: boolean[] = []
  const n = p.length / 4
  for (let i = 0; i < n; i++) isTarget.push(false)
  for (let i = 0; i < n; i++) {
    if ((p[4 * i] & 7) !== JMP) continue
    const isAlways = p[4 * i] === JMP
    for (let j = 0; j < 2; j++) {
      const t = i + 1 + (isAlways ? p[4 * i + 3] : p[4 * i + 1 + j])
      if (t < n) isTarget[t] = true
    }
  }
  let text = ''
  for (let i = 0; i < n; i++) text += `${padded(isTarget[i] ? `l${i}:` : '', 6)}${line(p, i, true)}\n`
  return text
}

/** Prints a program as `tcpdump -dd` does: rows for an array of struct bpf_insn in C. */
export function printC(p: ArrayLike<number>): string {
  let text = ''
  for (let i = 0; i < p.length; i += 4) {
    const k = `0000000${(p[i + 3] >>> 0).toString(16)}`.slice(-8)
    text += `{ 0x${p[i].toString(16)}, ${p[i + 1]}, ${p[i + 2]}, 0x${k} },\n`
  }
  return text
}

/** Prints a program as `tcpdump -ddd` does: the count, then four decimal numbers a line. */
export function printNumbers(p: ArrayLike<number>): string {
  let text = `${p.length / 4}\n`
  for (let i = 0; i < p.length; i += 4) text += `${p[i]} ${p[i + 1]} ${p[i + 2]} ${p[i + 3] >>> 0}\n`
  return text
}
