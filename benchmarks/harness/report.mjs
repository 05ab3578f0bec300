import { aligned, rowsOf } from './table.mjs'

/** Prints what a scenario came to, and who was left out. */
export function report(records, scenario, variants, contenders) {
  console.log(`\n${scenario.title}\n${scenario.about}`)
  for (const variant of variants) console.log(`\n${aligned(rowsOf(records, scenario, variant, contenders))}`)
  const unable = contenders.filter(({ name }) => !records.some(({ contender }) => contender === name))
  if (unable.length > 0)
    console.log(`\n  left out, since they have no such thing: ${unable.map(({ name }) => name).join(', ')}`)
  console.log()
}
