// Arithmetic on packet data: what it stands for, which protocols it presumes, and its code. Values are unsigned, 32 bits.
import { always, and, type Block, equal, field, never, not, test } from './block.js'
import {
  ABS,
  ADD,
  ALU,
  AND,
  B,
  DIV,
  H,
  IMM,
  IND,
  JEQ,
  JGT,
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
  RSH,
  ST,
  SUB,
  W,
  WORDS,
  X,
  XOR,
} from './const.js'
import { fail, type Token } from './lex.js'
import { type Context, IPV6, linkType } from './link.js'
import { named } from './primitives.js'

export interface Arith {
  /** `num`, `len`, `load`, `neg`, or an operation by its sign. */
  kind: string
  at: Token
  a: Arith | null
  b: Arith | null
  /** num: the number. load: what is added to the index. */
  k: number
  /** load: W, H or B. */
  size: number
  /** load: the index counts from behind the IPv4 header at k. */
  isBehind: boolean
  /** What has to hold before the value is worked out. */
  guard: Block | null
}

const OPERATIONS = ['+', ADD, '-', SUB, '*', MUL, '/', DIV, '|', OR, '&', AND, '<<', LSH, '>>', RSH, '%', MOD, '^', XOR]

const node = (kind: string, at: Token, a: Arith | null, b: Arith | null): Arith => ({
  kind,
  at,
  a,
  b,
  k: 0,
  size: 0,
  isBehind: false,
  guard: null,
})

const both = (a: Block | null, b: Block | null): Block | null => (a && b ? and(a, b) : (a ?? b))

export function numberOf(at: Token, k: number): Arith {
  const n = node('num', at, null, null)
  n.k = k
  return n
}

export const lengthOf = (at: Token): Arith => node('len', at, null, null)

export function negative(at: Token, a: Arith): Arith {
  if (a.kind === 'num') return numberOf(at, -a.k | 0)
  const n = node('neg', at, a, null)
  n.guard = a.guard
  return n
}

function folded(sign: string, a: number, b: number): number {
  const u = a >>> 0
  const v = b >>> 0
  if (sign === '+') return u + v
  if (sign === '-') return u - v
  if (sign === '*') return Math.imul(a, b)
  if (sign === '/') return u / v
  if (sign === '%') return u % v
  if (sign === '|') return a | b
  if (sign === '&') return a & b
  if (sign === '^') return a ^ b
  return sign === '<<' ? a << b : u >>> b
}

// Whether b may stand in the instruction. What comes out of arithmetic as a division by 0, or as a shift by 32 and more, is
// left to the machine, as in libpcap.
const isConstant = (sign: string, b: Arith): boolean =>
  b.kind === 'num' && (sign === '/' || sign === '%' ? b.k !== 0 : b.k >>> 0 < 32 || (sign !== '<<' && sign !== '>>'))

export function operation(sign: Token, a: Arith, b: Arith): Arith {
  const s = sign.kind
  if (b.kind === 'num') {
    const isWritten = b.at.kind === 'num'
    if (isWritten && !b.k && (s === '/' || s === '%')) fail(b.at, 'division by 0')
    if (isWritten && b.k >>> 0 > 31 && (s === '<<' || s === '>>')) fail(b.at, 'shift by more than 31 bits')
    if (a.kind === 'num' && isConstant(s, b)) return numberOf(sign, folded(s, a.k, b.k) | 0)
  }
  const n = node(s, sign, a, b)
  // As in libpcap, only the left one's header has to be there; the right one is read where it would be.
  n.guard = a.guard
  return n
}

/** `word [ index : size ]`. The header that the word names has to be there. */
export function load(c: Context, word: Token, index: Arith, size: Token | null): Arith {
  const n = node('load', word, index, null)
  const octets = size ? size.value : 1
  if (octets !== 1 && octets !== 2 && octets !== 4) fail(size as Token, 'a size is 1, 2 or 4')
  n.size = octets === 1 ? B : octets === 2 ? H : W
  const w = word.kind
  const own = both(index.guard, null)
  if (w === 'ether') {
    n.guard = own
    return n
  }
  n.k = c.network
  if (w === 'ip' || w === 'ip6' || w === 'arp' || w === 'rarp') n.guard = both(own, named(c, word, w))
  else if (w === 'icmp6') {
    n.guard = and(both(own, linkType(c, word, IPV6)) as Block, equal(c.network + 6, B, 58))
    n.k += 40
  } else {
    if (w === 'ah' || w === 'esp') fail(word, `${w} has no [`)
    n.isBehind = true
    const isFirst = not(field(c.network + 6, H, JSET, 0x1fff))
    n.guard = and(named(c, word, 'ip'), both(own, and(named(c, word, w), isFirst)) as Block)
  }
  return n
}

// Offsets from 2^31 on mean something else to Linux: there, the index goes through X.
const isNear = (k: number): boolean => k >= 0

/** Whether the code of a leaves X as it is, and is one instruction. */
function isSimple(a: Arith): boolean {
  const i = a.a
  return (
    a.kind === 'num' ||
    a.kind === 'len' ||
    (a.kind === 'load' && !a.isBehind && i?.kind === 'num' && isNear((i.k + a.k) | 0))
  )
}

// Puts the value into A. Words of M from `free` on are at hand.
function value(out: number[], a: Arith, free: number): void {
  const x = a.a as Arith
  if (a.kind === 'num') out.push(LD | IMM, a.k)
  else if (a.kind === 'len') out.push(LD | LEN, 0)
  else if (a.kind === 'neg') {
    value(out, x, free)
    out.push(ALU | NEG, 0)
  } else if (a.kind === 'load') {
    const k = x.kind === 'num' ? (x.k + a.k) | 0 : a.k
    const isFixed = x.kind === 'num' && isNear(k)
    if (isFixed && !a.isBehind) out.push(LD | ABS | a.size, k)
    else if (isFixed) out.push(LDX | B | MSH, a.k, LD | IND | a.size, k)
    else {
      value(out, x, free)
      if (a.isBehind) out.push(LDX | B | MSH, a.k, ALU | ADD | X, 0)
      out.push(MISC, 0, LD | IND | a.size, a.k)
    }
  } else {
    const b = a.b as Arith
    const op = ALU | (OPERATIONS[OPERATIONS.indexOf(a.kind) + 1] as number)
    if (isConstant(a.kind, b)) {
      value(out, x, free)
      out.push(op, b.k)
    } else if (x.kind === 'num' && /[+*&|^]/.test(a.kind)) {
      value(out, b, free)
      out.push(op, x.k)
    } else {
      second(out, x, b, free)
      out.push(op | X, 0)
    }
  }
}

// Puts b into X and a into A.
function second(out: number[], a: Arith, b: Arith, free: number): void {
  value(out, b, free)
  if (isSimple(a)) {
    out.push(MISC, 0)
    value(out, a, free)
    return
  }
  if (free === WORDS) fail(a.at, 'too deep: no memory left')
  out.push(ST, free)
  value(out, a, free + 1)
  out.push(LDX | MEM, free)
}

/** Compares two values: by JEQ, JGT or JGE, or by what it denies. */
export function relation(jump: number, isNot: boolean, a: Arith, b: Arith): Block {
  let ask: Block
  if (a.kind === 'num' && b.kind === 'num') {
    const u = a.k >>> 0
    const v = b.k >>> 0
    ask = (jump === JEQ ? u === v : jump === JGT ? u > v : u >= v) ? always() : never()
  } else {
    const code: number[] = []
    if (b.kind === 'num') value(code, a, 0)
    else second(code, a, b, 0)
    ask = b.kind === 'num' ? test(code, jump, b.k) : test(code, jump | X, 0)
  }
  const guard = both(a.guard, b.guard)
  const asked = isNot ? not(ask) : ask
  return guard ? and(guard, asked) : asked
}
