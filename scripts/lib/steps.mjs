import { build } from './prepare.mjs'

/** These look at what is built; with `build` itself left out, it still has to be up to date. */
const ON_BUILT = ['packages', 'size', 'doc-examples', 'browser']

/** Runs the steps whose name contains one of `wanted` (all if none is given) and adds up their figures. */
export async function runSteps(names, wanted) {
  const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  if (chosen.length === 0) throw new Error(`no step is called ${wanted.join(', ')}; there are ${names.join(', ')}`)
  const stale = !chosen.includes('build') && chosen.some((name) => ON_BUILT.includes(name))
  // A failed build is shown as the step it is: what follows would judge an older one.
  if (stale && (await build()).code !== 0) chosen.unshift('build')

  const total = { passed: 0, failed: 0 }
  for (const name of chosen) {
    const { passed, failed } = await runStep(name)
    total.passed += passed
    total.failed += failed
  }
  return total
}

async function runStep(name) {
  const start = performance.now()
  if (process.stdout.isTTY) process.stdout.write(`…      ${name}\r`)
  const result = refuseEmpty(await attempt(name))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const verdict = result.failed > 0 ? 'FAILED' : 'ok    '
  console.log(
    `${verdict} ${name.padEnd(13)} ${`${seconds} s`.padStart(8)}  ${result.passed} passed, ${result.failed} failed`,
  )
  for (const message of result.messages) console.log(indent(message))
  return result
}

/** A step that breaks is a step that failed. */
async function attempt(name) {
  try {
    const { run } = await import(`../checks/${name}.mjs`)
    return await run()
  } catch (error) {
    return { passed: 0, failed: 1, messages: [error.stack ?? String(error)] }
  }
}

/** Nothing checked is nothing proved, unless the step says that there is nothing to check. */
function refuseEmpty(result) {
  if (result.passed + result.failed > 0 || result.empty) return result
  return { ...result, failed: 1, messages: [...result.messages, 'nothing was checked'] }
}

const indent = (text) => text.replaceAll(/^/gm, '       ')
