import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { clip, node, tool } from './exec.mjs'
import { digestOfSources, dropReport, keepReport } from './reports.mjs'
import { at, shown } from './root.mjs'

/** Runs one project of vitest.config.ts and counts; whatever makes vitest fail counts, be it a test or not. */
export async function runTests(project, { env, limit } = {}) {
  const report = at('node_modules/.cache/test-reports', `${project}-${process.pid}.json`)
  mkdirSync(at('node_modules/.cache/test-reports'), { recursive: true })
  const sources = digestOfSources()
  dropReport(project)
  const { code, output } = await node(
    [
      tool('vitest/vitest.mjs'),
      ...['run', '--project', project, '--allowOnly=false', '--silent=passed-only', '--no-color'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    { env, limit },
  )
  const said = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null
  const counts = said ? countsOf(said) : { passed: 0, failed: 0, notes: [] }
  if (said) keepReport(project, sources, said.testResults)
  rmSync(report, { force: true })
  // Unhandled rejections, leftovers and empty runs fail vitest without failing a test.
  const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
  const shownOutput = failed > 0 ? [clip(withoutPassed(output))] : []
  return { passed: counts.passed, failed, messages: [...counts.notes, ...shownOutput] }
}

function countsOf({ testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed),
  )
  const skipped = numPendingTests + numTodoTests
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    notes: [
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      ...broken.map(({ name }) => `${shown(name)} failed as a whole`),
    ],
  }
}

const isFailed = ({ status }) => status === 'failed'

/** Files that passed are of no interest next to one that did not. */
const withoutPassed = (output) =>
  output
    .split('\n')
    .filter((line) => !/^\s*✓ |^JSON report /.test(line))
    .join('\n')
