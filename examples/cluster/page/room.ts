import type { Subscription, TopicGap, WseClient } from '@wse/client'
import { find } from '../../demo/page/dom.js'
import { showState } from '../../demo/page/panel.js'
import { Typing } from '../../demo/page/typing.js'
import { note } from './log.js'
import type { Message } from './message.js'
import * as messages from './messages.js'
import { Outbox } from './outbox.js'
import { showPeople, showTyping } from './people.js'
import { Tally } from './tally.js'

/** Milliseconds from number to number, where the tab talks by itself. */
const PACE = 1_000

/** What this tab does in the room: one subscription, over lost links, dead nodes and moves. */
export class Room {
  readonly #client: WseClient
  readonly #topic: Subscription
  readonly #tab = crypto.randomUUID()
  readonly #outbox: Outbox
  readonly #tally = new Tally()
  readonly #typing = new Typing((isTyping) => {
    this.#isTyping = isTyping
    this.#tellState()
  })
  #node = ''
  #isTyping = false
  /** The last that this tab has said by itself. */
  #number = 0
  #talking: ReturnType<typeof setInterval> | undefined

  constructor(client: WseClient) {
    this.#client = client
    this.#topic = client.topic('room', { since: 'start', state: this.#state })
    this.#outbox = new Outbox(this.#topic, this.#tab)
    this.#listen()
    this.#followControls()
  }

  /** The tab is served by this node now; by none for the time being if it has no name. */
  at(node: string): void {
    if (node === '') return
    this.#node = node
    this.#tellState()
  }

  /** Shows how things stand. */
  refresh(): void {
    const people = this.#topic.presence.get()
    const isLinked = this.#client.status === 'READY'
    showPeople(people, this.#client.cid)
    showTyping(isLinked ? people.filter(({ cid }) => cid !== this.#client.cid) : [])
    const { offset = 0 } = this.#topic.position ?? {}
    const waiting = this.#outbox.size === 0 ? '' : `, ${this.#outbox.size} to be sent`
    showState('place', isLinked ? 'good' : 'busy', `Event ${offset}${isLinked ? '' : ', waits for a link'}${waiting}`)
  }

  get #state() {
    return { tab: this.#tab, node: this.#node, typing: this.#isTyping }
  }

  #listen(): void {
    const { presence, when } = this.#topic
    this.#topic.on('said', (message: Message, { offset }) => {
      this.#tally.heard(offset ?? 0, message)
      messages.showSaid(message, offset ?? 0, message.tab === this.#tab)
      this.refresh()
    })
    for (const change of ['join', 'leave', 'update'] as const) presence.on(change, () => this.refresh())
    when.gap((gap) => this.#missing(gap))
    when.resubscribed(({ recovered }) =>
      note('resubscribed', recovered ? 'nothing is missing' : 'something is missing'),
    )
    when.ended((error) => error && note('ended', error.message))
  }

  #missing({ reason, from, to }: TopicGap): void {
    note('gap', `${reason}${from === undefined ? '' : `: ${from} to ${to}`}`)
    this.#tally.gap(reason === 'epoch')
  }

  #say(text: string): void {
    const { n } = this.#outbox.say(text, () => this.refresh())
    messages.showWaiting({ tab: this.#tab, n, text, from: String(this.#client.cid ?? 'You') })
    this.refresh()
  }

  /** Whoever is not subscribed now says it with the next subscription. */
  #tellState(): void {
    this.#topic.presence.set(this.#state).catch(() => {})
  }

  #followControls(): void {
    const input = find('text', HTMLInputElement)
    find('composer').addEventListener('submit', (event) => {
      event.preventDefault()
      const text = input.value.trim()
      input.value = ''
      this.#typing.typed('')
      if (text !== '') this.#say(text)
    })
    input.addEventListener('input', () => this.#typing.typed(input.value))
    const talk = find('talk-on', HTMLInputElement)
    talk.addEventListener('change', () => {
      clearInterval(this.#talking)
      if (talk.checked) this.#talking = setInterval(() => this.#say(`number ${++this.#number}`), PACE)
    })
  }
}
