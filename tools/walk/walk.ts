// Reads sources for what a type checker does not see: that nothing is dropped in silence.
//
// A function of an input path carries the comment `// input path` in front of it. In it each return either reports
// (`return h.drop(ID, ...)`, or a drop in the statement before), hands on (`return input(...)`), or says why the packet
// was used up: `return // eaten: an echo request, answered`. The last statement of the function is no early return.
import ts from 'typescript'

const MARK = 'input path'
const PLAIN = new Set(['', 'EATEN', '0', 'false', 'true', 'null', 'undefined', 'void 0'])

export const parse = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)

type Body = ts.FunctionLikeDeclaration & { body: ts.ConciseBody }

const isBody = (node: ts.Node): node is Body =>
  ts.isFunctionLike(node) && 'body' in node && (node as { body?: unknown }).body !== undefined

/** The statement, property or method that a function stands in: what a comment would stand in front of. */
function owner(node: ts.Node): ts.Node {
  let at = node
  while (
    ts.isVariableDeclaration(at.parent) ||
    ts.isVariableDeclarationList(at.parent) ||
    ts.isVariableStatement(at.parent) ||
    ts.isBinaryExpression(at.parent) ||
    ts.isExpressionStatement(at.parent) ||
    ts.isPropertyAssignment(at.parent)
  )
    at = at.parent
  return at
}

function isMarked(node: ts.Node, source: ts.SourceFile): boolean {
  const ranges = ts.getLeadingCommentRanges(source.text, owner(node).getFullStart()) ?? []
  return ranges.some(range => source.text.slice(range.pos, range.end).includes(MARK))
}

/** A function that a layer below calls with what it received: `recv` or `input` of an object, or set as one. */
function isReceiver(node: ts.Node): boolean {
  if (ts.isMethodDeclaration(node)) return /^(recv|input)$/.test(node.name.getText())
  if (ts.isPropertyAssignment(node.parent)) return /^(recv|input)$/.test(node.parent.name.getText())
  return ts.isBinaryExpression(node.parent) && /\.(recv|input)$/.test(node.parent.left.getText())
}

/** Nothing but a call of what does the work, or nothing at all. */
function isHandedOn(body: ts.Block): boolean {
  const [first, ...rest] = body.statements
  if (!first || rest.length > 0) return !first
  const value = ts.isExpressionStatement(first) || ts.isReturnStatement(first) ? first.expression : undefined
  return value !== undefined && ts.isCallExpression(value)
}

const hasDrop = (node: ts.Node | undefined): boolean => node !== undefined && /\bdrop\(/.test(node.getText())

function returnFaults(body: ts.Block, source: ts.SourceFile, fault: (node: ts.Node, what: string) => void): void {
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isReturnStatement(node)) {
      const value = node.expression?.getText(source) ?? ''
      const siblings = ts.isBlock(node.parent) || ts.isCaseOrDefaultClause(node.parent) ? node.parent.statements : null
      const index = siblings ? siblings.indexOf(node) : 0
      const isLast = node.parent === body && index === body.statements.length - 1
      const line = source.text.slice(node.getStart(source)).split('\n', 1)[0] ?? ''
      if (!PLAIN.has(value) || isLast || hasDrop(siblings?.[index - 1]) || /\/\/ eaten: \w/.test(line)) return
      fault(node, `\`return ${value}\` without a name: return drop(ID, ...), or say // eaten: why`)
    }
    ts.forEachChild(node, visit)
  }
  visit(body)
}

/** Faults of one source file as `file:line what`, and how many functions of an input path it has. */
export function inputPaths(source: ts.SourceFile): { faults: string[]; marked: number } {
  const faults: string[] = []
  let marked = 0
  const fault = (node: ts.Node, what: string): void => {
    faults.push(`${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${what}`)
  }
  const visit = (node: ts.Node): void => {
    if (isBody(node)) {
      if (isMarked(node, source)) {
        marked++
        if (ts.isBlock(node.body)) returnFaults(node.body, source, fault)
      } else if (isReceiver(node) && ts.isBlock(node.body) && !isHandedOn(node.body))
        fault(node, `receives packets: put the comment "// ${MARK}" in front of it`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { faults, marked }
}

/** `export const NAME = number` of an ids.ts. */
export function idsOf(source: ts.SourceFile): Map<string, number> {
  const ids = new Map<string, number>()
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations)
      if (initializer && ts.isNumericLiteral(initializer)) ids.set(name.getText(source), Number(initializer.text))
  }
  return ids
}

/** Numbers that have a sentence: the numeric keys of every object literal in explain.ts. */
export function sentencesOf(source: ts.SourceFile): Map<number, string> {
  const sentences = new Map<number, string>()
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isNumericLiteral(node.name))
      sentences.set(Number(node.name.text), node.initializer.getText(source))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return sentences
}
