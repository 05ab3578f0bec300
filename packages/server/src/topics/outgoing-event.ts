import type { Payload, SendOptions, SendResult } from '@wse/protocol'
import { bytesOf, FRAME, type Link, SKIPPED } from '@wse/protocol/internal'
import { SharedMessage } from '../people/shared-message.js'
import type { PublishOptions } from './publication.js'
import type { Member, Subscriber } from './topic.js'

/** An event as it travels. */
export interface EventPayload {
  readonly topic: string
  readonly event: string
  readonly data: Payload
}

/** One event on its way to many, in as many forms as they need: of the history, of the session, or volatile. */
export class OutgoingEvent {
  /** As it is in the history; null if it is in none. */
  readonly kept: SharedMessage | null
  readonly #payload: EventPayload
  readonly #offset: number | undefined
  readonly #options: SendOptions | undefined
  readonly #hasBytes: boolean
  #plain: SharedMessage | null = null
  #skipped: SharedMessage | null = null

  constructor(payload: EventPayload, options: PublishOptions | undefined, offset: number | undefined) {
    this.#payload = payload
    this.#offset = offset
    this.#options = options && sendOptions(payload, options)
    this.#hasBytes = bytesOf(FRAME.EVENT, payload) !== null
    const { topic, event, data } = payload
    this.kept = offset === undefined ? null : new SharedMessage(FRAME.EVENT, { topic, event, data, offset }, false)
  }

  /** Gives it to a session, which is on the topic as `member`, or by a filter alone. @throws {WseError} what cannot be encoded */
  giveTo(session: Subscriber, member: Member | null): SendResult {
    if (this.#options?.volatile) return this.#write(session.session.link, this.#asIs())
    if (this.kept === null || !member?.byClient) return this.#send(session)
    // Who has no link follows the history once it has one.
    return member.link === null ? 'queued' : this.#write(member.link, this.kept)
  }

  /** Tells who follows the history that one event in it is not for them. */
  skip({ link, byClient }: Member): void {
    if (this.kept === null || !byClient || link === null) return
    this.#skipped ??= skipped(this.#payload.topic, this.#offset as number)
    link.writeShared(this.#skipped.of(link)[1])
  }

  #send(session: Subscriber): SendResult {
    const { lastLink } = session.session
    if (lastLink === null || !this.#fits(lastLink)) return 'dropped'
    return session.writeShared(FRAME.EVENT, this.#asIs().of(lastLink)[1], this.#options)
  }

  /** On this link or on none: it is not counted, so no other will repeat it. */
  #write(link: Link | null, message: SharedMessage): SendResult {
    if (link === null || !link.open || !this.#fits(link)) return 'dropped'
    const [, frame] = message.of(link)
    return link.takes(frame.data) ? link.writeShared(frame, this.#options) : 'dropped'
  }

  #fits(link: Link): boolean {
    return link.version === 5 && (!this.#hasBytes || link.takesBytes)
  }

  #asIs(): SharedMessage {
    const isVolatile = this.#options?.volatile === true
    this.#plain ??= new SharedMessage(
      FRAME.EVENT,
      isVolatile ? { ...this.#payload, volatile: true } : this.#payload,
      false,
    )
    return this.#plain
  }
}

/** What stands in the place of an event, for who is not to have it. */
export function skipped(topic: string, offset: number): SharedMessage {
  return new SharedMessage(FRAME.EVENT, { topic, event: SKIPPED, offset }, false)
}

/** Of one kind, so that the newest may take the place of the one before, are events of one topic and name. */
function sendOptions({ topic, event }: EventPayload, { volatile, latest, compress }: PublishOptions): SendOptions {
  return { volatile, latest: latest === undefined ? undefined : `${topic}\n${event}\n${latest}`, compress }
}
