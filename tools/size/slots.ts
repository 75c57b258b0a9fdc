// What the slots of TCP cost a firmware that leaves all of them empty. The client firmware is bundled twice: as it is, and
// with all that is there for a slot taken out, which is told by its name: reading a slot or what it keeps becomes
// undefined, the numbers that only a slot sets become 0, the loops over them and the fields of the records go. esbuild
// then drops what can no longer be reached. A few octets that only make sense with a slot are not told apart and stay.
import { type AssignmentProperty, type Node, parse, type RestElement } from 'acorn'
import { ancestor } from 'acorn-walk'
import { buildSync, transformSync } from 'esbuild'
import { ESM } from './measure.ts'
import { meanOctets } from './orders.ts'
import { entryOf } from './rows.mjs'

const MAX = 400
const ORDERS = 64
const SLOTS = ['timestamps', 'windowScale', 'sack', 'congestion', 'ecn', 'fastOpen']
const NUMBERS = ['sndShift', 'rcvShift', 'optLen', 'isScaled']

interface Edit {
  start: number
  end: number
  text: string
}

/** The code without the slots. @throws Error for a name that is not in it: what is there for it would stay, and cost nothing */
export function emptied(code: string): string {
  const missing = [...SLOTS, ...NUMBERS].filter(name => !new RegExp(`\\b${name}\\b`).test(code))
  if (missing.length > 0) throw new Error(`slots of TCP: there is no ${missing.join(', ')}`)
  const edits: Edit[] = []
  const cut = (node: Node, text: string): void => void edits.push({ start: node.start, end: node.end, text })
  ancestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as Node, {
    MemberExpression(node, _state, above) {
      const { property } = node
      if (property.type !== 'Identifier' || node.computed) return
      const parent = above[above.length - 2]
      if (parent?.type === 'AssignmentExpression' && parent.left === node) {
        if ([...SLOTS, ...NUMBERS].includes(property.name)) cut(parent, '0')
      } else if (SLOTS.includes(property.name)) cut(node, 'undefined')
      else if (NUMBERS.includes(property.name)) cut(node, '0')
      else if (property.name === 'options') {
        const loop = above.find(n => n.type === 'ForStatement' || n.type === 'ForOfStatement')
        if (loop) cut(loop, ';')
      }
    },
    ConditionalExpression({ test }) {
      if (test.type === 'Identifier' && SLOTS.includes(test.name)) cut(test, 'undefined')
    },
    // Taken out of an object, all of them at once: what nobody uses is dropped.
    ObjectPattern(node) {
      const isSlot = (p: AssignmentProperty | RestElement) =>
        p.type === 'Property' && p.key.type === 'Identifier' && SLOTS.includes(p.key.name)
      if (node.properties.every(isSlot)) cut(node, 'unused')
    },
    ObjectExpression(node) {
      for (const p of node.properties) {
        if (p.type !== 'Property' || p.key.type !== 'Identifier') continue
        const isList = p.key.name === 'options' && p.value.type !== 'Identifier'
        // What is left is a hole in a literal, which a spread of nothing fills.
        if (isList || SLOTS.includes(p.key.name) || NUMBERS.includes(p.key.name)) cut(p, '...0')
      }
    },
  })
  edits.sort((a, b) => b.end - a.end || a.start - b.start)
  let from = code.length + 1
  for (const { start, end, text } of edits) {
    // What stands in something that has been taken out goes with it.
    if (end > from) continue
    code = code.slice(0, start) + text + code.slice(end)
    from = start
  }
  // The spreads, and the commas behind them.
  return code.replace(/\.\.\.0,?\s*/g, '')
}

/** Octets of brotli, the mean over some orders of the bundle, which is minified twice: once makes conditions constant. */
const octetsOf = (code: string): number => {
  const small = transformSync(code, { minify: true, format: 'esm' }).code
  return meanOctets(transformSync(small, { minify: true, format: 'esm' }).code, ORDERS)
}

/** Prints the cost, and tells whether it is within its limit. */
export function slots(): boolean {
  const { outputFiles } = buildSync({ entryPoints: [entryOf('client')], ...ESM, minify: false })
  const code = outputFiles[0]?.text ?? ''
  const cost = Math.round(octetsOf(code) - octetsOf(emptied(code)))
  console.log(`\nslots of TCP, all of them empty, in the client firmware: ${cost} octets of brotli (at most ${MAX})`)
  return cost <= MAX
}
