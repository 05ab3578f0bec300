import { emptyReport, playCases } from './model.js'

/** Plays cases and prints what was seen, as JSON: `node bundle.mjs <seed> <cases>`. Exits with 1 where one fails. */
const [seed = 1, cases = 1_000] = process.argv.slice(2).map(Number)
const report = emptyReport()
const started = performance.now()
let failure: string | null = null
try {
  await playCases(seed, cases, report)
} catch (error) {
  const { message, cause } = error as Error & { cause?: Error }
  failure = `${message}\n${cause?.message ?? ''}`
  process.exitCode = 1
}
const seconds = Math.round((performance.now() - started) / 100) / 10
process.stdout.write(`${JSON.stringify({ ...report, seconds, failure })}\n`)
