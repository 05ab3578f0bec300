import { walk } from './parse.mjs'

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']

/** Lines of a file; the newline at its end starts no line. */
export const linesOf = ({ text }) => text.trimEnd().split('\n').length

/** Every function of a file with its length: `[{ line, lines }]`. */
export function functionsOf(file) {
  const found = []
  walk(file.program, (node) => {
    if (!FUNCTIONS.includes(node.type) || !node.body) return
    const line = file.line(node.start)
    found.push({ line, lines: file.line(node.end) - line + 1 })
  })
  return found
}

/** Lines on which a type is `any`. */
export function anysOf(file) {
  const found = []
  walk(file.program, (node) => {
    if (node.type === 'TSAnyKeyword') found.push(file.line(node.start))
  })
  return found
}

/** The value that a share of all values does not exceed (nearest rank); 0 of none. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
