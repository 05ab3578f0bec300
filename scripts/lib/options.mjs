import { docOf } from './doc-comments.mjs'
import { bare, exportsOf } from './exports.mjs'
import { parseFile } from './parse.mjs'
import { shown } from './root.mjs'

const OPTIONS = /(Options|Limits)$/
const SAYS_DEFAULT = /@default\b|\b[Rr]equired\b/

/** Every member of an exported type called …Options or …Limits in a file: `[{ where, complete }]`. */
export function optionMembers(path) {
  const file = parseFile(path)
  return exportsOf(path)
    .filter((one) => one.path === path && OPTIONS.test(one.name))
    .flatMap(({ name, nodes }) => nodes.flatMap((node) => membersOf(bare(node)).map((member) => ({ name, member }))))
    .map(({ name, member }) => ({
      where: `${shown(path)}:${file.line(member.start)} ${name}.${file.text.slice(member.key.start, member.key.end)}`,
      complete: SAYS_DEFAULT.test(docOf(file, member) ?? ''),
    }))
}

/** Members of an interface or of the object types a type is made of, those of nested groups included. */
function membersOf(node) {
  switch (node?.type) {
    case 'TSInterfaceDeclaration':
      return node.body.body.flatMap(withNested)
    case 'TSTypeLiteral':
      return node.members.flatMap(withNested)
    case 'TSUnionType':
    case 'TSIntersectionType':
      return node.types.flatMap(membersOf)
    case 'TSTypeAliasDeclaration':
    case 'TSParenthesizedType':
    case 'TSTypeAnnotation':
      return membersOf(node.typeAnnotation)
    default:
      return []
  }
}

function withNested(member) {
  if (!member.key) return []
  return [member, ...membersOf(member.typeAnnotation)]
}
