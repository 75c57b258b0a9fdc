// Words, numbers and addresses of an expression: the longest one that fits, as in libpcap's scanner.
import { parse6 } from './address6.js'
import { find } from './table.js'
import { NUMBERS, REFUSED, WORDS } from './words.js'

export interface Token {
  /** `num`, `id`, `v4` (2 to 4 numbers), `v6`, `mac`, `end`; for words and signs these themselves. */
  kind: string
  text: string
  /** Position of the first character, from 0. */
  at: number
  /** Of a number. */
  value: number
}

/** Refuses the expression. */
export function fail(t: Token, what: string): never {
  const found = t.kind === 'end' ? 'the end' : `'${t.text}'`
  throw new RangeError(`filter: position ${t.at}: ${what}, found ${found}`)
}

// What is nested deeper would find the end of the engine's stack.
const DEEP = 512
const SIGNS: string[] = /* @__PURE__ */ '>= <= != == << >> && || > < = ! ( ) [ ] + - * / % & | ^ :'.split(' ')
const MAC =
  /^([\da-f]{1,2}(:[\da-f]{1,2}){5}|[\da-f]{1,2}(-[\da-f]{1,2}){5}|[\da-f]{1,2}(\.[\da-f]{1,2}){5}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}|[\da-f]{12})/i
const NUMBER = /^(0x[\da-f]+|\d+)/i
const DOTTED = /^\d+(\.\d+){1,3}/
const NAME = /^[A-Za-z\d]([-_.A-Za-z\d]*[.A-Za-z\d])?/
const SIX = /^[\da-f]*:([\da-f:]*:\d+\.\d+\.\d+\.\d+|[\da-f:]*)/i

function sign(text: string): string {
  for (let i = 0; i < SIGNS.length; i++) if (text.slice(0, SIGNS[i].length) === SIGNS[i]) return SIGNS[i]
  return ''
}

const length = (m: RegExpExecArray | null): number => (m ? m[0].length : 0)

// An IPv6 address at the start of the text; ones that are none (`6:2`) are something else.
function length6(text: string): number {
  const m = SIX.exec(text)
  return m && parse6(m[0]) ? m[0].length : 0
}

function number(t: Token): void {
  const isOctal = /^0\d/.test(t.text)
  if (isOctal && /[89]/.test(t.text)) fail(t, 'an octal number has digits of 0 to 7')
  t.value = isOctal ? parseInt(t.text, 8) : +t.text
  if (t.value > 0xffffffff) fail(t, 'a number has 32 bits at most')
  t.value |= 0
}

/** Splits an expression. @throws RangeError with the position of what is no part of the language */
export function lex(text: string): Token[] {
  if (typeof text !== 'string') throw new RangeError(`filter: ${text} is no expression`)
  const tokens: Token[] = []
  let at = 0
  // Parentheses and brackets that are open; words and signs since the last `and` or `or`.
  let open = 0
  let words = 0
  for (;;) {
    while (/^[ \t\r\n]/.test(text.charAt(at))) at++
    const rest = text.slice(at)
    const t: Token = { kind: 'end', text: '', at, value: 0 }
    tokens.push(t)
    if (!rest) return tokens
    const name = length(NAME.exec(rest))
    const escaped = /^\\[^ !()\n\t]+/.exec(rest)
    // The first of those that are longest, in this order.
    const lengths = [length(MAC.exec(rest)), length(NUMBER.exec(rest)), length(DOTTED.exec(rest)), length6(rest), name]
    const kinds = ['mac', 'num', 'v4', 'v6', 'id']
    let best = 0
    for (let i = 1; i < 5; i++) if (lengths[i] > lengths[best]) best = i
    const word = rest.slice(0, lengths[best])
    if (escaped) {
      t.kind = 'id'
      t.text = escaped[0]
    } else if (word) {
      t.kind = kinds[best]
      t.text = word
      if (t.kind === 'num') number(t)
      if (t.kind === 'id') {
        const value = find(NUMBERS, word)
        t.kind = find(WORDS, word) ?? 'id'
        if (value !== undefined) {
          t.kind = 'num'
          t.value = value
        }
        if (REFUSED.indexOf(word) >= 0) fail(t, `this compiler has no ${word}`)
      }
    } else {
      t.text = sign(rest)
      if (!t.text) {
        t.text = t.kind = rest.charAt(0)
        fail(t, 'expected a word, a number, an address or a sign')
      }
      t.kind =
        t.text === '&&' ? 'and' : t.text === '||' ? 'or' : t.text === '==' ? '=' : t.text === '!' ? 'not' : t.text
    }
    at += t.text.length
    if (/[([]/.test(t.kind)) open++
    if (/[)\]]/.test(t.kind)) open--
    words = /^(and|or)$/.test(t.kind) ? 0 : words + 1
    if (open + words > DEEP) fail(t, 'too deep')
  }
}
