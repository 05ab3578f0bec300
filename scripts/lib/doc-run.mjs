import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { clip, node, tool } from './exec.mjs'
import { at } from './root.mjs'

const folder = at('node_modules/.cache/doc-examples', String(process.pid))
const SECONDS = 1000
const DOCUMENTED_PORT = /\b4200\b/g

/**
 * Writes the modules of all programs, each program in a folder of its own. The port the documentation always uses
 * becomes the program's own, so that examples neither disturb each other nor what runs on this machine.
 */
export function writePrograms(programs) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const { id, modules, port } of programs) {
    for (const { name, text } of modules) {
      mkdirSync(dirname(join(folder, id, name)), { recursive: true })
      writeFileSync(join(folder, id, name), text.replaceAll(DOCUMENTED_PORT, String(port)))
    }
  }
}

/** Nothing is kept: what goes wrong is told in lines of the documentation. */
export const dropPrograms = () => rmSync(folder, { recursive: true, force: true })

/** Type errors of all programs in one go, as a strict project of a user would see them: `[{ id, message }]`. */
export async function compile(programs) {
  const compilerOptions = {
    ...{ strict: true, noEmit: true, allowJs: true, skipLibCheck: true, moduleDetection: 'force' },
    ...{ module: 'nodenext', target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'] },
    ...{ types: ['node'], typeRoots: [at('node_modules/@types')] },
  }
  const files = programs.flatMap(({ id, modules }) => modules.map(({ name }) => join(id, name)))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const { code, output } = await node([tool('typescript/bin/tsc'), '--project', '.', '--pretty', 'false'], {
    cwd: folder,
  })
  return code === 0 ? [] : output.split(/\n(?=\S)/).map((message) => attribute(message, programs))
}

/** `README.md/quickstart/main.ts(7,3): error …` → `README.md:7: error …` */
function attribute(message, programs) {
  const program = programs.find(({ id }) => message.startsWith(`${id}/`))
  if (!program) return { id: null, message }
  return { id: program.id, message: message.replace(/^.*?\((\d+),\d+\)/, `${program.md}:$1`) }
}

/** Runs a program to its own end. Resolves to what went wrong, or null. */
export async function runProgram({ id, md, line, entry, port }) {
  const dir = join(folder, id)
  const outfile = join(dir, 'program.mjs')
  try {
    await bundle(join(dir, entry), outfile)
  } catch (error) {
    return `${md}:${line}: ${error.message}`
  }
  const env = { PORT: String(port) }
  const { code, output } = await node(['--enable-source-maps', outfile], { cwd: dir, env, limit: 15 * SECONDS })
  return code === 0 ? null : `${md}:${line}: ended with code ${code}\n${clip(inMarkdown(output, dir, md), 40)}`
}

/** Lines are the same in a module and in the Markdown file, so the names can be exchanged. */
const inMarkdown = (output, dir, md) =>
  output
    .split(`file://${dir}/`)
    .join(`${dir}/`)
    .split(`${dir}/`)
    .map((part, index) => (index === 0 ? part : part.replace(/^[\w./-]+?\.[jt]s(?=:)/, md)))
    .join('')

/** Own modules in one file, packages left where they are. */
function bundle(entry, outfile) {
  const format = { bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' }
  return build({ ...format, entryPoints: [entry], outfile, sourcemap: 'inline', logLevel: 'silent' })
}

/** As many ports as asked for, no two alike, that nobody listened on a moment ago. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(servers.map((server) => new Promise((done) => server.listen(0, done))))
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}
