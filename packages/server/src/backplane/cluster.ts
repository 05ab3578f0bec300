import { type Clock, type Data, WSE_ERROR, type WseError } from '@wse/protocol'
import {
  ALL,
  type Backplane,
  type BackplaneState,
  type Gap,
  type Incoming,
  type NodeId,
  nodeSubject,
  type PublishSetup,
  type Receipt,
  type Subject,
} from '@wse/protocol/backplane'
import { type Codec, type FrameLimits, toWseError } from '@wse/protocol/internal'
import type { Cid } from '../people/cid.js'
import { type AnswersNodes, Asks } from './asks.js'
import { InterestTable } from './interest.js'
import { LETTER, type Letter, type LetterKind, readLetter, writeLetter } from './letter.js'
import { prefixOf, topicOf, userOf } from './subjects.js'
import { Values } from './values.js'

/** Nodes that are gone, and still remembered. */
const MOST_GONE = 1_000

/** A letter as it came. */
export interface Arrival {
  readonly letter: Letter
  readonly message: Incoming
}

/** Who takes what other nodes write. */
export interface Inhabitants {
  /** Something about a topic, from whoever published it, this node included. */
  topic(name: string, arrival: Arrival): void
  /** The same for those whose filters begin so. */
  prefix(prefix: string, arrival: Arrival): void
  /** Something was said to a user, or to everybody (null), by whichever node: who is on the way here has to hear it, too. */
  said(cid: Cid | null, arrival: Arrival): void
  /** Something for people, or this node itself, of another node. */
  node(arrival: Arrival): void
  /** Something may have been missed. */
  gap(gap: Gap): void
  /** A node has come, or is gone. */
  became(node: NodeId, became: 'up' | 'down'): void
  state(state: BackplaneState, detail: string): void
  failed(error: WseError): void
  readonly answer: AnswersNodes
}

/** What a cluster works with. */
export interface ClusterParts {
  readonly backplane: Backplane
  readonly clock: Clock
  readonly codecs: readonly Codec[]
  readonly limits: FrameLimits
}

/** This node among others: what it is attached to, what it writes to them, and who takes what they write. */
export class Cluster {
  readonly backplane: Backplane
  readonly clock: Clock
  readonly codecs: readonly Codec[]
  readonly limits: FrameLimits
  readonly interest: InterestTable
  readonly values: Values
  readonly asks: Asks
  /** Nodes that are gone, the longest first. */
  readonly #gone = new Set<NodeId>()
  #inhabitants: Inhabitants | null = null

  constructor({ backplane, clock, codecs, limits }: ClusterParts) {
    this.backplane = backplane
    this.clock = clock
    this.codecs = codecs
    this.limits = limits
    this.interest = new InterestTable(backplane, clock)
    this.values = new Values(codecs, limits)
    this.asks = new Asks({
      node: backplane.node,
      clock,
      values: this.values,
      write: (subject: Subject, kind: LetterKind, about: object, parts: readonly Data[], receipt?: Receipt) => {
        this.write(subject, kind, about, parts, undefined, receipt)
      },
      hears: (subject) => subject === ALL || this.interest.has(subject),
      answer: (question) => this.#inhabitants?.answer(question),
    })
  }

  /** This node. */
  get node(): NodeId {
    return this.backplane.node
  }

  /** Whether others can be reached, some of them at least. */
  get isReachable(): boolean {
    const { state } = this.backplane
    return state === 'up' || state === 'degraded'
  }

  /** What is alive, in numbers. */
  get alive(): Record<string, number> {
    return { interests: this.interest.size, interestTimers: this.interest.timers, asks: this.asks.size }
  }

  /** Takes part; resolves once others can be reached, or it is closed. */
  async start(inhabitants: Inhabitants): Promise<void> {
    this.#inhabitants = inhabitants
    await this.backplane.start({
      incoming: (message) => this.#take(message),
      node: (node, became) => this.#became(node, became),
      state: (state, detail) => inhabitants.state(state, detail),
      gap: (gap) => this.#gap(gap),
      failed: (thrown) => this.failed(thrown),
    })
  }

  /** Takes part no more. */
  async close(): Promise<void> {
    this.interest.clear()
    this.asks.clear()
    await this.backplane.close()
    this.#inhabitants = null
  }

  /** Writes to all nodes attached to a subject; gives the `seq` it has there. */
  write(
    subject: Subject,
    kind: LetterKind,
    about: object,
    parts: readonly Data[],
    setup?: PublishSetup,
    receipt?: Receipt,
  ): number {
    return this.backplane.publish(subject, writeLetter(kind, about, parts), setup, receipt)
  }

  /** The same; resolves with whether it was published. */
  tell(subject: Subject, kind: LetterKind, about: object, parts: readonly Data[]): Promise<boolean> {
    return new Promise((resolve) => {
      this.write(subject, kind, about, parts, undefined, { settle: ({ ok }) => resolve(ok) })
    })
  }

  /** Whether a node is gone, so that whatever still comes of it is of no more use. */
  isGone(node: NodeId): boolean {
    return this.#gone.has(node)
  }

  /** Something went wrong that is nobody's answer. */
  failed(thrown: unknown): void {
    this.#inhabitants?.failed(toWseError(thrown, WSE_ERROR.BACKPLANE_FAILED))
  }

  #became(node: NodeId, became: 'up' | 'down'): void {
    this.#gone.delete(node)
    if (became === 'down') {
      this.#gone.add(node)
      const [oldest] = this.#gone
      if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest)
      this.asks.gone(node, this.backplane.nodes)
    }
    this.#inhabitants?.became(node, became)
  }

  #gap(gap: Gap): void {
    if (gap.subjects.includes(nodeSubject(this.node))) this.asks.gap()
    this.#inhabitants?.gap(gap)
  }

  #take(message: Incoming): void {
    const letter = readLetter(message.body)
    if (letter === null) return this.failed(new Error(`${message.from} wrote what is no letter of this release`))
    try {
      this.#give(message.subject, { letter, message })
    } catch (thrown) {
      this.failed(thrown)
    }
  }

  #give(subject: Subject, arrival: Arrival): void {
    const { letter, message } = arrival
    const { kind } = letter
    const topic = topicOf(subject)
    if (topic !== null) return this.#inhabitants?.topic(topic, arrival)
    const cid = userOf(subject)
    if (cid !== null || subject === ALL) this.#inhabitants?.said(cid, arrival)
    if (kind === LETTER.ASK || kind === LETTER.ANSWER || kind === LETTER.CANCEL)
      return this.asks.take(letter, subject, message.from)
    const prefix = prefixOf(subject)
    if (prefix !== null) return this.#inhabitants?.prefix(prefix, arrival)
    // What this node says to its own people is said at once, without going round.
    if (message.from !== this.node) this.#inhabitants?.node(arrival)
  }
}

/** This server among others; null where it is alone. */
export function clusterOf({ backplane, clock, codecs, limits }: Settings): Cluster | null {
  return backplane && new Cluster({ backplane, clock, codecs, limits })
}

type Settings = Omit<ClusterParts, 'backplane'> & { readonly backplane: Backplane | null }
