import { type Clock, type Payload, WseError } from '@wse/protocol'
import {
  fromWire,
  type Link,
  MOST_TOPICS,
  type Peer,
  parseSubscribed,
  SUBSCRIBE,
  toWseError,
  UNSUBSCRIBE,
  type WireError,
} from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { Feed } from './feed.js'
import { Retry } from './retry.js'

/** A session, as far as subscriptions go by it. */
export interface TopicSession {
  readonly peer: Peer
  /** The link it speaks on; null without one. */
  readonly link: Pick<Link, 'send'> | null
}

/** What asking needs of those it asks for. */
export interface AskingHost {
  /** All there are, by topic. */
  readonly feeds: Map<string, Feed>
  /** The server refuses it. */
  refused(feed: Feed, error: WseError): void
  /** It was not answered, and will be asked for again. */
  unanswered(feed: Feed, error: WseError): void
}

/** What cannot be said to the server, by one of those it is asked with, or by all of them together. */
const UNSAYABLE: ReadonlySet<string> = new Set<string>([
  WSE_ERROR.UNSERIALIZABLE,
  WSE_ERROR.TOO_DEEP,
  WSE_ERROR.TOO_LARGE,
])

/** Whether another attempt may do. */
export const mayPass = ({ code }: WseError): boolean => TRANSIENT.has(code)

interface Question {
  readonly feed: Feed
  readonly round: number
}

/** What may pass. Anything else another attempt would only repeat. */
const TRANSIENT: ReadonlySet<string> = new Set<string>([
  WSE_ERROR.RP_TIMEOUT,
  WSE_ERROR.RP_DISCONNECT,
  WSE_ERROR.RP_OVERLOAD,
  WSE_ERROR.RP_TOO_MANY,
  WSE_ERROR.QUEUE_FULL,
])

/** Asks the server for subscriptions: those of one turn in one call, all of them in a new session. */
export class Asking {
  /** The session they belong to; null before there was one. */
  session: TopicSession | null = null
  /** Counts sessions. */
  era = 0
  readonly #host: AskingHost
  /** Topics that were left, by how many calls say so that are not answered yet. */
  readonly #leaving = new Map<string, number>()
  readonly #retry: Retry
  #isScheduled = false

  constructor(clock: Clock, host: AskingHost) {
    this.#host = host
    this.#retry = new Retry(clock, () => this.#again())
  }

  /** Whether there is a link to ask on. */
  get isLinked(): boolean {
    return (this.session?.link ?? null) !== null
  }

  /** Timers armed now. */
  get timers(): number {
    return Number(this.#retry.isArmed)
  }

  /** Whether what comes of a topic was on its way when that was left. */
  isLeaving(topic: string): boolean {
    return this.#leaving.has(topic)
  }

  /** There is a link: asks for all that do not go on by themselves. */
  ready(session: TopicSession, resumed: boolean): void {
    this.session = session
    if (!resumed) this.era++
    this.#retry.stop()
    for (const feed of this.#host.feeds.values()) feed.relinked(resumed)
    this.#flush()
  }

  /** Asks at the end of this turn. */
  schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    Promise.resolve().then(() => {
      this.#isScheduled = false
      this.#flush()
    })
  }

  /** There is no session any more. */
  end(): void {
    this.session = null
    this.#leaving.clear()
    this.#retry.stop()
  }

  #flush(): void {
    const left: Feed[] = []
    const wanted: Feed[] = []
    for (const feed of this.#host.feeds.values()) {
      if (feed.handles.length === 0) left.push(feed)
      else if (feed.wants === 'now') wanted.push(feed)
    }
    const { session } = this
    const isLinked = session !== null && this.isLinked
    for (const feed of left) this.#letGo(feed, isLinked)
    if (!isLinked) return
    for (const chunk of chunksOf(left.filter(({ round }) => round > 0))) this.#leave(session.peer, chunk)
    for (const chunk of chunksOf(wanted)) this.#ask(session.peer, chunk)
  }

  /** What was never asked for is gone. Without a link the server is told when there is one, and nobody waits for that. */
  #letGo(feed: Feed, isLinked: boolean): void {
    if (feed.round === 0) this.#host.feeds.delete(feed.topic)
    if (feed.round === 0 || !isLinked) feed.gone()
  }

  #leave(peer: Peer, feeds: readonly Feed[]): void {
    const topics = feeds.map(({ topic }) => topic)
    for (const topic of topics) this.#leaving.set(topic, (this.#leaving.get(topic) ?? 0) + 1)
    const done = () => {
      for (const topic of topics) this.#left(topic)
      for (const feed of feeds) feed.gone()
    }
    for (const { topic } of feeds) this.#host.feeds.delete(topic)
    peer.askReserved(UNSUBSCRIBE, topics, { resolve: done, reject: done })
  }

  #left(topic: string): void {
    const calls = this.#leaving.get(topic) ?? 0
    if (calls > 1) this.#leaving.set(topic, calls - 1)
    else this.#leaving.delete(topic)
  }

  #ask(peer: Peer, feeds: readonly Feed[]): void {
    const payload = feeds.map((feed) => feed.ask())
    const asked = feeds.map((feed) => ({ feed, round: feed.round }))
    peer.askReserved(SUBSCRIBE, payload, {
      resolve: (answer) => this.#answered(asked, answer),
      reject: (thrown) => this.#rejected(peer, asked, toWseError(thrown, WSE_ERROR.UNSERIALIZABLE)),
    })
  }

  /** What one of them cannot say is no fault of the others: they are asked in halves, until it is alone. */
  #rejected(peer: Peer, asked: readonly Question[], error: WseError): void {
    if (!UNSAYABLE.has(error.code) || asked.length === 1) return this.#unanswered(asked, error)
    const half = Math.ceil(asked.length / 2)
    for (const some of [asked.slice(0, half), asked.slice(half)]) {
      const feeds = some.filter((question) => this.#isCurrent(question)).map(({ feed }) => feed)
      if (feeds.length > 0) this.#ask(peer, feeds)
    }
  }

  #answered(asked: readonly Question[], payload: Payload): void {
    const answers = parseSubscribed(payload)
    if (answers?.length !== asked.length) {
      const message = 'the answer to a subscription is malformed'
      return this.#unanswered(asked, new WseError(WSE_ERROR.PROTOCOL_VIOLATION, {}, { message }))
    }
    asked.forEach((question, at) => {
      const answer = answers[at]
      if (answer === undefined || !this.#isCurrent(question)) return
      const { feed } = question
      if (answer.error === undefined) feed.answered(answer)
      else this.#host.refused(feed, refusal(feed.topic, answer.error))
    })
    const unwanted = asked.filter(({ feed }, at) => answers[at]?.error === undefined && this.#isUnwanted(feed))
    if (unwanted.length > 0 && this.session !== null) {
      this.#leave(
        this.session.peer,
        unwanted.map(({ feed }) => feed),
      )
    }
    if (!this.#askLater()) this.#retry.succeed()
  }

  /** Whether the server has just begun, by its answer, what had ended here meanwhile. */
  #isUnwanted({ topic }: Feed): boolean {
    return !this.#host.feeds.has(topic) && !this.isLeaving(topic)
  }

  #unanswered(asked: readonly Question[], error: WseError): void {
    for (const question of asked) {
      if (!this.#isCurrent(question)) continue
      const { feed } = question
      feed.unanswered()
      if (!mayPass(error)) this.#host.refused(feed, error)
      // What ends with its session is asked for in the next one.
      else if (error.code !== WSE_ERROR.RP_DISCONNECT) this.#host.unanswered(feed, error)
    }
    this.#askLater()
  }

  /** Whether nothing was asked since: a call of a session that ended may be answered in the next one. */
  #isCurrent({ feed, round }: Question): boolean {
    return feed.round === round && this.#host.feeds.get(feed.topic) === feed
  }

  /** Asks for what wants it, after a pause; `false` if nothing does. */
  #askLater(): boolean {
    const isWanted = [...this.#host.feeds.values()].some(({ wants }) => wants === 'later')
    if (isWanted && this.isLinked) this.#retry.arm()
    return isWanted
  }

  #again(): void {
    for (const feed of this.#host.feeds.values()) if (feed.wants === 'later') feed.wants = 'now'
    this.#flush()
  }
}

function chunksOf(feeds: readonly Feed[]): Feed[][] {
  const count = Math.ceil(feeds.length / MOST_TOPICS)
  return Array.from({ length: count }, (_, at) => feeds.slice(at * MOST_TOPICS, (at + 1) * MOST_TOPICS))
}

function refusal(topic: string, wire: WireError): WseError {
  const error = fromWire(wire, SUBSCRIBE)
  error.details.topic = topic
  return error
}
