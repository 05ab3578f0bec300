import type { Payload, SendOptions, SendResult } from '@wse/protocol'
import { bytesOf, FRAME, type Link, SKIPPED } from '@wse/protocol/internal'
import { type Message, SharedMessage } from '../people/shared-message.js'
import type { PublishOptions } from './publication.js'
import type { Member, Subscriber } from './topic.js'

/** An event as it travels. */
export interface EventPayload {
  readonly topic: string
  readonly event: string
  readonly data: Payload
}

/** An event in the forms those need who get it. */
export interface EventForms {
  readonly topic: string
  /** Undefined if it is in no history. */
  readonly offset: number | undefined
  readonly options: SendOptions | undefined
  readonly hasBytes: boolean
  /** As it is in the history; null if it is in none. */
  readonly kept: Message | null
  /** As it is without one: of the session, or volatile. */
  asIs(): Message
}

/** The forms of an event that is published here, each made for the first who needs it. */
export function formsOf(
  payload: EventPayload,
  options: PublishOptions | undefined,
  offset: number | undefined,
): EventForms & { readonly kept: SharedMessage | null } {
  const { topic, event, data } = payload
  let plain: SharedMessage | null = null
  const asIs = () => {
    const isVolatile = options?.volatile === true
    plain ??= new SharedMessage(FRAME.EVENT, isVolatile ? { ...payload, volatile: true } : payload, false)
    return plain
  }
  const kept = offset === undefined ? null : new SharedMessage(FRAME.EVENT, { topic, event, data, offset }, false)
  const hasBytes = bytesOf(FRAME.EVENT, payload) !== null
  return { topic, offset, options: options && sendOptions(payload, options), hasBytes, kept, asIs }
}

/** One event on its way to many, in as many forms as they need: of the history, of the session, or volatile. */
export class OutgoingEvent {
  readonly #forms: EventForms
  #skipped: SharedMessage | null = null

  constructor(forms: EventForms) {
    this.#forms = forms
  }

  /** Gives it to a session, which is on the topic as `member`, or by a filter alone. @throws {WseError} what cannot be encoded */
  giveTo(session: Subscriber, member: Member | null): SendResult {
    const { options, kept, asIs } = this.#forms
    if (options?.volatile) return this.#write(session.session.link, asIs())
    if (kept === null || !member?.byClient) return this.#send(session)
    // Who has no link follows the history once it has one.
    return member.link === null ? 'queued' : this.#write(member.link, kept)
  }

  /** Tells who follows the history that one event in it is not for them. */
  skip({ link, byClient }: Member): void {
    const { kept, topic, offset } = this.#forms
    if (kept === null || !byClient || link === null) return
    this.#skipped ??= skipped(topic, offset as number)
    link.writeShared(this.#skipped.of(link)[1])
  }

  #send(session: Subscriber): SendResult {
    const { lastLink } = session.session
    if (lastLink === null || !this.#fits(lastLink)) return 'dropped'
    return session.writeShared(FRAME.EVENT, this.#forms.asIs().of(lastLink)[1], this.#forms.options)
  }

  /** On this link or on none: it is not counted, so no other will repeat it. */
  #write(link: Link | null, message: Message): SendResult {
    if (link === null || !link.open || !this.#fits(link)) return 'dropped'
    const [, frame] = message.of(link)
    return link.takes(frame.data) ? link.writeShared(frame, this.#forms.options) : 'dropped'
  }

  #fits(link: Link): boolean {
    return link.version === 5 && (!this.#forms.hasBytes || link.takesBytes)
  }
}

/** What stands in the place of an event, for who is not to have it. */
export function skipped(topic: string, offset: number): SharedMessage {
  return new SharedMessage(FRAME.EVENT, { topic, event: SKIPPED, offset }, false)
}

/** Of one kind, so that the newest may take the place of the one before, are events of one topic and name. */
export function sendOptions(
  { topic, event }: EventPayload,
  { volatile, latest, compress }: PublishOptions,
): SendOptions {
  return { volatile, latest: latest === undefined ? undefined : `${topic}\n${event}\n${latest}`, compress }
}
