// What it costs that nothing is dropped in silence. A firmware is bundled as it is; with halves of the calls of an observer
// taken out, which is what a site costs; and with all of them and what the host has for them taken out, which is the cost
// in all. A call `x.drop(id, b, o, n)` or `x.tell(verb, id, ...)` is told by its name and number of arguments and becomes 0,
// what drop answers; the host's part are the two members of the object literal that has both, and the function that they
// share. What is left over, the option's name and a variable, is a few octets.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type Node, parse } from 'acorn'
import { simple } from 'acorn-walk'
import { build, type Plugin } from 'esbuild'
import { fromDist } from '../sources.mjs'
import { ESM } from './measure.ts'
import { meanOctets } from './orders.ts'
import { entryOf } from './rows.mjs'

const MAX_IN_ALL = 600
const MAX_A_SITE = 6
/** Whatever is taken out, brotli's answer jumps by some 30 octets: the mean of so many halves of the sites is judged. */
const ROUNDS = 8
const ORDERS = 6
const ARITY: { readonly [name: string]: readonly number[] } = { drop: [4], tell: [2, 4, 5] }

interface Site {
  start: number
  end: number
}

/** Calls of an observer, and where the host defines what they call. */
function sites(code: string): { calls: Site[]; methods: Site[] } {
  const calls: Site[] = []
  const methods: Site[] = []
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }) as Node, {
    CallExpression(node) {
      const { callee } = node
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      if (ARITY[callee.property.name]?.includes(node.arguments.length)) calls.push(node)
    },
    ObjectExpression(node) {
      const own = node.properties.filter(
        p => p.type === 'Property' && p.key.type === 'Identifier' && p.key.name in ARITY,
      )
      if (own.length === 2) methods.push(...own)
    },
    FunctionDeclaration(node) {
      if (node.id?.name === 'tell') methods.push(node)
    },
  })
  return { calls, methods }
}

/** Which sites are taken out: by where they stand, and how many they were. */
interface Choice {
  takes(path: string, start: number): boolean
  taken: number
}

/** All of them, or a half of them drawn anew for each round, the same in every run. */
const choice = (round: number): Choice => ({
  takes(path, start) {
    let hash = round
    for (const c of `${basename(path)} ${start}`) hash = Math.imul(hash ^ c.charCodeAt(0), 16777619)
    return round === 0 || ((hash ^ (hash >>> 15)) & 1) === 1
  },
  taken: 0,
})

function without(path: string, isHostToo: boolean, choice: Choice): string {
  let code = readFileSync(path, 'utf8')
  const found = sites(code)
  const { methods } = found
  const calls = found.calls.filter(({ start }) => choice.takes(path, start))
  choice.taken += calls.length
  const edits = [
    ...(isHostToo ? methods : []).map(at => ({
      ...at,
      start: at.start,
      end: code[at.end] === ',' ? at.end + 1 : at.end,
      text: '',
    })),
    ...calls.map(at => ({ start: at.start, end: at.end, text: '0' })),
  ]
  edits.sort((a, b) => b.start - a.start)
  let from = code.length
  for (const { start, end, text } of edits) {
    // A call inside a method that has been taken out goes with it.
    if (end > from) continue
    code = code.slice(0, start) + text + code.slice(end)
    from = start
  }
  return code
}

const unobserved = (isHostToo: boolean, choice: Choice): Plugin => ({
  name: 'unobserved',
  setup(context) {
    context.onLoad({ filter: /packages[\\/][a-z0-9-]+[\\/]dist[\\/].*\.js$/ }, args => ({
      contents: without(args.path, isHostToo, choice),
      loader: 'js',
    }))
  },
})

interface Bundle {
  raw: number
  brotli: number
  /** Octets of brotli, the mean over some orders. */
  mean: number
  code: string
}

async function bundle(name: string, plugins: Plugin[]): Promise<Bundle> {
  const result = await build({ entryPoints: [entryOf(name)], ...ESM, plugins: [fromDist as Plugin, ...plugins] })
  const code = result.outputFiles[0]?.text ?? ''
  return { raw: Buffer.byteLength(code), brotli: brotliCompressSync(code).length, mean: meanOctets(code, ORDERS), code }
}

/** Prints the cost in the smallest firmware and in larger ones, and tells whether it is within its limits. */
export async function observability(): Promise<boolean> {
  let passed = true
  for (const name of ['minimal', 'client', 'full']) {
    const seen = await bundle(name, [])
    const blind = await bundle(name, [unobserved(true, choice(0))])
    const count = sites(seen.code).calls.length
    const all = Math.round(seen.mean - blind.mean)
    let each = 0
    for (let round = 1; round <= ROUNDS; round++) {
      const half = choice(round)
      const rest = await bundle(name, [unobserved(false, half)])
      each += (seen.mean - rest.mean) / Math.max(half.taken, 1) / ROUNDS
    }
    // Nothing costs nothing: a name that changed would take no site out.
    const isWithin = count > 0 && all > 0 && all <= MAX_IN_ALL && each <= MAX_A_SITE
    passed &&= isWithin
    console.log(
      `\nobservability of the ${name} firmware, in octets of brotli: ${all} of ${seen.brotli} (at most ${MAX_IN_ALL}), ` +
        `${count} sites of ${each.toFixed(1)} (at most ${MAX_A_SITE}); raw: ${seen.raw - blind.raw}${isWithin ? '' : '  OVER'}`,
    )
  }
  return passed
}
