import type { Subscription } from '@wse/client'
import type { Journal } from './journal.js'

type Person = ReturnType<Subscription['presence']['get']>[number]

/** Who is there by what was told of comings and goings: I18. */
export class Attendance {
  readonly #here = new Map<string | number, Person>()
  readonly #journal: Journal
  readonly #sub: Subscription

  constructor(journal: Journal, sub: Subscription) {
    this.#journal = journal
    this.#sub = sub
    sub.presence.on('join', (person) => this.#changed('join', person, false))
    sub.presence.on('update', (person) => this.#changed('update', person, true))
    sub.presence.on('leave', (person) => this.#changed('leave', person, true))
  }

  check(): void {
    const [told, got] = [[...this.#here.values()], this.#sub.presence.get()].map(textOf)
    if (told !== got) this.#journal.problem(`I18: told of ${told}, and there are ${got}`)
  }

  #changed(change: 'join' | 'update' | 'leave', person: Person, isKnown: boolean): void {
    if (this.#here.has(person.cid) !== isKnown) this.#journal.problem(`I18: ${change} of ${person.cid} out of turn`)
    if (change === 'leave') this.#here.delete(person.cid)
    else this.#here.set(person.cid, person)
  }
}

/** People, to be compared, in no order. */
export function textOf(people: readonly Person[]): string {
  return JSON.stringify([...people].sort((one, other) => (`${one.cid}` < `${other.cid}` ? -1 : 1)))
}
