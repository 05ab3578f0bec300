import { type Clock, type Payload, WseError } from '@wse/protocol'
import {
  cancelled,
  ENDED,
  fromWire,
  type Guard,
  invalidOption,
  isReserved,
  onAbort,
  parsed,
  parseMembers,
  type Signals,
  SUBSCRIBE,
  type TopicEvent,
  type TopicsHost,
  toWseError,
  type TopicPosition as WirePosition,
} from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import * as FRAME from '@wse/protocol/internal/frame'
import type { ClientEvents } from '../events.js'
import { Asking, type TopicSession } from './asking.js'
import { Feed } from './feed.js'
import { Handle, over } from './handle.js'
import { Speaking } from './speaking.js'
import { readTopic, type SubscribeOptions, type TopicOptions } from './subscribe-options.js'
import { Subscription } from './subscription.js'
import { TurnHold } from './turn-hold.js'

/** What the topics of a client are made with. */
export interface TopicsSetup {
  readonly clock: Clock
  readonly guard: Guard | null
  readonly signals: Signals<ClientEvents>
}

/** All subscriptions of a client: by topic, whatever session they are in. */
export class Topics {
  readonly #feeds = new Map<string, Feed>()
  readonly #setup: TopicsSetup
  readonly #asking: Asking
  readonly #speaking: Speaking
  readonly #turn: TurnHold

  constructor(setup: TopicsSetup) {
    this.#setup = setup
    this.#turn = new TurnHold(setup.clock)
    this.#asking = new Asking(setup.clock, {
      feeds: this.#feeds,
      refused: (feed, error) => this.#end(feed, error),
      unanswered: (feed, error) => this.#unanswered(feed, error),
    })
    this.#speaking = new Speaking(this.#asking)
  }

  /** Topics there is a subscription for. */
  get size(): number {
    return this.#feeds.size
  }

  /** Timers armed now. */
  get timers(): number {
    return this.#asking.timers + this.#turn.timers
  }

  /** Subscribes, now or when there is a link. @throws {WseError} `INVALID_NAME`, `INVALID_OPTION` */
  open(name: string, args: readonly unknown[]): Subscription {
    const { topic, options } = readTopic<TopicOptions>(name, args)
    return this.#open(topic, options, false)[0]
  }

  /** The same, for who waits for the answer. */
  async subscribe(name: string, args: readonly unknown[]): Promise<Subscription> {
    const { topic, options } = readTopic<SubscribeOptions>(name, args)
    const { signal } = options
    if (signal?.aborted) throw cancelled(SUBSCRIBE, signal, 'not-sent')
    const [subscription, handle, feed] = this.#open(topic, options, true)
    const off = signal && onAbort(signal, () => this.#giveUp(feed, handle, cancelled(SUBSCRIBE, signal, 'unknown')))
    try {
      await handle.ready
    } finally {
      off?.()
    }
    return subscription
  }

  /** What takes what a session brings; of one that is being left nothing is taken. */
  of(session: TopicSession): TopicsHost {
    return {
      event: (event) => {
        if (session === this.#asking.session) this.#event(event)
      },
      members: (payload) => {
        const members = parsed(FRAME.MEMBERS, parseMembers(payload))
        if (session === this.#asking.session) this.#feeds.get(members.topic)?.members(members)
      },
    }
  }

  /** There is a link to the server. `resumed`: its session goes on. */
  ready(session: TopicSession, resumed: boolean): void {
    this.#asking.ready(session, resumed)
  }

  /** The client is closed for good: all of them end. `cause`: why; null if this side wanted it. */
  end(cause: WseError | null): void {
    this.#asking.end()
    const feeds = [...this.#feeds.values()]
    this.#feeds.clear()
    const closed = over(cause)
    for (const feed of feeds) this.#close(feed, cause === null ? null : closed, closed)
    this.#turn.release()
  }

  #open(topic: string, { since, state }: TopicOptions, isImpatient: boolean): [Subscription, Handle, Feed] {
    const known = this.#feeds.get(topic)
    const feed = known ?? this.#feed(topic)
    if (state !== undefined) feed.guard?.presence.check(state)
    if (since !== undefined) begin(feed, since === 'start' ? { offset: 0 } : since)
    // Whoever had it is gone, and so is what they were to be told: it is asked for as if it were new.
    else if (known?.handles.length === 0 && !this.#speaking.isLive(known)) known.begin()
    const isAsked = feed.round > 0 && feed.wants !== 'now'
    if (state !== undefined && !isAsked) feed.state = state
    const handle = new Handle(
      { hold: (held) => this.#turn.hold(held), report: (thrown) => this.#failed(thrown) },
      isImpatient,
    )
    this.#feeds.set(topic, feed)
    feed.add(handle, this.#asking.isLinked)
    if (feed.wants === 'now') this.#asking.schedule()
    const host = { speaking: this.#speaking, leave: () => this.#leave(feed, handle) }
    const subscription = new Subscription(feed, handle, host)
    if (state !== undefined && isAsked) this.#state(subscription, state)
    return [subscription, handle, feed]
  }

  /** What it has been asked for without is said by itself. */
  #state(subscription: Subscription, state: Payload): void {
    subscription.presence.set(state).catch((thrown) => {
      if (subscription.state !== 'ended') this.#failed(thrown)
    })
  }

  /** @throws {WseError} `INVALID_NAME` */
  #feed(topic: string): Feed {
    const { guard, signals } = this.#setup
    const known = guard?.topic(topic)
    if (guard !== null && known === undefined) {
      throw new WseError(WSE_ERROR.INVALID_NAME, {}, { message: `the contract has no topic for ${topic}` })
    }
    return new Feed(topic, known, {
      wanted: () => this.#asking.schedule(),
      failed: (thrown) => this.#failed(thrown),
      ignored: (event, data) => signals.emit('ignored', event, data),
    })
  }

  #event(event: TopicEvent): void {
    const feed = this.#feeds.get(event.topic)
    if (feed !== undefined) {
      if (event.event !== ENDED) feed.event(event)
      // One that was never answered is not what has ended: another was, before it.
      else if (feed.wasLive) this.#end(feed, fromWire(event.data, SUBSCRIBE))
    } else if (!this.#asking.isLeaving(event.topic) && !isReserved(event.event)) {
      this.#setup.signals.emit('event', event.topic, event.event, event.data)
    }
  }

  /** Not one that has been told something waits any more; the others go on. */
  #unanswered(feed: Feed, error: WseError): void {
    for (const handle of feed.handles) if (handle.isImpatient && !handle.isReady) this.#giveUp(feed, handle, error)
  }

  #giveUp(feed: Feed, handle: Handle, error: WseError): void {
    if (handle.isReady) return
    handle.end(error)
    void this.#remove(feed, handle)
  }

  #leave(feed: Feed, handle: Handle): Promise<void> {
    handle.leave()
    return this.#remove(feed, handle)
  }

  /** The last to leave takes the subscription along. */
  #remove(feed: Feed, handle: Handle): Promise<void> {
    feed.remove(handle)
    if (feed.handles.length > 0 || this.#feeds.get(feed.topic) !== feed) return Promise.resolve()
    feed.abandon(over(null))
    this.#asking.schedule()
    return feed.whenGone()
  }

  #end(feed: Feed, error: WseError): void {
    const closed = over(error)
    this.#feeds.delete(feed.topic)
    feed.abandon(closed)
    feed.onceTold(() => this.#close(feed, error, closed))
  }

  #close(feed: Feed, error: WseError | null, closed: WseError): void {
    const { handles } = feed
    feed.close(closed)
    for (const handle of handles) handle.end(error, closed)
  }

  #failed(thrown: unknown): void {
    this.#setup.signals.emit('error', toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR))
  }
}

/** @throws {WseError} `INVALID_OPTION` where those who share it have been told, or promised, something else */
function begin(feed: Feed, since: WirePosition): void {
  if (!feed.beginsAfter(since)) throw invalidOption('since', 'is for the first who subscribes to a topic')
  feed.begin(since)
}
