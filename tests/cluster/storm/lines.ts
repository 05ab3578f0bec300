import type { Subscription, TopicGap, TopicPosition } from '@wse/client'
import type { Surroundings } from './surroundings.js'

/** What one subscription has told, judged as it comes. */
export interface Line {
  readonly topic: string
  readonly sub: Subscription
  readonly gaps: TopicGap[]
  /** Events, by their numbers. */
  readonly told: number[]
  /** What has to hold in the end. */
  check(): void
}

/** What was told at a position; undefined for nothing, which is honest where it was not for this user. */
interface Told {
  readonly n: number | undefined
  readonly at: TopicPosition
}

/** Follows a subscription to a topic. `keeps`: it has a history. */
export function lineOf(town: Surroundings, who: string, sub: Subscription, keeps: boolean): Line {
  return keeps ? new KeptLine(town, who, sub) : new PlainLine(town, who, sub)
}

/** Of a topic with history: each event once, in order, none left out; but for a gap that is told. */
class KeptLine implements Line {
  readonly topic: string
  readonly sub: Subscription
  readonly gaps: TopicGap[] = []
  readonly told: number[] = []
  readonly #town: Surroundings
  readonly #who: string
  readonly #events: Told[] = []
  #at: TopicPosition | null = null

  constructor(town: Surroundings, who: string, sub: Subscription) {
    this.#town = town
    this.#who = who
    this.topic = sub.topic
    this.sub = sub
    sub.ready.then(
      () => {
        this.#at ??= sub.position
      },
      () => {},
    )
    sub.on('said', (n, { offset }) => this.#event(n as number, offset))
    sub.when.gap((gap) => this.#gap(gap))
  }

  /** In the end: it stands where the history does, and all it told is what the history had. */
  check(): void {
    const { position, state } = this.sub
    if (state === 'ended') return
    const top = this.#town.tops.get(this.topic)
    if (top?.epoch !== position?.epoch || top?.offset !== position?.offset)
      this.#problem(`stands at ${textOf(position)}, and the history at ${textOf(top)}`)
    for (const { n, at } of this.#events) {
      const { n: real, except } = this.#town.truth.at(this.topic, at.epoch, at.offset) ?? {}
      const due = except?.includes(this.#who.split('/')[0]) ? undefined : real
      if (due !== n) this.#problem(`told ${n} at ${textOf(at)}, where ${real} stands`)
    }
  }

  #event(n: number, offset: number | undefined): void {
    const { position } = this.sub
    const at = this.#at
    this.told.push(n)
    this.#town.note(`${this.#who} ${this.topic} ${n} @${textOf(position)}`)
    if (position === null || at === null || offset !== position.offset)
      return this.#problem(`told ${n} at ${offset}, and stands at ${textOf(position)}`)
    if (position.epoch !== at.epoch) this.#problem(`told ${n} of another history at ${textOf(position)}, and no gap`)
    else if (offset <= at.offset) this.#problem(`told ${n} at ${textOf(position)} after ${textOf(at)}`)
    this.#passOver(at, position)
    this.#at = position
    this.#events.push({ n, at: position })
  }

  /** What lies between has not been told. */
  #passOver({ epoch, offset }: TopicPosition, to: TopicPosition): void {
    if (epoch !== to.epoch) return
    for (let at = offset + 1; at < to.offset; at++) this.#events.push({ n: undefined, at: { epoch, offset: at } })
  }

  #gap(gap: TopicGap): void {
    this.gaps.push(gap)
    this.#town.note(`${this.#who} ${this.topic} gap ${gap.reason} @${textOf(this.sub.position)}`)
    if (gap.reason !== 'epoch' && gap.reason !== 'history') this.#problem(`a gap by ${gap.reason}`)
    if (!this.#town.mayLoseHistory) this.#problem(`a gap by ${gap.reason}, and nothing was lost`)
    const { position } = this.sub
    if (this.#at !== null && gap.from !== undefined && position !== null)
      this.#passOver(this.#at, { epoch: position.epoch, offset: gap.from })
    this.#at = position
  }

  #problem(what: string): void {
    this.#town.problem(`${this.#who} on ${this.topic}: ${what}`)
  }
}

/** Of a topic without: none twice in a session, and in the order in which they went round. */
class PlainLine implements Line {
  readonly topic: string
  readonly sub: Subscription
  readonly gaps: TopicGap[] = []
  readonly told: number[] = []
  readonly #town: Surroundings
  readonly #who: string
  /** Where in what was told its present session began: another server may be a little behind. */
  #from = 0

  constructor(town: Surroundings, who: string, sub: Subscription) {
    this.#town = town
    this.#who = who
    this.topic = sub.topic
    this.sub = sub
    sub.on('said', (n) => {
      this.told.push(n as number)
      town.note(`${who} ${this.topic} ${n}`)
      this.#judge()
    })
    sub.when.gap((gap) => {
      this.gaps.push(gap)
      if (gap.reason === 'session') this.#from = this.told.length
    })
  }

  check(): void {}

  #judge(): void {
    const told = this.told.slice(this.#from)
    if (new Set(told).size < told.length) this.#problem(`told twice: ${told}`)
    const places = told.flatMap((n) => this.#town.truth.placeOf(this.topic, n) ?? [])
    const wrong = places.findIndex((place, i) => i > 0 && place < (places[i - 1] ?? 0))
    if (wrong >= 0) this.#problem(`told in the order ${told}`)
  }

  #problem(what: string): void {
    this.#town.problem(`${this.#who} on ${this.topic}: ${what}`)
  }
}

const textOf = (position: TopicPosition | null | undefined): string =>
  position ? `${position.epoch.slice(-6)}:${position.offset}` : 'nowhere'
