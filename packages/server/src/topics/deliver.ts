import type { SendResult } from '@wse/protocol'
import type { Excepted } from '../people/excepted.js'
import type { Delivery as Counts } from '../people/fan-out.js'
import type { OutgoingEvent } from './outgoing-event.js'
import type { Member, Subscriber, Topic } from './topic.js'

/** Gives an event to one after the other: one that cannot take it counts as dropped, and disturbs no other. */
export class Delivery {
  readonly #event: OutgoingEvent
  readonly #counts: Counts
  #failure: unknown

  /** `counts`: is counted up. */
  constructor(event: OutgoingEvent, counts: Counts) {
    this.#event = event
    this.#counts = counts
  }

  give(session: Subscriber, member: Member | null): SendResult {
    let result: SendResult = 'dropped'
    try {
      result = this.#event.giveTo(session, member)
    } catch (error) {
      this.#failure = error
    }
    this.#counts[result]++
    return result
  }

  /** @throws {WseError} what nobody could be told */
  end(): void {
    const { sent, queued } = this.#counts
    if (this.#failure !== undefined && sent + queued === 0) throw this.#failure
  }
}

/** Gives an event to those on a topic, and to those whose filters match. @throws {WseError} what nobody could be told */
export function deliver(
  event: OutgoingEvent,
  topic: Topic | null,
  matching: Iterable<Subscriber>,
  excepted: Excepted | null,
  counts: Counts,
): void {
  const delivery = new Delivery(event, counts)
  for (const member of topic?.members.values() ?? []) {
    if (excepted?.has(member.session)) event.skip(member)
    else delivery.give(member.session, member)
  }
  for (const session of matching) {
    if (!topic?.members.has(session) && !excepted?.has(session)) delivery.give(session, null)
  }
  delivery.end()
}
