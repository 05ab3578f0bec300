import { anyRule, clockRule, fileRules, functionRules, sleepRule } from '../lib/budget-rules.mjs'
import { documentedRule, mainValuesRule, optionsRule } from '../lib/export-rules.mjs'
import { parseFile } from '../lib/parse.mjs'
import { fromRules } from '../lib/result.mjs'
import { sourcesOf, workspaces } from '../lib/workspaces.mjs'

/** The figures of ARCHITECTURE.md's "Budgets"; the numbers are in scripts/budgets.json. */
export async function run() {
  const files = workspaces.flatMap(sourcesOf).map(parseFile)
  if (files.length === 0) return { passed: 0, failed: 0, messages: ['there are no sources'] }
  const rules = [
    ...fileRules(files),
    ...functionRules(files),
    anyRule(files),
    documentedRule(workspaces),
    optionsRule(files),
    mainValuesRule(workspaces),
    sleepRule(),
    clockRule(),
  ]
  return fromRules(rules, [rules.flatMap(({ figure }) => figure ?? []).join(' · ')])
}
