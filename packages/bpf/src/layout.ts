// From conditions to a program: laid out backwards, so that every jump knows how far its target is.
import { always, type Block } from './block.js'
import { B, JEQ, JGE, JGT, JMP, LDX, MSH, RET, X } from './const.js'

/** A test on its way into the program; `yes` and `no` are tests laid out before it, or REFUSE, ACCEPT. */
interface Node {
  code: number[]
  /** The code as text: two of the same put the same value into A. */
  key: string
  jump: number
  k: number
  yes: number
  no: number
  /** What is known on every way here; null as long as there is no way. */
  facts: Fact[] | null
  /** The one code that ran last on every way here, so that A holds its value: its key, empty when there are several. */
  from: string | null
  /** Octet whose IPv4 header length X holds on every way here: a text, empty for none, null as long as there is no way. */
  x: string | null
}

interface Fact {
  key: string
  jump: number
  k: number
  is: boolean
}

// Facts that go along: more would make long expressions slow to compile.
const MEMORY = 32

const TESTS = 16384

const REFUSE = 0
const ACCEPT = 1

function build(nodes: Node[], block: Block, yes: number, no: number): number {
  // Down the left side in a loop: an expression may have thousands of terms, and is not nested for that.
  let at = block
  let onYes = yes
  let onNo = no
  for (; at.a; at = at.a)
    if (at.kind === 'and') onYes = build(nodes, at.b as Block, onYes, onNo)
    else if (at.kind === 'or') onNo = build(nodes, at.b as Block, onYes, onNo)
    else {
      const other = onYes
      onYes = onNo
      onNo = other
    }
  if (at.kind === 'true') return onYes
  if (at.kind === 'false') return onNo
  // Four times as many as there may be instructions: what is left of more, after a long time, is too much as well.
  if (nodes.length > TESTS) throw new RangeError(`filter: more than ${TESTS} tests`)
  const { code, jump, k } = at
  nodes.push({ code, key: code.join(), jump, k, yes: onYes, no: onNo, facts: null, from: null, x: null })
  return nodes.length - 1
}

// Whether the test comes out true (1) or false (0) by the facts, or is open (-1).
function decided(n: Node, facts: Fact[]): number {
  for (let i = 0; i < facts.length; i++) {
    const f = facts[i]
    if (f.key !== n.key) continue
    if (f.jump === n.jump && f.k === n.k) return f.is ? 1 : 0
    // A is known.
    if (f.jump === (JMP | JEQ) && f.is && !(n.jump & X)) {
      const a = f.k >>> 0
      const k = n.k >>> 0
      const op = n.jump & 0xf0
      return (op === JEQ ? a === k : op === JGT ? a > k : op === JGE ? a >= k : f.k & n.k) ? 1 : 0
    }
  }
  return -1
}

const isSame = (a: Fact, b: Fact): boolean => a.key === b.key && a.jump === b.jump && a.k === b.k && a.is === b.is

function common(a: Fact[], b: Fact[]): Fact[] {
  return a.filter(f => {
    for (let i = 0; i < b.length; i++) if (isSame(f, b[i])) return true
    return false
  })
}

// The octet that X is loaded from, when the code does so first and leaves it then.
const headerOf = (n: Node): string => (n.code[0] === (LDX | B | MSH) && n.code.length === 4 ? `${n.code[1]}` : '')
const touchesX = (n: Node): boolean => {
  for (let i = 0; i < n.code.length; i += 2) if ((n.code[i] & 7) === LDX || n.code[i] === 7) return true
  return false
}

/**
 * Leads every way past tests whose outcome is known on it, and finds out what A and X hold where a test begins. Never
 * skips a load that did not happen on that way: a packet too short for it stays refused.
 */
function improve(nodes: Node[], head: number): number {
  const lead = (target: number, facts: Fact[], from: string, x: string): number => {
    let t = target
    while (t > ACCEPT) {
      const outcome = decided(nodes[t], facts)
      if (outcome < 0) break
      t = outcome ? nodes[t].yes : nodes[t].no
    }
    if (t > ACCEPT) {
      const n = nodes[t]
      n.facts = n.facts ? common(n.facts, facts) : facts
      n.from = n.from === null || n.from === from ? from : ''
      n.x = n.x === null || n.x === x ? x : ''
    }
    return t
  }
  const start = lead(head, [], '', '')
  for (let i = head; i > ACCEPT; i--) {
    const n = nodes[i]
    if (!n.facts) continue
    const fact: Fact = { key: n.key, jump: n.jump, k: n.k, is: true }
    const deny: Fact = { key: n.key, jump: n.jump, k: n.k, is: false }
    const x = headerOf(n) || (touchesX(n) ? '' : (n.x as string))
    n.yes = lead(n.yes, n.facts.concat(fact).slice(-MEMORY), n.key, x)
    n.no = lead(n.no, n.facts.concat(deny).slice(-MEMORY), n.key, x)
  }
  return start
}

/**
 * Makes the program.
 *
 * @param snap what the program returns for packets that it accepts
 * @throws RangeError above 4,096 instructions, or 16,384 tests before some are found to be needless
 */
export function layout(block: Block, snap: number): Int32Array {
  const none: Node = { code: [], key: '', jump: 0, k: 0, yes: 0, no: 0, facts: null, from: null, x: null }
  const nodes = [none, none]
  const head = improve(nodes, build(nodes, block, ACCEPT, REFUSE))
  // Instructions from the last to the first, k, jf, jt, code of each.
  const back: number[] = []
  const at: number[] = []
  const emit = (code: number, jt: number, jf: number, k: number): void => {
    back.push(k, jf, jt, code)
  }
  // How many instructions lie between the next one and the one that was put there when `place` were there.
  const over = (place: number): number => back.length / 4 - place
  const ret = (v: number): void => {
    emit(RET, 0, 0, v)
    at.push(back.length / 4)
  }
  if (head === REFUSE || head === ACCEPT) emit(RET, 0, 0, head === ACCEPT ? snap : 0)
  else {
    ret(0)
    ret(snap)
  }
  for (let i = 2; i <= head; i++) {
    const n = nodes[i]
    if (n.facts) {
      // A jump reaches 255 instructions far; behind it there may be one for each way that goes on.
      const isFarNo = over(at[n.no]) > 253
      const isFarYes = over(at[n.yes]) > 253
      if (isFarNo) emit(JMP, 0, 0, over(at[n.no]))
      if (isFarYes) emit(JMP, 0, 0, over(at[n.yes]))
      emit(n.jump, isFarYes ? 0 : over(at[n.yes]), isFarNo ? (isFarYes ? 1 : 0) : over(at[n.no]), n.k)
      const isX = headerOf(n) !== '' && headerOf(n) === n.x
      if (n.from !== n.key)
        for (let j = n.code.length - 2; j >= (isX ? 2 : 0); j -= 2) emit(n.code[j], 0, 0, n.code[j + 1])
    }
    at.push(back.length / 4)
  }
  const length = back.length / 4
  if (length > 4096) throw new RangeError(`filter: a program of ${length} instructions, 4096 at most`)
  return new Int32Array(back.reverse())
}

/** The program of an empty expression. */
export const everything = (snap: number): Int32Array => layout(always(), snap)
