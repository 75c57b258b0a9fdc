// One JavaScript function from a validated program. Jumps go forwards only, so that a jump is a break out of a block that
// ends where it goes: one block for each target, nested, all of them open at the start.
import type { Filter } from '@tiny/core'
import {
  A,
  ADD,
  ALU,
  AND,
  DIV,
  END,
  IMM,
  IND,
  JA,
  JEQ,
  JGT,
  JMP,
  JSET,
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
import type { Machine } from './machine.js'

/** A filter that knows how it runs. */
export interface Jitted extends Filter {
  /** Whether it runs as a function of its own; false: on the interpreter, because `reason`. */
  readonly isCompiled: boolean
  /** Why not; '' when it is compiled. */
  readonly reason: string
}

// `size` octets from o + k on, or from i + k; |0 spares the engine a check for overflow.
function octets(base: string, k: number, size: number): string {
  let text = ''
  for (let j = 0; j < size; j++) {
    const shift = 8 * (size - 1 - j)
    text += `${j ? '|' : ''}b[${base}+${k + j}|0]${shift ? `<<${shift}` : ''}`
  }
  return text
}

function arithmetic(code: number, y: string): string {
  const op = code & 0xf0
  const isX = code & X
  if (op === ADD) return `a=a+${y}|0;`
  if (op === SUB) return `a=a-${y}|0;`
  if (op === MUL) return `a=mul(a,${y});`
  if (op === DIV || op === MOD) return `${isX ? 'if(!x)return 0;' : ''}a=(a>>>0)${op === DIV ? '/' : '%'}(${y}>>>0)|0;`
  if (op === OR) return `a|=${y};`
  if (op === AND) return `a&=${y};`
  if (op === LSH) return `a<<=${y};`
  if (op === RSH) return `a=a>>>${y}|0;`
  return op === NEG ? 'a=-a|0;' : `a^=${y};`
}

function condition(code: number, y: string): string {
  const op = code & 0xf0
  if (op === JEQ) return `a===${y}`
  if (op === JSET) return `a&${y}`
  return `a>>>0${op === JGT ? '>' : '>='}${y}>>>0`
}

/** The source of a function's body; b, o, n, w (memory), far and mul are in scope. */
function body(p: Int32Array, hasFar: boolean): string {
  const count = p.length / 4
  // Octets of the packet that are known to be there on every way to a target; -1: it is none.
  const known: number[] = []
  for (let i = 0; i <= count; i++) known.push(-1)
  let here = 0
  // Whether X holds the length of an IPv4 header, so that no offset from it is negative; the same for targets.
  let isHeader = false
  const headers: boolean[] = []
  for (let i = 0; i <= count; i++) headers.push(true)
  const lines: string[] = []
  // Words of M in use, a bit each.
  let words = 0
  const lead = (t: number): string => {
    known[t] = known[t] < 0 || here < known[t] ? here : known[t]
    headers[t] = headers[t] && isHeader
    return `break L${t};`
  }
  for (let i = 0; i < count; i++) {
    if (known[i] >= 0) {
      isHeader = headers[i] && (here < 0 || isHeader)
      here = here < 0 || known[i] < here ? known[i] : here
    }
    const code = p[4 * i]
    const k = p[4 * i + 3]
    const kind = code & 7
    const y = code & X ? 'x' : `(${k})`
    const mode = code & 0xe0
    const target = kind === LDX ? 'x' : 'a'
    let s = ''
    // Behind a return or a jump, up to the next target, nothing runs.
    if (here < 0) s = ''
    else if (kind === LD || kind === LDX) {
      if (mode === IMM) s = `${target}=${k};`
      else if (mode === MEM) {
        words |= 1 << k
        s = `${target}=m${k};`
      } else if (mode === LEN) s = `${target}=n;`
      else {
        const size = 4 >> ((code >> 3) & 3)
        const isFixed = mode !== IND
        const end = k + size
        const loaded = isFixed ? octets('o', k, size) : octets('o+i', 0, size)
        const near = mode === MSH ? `x=(${loaded}&15)<<2;` : `${target}=${loaded};`
        const isFound = isFixed && k >= 0 && end <= here
        const out = hasFar
          ? `i=far(${code},i,a,x);if(w[${END}])return i;${mode === MSH ? 'x=(i&15)<<2' : `${target}=i`};`
          : 'return 0;'
        if (isFound) s = near
        else if (!hasFar && isFixed) {
          s = `if(n<${end})return 0;${near}`
          here = end
        } else if (!hasFar && isHeader && k >= 0 && k < 0x7fffff00) s = `i=x+${k};if(n<i+${size})return 0;${near}`
        else s = `i=${isFixed ? k : `x+(${k})|0`};if(i<0||i>n-${size}){${out}}else{${near}}`
      }
      if (kind === LDX) isHeader = mode === MSH
    } else if (kind === ST || kind === STX) {
      words |= 1 << k
      s = `m${k}=${kind === ST ? 'a' : 'x'};`
    } else if (kind === ALU) s = arithmetic(code, y)
    else if (kind === RET) {
      s = `return ${code === (RET | A) ? 'a' : k};`
      here = -1
    } else if (kind === MISC) {
      s = code === MISC ? 'x=a;' : 'a=x;'
      if (code === MISC) isHeader = false
    } else if (code === (JMP | JA)) {
      if (k) s = lead(i + 1 + k)
      if (k) here = -1
    } else {
      const jt = p[4 * i + 1]
      const jf = p[4 * i + 2]
      // Neither way is followed by the next instruction, or one of them, or both.
      if (jt && jf) s = `if(${condition(code, y)})${lead(i + 1 + jt)}else ${lead(i + 1 + jf)}`
      else if (jt) s = `if(${condition(code, y)})${lead(i + 1 + jt)}`
      else if (jf) s = `if(!(${condition(code, y)}))${lead(i + 1 + jf)}`
      if (jt && jf) here = -1
    }
    lines.push(s)
  }
  // The engine knows then that these are int32.
  let text = 'o|=0;n|=0;var a=0,x=0,i=0'
  for (let i = 0; i < WORDS; i++) if (words & (1 << i)) text += `,m${i}=0`
  text += ';'
  for (let i = count - 1; i > 0; i--) if (known[i] >= 0) text += `L${i}:{`
  for (let i = 0; i < count; i++) text += `${i > 0 && known[i] >= 0 ? '}' : ''}${lines[i]}`
  return text
}

type Compiled = (b: Uint8Array, o: number, n: number) => number

/**
 * Compiles a filter that bpf() or linux() made. Where the engine has no Function, or forbids it, or finds the program too
 * long, the interpreter goes on running it, and `isCompiled` and `reason` say so.
 */
export function jit(filter: Filter): Jitted {
  const machine: Machine = filter
  const far = machine.far
  const begin = machine.begin
  let reason = ''
  let f: Compiled | null = null
  try {
    const make = new Function('w', 'far', 'mul', `return function(b,o,n){${body(filter.bpf, !!far)}}`)
    f = make(machine.memory, far, Math.imul) as Compiled
  } catch (e) {
    reason = `${e}`
  }
  const g = f
  const run: Filter['run'] = !g
    ? filter.run
    : begin
      ? (b, o, n, info) => {
          begin(b, o, n, info)
          return g(b, o, n)
        }
      : g
  const out: Machine & Jitted = { bpf: filter.bpf, run, isCompiled: !!g, reason }
  if (far) out.far = far
  if (machine.memory) out.memory = machine.memory
  if (begin) out.begin = begin
  return out
}
