import { type Subscription, type TopicGap, type WseClient, WseError } from '@wse/client'
import type { Message } from './message.js'
import * as messages from './messages.js'
import { showState } from './panel.js'
import { showPeople, showTyping } from './people.js'
import { Typing } from './typing.js'
import { note } from './view.js'

/** What a room is to know of the page. */
export interface RoomHost {
  /** What others call this device. */
  readonly device: string
  /** Something was missed: shows what there is. */
  readAgain(): void
}

/** What this page does in a room: one subscription to its topic, over lost links, new sessions and jumps. */
export class Room {
  readonly id: string
  readonly #client: WseClient
  readonly #topic: Subscription
  readonly #host: RoomHost
  readonly #typing: Typing
  /** What was said here and is not answered yet. */
  readonly #saying = new Set<Promise<void>>()
  /** What became of the history when the room was last asked for; null while nothing is missing. */
  #gap: string | null = null
  #hasComeBack = false
  #isLeft = false

  constructor(client: WseClient, id: string, host: RoomHost) {
    const { device } = host
    this.id = id
    this.#client = client
    this.#host = host
    this.#topic = client.topic('room:{id}', { id }, { since: 'start', state: { device } })
    this.#typing = new Typing((typing) => {
      this.#topic.presence.set({ device, typing }).catch((error) => this.#failed(error))
    })
    this.#listen()
    this.#topic.ready.then(
      () => this.#showPlace(),
      (error) => this.#failed(error),
    )
  }

  /** Says it: now, or once there is a link. Its id is the key it is said by, so it is said once however often it is tried. */
  say(message: Message): void {
    const { id, text } = message
    messages.showMessage(message)
    const saying = this.#topic.publish('said', { id, text }, { key: id }).then(
      () => messages.confirm(message),
      (error) => this.#notSaid(message, error),
    )
    this.#saying.add(saying)
    saying.finally(() => this.#saying.delete(saying))
  }

  typed(text: string): void {
    this.#typing.typed(text)
  }

  /** Shows how things stand. */
  refresh(): void {
    if (this.#isLeft) return
    this.#showPeople()
    this.#showPlace()
  }

  /** Leaves, once all that was said here is answered. */
  async leave(): Promise<void> {
    this.#typing.typed('')
    await Promise.all(this.#saying)
    this.#isLeft = true
    void this.#topic.unsubscribe()
  }

  #listen(): void {
    const { presence, when } = this.#topic
    this.#topic.on('said', (message) => {
      messages.showMessage(message)
      this.#showPlace()
    })
    this.#topic.on('cleared', ({ by }) => {
      messages.showCleared(by)
      this.#showPlace()
    })
    for (const change of ['join', 'leave', 'update'] as const) presence.on(change, () => this.refresh())
    when.gap((gap) => this.#missing(gap))
    when.resubscribed(({ recovered }) => {
      note('resubscribed', recovered ? `${this.id}, recovered` : `${this.id}, not recovered`)
      if (recovered) this.#gap = null
      this.#hasComeBack = true
      this.#showPlace()
    })
    when.ended((error) => error && note('ended', `${this.id}: ${error.message}`))
  }

  #missing({ reason, from, to }: TopicGap): void {
    note('gap', `${this.id}, ${reason}${from === undefined ? '' : `: ${from} to ${to}`}`)
    this.#gap = gapText(reason, from, to)
    messages.showGap(`${this.#gap}.`, () => this.#host.readAgain())
  }

  /** Shows who is there, and who types; without a link nobody knows. */
  #showPeople(): void {
    const people = this.#topic.presence.get()
    showPeople(people)
    showTyping(this.#isLinked ? people.filter(({ cid }) => cid !== this.#client.cid) : [])
  }

  /** Shows where the history stands by what was told, and whether all of it was. */
  #showPlace(): void {
    const { offset = 0, epoch = '' } = this.#topic.position ?? {}
    const kind = this.#gap !== null ? 'bad' : this.#isLinked ? 'good' : 'busy'
    const news = this.#hasComeBack ? 'back, and nothing was missed' : 'read from the start'
    const text = this.#isLinked ? (this.#gap ?? news) : 'waits for a link'
    showState('place', kind, `Event ${offset} of history ${shortOf(epoch)}: ${text}`)
  }

  get #isLinked(): boolean {
    return this.#client.status === 'READY'
  }

  #notSaid(message: Message, error: unknown): void {
    const isUncertain = error instanceof WseError && error.details.certainty === 'unknown'
    note('publish', error instanceof Error ? error.message : String(error))
    messages.showLost(message, isUncertain ? 'perhaps not sent' : 'not sent', () => this.say(message))
  }

  #failed(error: Error): void {
    // What is over was told.
    if (this.#topic.state !== 'ended') note('error', error.message)
  }
}

function gapText(reason: TopicGap['reason'], from: number | undefined, to: number | undefined): string {
  if (reason === 'epoch') return 'the server has begun another history'
  if (from === undefined) return 'some events are missing'
  return from === to ? `event ${from} is missing` : `events ${from} to ${to} are missing`
}

/** Enough of an epoch to tell it from another. */
const shortOf = (epoch: string) => epoch.replace(/[^a-z\d]/gi, '').slice(-4)
