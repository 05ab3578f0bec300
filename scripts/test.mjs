// npm test: whatever is missing is installed, then every check runs and is reported. `npm test -- name` picks by name.
import { install } from './lib/prepare.mjs'
import { runSteps } from './lib/steps.mjs'

/** In this order; each is a file in checks/ that exports `run()`, which resolves to `{ passed, failed, messages }`. */
const STEPS = [
  'build',
  'types',
  'type-cost',
  'lint',
  'boundaries',
  'budgets',
  'packages',
  'size',
  'doc-examples',
  'unit',
  'behaviour',
  'sockets',
  'browser',
  'features',
]

try {
  await install()
  const total = await runSteps(STEPS, process.argv.slice(2))
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed > 0 ? 1 : 0)
} catch (error) {
  console.error(error.message)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
