import type { Entry, Subject } from '@wse/protocol/backplane'
import type { Link } from '../connection/link.js'
import { nodeOf, type Seat } from '../membership/seats.js'
import { wellFormed } from '../names.js'
import { ENTER, LEAVE } from '../scripts/presence.js'
import { Departures } from './departures.js'

/** Asks a link; null if it cannot be told. */
export type Asks = (ask: (link: Link) => Promise<readonly unknown[]>) => Promise<readonly unknown[] | null>

/** Who is present on the subjects of one shard. */
export class Presence {
  readonly #asks: Asks
  readonly #departures = new Departures()
  #seat: Seat = ''

  constructor(asks: Asks) {
    this.#asks = asks
  }

  /** Whether more is to be taken back than is worth it. */
  get isBehind(): boolean {
    return this.#departures.isTooMany
  }

  /** A seat was taken, or is had still: then what was to be taken back is, now. */
  seated(seat: Seat): void {
    if (seat !== this.#seat) this.#departures.take()
    this.#seat = seat
    this.catchUp()
  }

  /** Takes back what could not be taken back so far. */
  catchUp(): void {
    for (const [subject, ids] of this.#departures.take()) void this.#leave(subject, ids)
  }

  async enter(subject: Subject, entries: readonly Omit<Entry, 'node'>[]): Promise<readonly Entry[] | null> {
    const entering = entries.map(({ id, value }) => ({ id, value }))
    const pairs = entering.flatMap(({ id, value }) => [id, value])
    const seat = this.#seat
    const answer = await this.#asks((link) => link.run(ENTER, [seat, wellFormed(subject), ...pairs]))
    const ids = entering.map(({ id }) => id)
    if (answer !== null) {
      this.#departures.remove(subject, ids)
      return present(answer, new Set(ids))
    }
    // It may have been noted all the same.
    if (seat !== '' && seat === this.#seat) this.#departures.add(subject, ids)
    return null
  }

  leave(subject: Subject, ids: readonly string[]): void {
    void this.#leave(subject, [...ids])
  }

  async present(subject: Subject): Promise<readonly Entry[] | null> {
    const answer = await this.#asks((link) => link.run(ENTER, ['', wellFormed(subject)]))
    return answer && present(answer, new Set())
  }

  async #leave(subject: Subject, ids: readonly string[]): Promise<void> {
    const seat = this.#seat
    const answer = await this.#asks((link) => link.run(LEAVE, [seat, wellFormed(subject), ...ids]))
    if (answer === null && seat === this.#seat) this.#departures.add(subject, ids)
  }
}

/** Entries in an answer: seats, each with a list of ids and values; without those ids. */
function present(answer: readonly unknown[], without: ReadonlySet<string>): Entry[] {
  const entries: Entry[] = []
  for (let at = 2; at + 1 < answer.length; at += 2) {
    const node = nodeOf(String(answer[at]))
    const noted = answer[at + 1] as readonly unknown[]
    for (let one = 0; one + 1 < noted.length; one += 2) {
      const id = String(noted[one])
      if (!without.has(id)) entries.push({ id, node, value: String(noted[one + 1]) })
    }
  }
  return entries
}
