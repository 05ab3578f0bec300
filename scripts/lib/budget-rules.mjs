import { readFileSync } from 'node:fs'
import { anysOf, functionsOf, linesOf, percentile } from './metrics.mjs'
import { parseFile } from './parse.mjs'
import { at, shown } from './root.mjs'
import { clockLeaks, sleeps } from './time-use.mjs'
import { filesBelow, sourcesOf, testsOf, workspaces } from './workspaces.mjs'

export const budgets = JSON.parse(readFileSync(at('scripts/budgets.json'), 'utf8'))

/** A figure against its budget, as a rule. */
export const within = (rule, value, most) => ({ rule, faults: value > most ? [`is ${value}, may be ${most}`] : [] })

export function fileRules(files) {
  const { most, median, p90 } = budgets.fileLines
  const lines = files.map(linesOf)
  const [half, ninety] = [percentile(lines, 0.5), percentile(lines, 0.9)]
  const long = files.filter((file) => linesOf(file) > most)
  return [
    {
      rule: `a source file has at most ${most} lines`,
      faults: long.map((file) => `${shown(file.path)}: ${linesOf(file)}`),
      figure: `files ${files.length}, lines median ${half}, p90 ${ninety}, max ${Math.max(...lines)}`,
    },
    within('median of lines in a file', half, median),
    within('90th percentile of lines in a file', ninety, p90),
  ]
}

export function functionRules(files) {
  const { most, p99 } = budgets.functionLines
  const all = files.flatMap((file) => functionsOf(file).map((one) => ({ ...one, path: file.path })))
  const lines = all.map((one) => one.lines)
  const long = all.filter((one) => one.lines > most)
  return [
    {
      rule: `a function has at most ${most} lines`,
      faults: long.map((one) => `${shown(one.path)}:${one.line}: ${one.lines}`),
      figure: `functions ${all.length}, lines p99 ${percentile(lines, 0.99)}, max ${Math.max(0, ...lines)}`,
    },
    within('99th percentile of lines in a function', percentile(lines, 0.99), p99),
  ]
}

export function anyRule(files) {
  const counts = new Map(files.map((file) => [shown(file.path), anysOf(file)]))
  const extra = [...counts].filter(([path, lines]) => lines.length !== (budgets.any[path] ?? 0))
  return {
    rule: '`any` stands only where it is allowed',
    faults: extra.map(
      ([path, lines]) => `${path}: ${lines.length} (lines ${lines.join(', ')}), not ${budgets.any[path] ?? 0}`,
    ),
  }
}

/** Real time may pass in end-to-end tests and what helps them, which say so in their name. */
export function sleepRule() {
  const tests = [...workspaces.flatMap(testsOf), ...filesBelow(at('tests'), /\.ts$/)]
  return {
    rule: 'no test sleeps, unless it is called *.e2e.test.ts',
    faults: found(
      tests.filter((path) => !/\.e2e(\.test)?\.ts$/.test(path)),
      sleeps,
    ),
  }
}

export function clockRule() {
  const sources = workspaces.filter(({ key }) => key !== 'testing').flatMap(sourcesOf)
  return {
    rule: 'time and chance come from the clock',
    faults: found(
      sources.filter((path) => !path.startsWith(at('packages/protocol/src/clock/'))),
      clockLeaks,
    ),
  }
}

const found = (paths, look) => paths.flatMap((path) => look(parseFile(path)).map((line) => `${shown(path)}:${line}`))
