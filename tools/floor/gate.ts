// An engine that has no more than the least of ours, made of Node: the script must parse as ECMAScript 5 and keep the
// rules of MicroQuickJS that a parser does not know, and it runs in a context from which everything else was deleted
// and where a write past the end of an array throws.
import vm from 'node:vm'
import { type Node, parse } from 'acorn'
import { ancestor, full } from 'acorn-walk'

/** Globals that every engine of the floor has. */
const GLOBALS =
  'Object Function Number Boolean String Array Math JSON RegExp Error EvalError RangeError ReferenceError SyntaxError ' +
  'TypeError URIError ArrayBuffer Uint8ClampedArray Int8Array Uint8Array Int16Array Uint16Array Int32Array Uint32Array ' +
  'Float32Array Float64Array undefined NaN Infinity isNaN isFinite parseInt parseFloat globalThis print'

const PROTOTYPES: { readonly [name: string]: string } = {
  Array:
    'constructor length concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse ' +
    'shift slice some sort splice toString unshift',
  String:
    'constructor length charAt charCodeAt concat indexOf lastIndexOf match replace search slice split substring ' +
    'toLowerCase toString toUpperCase trim valueOf',
  Function: 'constructor apply bind call toString length name prototype',
  Object: 'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf toLocaleString',
  TypedArray: 'constructor length byteLength byteOffset buffer join toString subarray set',
  ArrayBuffer: 'constructor byteLength',
}
const STATICS: { readonly [name: string]: string } = {
  Object: 'length name prototype create defineProperty getPrototypeOf setPrototypeOf keys',
  Array: 'length name prototype isArray',
  String: 'length name prototype fromCharCode',
  Number: 'length name prototype MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY',
  TypedArray: 'length name prototype BYTES_PER_ELEMENT',
  ArrayBuffer: 'length name prototype',
  Math:
    'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random round ' +
    'sin sqrt tan imul clz32',
}

// Runs inside the context before the script does. $at stands in every computed write: see `guarded`.
const PRELUDE = `(function (globals, prototypes, statics) {
  var root = this, put = Object.defineProperty
  var namesOf = Object.getOwnPropertyNames, symbolsOf = Object.getOwnPropertySymbols, tag = Symbol.toStringTag
  function keep(object, names) {
    var all = namesOf(object).concat(symbolsOf(object))
    for (var i = 0; i < all.length; i++) if (all[i] !== tag && names.indexOf(all[i]) < 0) delete object[all[i]]
  }
  var TypedArray = Object.getPrototypeOf(Uint8Array), isView = ArrayBuffer.isView, subarray = TypedArray.prototype.subarray
  TypedArray.prototype.subarray = function (from, to) {
    if (from < 0 || to < 0 || to > this.length) throw new RangeError('subarray(' + from + ', ' + to + ') of ' + this.length)
    return subarray.call(this, from, to)
  }
  put(root, '$at', { value: function (array, index) {
    if (isView(array) ? !(index >= 0 && index < array.length) : Array.isArray(array) && typeof index === 'number' && !(index >= 0 && index <= array.length))
      throw new RangeError('write at ' + index + ' of ' + array.length)
    return index
  } })
  root.$array = null
  function named(name) { return name === 'TypedArray' ? TypedArray : root[name] }
  for (var s in statics) keep(named(s), statics[s])
  for (var p in prototypes) keep(named(p).prototype, prototypes[p])
  keep(root, globals.concat(['$at', '$array']))
}).call(this, %s, %s, %s)`

const words = (text: string): string[] => text.split(' ')
const listed = (lists: { readonly [name: string]: string }): string =>
  JSON.stringify(Object.fromEntries(Object.entries(lists).map(([name, text]) => [name, words(text)])))

/** Rules of the smallest engine that ECMAScript 5 does not have. */
export function syntaxFaults(code: string): string[] {
  let tree: Node
  try {
    tree = parse(code, { ecmaVersion: 5, sourceType: 'script' })
  } catch (error) {
    return [`not ECMAScript 5: ${(error as Error).message}`]
  }
  const faults: string[] = []
  const near = (node: Node): string => JSON.stringify(code.slice(node.start, node.start + 40))
  const caught = new Map<Node | undefined, string[]>()
  ancestor(tree, {
    FunctionDeclaration(node, _, above) {
      const parent = above[above.length - 2]
      const isBody = parent?.type === 'BlockStatement' && /Function/.test(above[above.length - 3]?.type ?? '')
      if (parent?.type !== 'Program' && !isBody) faults.push(`function declared in a block: ${near(node)}`)
    },
    CatchClause(node, _, above) {
      const name = code.slice(node.param?.start, node.param?.end)
      const owner = [...above].reverse().find(parent => /Function/.test(parent.type))
      const names = caught.get(owner) ?? []
      if (names.includes(name)) faults.push(`catch variable ${name} twice in one function: ${near(node)}`)
      caught.set(owner, [...names, name])
    },
    LabeledStatement: node => void faults.push(`label: ${near(node)}`),
    WithStatement: node => void faults.push(`with: ${near(node)}`),
    ArrayExpression(node) {
      if (node.elements.includes(null)) faults.push(`hole in an array: ${near(node)}`)
    },
    AssignmentExpression({ left }) {
      if (left.type === 'MemberExpression' && left.property.type === 'Identifier' && left.property.name === 'message')
        faults.push(`the message of an error is set: ${near(left)}`)
    },
  })
  return faults
}

/** Every `o[p] = v`, `o[p] += v` and `o[p]++` as `($array = o)[$at($array, p)]`, which looks at the bound first. */
function guarded(code: string): string {
  const inserts: { at: number; text: string }[] = []
  const target = (node: Node): void => {
    if (node.type !== 'MemberExpression') return
    const { object, property, computed } = node as unknown as { object: Node; property: Node; computed: boolean }
    if (!computed) return
    inserts.push({ at: object.start, text: '($array=' }, { at: object.end, text: ')' })
    inserts.push({ at: property.start, text: '$at($array,' }, { at: property.end, text: ')' })
  }
  full(parse(code, { ecmaVersion: 5, sourceType: 'script' }), node => {
    const { left, argument } = node as unknown as { left: Node; argument: Node }
    if (node.type === 'AssignmentExpression') target(left)
    if (node.type === 'UpdateExpression') target(argument)
  })
  let out = ''
  let from = 0
  inserts.sort((a, b) => a.at - b.at)
  for (const { at, text } of inserts) {
    out += code.slice(from, at) + text
    from = at
  }
  return out + code.slice(from)
}

/** Runs a lowered script at the floor and gives what it printed. */
export function runGate(code: string): string {
  const faults = syntaxFaults(code)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const printed: string[] = []
  const context = vm.createContext({ print: (text: string) => void printed.push(text) })
  const lists = [JSON.stringify(words(GLOBALS)), listed(PROTOTYPES), listed(STATICS)]
  vm.runInContext(
    PRELUDE.replace(/%s/g, () => lists.shift() ?? ''),
    context,
  )
  vm.runInContext(`"use strict";${guarded(code)}`, context, { timeout: 120_000 })
  return printed.join('\n')
}
