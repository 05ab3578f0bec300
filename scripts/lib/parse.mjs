// The one file that knows the parser. What it hands out are ESTree nodes with TypeScript's added to them.
import { readFileSync } from 'node:fs'
import { parseSync, visitorKeys } from 'oxc-parser'

const parsed = new Map()

/** A source file as text and tree: `{ path, text, body, comments, module, line(offset) }`. */
export function parseFile(path) {
  const known = parsed.get(path)
  if (known) return known
  const file = parseText(path, readFileSync(path, 'utf8'))
  parsed.set(path, file)
  return file
}

function parseText(path, text) {
  const { program, comments, module, errors } = parseSync(path, text)
  const fatal = errors.find(({ severity }) => severity === 'Error')
  if (fatal) throw new Error(`${path}: ${fatal.message}`)
  const line = (offset) => text.slice(0, offset).split('\n').length
  return { path, text, program, comments, module, line }
}

/** Calls `visit(node, parent)` for a node and everything below it, in the order of the source. */
export function walk(node, visit, parent = null) {
  visit(node, parent)
  for (const key of visitorKeys[node.type] ?? []) {
    for (const child of [node[key]].flat()) if (child) walk(child, visit, node)
  }
}

/**
 * Every way a file can name another module: import and export declarations, `import()`, `import('x').Type`,
 * `import x = require('x')`. A dynamic import of something computed has `specifier: null`.
 */
export function importsOf(file) {
  const found = []
  const add = (node, specifier, typeOnly) => found.push({ specifier, typeOnly, line: file.line(node.start) })
  walk(file.program, (node) => {
    if (node.type === 'ImportDeclaration') add(node, node.source.value, onlyTypes(node, node.importKind))
    if (node.type === 'ExportAllDeclaration') add(node, node.source.value, node.exportKind === 'type')
    if (node.type === 'ExportNamedDeclaration' && node.source) {
      add(node, node.source.value, onlyTypes(node, node.exportKind))
    }
    if (node.type === 'ImportExpression') add(node, literal(node.source), false)
    if (node.type === 'TSImportType') add(node, node.source.value, true)
    if (node.type === 'TSExternalModuleReference') add(node, node.expression.value, false)
  })
  return found
}

/** `import type { A }` and `import { type A }`; `import 'x'` is there for its effects. */
function onlyTypes({ specifiers }, kind) {
  if (kind === 'type') return true
  return (
    specifiers.length > 0 && specifiers.every(({ importKind, exportKind }) => (importKind ?? exportKind) === 'type')
  )
}

function literal(node) {
  if (node.type === 'Literal') return String(node.value)
  return node.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis[0].value.cooked : null
}
