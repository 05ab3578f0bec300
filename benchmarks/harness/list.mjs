/** Prints what there is. */
export function list({ scenarios, contenders }) {
  for (const { scenario, variants } of scenarios) {
    console.log(`${scenario.name}: ${scenario.title}`)
    for (const variant of variants) {
      const able = contenders.filter((contender) => scenario.can(contender, scenario.variants[variant]))
      console.log(`  ${variant}: ${able.map(({ name }) => name).join(', ')}`)
    }
  }
}
