// The grammar of pcap-filter(7), with libpcap's precedence and its elision of qualifiers: `port 80 or 443`.
import { type Arith, lengthOf, load, negative, numberOf, operation, relation } from './arith.js'
import { and, type Block, not, or } from './block.js'
import { JEQ, JGE, JGT } from './const.js'
import { fail, type Token } from './lex.js'
import type { Context } from './link.js'
import { address } from './operand.js'
import { broadcast, longer, multicast, named, outbound, type Qualifier, vlan } from './primitives.js'
import { PROTOCOLS } from './words.js'

interface Parser {
  c: Context
  tokens: Token[]
  i: number
}

/** What may stand somewhere: a whole condition, an address or number that goes with the qualifier before, or either. */
const TERM = 1
const ID = 2

/** A condition, or a value that waits for its comparison. */
interface Item {
  block: Block | null
  arith: Arith | null
  /** The qualifier that an address behind `and` or `or` takes over. */
  q: Qualifier | null
  isId: boolean
}

const peek = (p: Parser): Token => p.tokens[p.i]
const next = (p: Parser): Token => p.tokens[p.i++]
const isWord = (list: string[], t: Token): boolean => list.indexOf(t.kind) >= 0

function expect(p: Parser, kind: string): Token {
  if (peek(p).kind !== kind)
    fail(peek(p), `expected ${kind === 'num' ? 'a number' : kind === 'v4' ? 'an address' : `'${kind}'`}`)
  return next(p)
}

function take(p: Parser, kind: string): boolean {
  if (peek(p).kind !== kind) return false
  p.i++
  return true
}

// A number, in parentheses or not.
function plainNumber(p: Parser): Token {
  if (!take(p, '(')) return expect(p, 'num')
  const t = plainNumber(p)
  expect(p, ')')
  return t
}

const LEVELS: { readonly [sign: string]: number } = {
  '|': 1,
  '&': 2,
  '<<': 3,
  '>>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  // Without a level of their own in libpcap: they take what stands next to them.
  '%': 9,
  '^': 9,
}

function operand(p: Parser): Arith {
  const t = next(p)
  if (t.kind === 'num') return numberOf(t, t.value)
  if (t.kind === 'len') return lengthOf(t)
  // Binds tighter than every operation that has a level.
  if (t.kind === '-') return negative(t, operations(p, operand(p), 6))
  if (t.kind === '(') {
    const a = arithmetic(p)
    expect(p, ')')
    return a
  }
  if (isWord(PROTOCOLS, t) && take(p, '[')) {
    const index = arithmetic(p)
    const size = take(p, ':') ? expect(p, 'num') : null
    expect(p, ']')
    return load(p.c, t, index, size)
  }
  p.i--
  return fail(t, 'expected a number, len, -, ( or a protocol with [')
}

// Goes on behind a value with the operations that bind tighter than `level`.
function operations(p: Parser, a: Arith, level: number): Arith {
  let left = a
  for (;;) {
    const sign = peek(p)
    const own = LEVELS[sign.kind] ?? 0
    if (own <= level) return left
    p.i++
    left = operation(sign, left, operations(p, operand(p), own === 9 ? 0 : own))
  }
}

const arithmetic = (p: Parser): Arith => operations(p, operand(p), 0)

const RELATIONS = ['>', '>=', '=', '<=', '<', '!=']
const JUMPS = [JGT, JGE, JEQ, JGT, JGE, JEQ]

const condition = (block: Block, q: Qualifier | null): Item => ({ block, arith: null, q, isId: false })

// A value has been read: its comparison, or what else it may be.
function compared(p: Parser, a: Arith, q: Qualifier | null, may: number, isInside: boolean): Item {
  const value = may & TERM ? operations(p, a, 0) : a
  const i = RELATIONS.indexOf(peek(p).kind)
  if (i >= 0 && may & TERM) {
    p.i++
    return condition(relation(JUMPS[i], i > 2, value, arithmetic(p)), null)
  }
  const isNumber = value === a && a.kind === 'num' && a.at.kind === 'num' && may & ID
  // In parentheses, either may come yet.
  if (isInside && peek(p).kind === ')' && (may & TERM || isNumber)) return { block: null, arith: value, q, isId: false }
  if (isNumber) {
    const block = address(p.c, a.at, null, null, q)
    return { block, arith: null, q, isId: true }
  }
  return fail(peek(p), may & TERM ? 'expected a comparison' : 'expected an address, a number or a name')
}

// An address, a network, a port or a name.
function id(p: Parser, q: Qualifier | null): Item {
  const t = next(p)
  let length: Token | null = null
  let mask: Token | null = null
  if ((t.kind === 'v4' || t.kind === 'v6') && take(p, '/')) length = expect(p, 'num')
  else if (t.kind === 'v4' && take(p, 'mask')) mask = expect(p, 'v4')
  return { block: address(p.c, t, length, mask, q), arith: null, q, isId: true }
}

function unit(p: Parser, q: Qualifier | null, may: number, isInside: boolean): Item {
  const t = peek(p)
  if (take(p, 'not')) {
    const item = unit(p, q, may, false)
    return { block: not(item.block as Block), arith: null, q: item.q, isId: item.isId }
  }
  if (t.kind === '(') {
    p.i++
    const inner = list(p, q, may, true)
    expect(p, ')')
    if (inner.arith) return compared(p, inner.arith, q, may, isInside)
    // As in libpcap, whose grammar has it by accident.
    if (inner.isId && isInside) fail(t, 'addresses stand in one pair of parentheses')
    return { block: inner.block, arith: null, q, isId: inner.isId }
  }
  if (/^(id|v4|v6|mac)$/.test(t.kind)) {
    if (!(may & ID)) fail(t, 'expected a word such as host, port, tcp, or a comparison')
    return id(p, q)
  }
  if (t.kind === 'num') return compared(p, numberOf(next(p), t.value), q, may, isInside)
  if (!(may & TERM)) fail(t, 'expected an address, a number or a name')
  return term(p, may, isInside)
}

// What begins with a word, or is arithmetic that does not begin with a number.
function term(p: Parser, may: number, isInside: boolean): Item {
  const t = peek(p)
  const after = p.tokens[p.i + 1]
  const isProtocol = isWord(PROTOCOLS, t)
  if (t.kind === 'len' || t.kind === '-' || (isProtocol && after.kind === '['))
    return compared(p, operand(p), null, may & TERM, isInside)
  if (isProtocol) p.i++
  const word = isProtocol ? t.kind : ''
  if (take(p, 'broadcast')) return condition(broadcast(p.c, t, word), null)
  if (take(p, 'multicast')) return condition(multicast(p.c, t, word), null)
  const q = qualifier(p, word)
  if (q) {
    const item = unit(p, q, ID, false)
    return condition(item.block as Block, item.q)
  }
  if (isProtocol) return condition(named(p.c, t, word), null)
  p.i++
  if (t.kind === 'less') return condition(not(longer(JGT, expect(p, 'num').value)), null)
  if (t.kind === 'greater') return condition(longer(JGE, expect(p, 'num').value), null)
  if (t.kind === 'inbound') return condition(not(outbound(p.c)), null)
  if (t.kind === 'outbound') return condition(outbound(p.c), null)
  if (t.kind === 'vlan') {
    const kind = peek(p).kind
    return condition(vlan(p.c, t, kind === 'num' || kind === '(' ? plainNumber(p) : null), null)
  }
  return fail(t, 'expected a condition')
}

// src, dst, host, net, port, portrange, proto behind an optional protocol; null when there is none of them.
function qualifier(p: Parser, proto: string): Qualifier | null {
  const q: Qualifier = { proto, dir: '', kind: '' }
  const t = peek(p)
  if (t.kind === 'src' || t.kind === 'dst') {
    p.i++
    q.dir = t.kind
    const join = peek(p).kind
    if (join === 'and' || join === 'or') {
      p.i++
      expect(p, t.kind === 'src' ? 'dst' : 'src')
      q.dir = join
    }
  }
  const kind = peek(p).kind
  if (kind === 'host' || kind === 'net' || kind === 'port' || kind === 'portrange' || (kind === 'proto' && !q.dir)) {
    p.i++
    q.kind = kind
  }
  return q.dir || q.kind ? q : null
}

// Units with `and` and `or` between, from left to right: neither binds tighter.
function list(p: Parser, q: Qualifier | null, may: number, isInside: boolean): Item {
  let left = unit(p, q, may, isInside)
  while (left.block) {
    const t = peek(p).kind
    if (t !== 'and' && t !== 'or') break
    p.i++
    const right = unit(p, left.q, left.isId ? ID : TERM | ID, false)
    const block = t === 'and' ? and(left.block, right.block as Block) : or(left.block, right.block as Block)
    left = { block, arith: null, q: right.q, isId: left.isId }
  }
  return left
}

/** Parses a whole expression; null when there is none. @throws RangeError with the position and what was expected */
export function parse(c: Context, tokens: Token[]): Block | null {
  const p: Parser = { c, tokens, i: 0 }
  if (peek(p).kind === 'end') return null
  const all = list(p, null, TERM, false)
  if (peek(p).kind !== 'end') fail(peek(p), "expected 'and', 'or' or the end")
  return all.block
}
