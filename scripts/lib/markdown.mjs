const FENCE = /^\s*(`{3,}|~{3,})\s*([\w-]*)\s*(.*)$/
const COMMENT = /^\s*<!--\s*(before|after):(.*)$/

/**
 * The fenced code blocks of a text: `[{ language, attributes, line, code, before, after }]`. `code` is an array of
 * lines and `line` where the first of them stands. `before` and `after` are hidden comments right above the block, as
 * `{ line, code }`: `<!-- before: const port = 1 -->`.
 */
export function codeBlocks(text) {
  const reader = { lines: text.split('\n'), at: 0 }
  const blocks = []
  let hidden = {}
  while (reader.at < reader.lines.length) {
    const line = reader.lines[reader.at]
    const [, fence, language, info] = FENCE.exec(line) ?? []
    const [, place] = COMMENT.exec(line) ?? []
    if (fence) {
      blocks.push({ language, attributes: attributesOf(info), ...hidden, ...readBlock(reader, fence) })
      hidden = {}
    } else if (place) hidden[place] = readComment(reader)
    else {
      if (line.trim() !== '') hidden = {}
      reader.at++
    }
  }
  return blocks
}

/** `group=quickstart no-run="needs Redis"` → `{ group: 'quickstart', 'no-run': 'needs Redis' }` */
function attributesOf(info) {
  const pairs = info.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|([^\s"]+)))?/g)
  return Object.fromEntries([...pairs].map(([, name, quoted, plain]) => [name, quoted ?? plain ?? '']))
}

/** Everything up to a fence of the same kind that is at least as long. */
function readBlock(reader, fence) {
  const indent = /^\s*/.exec(reader.lines[reader.at])[0]
  const first = reader.at + 1
  const end = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`)
  let last = first
  while (last < reader.lines.length && !end.test(reader.lines[last])) last++
  reader.at = last + 1
  const bare = (line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart())
  return { line: first + 1, code: reader.lines.slice(first, last).map(bare) }
}

function readComment(reader) {
  const line = reader.at + 1
  const first = COMMENT.exec(reader.lines[reader.at])[2]
  const code = [first]
  while (!code.at(-1).includes('-->') && reader.at + 1 < reader.lines.length) code.push(reader.lines[++reader.at])
  reader.at++
  code[code.length - 1] = code.at(-1).split('-->')[0]
  return { line, code }
}
