/** Prints what there is. */
export function list({ scenarios, missing }) {
  for (const { scenario, variants, contenders } of scenarios) {
    console.log(`${scenario.name}: ${scenario.title}`)
    for (const variant of variants) {
      const able = contenders.filter((contender) => scenario.can(contender, scenario.variants[variant]))
      console.log(`  ${variant}: ${able.map(({ name }) => name).join(', ')}`)
    }
  }
  tellMissing(missing)
}

/** Prints who is left out, and how to have it. */
export function tellMissing(missing) {
  for (const { name, missing: remedy } of missing) console.log(`left out: ${name} (${remedy})`)
}
