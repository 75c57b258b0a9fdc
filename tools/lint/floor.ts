// What protocol packages may not use although it compiles with `lib: ["ES5"]`: syntax that needs a helper when lowered
// to ECMAScript 5, and library functions that one engine of the floor lacks.
import ts from 'typescript'

/** All that every engine of the floor has on a typed array. */
const TYPED_ARRAY = new Set('length byteLength byteOffset buffer set subarray BYTES_PER_ELEMENT'.split(' '))
const GLOBALS = new Set(
  'Map Set WeakMap WeakSet Symbol Promise BigInt Proxy Reflect DataView TextEncoder TextDecoder Date console Intl'.split(
    ' ',
  ),
)
const OBJECT = new Set('freeze assign entries values seal fromEntries getOwnPropertyNames'.split(' '))

/** Every fault of one source file, as `path: line:column what`. */
export function floorFaults(source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const faults: string[] = []
  const fault = (node: ts.Node, what: string): void => {
    const at = source.getLineAndCharacterOfPosition(node.getStart(source))
    faults.push(`${source.fileName}: ${at.line + 1}:${at.character + 1} ${what}`)
  }
  const typeName = (node: ts.Node): string => checker.getTypeAtLocation(node).symbol?.name ?? ''

  const visitCall = (node: ts.PropertyAccessExpression): void => {
    const name = node.name.text
    const owner = typeName(node.expression)
    if (
      /^(Uint8|Int8|Uint16|Int16|Uint32|Int32|Uint8Clamped|Float32|Float64)Array$/.test(owner) &&
      !TYPED_ARRAY.has(name)
    )
      fault(node.name, `${owner} ${name} is not on every engine of the floor`)
    if (/^(\w+)ArrayConstructor$/.test(owner) && owner !== 'ArrayConstructor') fault(node.name, `${owner} ${name}`)
    if (owner === 'ObjectConstructor' && OBJECT.has(name)) fault(node.name, `Object.${name}`)
    if (
      name === 'message' &&
      ts.isBinaryExpression(node.parent) &&
      node.parent.left === node &&
      owner.endsWith('Error')
    )
      fault(node, 'the message of an error is set by its constructor only')
  }

  const isExported = (node: ts.Node): boolean =>
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword)

  const visit = (node: ts.Node, catches: string[]): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return
    if (ts.isPropertyAccessExpression(node)) visitCall(node)
    else if (ts.isIdentifier(node) && GLOBALS.has(node.text)) {
      const isName =
        (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) ||
        ts.isPropertyAssignment(node.parent) ||
        ts.isImportSpecifier(node.parent)
      if (!isName) fault(node, node.text)
    } else if (ts.isForOfStatement(node)) {
      if (!checker.isArrayType(checker.getTypeAtLocation(node.expression)))
        fault(node, 'for-of over anything but an array')
    } else if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) fault(node, 'spread')
    else if (ts.isParameter(node) && node.dotDotDotToken) fault(node, 'rest parameter')
    else if (ts.isParameter(node) && node.initializer && isExported(node.parent))
      fault(node, 'default parameter in an exported function')
    else if (ts.isBindingElement(node) && node.dotDotDotToken) fault(node, 'rest in destructuring')
    else if (ts.isArrayBindingPattern(node)) fault(node, 'destructuring of an array')
    else if (ts.isClassLike(node)) fault(node, 'class')
    else if (node.kind === ts.SyntaxKind.ThisKeyword) fault(node, 'this')
    else if (ts.isLabeledStatement(node)) fault(node, 'label')
    else if (ts.isOmittedExpression(node)) fault(node, 'hole in an array')
    else if (ts.isBigIntLiteral(node)) fault(node, 'BigInt')
    else if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) fault(node, 'async or generator')
    else if (ts.isFunctionDeclaration(node) && ts.isBlock(node.parent) && !ts.isFunctionLike(node.parent.parent))
      fault(node, 'function declared in a block')
    else if (ts.isCatchClause(node) && node.variableDeclaration) {
      const name = node.variableDeclaration.name.getText(source)
      if (catches.includes(name)) fault(node, `catch variable ${name} twice in one function`)
      catches.push(name)
    }
    const inner = ts.isFunctionLike(node) ? [] : catches
    ts.forEachChild(node, child => visit(child, inner))
  }
  visit(source, [])
  return faults
}
