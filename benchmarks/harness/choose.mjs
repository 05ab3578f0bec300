import { loadContenders, loadScenarios } from './load.mjs'

const QUICK = {
  scenarios: ['latency', 'calls', 'calls-cheap', 'fan-out'],
  contenders: ['ws', 'ws-again', 'wse'],
  rounds: 2,
}
const ROUNDS = 6

/** Milliseconds before a measurement, and of it; how often it is tried. */
const TIME = { warmUp: 1_000, window: 2_000, attempts: 3 }
const QUICK_TIME = { warmUp: 250, window: 700, attempts: 2 }

/** What is to be run: scenarios with their variants and contenders, rounds and times. */
export async function choose(names, { only, rounds, quick, minutes }) {
  const scenarios = await loadScenarios()
  const everyone = await loadContenders()
  const usual = scenarios.filter(({ byName }) => !byName).map(({ name }) => name)
  const named = names.length > 0 ? names : quick ? QUICK.scenarios : usual
  const wanted = only?.split(',') ?? (quick ? QUICK.contenders : everyone.map(({ name }) => name))
  const contenders = pick(everyone, wanted, 'contender')
  const present = contenders.filter(({ missing }) => !missing)
  return {
    scenarios: pick(scenarios, named, 'scenario').map((scenario) => ({
      scenario,
      variants: variantsOf(scenario, quick),
      contenders: present.filter((contender) => only !== undefined || isUsual(scenario, contender)),
    })),
    contenders: present,
    missing: contenders.filter(({ missing }) => missing),
    rounds: Number(rounds ?? (quick ? QUICK.rounds : ROUNDS)),
    time: { ...(quick ? QUICK_TIME : TIME), minutes: Number(minutes) },
  }
}

/** Some only explain a figure of another, some scenarios are there for one alone; `--only` has whom it names. */
const isUsual = (scenario, contender) =>
  (contender.scenarios?.includes(scenario.name) ?? true) && (scenario.contenders?.includes(contender.name) ?? true)

function pick(all, names, what) {
  const unknown = names.filter((name) => !all.some((one) => one.name === name))
  if (unknown.length > 0)
    throw new Error(`no ${what} ${unknown.join(', ')}: there are ${all.map(({ name }) => name).join(', ')}`)
  return all.filter(({ name }) => names.includes(name))
}

function variantsOf({ variants }, quick) {
  const names = Object.keys(variants)
  const long = names.filter((name) => !variants[name].quickOnly)
  const short = names.filter((name) => variants[name].quick || variants[name].quickOnly)
  return quick && short.length > 0 ? short : long
}
