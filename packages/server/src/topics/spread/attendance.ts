import type { Data } from '@wse/protocol'
import type { Entry, NodeId } from '@wse/protocol/backplane'
import type { Members, Present } from '@wse/protocol/internal'
import type { Cluster } from '../../backplane/cluster.js'
import { LETTER } from '../../backplane/letter.js'
import { topicSubject } from '../../backplane/subjects.js'
import type { PresenceChanges } from '../presence.js'
import type { Topic } from '../topic.js'
import type { Topics } from '../topics.js'
import { Attempts } from './attempts.js'

/** Topics of which the others are told again at once. */
const MOST_AT_ONCE = 100

/** Milliseconds after which they are told again what they could not be told. */
const PAUSE = 1_000

/** Who is present on topics that are on several nodes: what of it the others are told, and what they tell. */
export class Attendance {
  readonly #cluster: Cluster
  readonly #topics: Topics
  /** Topics that are here, and have presence. */
  readonly #attended = new Set<Topic>()
  /** Devices of this node, by topic, of which the others may not know how it stands with them. */
  readonly #untold = new Map<string, Set<string>>()
  readonly #attempts: Attempts<string>

  constructor(cluster: Cluster, topics: Topics) {
    this.#cluster = cluster
    this.#topics = topics
    this.#attempts = new Attempts<string>({
      clock: cluster.clock,
      most: MOST_AT_ONCE,
      pause: PAUSE,
      isWorthIt: () => cluster.isReachable,
      run: (name) => this.#tell(name),
    })
    topics.news.announce = ({ name }, changes) => void this.#announce(name, changes)
  }

  /** Timers armed. */
  get timers(): number {
    return this.#attempts.timers
  }

  /** A topic is here, or is defined otherwise. */
  follow(topic: Topic): void {
    if (topic.presence !== null) this.#attended.add(topic)
  }

  /** A topic is not here any more; who was on it may still have to be told of. */
  forget(topic: Topic): void {
    this.#attended.delete(topic)
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#attempts.stop()
    this.#untold.clear()
    this.#attended.clear()
  }

  /** Another node tells of its own. */
  told(topic: Topic, from: NodeId, part: Data | undefined): void {
    const { presence } = topic
    if (presence === null || part === undefined || from === this.#cluster.node || this.#cluster.isGone(from)) return
    const { here = [], gone = [] } = this.#cluster.values.read(part) as Omit<Members, 'topic'>
    for (const one of here) presence.setAfar(from, one)
    for (const id of gone) presence.removeAfar(from, id)
    this.#topics.news.of(topic)
  }

  /** What the engine has of other nodes. */
  restore(topic: Topic, entries: readonly Entry[]): void {
    const others = entries.filter(({ node }) => node !== this.#cluster.node && !this.#cluster.isGone(node))
    topic.presence?.restore(others.flatMap(({ node, value }) => this.#read(node, value)))
    this.#topics.news.of(topic)
  }

  /** A node is gone, and who was there. */
  nodeGone(node: NodeId): void {
    for (const topic of this.#attended) {
      topic.replica?.drop(({ letter, message }) => letter.kind === LETTER.MEMBERS && message.from === node)
      topic.presence?.removeNode(node)
      this.#topics.news.of(topic)
    }
  }

  /** The others can be told again. `lost`: topics of which the engine lost what was noted. */
  again(lost: readonly Topic[]): void {
    for (const { name, presence } of lost) if (presence !== null) this.#note(name, presence.own)
    for (const name of this.#untold.keys()) this.#attempts.make(name)
  }

  async #announce(name: string, { here, gone }: PresenceChanges): Promise<void> {
    const isTold = await this.#write(name, { here, gone })
    if (isTold) return
    this.#note(name, [...here.map(({ id }) => id), ...gone])
    this.#attempts.makeLater(name)
  }

  /** Tells the others how it stands now with those they may not know of. */
  async #tell(name: string): Promise<boolean> {
    const ids = [...(this.#untold.get(name) ?? [])]
    this.#untold.delete(name)
    const { presence } = this.#topics.get(name) ?? {}
    const isTold = await this.#write(name, presence?.changesOfOwn(ids) ?? { here: [], gone: ids })
    if (!isTold) this.#note(name, ids)
    return isTold
  }

  #note(name: string, ids: readonly string[]): void {
    if (ids.length === 0) return
    const untold = this.#untold.get(name) ?? new Set()
    for (const id of ids) untold.add(id)
    this.#untold.set(name, untold)
  }

  /** Notes who is present, and tells the others; whether both was done. Never rejects. */
  async #write(name: string, { here, gone }: PresenceChanges): Promise<boolean> {
    if (here.length + gone.length === 0) return true
    const { backplane, values } = this.#cluster
    const subject = topicSubject(name)
    try {
      const part = values.write({ here, gone })
      const entries = here.map((one) => ({ id: one.id, value: values.writeText(one) }))
      const entered = entries.length === 0 ? [] : backplane.enter(subject, entries)
      if (gone.length > 0) backplane.leave(subject, gone)
      const told = this.#cluster.tell(subject, LETTER.MEMBERS, {}, [part])
      return (await entered) !== null && (await told)
    } catch (thrown) {
      this.#cluster.failed(thrown)
      return true
    }
  }

  #read(node: NodeId, value: string): { readonly node: NodeId; readonly present: Present }[] {
    try {
      return [{ node, present: this.#cluster.values.readText(value) as Present }]
    } catch (thrown) {
      this.#cluster.failed(thrown)
      return []
    }
  }
}
