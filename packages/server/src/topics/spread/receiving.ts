import type { HistoryItem, HistoryRead } from '@wse/protocol/backplane'
import type { Cluster } from '../../backplane/cluster.js'
import type { EventAbout } from '../../backplane/event-about.js'
import { LETTER, type Letter, readLetter } from '../../backplane/letter.js'
import { deliver } from '../deliver.js'
import type { Histories } from '../histories.js'
import { History } from '../history.js'
import { OutgoingEvent, skipped } from '../outgoing-event.js'
import type { Topic } from '../topic.js'
import { exceptedFrom, relayedForms } from './relayed-event.js'

const NOBODY: never[] = []

/** Takes events as nodes have published them: gives them to the devices that are here, and keeps them. Never throws. */
export class Receiving {
  readonly #cluster: Cluster
  readonly #histories: Histories

  constructor(cluster: Cluster, histories: Histories) {
    this.#cluster = cluster
    this.#histories = histories
  }

  /** Gives an event out. `offset`: where it stands in the history, which goes on with it; undefined if it is in none. */
  take(topic: Topic, letter: Letter, offset: number | undefined, age = 0): void {
    const about = letter.about as EventAbout
    const excepted = exceptedFrom(about)
    try {
      const forms = relayedForms(topic.name, about, letter.parts, offset, this.#cluster)
      const { kept } = forms
      if (kept !== null) this.#histories.add(topic, { message: kept, key: about.k, excepted }, age)
      deliver(new OutgoingEvent(forms), topic, NOBODY, excepted, { sent: 0, queued: 0, dropped: 0 })
    } catch (thrown) {
      this.#cluster.failed(thrown)
    }
  }

  /** The history has this beyond what is here: it is given out. */
  follow(topic: Topic, items: readonly HistoryItem[]): void {
    for (const { offset, body, age } of items) {
      const letter = readLetter(body)
      if (letter?.kind === LETTER.EVENT) this.take(topic, letter, offset, age)
      else this.#skip(topic, offset, age)
    }
  }

  /** The history is this one, and no other. Nothing is given out: nobody knows what is missing before it. */
  replace(topic: Topic, { items, top }: HistoryRead): void {
    const bounds = topic.definition?.history
    if (!bounds) return
    this.#histories.forget(topic)
    topic.history = new History(top.epoch, bounds, this.#histories.tally)
    topic.history.startAfter((items[0]?.offset ?? top.offset + 1) - 1)
    for (const { offset, body, age } of items) this.#keep(topic, readLetter(body), offset, age)
  }

  #keep(topic: Topic, letter: Letter | null, offset: number, age: number): void {
    const about = letter?.kind === LETTER.EVENT ? (letter.about as EventAbout) : null
    const kept = about && letter && relayedForms(topic.name, about, letter.parts, offset, this.#cluster).kept
    const message = kept ?? skipped(topic.name, offset)
    this.#histories.add(topic, { message, key: about?.k, excepted: about && exceptedFrom(about) }, age)
  }

  /** What cannot be read, as a newer release may have written it, has its place all the same. */
  #skip(topic: Topic, offset: number, age: number): void {
    this.#keep(topic, null, offset, age)
    const message = skipped(topic.name, offset)
    const nothing = {
      topic: topic.name,
      offset,
      options: undefined,
      hasBytes: false,
      kept: message,
      asIs: () => message,
    }
    const event = new OutgoingEvent(nothing)
    for (const member of topic.members.values()) event.skip(member)
  }
}
