import { ALL, type Incoming, type NodeId, nodeSubject, type Subject } from '@wse/protocol/backplane'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import type { EventAbout } from '../../backplane/event-about.js'
import { LETTER } from '../../backplane/letter.js'
import { prefixSubject } from '../../backplane/subjects.js'
import { deliver } from '../deliver.js'
import { Filters } from '../filters.js'
import { OutgoingEvent } from '../outgoing-event.js'
import type { Subscriber } from '../topic.js'
import { exceptedFrom, relayedForms } from './relayed-event.js'
import { type Shape, Shapes, shapeOf } from './shapes.js'

/** What nodes tell each other of their filters. */
interface ShapesAbout {
  readonly shapes: readonly Shape[]
  /** Whether the others are to tell theirs. */
  readonly asks?: true
}

/** What nodes are asked, to tell the shapes of their filters. */
export const FILTERS = 'filters'

/** Devices whose filters begin alike. */
interface Prefix {
  readonly shape: Shape
  readonly filters: Filters<Subscriber>
}

/** Filters with wildcards, where topics are on several nodes: this one is attached to what its filters begin with. */
export class SpreadFilters {
  readonly shapes: Shapes = new Shapes()
  readonly #cluster: Cluster
  readonly #prefixes = new Map<string, Prefix>()
  /** What others have told last, by the numbers of their letters. */
  readonly #told = new Map<NodeId, number>()

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  add(filter: string, subscriber: Subscriber): void {
    const { prefix, shape } = shapeOf(filter)
    const known = this.#prefixes.get(prefix)
    if (known !== undefined) return known.filters.add(filter, subscriber)
    const filters = new Filters<Subscriber>()
    filters.add(filter, subscriber)
    this.#prefixes.set(prefix, { shape, filters })
    this.#cluster.interest.add(prefixSubject(prefix))
    this.#changed()
  }

  remove(filter: string, subscriber: Subscriber): void {
    const { prefix } = shapeOf(filter)
    const known = this.#prefixes.get(prefix)
    known?.filters.remove(filter, subscriber)
    if (known === undefined || known.filters.size > 0) return
    this.#prefixes.delete(prefix)
    this.#cluster.interest.remove(prefixSubject(prefix))
    this.#changed()
  }

  /** An event for those whose filters begin so. `isMember`: whether a device has it by the name of the topic. */
  take(prefix: string, { letter }: Arrival, isMember: (topic: string, device: Subscriber) => boolean): void {
    if (letter.kind !== LETTER.EVENT) return
    const about = letter.about as EventAbout
    const topic = about.t ?? ''
    const devices = [...this.#wanting(prefix, about)].filter((device) => !isMember(topic, device))
    if (devices.length === 0) return
    const forms = relayedForms(topic, about, letter.parts, undefined, this.#cluster)
    deliver(new OutgoingEvent(forms), null, devices, exceptedFrom(about), { sent: 0, queued: 0, dropped: 0 })
  }

  /** Another node tells of its filters. What it told before may come later, on another way. */
  told({ from, seq }: Incoming, { shapes, asks }: ShapesAbout): void {
    if (this.#cluster.isGone(from)) return
    if (asks) this.#tell(nodeSubject(from))
    if (seq < (this.#told.get(from) ?? 0)) return
    this.#told.set(from, seq)
    this.shapes.set(from, shapes)
  }

  /** Asks the others what they have; resolves once they have told, or time is up. */
  async learn(timeout: number): Promise<void> {
    const { answers } = await this.#cluster.asks.ask(ALL, FILTERS, null, { timeout })
    for (const { node, value } of answers) this.shapes.set(node, value as readonly Shape[])
  }

  /** A node has come, or is gone. */
  node(node: NodeId, became: 'up' | 'down'): void {
    if (became === 'up') {
      if (this.#prefixes.size > 0) this.#tell(nodeSubject(node))
      return
    }
    this.#told.delete(node)
    this.shapes.set(node, [])
  }

  /** What others have told may have been missed, and what was told to them. */
  again(): void {
    this.#tell(ALL, true)
  }

  #changed(): void {
    const had = this.shapes.size
    this.shapes.set(this.#cluster.node, this.own)
    // Who has none, and had none, has nothing to tell.
    if (had + this.#prefixes.size > 0) this.#tell(ALL)
  }

  /** The shapes of filters of this node. */
  get own(): readonly Shape[] {
    return [...new Map([...this.#prefixes.values()].map(({ shape }) => [shape.join(' '), shape])).values()]
  }

  #tell(to: Subject, asks = false): void {
    const about: ShapesAbout = { shapes: this.own, ...(asks ? { asks } : {}) }
    this.#cluster.write(to, LETTER.SHAPES, about, [])
  }

  /** An event comes once for each beginning its publisher knew of: who has several filters takes the shortest. */
  #wanting(prefix: string, { t: topic = '', p: lengths = [] }: EventAbout): Set<Subscriber> {
    const wanting = this.#prefixes.get(prefix)?.filters.match(topic) ?? new Set()
    for (const length of lengths) {
      if (length >= prefix.length) continue
      const shorter = this.#prefixes.get(topic.slice(0, length))
      for (const device of shorter?.filters.match(topic) ?? []) wanting.delete(device)
    }
    return wanting
  }
}
