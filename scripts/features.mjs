// node scripts/features.mjs --write: writes docs/features.md by what the tests of every project said; what has not run on
// the sources as they are runs first. Without --write the page is printed.
import { writeFileSync } from 'node:fs'
import { taggedTests } from './lib/features.mjs'
import { featuresPage } from './lib/features-page.mjs'
import { readReports } from './lib/reports.mjs'
import { at } from './lib/root.mjs'
import { runSteps } from './lib/steps.mjs'

const { absent } = readReports()
if (absent.length > 0) await runSteps(absent, absent)

const { tests, absent: still } = readReports()
if (still.length > 0) {
  console.error(`nothing is written: ${still.join(', ')} left no report`)
  process.exit(1)
}
const page = featuresPage(taggedTests(tests))
if (process.argv.includes('--write')) writeFileSync(at('docs/features.md'), page)
else console.log(page)
