const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g

/** The text of the doc comment right before a node, or null. Other comments may stand between the two. */
export function docOf(file, node) {
  const before = file.comments.filter(
    ({ type, value, end }) => type === 'Block' && value.startsWith('*') && end <= node.start,
  )
  const last = before.at(-1)
  if (!last) return null
  const between = file.text.slice(last.end, node.start).replaceAll(COMMENT, '')
  return between.trim() === '' ? last.value.replaceAll(/^\s*\*/gm, '').trim() || null : null
}
