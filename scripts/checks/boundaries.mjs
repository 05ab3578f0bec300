import {
  COMPUTED,
  commonRules,
  doorFaults,
  manifestFaults,
  sourceRules,
  testRules,
  undeclared,
} from '../lib/boundary-rules.mjs'
import { cycles, importGraph, resolveImport } from '../lib/graph.mjs'
import { importTable } from '../lib/import-table.mjs'
import { importsOf, parseFile } from '../lib/parse.mjs'
import { fromRules } from '../lib/result.mjs'
import { at, shown } from '../lib/root.mjs'
import { filesBelow, sourcesOf, testsOf, workspaces } from '../lib/workspaces.mjs'

/** The import table of ARCHITECTURE.md, and no import cycles, type imports included. */
export async function run() {
  const strangers = workspaces.filter(({ key }) => !importTable[key])
  const known = workspaces.filter(({ key }) => importTable[key])
  const sources = known.flatMap((workspace) => usesIn(workspace, sourcesOf(workspace)))
  const tests = known.flatMap((workspace) => usesIn(workspace, testsOf(workspace)))
  const each = (faults) => known.flatMap((workspace) => faults(workspace, ofWorkspace(sources, workspace)))

  return fromRules([
    { rule: 'every package has a row in the import table', faults: strangers.map(({ dir }) => shown(dir)) },
    ...judge({ ...sourceRules, 'source imports are dependencies of the package': undeclared }, sources),
    ...judge(commonRules, [...sources, ...tests]),
    ...judge(testRules, tests),
    { rule: 'a vendor is behind one door', faults: each(doorFaults) },
    { rule: 'dependencies follow the table', faults: each(manifestFaults) },
    { rule: 'no import cycles', faults: circles() },
  ])
}

function usesIn(workspace, files) {
  return files.flatMap((file) =>
    importsOf(parseFile(file)).map(({ specifier, line }) => {
      const name = specifier ?? COMPUTED
      return { workspace, file, where: `${shown(file)}:${line}`, specifier: name, target: resolveImport(file, name) }
    }),
  )
}

const ofWorkspace = (uses, workspace) => uses.filter((use) => use.workspace === workspace)

function judge(rules, uses) {
  return Object.entries(rules).map(([rule, breaks]) => ({
    rule,
    faults: uses.filter(breaks).map(({ where, specifier }) => `${where} ${specifier}`),
  }))
}

function circles() {
  const files = [...workspaces.flatMap(sourcesOf), ...filesBelow(at('tests'), /\.ts$/)]
  return cycles(importGraph(files)).map((group) => group.map(shown).join(' ⇄ '))
}
