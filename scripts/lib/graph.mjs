import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { importsOf, parseFile } from './parse.mjs'
import { sourceAliases } from './workspaces.mjs'

const aliases = new Map(sourceAliases)

/** The source file a specifier leads to, or null for a module from elsewhere. */
export function resolveImport(from, specifier) {
  if (!specifier.startsWith('.')) return aliases.get(specifier) ?? null
  const target = resolve(dirname(from), specifier)
  const source = target.replace(/\.js$/, '.ts')
  return existsSync(source) ? source : target
}

/** File → the files it imports, type imports included. */
export function importGraph(files) {
  const inside = new Set(files)
  const targets = (path) =>
    importsOf(parseFile(path))
      .map(({ specifier }) => specifier && resolveImport(path, specifier))
      .filter((target) => inside.has(target))
  return new Map(files.map((path) => [path, [...new Set(targets(path))]]))
}

/** Groups of files that reach each other (Tarjan's strongly connected components), without the trivial ones. */
export function cycles(graph) {
  const state = { graph, order: new Map(), low: new Map(), stack: [], found: [] }
  for (const node of graph.keys()) if (!state.order.has(node)) connect(node, state)
  return state.found
}

function connect(node, state) {
  const { graph, order, low, stack, found } = state
  order.set(node, order.size)
  low.set(node, order.get(node))
  stack.push(node)
  for (const next of graph.get(node)) {
    if (!order.has(next)) connect(next, state)
    if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)))
  }
  if (low.get(node) !== order.get(node)) return
  const group = stack.splice(stack.indexOf(node))
  if (group.length > 1 || graph.get(node).includes(node)) found.push(group.reverse())
}
