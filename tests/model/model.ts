import fc from 'fast-check'
import { checkEnd, checkStep } from './invariants.js'
import { type Command, type Plan, plans } from './plan.js'
import { flow, play } from './play.js'
import { streamsAreOver } from './streams.js'
import { Theatre } from './theatre.js'
import { topicsAreAtRest } from './topic-invariants.js'

/** What a run of the model has seen, to be told and added up. */
export interface Report {
  cases: number
  commands: number
  cuts: number
  resumes: number
  calls: number
  /** Reset reasons, and close codes, by how often they were seen. */
  readonly seen: Record<string, number>
}

/** A report of nothing. */
export function emptyReport(): Report {
  return { cases: 0, commands: 0, cuts: 0, resumes: 0, calls: 0, seen: {} }
}

/** Rounds after which a link that only one end knows to be lost has been found out. */
const REST = 12
/** Rounds of a second in which an unharmed network must bring everything to rest. */
const ROUNDS = 60

/** Plays one case to its end. @throws {Error} with what was violated, and the transcript */
export async function playCase({ setup, commands }: Plan, report: Report): Promise<void> {
  const theatre = new Theatre(setup)
  theatre.connect()
  await flow(theatre)
  for (const command of commands) await step(theatre, command)
  await heal(theatre)
  checkEnd(theatre)
  complain(theatre)
  addUp(theatre, commands.length, report)
  theatre.hush()
  const left = await theatre.world.close()
  if (left.length > 0) throw new Error(`I12: left behind: ${left.join('; ')}\n\n${theatre.world.transcript()}`)
}

/** Plays `cases` cases drawn from `seed`. @throws {Error} with the smallest case that fails */
export async function playCases(seed: number, cases: number, report: Report): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, (plan) => playCase(plan, report)),
    { seed, numRuns: cases, endOnFailure: false },
  )
}

async function step(theatre: Theatre, command: Command): Promise<void> {
  await play(theatre, command)
  checkStep(theatre)
  complain(theatre)
}

function complain({ journal, world }: Theatre): void {
  if (journal.problems.length > 0) throw new Error(`${journal.problems.join('\n')}\n\n${world.transcript()}`)
}

/** The network is well again, and everybody answers. */
async function heal(theatre: Theatre): Promise<void> {
  const { journal, client, world } = theatre
  for (let round = 0; round < ROUNDS; round++) {
    if (client.status === 'OFFLINE' || client.status === 'IDLE') theatre.connect()
    for (const running of [...journal.running.client.splice(0), ...journal.running.server.splice(0)])
      running.finish(false)
    await flow(theatre)
    const pending = [...journal.said, ...theatre.live.flatMap(({ gave }) => gave)]
    // A session the client has left behind without a word ends when its window is over.
    const settled = client.status === 'READY' && theatre.live.length === 1
    const quiet =
      settled &&
      streamsAreOver(theatre) &&
      topicsAreAtRest(theatre) &&
      pending.every(({ outcome }) => outcome !== 'pending')
    if (quiet && round >= REST) return
    journal.time += 1_000
    await world.advance(1_000)
  }
}

function addUp({ journal }: Theatre, commands: number, report: Report): void {
  report.cases++
  report.commands += commands
  report.cuts += journal.cuts
  report.resumes += journal.resumes
  report.calls += journal.said.filter(({ kind }) => kind === 'call').length
  const note = (what: string) => {
    report.seen[what] = (report.seen[what] ?? 0) + 1
  }
  for (const { reason } of journal.resets) note(`client reset ${reason}`)
  for (const { reset, ended } of journal.conns) {
    if (reset) note(`server reset ${reset.reason}`)
    if (ended && ended[0] > 0) note(`server close ${ended[0]}`)
  }
  for (const code of journal.codes) note(`client close ${code}`)
  for (const { end } of journal.streams) note(`stream ${typeof end === 'string' ? end : end.code}`)
  for (const { outcome } of journal.uploads) if (typeof outcome === 'number') note('upload whole')
  for (const reason of journal.gaps) note(`gap ${reason}`)
  for (const { what, outcome } of journal.asked)
    note(`${what.split(' ')[0]} ${typeof outcome === 'string' ? outcome : outcome.code}`)
  for (const reason of journal.stolen) note(`thief reset ${reason}`)
}
