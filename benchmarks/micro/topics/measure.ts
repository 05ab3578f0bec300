/** Runs its operation so many times. */
export type Run = (times: number) => void

/** What is compared: by variant, the first of which is what the others are compared with. */
export type Variants = Record<string, Run>

const ROUNDS = 15
/** Milliseconds of one measurement. */
const LENGTH = 40

/** Of the processor, not of the clock on the wall: others may want the machine meanwhile. */
const nanoseconds = (run: Run, times: number) => {
  const before = process.cpuUsage()
  run(times)
  const { user, system } = process.cpuUsage(before)
  return (user + system) * 1_000
}

/** How many operations take about as long as a measurement is to be; warms up on the way. */
function timesOf(run: Run): number {
  let times = 1
  for (;;) {
    const took = nanoseconds(run, times) / 1e6
    if (took >= LENGTH / 4) return Math.ceil((times * LENGTH) / took)
    times *= 2
  }
}

const median = (numbers: number[]) =>
  numbers.toSorted((one, two) => one - two)[Math.floor(numbers.length / 2)] as number

/** Median and ratio to the first variant in the same round, of rounds in which all take turns; in ns an operation. */
export function measure(title: string, variants: Variants): void {
  const runs = Object.entries(variants).map(([name, run]) => ({ name, run, times: timesOf(run), ns: [] as number[] }))
  for (let round = 0; round < ROUNDS; round++)
    for (let n = 0; n < runs.length; n++) {
      const one = runs[(n + round) % runs.length] as (typeof runs)[number]
      one.ns.push(nanoseconds(one.run, one.times) / one.times)
    }
  const base = runs[0]?.ns as number[]
  const figures = runs.map(({ name, ns }) => {
    const ratio = median(ns.map((value, round) => value / (base[round] as number)))
    return [name, { ns: Math.round(median(ns)), ratio: Math.round(ratio * 100) / 100 }]
  })
  console.log(JSON.stringify({ [title]: Object.fromEntries(figures) }))
}
