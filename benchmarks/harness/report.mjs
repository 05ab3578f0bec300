import { variantsIn } from './summary.mjs'
import { aligned, rowsOf } from './table.mjs'

/** Prints what a scenario came to, and who was left out. */
export function report(records, scenario, contenders) {
  console.log(`\n${scenario.title}\n${scenario.about}`)
  for (const variant of variantsIn(records, scenario)) {
    console.log(`\n${aligned(rowsOf(records, scenario, variant, contenders))}`)
  }
  const { variants, can } = scenario
  const isAble = (contender) => Object.values(variants).some((variant) => can(contender, variant))
  const absent = contenders.filter(({ name }) => !records.some(({ contender }) => contender === name))
  tell(
    'left out, since they have no such thing',
    absent.filter((contender) => !isAble(contender)),
  )
  tell('failed', absent.filter(isAble))
  console.log()
}

function tell(why, contenders) {
  if (contenders.length > 0) console.log(`\n  ${why}: ${contenders.map(({ name }) => name).join(', ')}`)
}
