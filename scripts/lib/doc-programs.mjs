import { readFileSync } from 'node:fs'
import { codeBlocks } from './markdown.mjs'
import { shown } from './root.mjs'

const EXTENSION = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js' }

/**
 * The programs in the code blocks of a Markdown file: `[{ id, md, line, run, reason, modules, entry }]`.
 * A block is a program of its own, unless
 * - blocks share a `group=name`: all of them, in order, are one;
 * - it has a `file=name.ts`: it is that module of its group, or of the run of blocks with a `file` it stands in.
 *   What has no `file` is the main module; without one, the last module is.
 */
export function programsIn(path) {
  const blocks = codeBlocks(readFileSync(path, 'utf8')).filter(({ language }) => EXTENSION[language])
  const programs = new Map()
  let previous = null
  for (const block of blocks) {
    const { group, file } = block.attributes
    const continues = !group && file && previous?.attributes.file && !previous.attributes.group
    const key = group ?? (continues ? [...programs.keys()].at(-1) : `line-${block.line}`)
    programs.set(key, [...(programs.get(key) ?? []), block])
    previous = block
  }
  return [...programs].map(([key, parts]) => toProgram(shown(path), key, parts))
}

function toProgram(md, key, blocks) {
  const extension = blocks.some(({ language }) => EXTENSION[language] === 'ts') ? 'ts' : 'js'
  const modules = new Map()
  for (const block of blocks) {
    const name = block.attributes.file ?? `main.${extension}`
    modules.set(name, [...(modules.get(name) ?? []), block])
  }
  const reasons = blocks.flatMap(({ attributes }) => attributes['no-run'] ?? [])
  return {
    id: `${md.replaceAll('/', '~')}/${key}`,
    ...{ md, line: blocks[0].line, run: reasons.length === 0, reason: reasons.join('; ') },
    modules: [...modules].map(([name, parts]) => ({ name, text: textOf(parts) })),
    entry: modules.has(`main.${extension}`) ? `main.${extension}` : [...modules.keys()].at(-1),
  }
}

/** Every line stands where it stands in the Markdown file, so that an error's line is the reader's. */
function textOf(blocks) {
  const lines = []
  const put = (line, code) => {
    while (lines.length < line - 1) lines.push('')
    lines.push(...code)
  }
  for (const { before, line, code } of blocks) {
    if (before) put(before.line, before.code)
    put(line, code)
  }
  for (const { after } of blocks) if (after) lines.push(...after.code)
  return `${lines.join('\n')}\n`
}
