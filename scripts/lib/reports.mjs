import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { at, root, shown } from './root.mjs'
import { filesBelow } from './workspaces.mjs'

/** The projects of vitest.config.ts, each of which leaves a report behind. */
export const PROJECTS = ['unit', 'behaviour', 'sockets', 'browser']

const folder = at('node_modules/.cache/features')
const fileOf = (project) => at(folder, `${project}.json`)

/** What tests depend on: a report of other sources says nothing of these. */
export function digestOfSources() {
  const below = ['packages', 'tests', 'examples', 'conformance'].flatMap((dir) => filesBelow(at(dir), /(?<!\.md)$/))
  const own = below.filter((path) => !/\/(dist|\.turbo)\//.test(relative(root, path)))
  const hash = createHash('sha256')
  for (const path of [...own, at('vitest.config.ts'), at('package-lock.json')]) {
    hash
      .update(`${shown(path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Keeps what a run of a project said of its tests: `results` as vitest's JSON reporter has them. */
export function keepReport(project, sources, results) {
  const tests = results.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: shown(name),
      title: [...ancestorTitles, title].join(' › '),
      passed: status === 'passed',
    })),
  )
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(project), JSON.stringify({ sources, tests }))
}

/** A run that begins makes the last one worth nothing. */
export const dropReport = (project) => rmSync(fileOf(project), { force: true })

/** What the last runs said, and which projects have not run on the sources as they are: `{ tests, absent }`. */
export function readReports() {
  const sources = digestOfSources()
  const read = PROJECTS.map((project) => ({ project, ...parse(fileOf(project)) }))
  const current = read.filter((report) => report.sources === sources)
  return {
    tests: current.flatMap((report) => report.tests),
    absent: PROJECTS.filter((project) => !current.some((report) => report.project === project)),
  }
}

const parse = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {})
