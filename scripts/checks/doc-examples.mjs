import { existsSync } from 'node:fs'
import { programsIn } from '../lib/doc-programs.mjs'
import { compile, dropPrograms, freePorts, runProgram, writePrograms } from '../lib/doc-run.mjs'
import { at } from '../lib/root.mjs'
import { filesBelow } from '../lib/workspaces.mjs'

/** Every example in the documentation compiles, runs and ends by itself. CONTRIBUTING.md says how to write one. */
export async function run() {
  const texts = [at('README.md'), ...filesBelow(at('docs'), /\.md$/), ...filesBelow(at('packages'), /^README\.md$/)]
  const written = texts.filter((path) => existsSync(path))
  const found = written.flatMap(programsIn)
  if (written.length === 0) return { passed: 0, failed: 0, empty: true, messages: ['there is no documentation yet'] }
  if (found.length === 0) return { passed: 0, failed: 0, messages: ['the documentation has no examples'] }

  const ports = await freePorts(found.length)
  const programs = found.map((program, index) => ({ ...program, port: ports[index] }))
  writePrograms(programs)
  const faults = [...programs.flatMap(unreasoned), ...(await compile(programs))]
  const sound = programs.filter(({ id, run }) => run && !faults.some((fault) => fault.id === id))
  faults.push(...(await runAll(sound)))
  dropPrograms()

  const broken = new Set(faults.map(({ id }) => id)).size
  const ran = sound.length === programs.length ? [] : [`${sound.length} of ${programs.length} examples ran`]
  return {
    passed: Math.max(0, programs.length - broken),
    failed: broken,
    messages: [...ran, ...faults.map(({ message }) => message)],
  }
}

const unreasoned = ({ id, md, line, run, reason }) =>
  run || reason !== '' ? [] : [{ id, message: `${md}:${line}: no-run takes a reason: no-run="…"` }]

/** Two at a time. */
async function runAll(programs) {
  const queue = [...programs]
  const faults = []
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const message = await runProgram(next)
      if (message) faults.push({ id: next.id, message })
    }
  }
  await Promise.all([work(), work()])
  return faults
}
