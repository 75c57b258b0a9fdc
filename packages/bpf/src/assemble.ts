// Reads the notations of bpf_asm (linux/tools/bpf/bpf_exp.y) and of `tcpdump -d`, an instruction a line.
import {
  A,
  ABS,
  AD_OFF,
  ALU,
  B,
  IMM,
  IND,
  JEQ,
  JGE,
  JGT,
  JMP,
  LD,
  LDX,
  LEN,
  MEM,
  MISC,
  MSH,
  NEG,
  RET,
  ST,
  STX,
  TXA,
  X,
} from './const.js'
import { ALU_NAMES, AREA, JUMP_NAMES, SIZES } from './mnemonics.js'

const NUMBER = '([-+]?(?:0x[\\da-f]+|0b[01]+|\\d+))'
// Other names for places and operations.
const PLACES: { readonly [name: string]: string } = { vlan_avail: 'vlanp', rand: 'random', pkttype: 'type' }
// Jumps that go where their condition does not hold.
const INVERSE: { readonly [name: string]: number } = { jne: JEQ, jneq: JEQ, jlt: JGE, jle: JGT }

const matching = (pattern: string, text: string): RegExpExecArray | null => new RegExp(`^(?:${pattern})$`).exec(text)

// A number of C: hexadecimal, binary, octal, decimal.
function value(text: string): number {
  const body = text.replace(/^[-+]/, '')
  const v = /^0b/.test(body) ? parseInt(body.slice(2), 2) : /^0\d/.test(body) ? parseInt(body, 8) : +body
  return text.charAt(0) === '-' ? -v : v
}

/** A jump whose label is looked up when all lines have been read. */
interface Open {
  at: number
  field: number
  label: string
  line: number
}

interface State {
  out: number[]
  open: Open[]
  labels: { [name: string]: number }
  line: number
}

function fail(line: number, what: string): never {
  throw new RangeError(`asm: line ${line}: ${what}`)
}

function number(s: State, text: string): number {
  const v = value(text)
  if (!(v >= -0x80000000 && v <= 0xffffffff)) fail(s.line, `${text} is no 32-bit number`)
  return v | 0
}

// Puts the code of a load and its k; `mode` says which operands there are.
function load(s: State, name: string, operand: string): boolean {
  const parts = /^(ldx?)([hbi]?)$/.exec(name)
  if (!parts) return false
  const isX = parts[1] === 'ldx'
  const kind = isX ? LDX : LD
  const suffix = parts[2]
  const isPlain = suffix === '' || suffix === 'i'
  const size = suffix === 'i' ? 0 : SIZES.indexOf(suffix) << 3
  let m: RegExpExecArray | null = null
  const put = (code: number, k: number): boolean => {
    s.out.push(code, 0, 0, k)
    return true
  }
  if ((m = matching(`4\\*\\(\\[${NUMBER}\\]&(?:0xf|15)\\)`, operand)) && isX && suffix !== 'h' && suffix !== 'i')
    return put(LDX | B | MSH, number(s, m[1]))
  if ((m = matching(`#?${NUMBER}`, operand)) && isPlain) return put(kind | IMM, number(s, m[1]))
  if ((m = matching(`m\\[${NUMBER}\\]`, operand)) && suffix === '') return put(kind | MEM, number(s, m[1]))
  if (/^#?(pkt)?len$/.test(operand) && suffix === '') return put(kind | LEN, 0)
  if (isX || suffix === 'i') return false
  if ((m = matching(`\\[${NUMBER}\\]`, operand))) return put(LD | ABS | size, number(s, m[1]))
  if ((m = matching('\\[%?x\\]', operand))) return put(LD | IND | size, 0)
  if ((m = matching(`\\[%?x\\+${NUMBER}\\]`, operand))) return put(LD | IND | size, number(s, m[1]))
  if ((m = matching('#?(\\w+)|\\[(\\w+)\\]', operand))) {
    const word = m[1] || m[2]
    const i = AREA.indexOf(PLACES[word] || word)
    if (i >= 0) return put(LD | ABS | size, AD_OFF + 4 * i)
  }
  return false
}

// Puts a jump. `operand` is free of blanks: `#1,yes,no`, `x,yes`, `#0x800jt2jf5`, `label`.
function jump(s: State, name: string, operand: string): boolean {
  const at = s.out.length / 4
  if (name === 'jmp' || name === 'ja') {
    if (!/^\w+$/.test(operand)) return false
    s.open.push({ at, field: 3, label: operand, line: s.line })
    s.out.push(JMP, 0, 0, 0)
    return true
  }
  const isInverse = INVERSE[name] !== undefined
  const op = isInverse ? INVERSE[name] : JUMP_NAMES.indexOf(name) << 4
  if (op < 0) return false
  const m = matching(`(?:%?(x)|#?${NUMBER})(?:,(\\w+)(?:,(\\w+))?|jt(\\d+)jf(\\d+))`, operand)
  if (!m) return false
  const yes = m[3] || m[5]
  const no = m[4] || m[6]
  if (yes) s.open.push({ at, field: isInverse ? 2 : 1, label: yes, line: s.line })
  if (no) s.open.push({ at, field: isInverse ? 1 : 2, label: no, line: s.line })
  s.out.push(JMP | op | (m[1] ? X : 0), 0, 0, m[1] ? 0 : number(s, m[2]))
  return true
}

function instruction(s: State, name: string, text: string): boolean {
  const operand = text.replace(/\s+/g, '')
  const out = s.out
  let m: RegExpExecArray | null = null
  if (name === '.insn') {
    const fields = text.split(/\s+/)
    if (fields.length !== 4) return false
    for (let i = 0; i < 4; i++) {
      if (!matching(NUMBER, fields[i])) return false
      out.push(number(s, fields[i]))
    }
    return true
  }
  if (name.charAt(0) === 'l' && load(s, name, operand)) return true
  if (name.charAt(0) === 'j') return jump(s, name, operand)
  if ((name === 'st' || name === 'stx') && (m = matching(`m\\[${NUMBER}\\]`, operand))) {
    out.push(name === 'st' ? ST : STX, 0, 0, number(s, m[1]))
    return true
  }
  if ((name === 'tax' || name === 'txa') && operand === '') {
    out.push(name === 'tax' ? MISC : MISC | TXA, 0, 0, 0)
    return true
  }
  if (name === 'ret' && (m = matching(`(%?a)?|#?${NUMBER}`, operand))) {
    out.push(m[2] ? RET : RET | A, 0, 0, m[2] ? number(s, m[2]) : 0)
    return true
  }
  const op = ALU_NAMES.indexOf(name) << 4
  if (op === NEG) {
    if (operand === '') out.push(ALU | NEG, 0, 0, 0)
    return operand === ''
  }
  if (op >= 0 && (m = matching(`%?(x)|#?${NUMBER}`, operand))) {
    out.push(ALU | op | (m[1] ? X : 0), 0, 0, m[1] ? 0 : number(s, m[2]))
    return true
  }
  return false
}

/**
 * Assembles what bpf_asm takes, an instruction a line, and what `tcpdump -d` and disassemble() print. Comments are
 * behind `;` or inside C's. Jumps go to labels (or to numbers of instructions); what is left out is the next one.
 *
 * @returns four numbers an instruction, not yet validated: bpf() does that
 * @throws RangeError with the number of the line
 */
export function assemble(text: string): Int32Array {
  // Comments go, lines stay.
  const lines = text.replace(/\/\*[\s\S]*?\*\//g, c => c.replace(/[^\n]/g, ' ')).split('\n')
  const s: State = { out: [], open: [], labels: {}, line: 0 }
  for (let i = 0; i < lines.length; i++) {
    s.line = i + 1
    let rest = lines[i].replace(/;.*/, '').replace(/^\s*\(\d+\)/, '')
    for (;;) {
      const m = /^\s*([A-Za-z_]\w*):/.exec(rest)
      if (!m) break
      if (s.labels[` ${m[1]}`] !== undefined) fail(s.line, `label ${m[1]} for the second time`)
      s.labels[` ${m[1]}`] = s.out.length / 4
      rest = rest.slice(m[0].length)
    }
    const m = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(rest)
    if (!m) continue
    const name = m[1].toLowerCase()
    // Labels keep their case.
    const operand = name.charAt(0) === 'j' ? m[2].replace(/^%?X\b/, 'x').replace(/0X/g, '0x') : m[2].toLowerCase()
    if (!instruction(s, name, operand)) fail(s.line, `no instruction: ${m[1]} ${m[2]}`)
  }
  for (let i = 0; i < s.open.length; i++) {
    const o = s.open[i]
    const target = /^\d/.test(o.label) ? +o.label : s.labels[` ${o.label}`]
    if (target === undefined) fail(o.line, `no label ${o.label}`)
    const distance = target - o.at - 1
    if (distance < 0) fail(o.line, `jump backwards to ${o.label}`)
    if (o.field < 3 && distance > 255) fail(o.line, `jump over ${distance} instructions to ${o.label}, 255 at most`)
    s.out[4 * o.at + o.field] = distance
  }
  return new Int32Array(s.out)
}
