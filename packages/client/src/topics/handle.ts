import { type Payload, type Person, WseError } from '@wse/protocol'
import { Channel, Signals } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import { Iteration } from './iteration.js'
import type { PresenceChange } from './roster.js'
import {
  SUBSCRIPTION_EVENTS,
  type SubscriptionEvents,
  type TopicGap,
  type TopicMeta,
  type TopicPosition,
} from './topic-events.js'

/** What the server's answer means to a handle. */
export interface Answered {
  readonly position: TopicPosition | null
  readonly recovered: boolean | null
  readonly gap: TopicGap | null
  /** It was subscribed before, on another link. */
  readonly again: boolean
}

/** What a handle needs of those it stands among. */
export interface HandleHost {
  /** Calls its `release` in a later turn. */
  hold(handle: Handle): void
  /** A listener threw. */
  report(thrown: unknown): void
}

/** What is behind a subscription of the application: its listeners, and what they have been told. */
export class Handle {
  readonly channel: Channel<[data: Payload, meta: TopicMeta]>
  readonly people: Channel<[person: Person]>
  readonly signals: Signals<SubscriptionEvents>
  /** Resolves with the first answer. */
  readonly ready: Promise<void>
  /** Whether it ends where its first request is not answered. */
  readonly isImpatient: boolean
  position: TopicPosition | null = null
  recovered: boolean | null = null
  isReady = false
  isOver = false
  readonly #host: HandleHost
  readonly #iterations = new Set<Iteration>()
  #resolve!: () => void
  #reject!: (error: WseError) => void
  /** What is told in a later turn, so that listeners attached right after an `await` miss nothing; null when told at once. */
  #held: (() => void)[] | null = null
  #isSilent = false

  constructor(host: HandleHost, isImpatient: boolean) {
    this.#host = host
    this.isImpatient = isImpatient
    const report = (thrown: unknown) => host.report(thrown)
    this.channel = new Channel(report)
    this.people = new Channel(report)
    this.signals = new Signals<SubscriptionEvents>(SUBSCRIPTION_EVENTS, report)
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Nobody has to look at it.
    this.ready.catch(() => {})
  }

  /** The server has answered. */
  answered({ position, recovered, gap, again }: Answered): void {
    const isFirst = !this.isReady
    if (isFirst) this.#begin()
    const missing = isFirst && again ? null : gap
    if (isFirst || again) this.recovered = recovered
    // Where it begins is known at once; a gap is gone over when it is told.
    if (isFirst && missing === null) this.position = position
    this.#later(() => {
      if (missing !== null) this.position = position
      if (missing !== null) this.signals.emit('gap', missing)
      if (again && !isFirst) this.signals.emit('resubscribed', { recovered: gap === null })
    })
  }

  /** Events may be missing that nobody can tell any more. */
  missed(gap: TopicGap): void {
    this.#later(() => this.signals.emit('gap', gap))
  }

  /** Tells of an event. */
  event(data: Payload, meta: TopicMeta, position: TopicPosition | null): void {
    if (this.#held === null) this.#tell(data, meta, position)
    else this.#held.push(() => this.#tell(data, meta, position))
  }

  /** An event was not for this device. */
  skip(position: TopicPosition | null): void {
    this.#later(() => {
      this.position = position
    })
  }

  /** Tells of who came, went or changed. */
  present(changes: readonly PresenceChange[]): void {
    this.#later(() => {
      for (const [kind, person] of changes) if (!this.#isSilent) this.people.emit(kind, person)
    })
  }

  /** Gives what comes from now on to be iterated over. */
  iterate(): Iteration {
    const iteration = new Iteration((left) => this.#iterations.delete(left))
    if (this.isOver) iteration.end(null)
    else this.#iterations.add(iteration)
    return iteration
  }

  /** It was left: nothing more is told. */
  leave(): void {
    this.#held = null
    this.end(null)
    this.#isSilent = true
  }

  /** It is over, once all before was told. */
  end(error: WseError | null, cause: WseError | null = error): void {
    if (this.isOver) return
    this.isOver = true
    const closed = over(cause)
    this.#reject(error ?? closed)
    this.#later(() => {
      this.#isSilent = true
      this.signals.emit('ended', error)
      this.signals.end(closed, true)
      for (const iteration of [...this.#iterations]) iteration.end(error)
    })
  }

  /** Tells what was held. */
  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const tell of held) tell()
  }

  #begin(): void {
    this.isReady = true
    this.#held = []
    this.#host.hold(this)
    this.#resolve()
  }

  #later(tell: () => void): void {
    if (this.#held === null) tell()
    else this.#held.push(tell)
  }

  #tell(data: Payload, meta: TopicMeta, position: TopicPosition | null): void {
    if (this.#isSilent) return
    if (position !== null) this.position = position
    this.channel.emit(meta.event, data, meta)
    for (const iteration of this.#iterations) iteration.push({ ...meta, data })
  }
}

/** The error of what waits for something on a subscription that is over. */
export function over(cause: WseError | null): WseError {
  const message = 'the subscription is over'
  return new WseError(WSE_ERROR.CLOSED, {}, cause === null ? { message } : { message, cause })
}
