// Conditions: tests joined by and, or, not. What the grammar makes of an expression, and layout.ts a program of.
import { ABS, ALU, AND, JEQ, JMP, LD } from './const.js'

/** A condition. */
export interface Block {
  /** `test`, `and`, `or`, `not`, or one that always holds or never does: `true`, `false`. */
  kind: string
  /** and, or, not: what is joined. */
  a: Block | null
  b: Block | null
  /** test: code and k of the instructions that put the value into A, side by side. */
  code: number[]
  /** test: the jump that asks, and its k. */
  jump: number
  k: number
}

const block = (kind: string, a: Block | null, b: Block | null): Block => ({ kind, a, b, code: [], jump: 0, k: 0 })

export const always = (): Block => block('true', null, null)
export const never = (): Block => block('false', null, null)
/** Both, b asked only if a holds. */
export const and = (a: Block, b: Block): Block => block('and', a, b)
/** One of them, b asked only if a does not hold. */
export const or = (a: Block, b: Block): Block => block('or', a, b)
export const not = (a: Block): Block => block('not', a, null)

/** Runs the code, then asks by the jump. */
export function test(code: number[], jump: number, k: number): Block {
  const t = block('test', null, null)
  t.code = code
  t.jump = JMP | jump
  t.k = k
  return t
}

/** Compares a field of the packet: `jump` is JEQ, JGT, JGE or JSET; the size is W, H or B. */
export const field = (at: number, size: number, jump: number, v: number): Block => test([LD | ABS | size, at], jump, v)

export const equal = (at: number, size: number, v: number): Block => field(at, size, JEQ, v)

/** Compares those bits of a field that the mask has. */
export const masked = (at: number, size: number, v: number, mask: number): Block =>
  mask === -1 ? equal(at, size, v) : test([LD | ABS | size, at, ALU | AND, mask], JEQ, v)
