import { existsSync, readFileSync } from 'node:fs'
import { featureRules, taggedTests } from '../lib/features.mjs'
import { featuresPage } from '../lib/features-page.mjs'
import { PROJECTS, readReports } from '../lib/reports.mjs'
import { fromRules } from '../lib/result.mjs'
import { at } from '../lib/root.mjs'

/** Every promise of the seeds has a test that passed, and docs/features.md says which. Goes by the last run of the tests. */
export function run() {
  const { tests, absent } = readReports()
  if (absent.length > 0) return { passed: 0, failed: 1, messages: [toRun(absent)] }
  const tagged = taggedTests(tests)
  return fromRules([...featureRules(tagged), { rule: 'docs/features.md is up to date', faults: pageFaults(tagged) }])
}

/** Half of the tests would make promises look broken that are not. */
const toRun = (absent) =>
  `cannot tell: ${absent.join(', ')} have not run on these sources. Run npm test -- ${PROJECTS.join(' ')} features`

function pageFaults(tagged) {
  const path = at('docs/features.md')
  const written = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return written === featuresPage(tagged) ? [] : ['run node scripts/features.mjs --write']
}
