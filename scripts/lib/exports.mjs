import { docOf } from './doc-comments.mjs'
import { resolveImport } from './graph.mjs'
import { parseFile, walk } from './parse.mjs'

const TYPES = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration']

/**
 * What a module exports, re-exports followed to their declaration:
 * `[{ name, path, nodes }]`, where `nodes` is empty for what comes from another project.
 */
export function exportsOf(path) {
  const file = parseFile(path)
  const entries = file.module.staticExports.flatMap(({ entries }) => entries)
  const found = entries.flatMap((entry) => (entry.moduleRequest ? reexported(path, entry) : declared(file, entry)))
  return [...new Map(found.map((one) => [one.name, one])).values()]
}

function declared(file, { exportName, localName }) {
  const name = exportName.name ?? 'default'
  return [{ name, path: file.path, nodes: declarationsOf(file, localName.name ?? name) }]
}

function reexported(path, { moduleRequest, importName, exportName }) {
  const target = resolveImport(path, moduleRequest.value)
  if (!target) return exportName.name ? [{ name: exportName.name, path: null, nodes: [] }] : []
  if (importName.kind === 'AllButDefault') return exportsOf(target).filter(({ name }) => name !== 'default')
  if (importName.kind === 'All') return [{ name: exportName.name, path: target, nodes: [parseFile(target).program] }]
  const wanted = importName.name ?? 'default'
  const original = exportsOf(target).find(({ name }) => name === wanted)
  return [{ name: wanted, path: target, nodes: [], ...original, ...(exportName.name && { name: exportName.name }) }]
}

/** The top-level declarations of a name: several for overloads, or for a constant and a type that share it. */
function declarationsOf(file, name) {
  return file.program.body.flatMap((statement) => {
    const node = statement.declaration ?? statement
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') return [statement]
    if (node.type !== 'VariableDeclaration') return node.id?.name === name ? [statement] : []
    const declarator = node.declarations.find(({ id }) => binds(id, name))
    return declarator ? [node.declarations[0] === declarator ? statement : declarator] : []
  })
}

function binds(pattern, name) {
  let found = false
  walk(pattern, (node) => {
    if (node.type === 'Identifier' && node.name === name) found = true
  })
  return found
}

/** Whether an export exists at run time. What cannot be traced is taken for a value. */
export const isValue = ({ nodes }) =>
  nodes.length === 0 || nodes.some((node) => !TYPES.includes((node.declaration ?? node).type))

/** Whether any of an export's declarations carries a doc comment. What comes from another project is documented there. */
export const isDocumented = ({ path, nodes }) =>
  path === null || nodes.some((node) => docOf(parseFile(path), node) !== null)

/** The declaration itself, without the `export` around it. */
export const bare = (node) => node.declaration ?? node
