import type { Clock } from '../../clock/clock.js'
import type { Data } from '../../transport/transport.js'
import type { NodeId, PublishResult, PublishSetup, Subject } from '../backplane.js'
import type { Position } from '../history.js'
import { Attachments } from './attachments.js'
import { deliver } from './deliver.js'
import { Fences } from './fences.js'
import { type Added, Histories } from './histories.js'
import type { Member } from './member.js'
import { Members } from './members.js'
import { Presence } from './presence.js'
import { Turns } from './turns.js'
import { LOOK_THROUGH, Upkeep } from './upkeep.js'

/** What all nodes of a hub share: what is said goes through its turns, one after the other. */
export class Engine {
  readonly clock: Clock
  readonly turns = new Turns()
  readonly attachments = new Attachments()
  readonly presence = new Presence()
  readonly fences = new Fences()
  readonly histories: Histories
  readonly members = new Members()
  readonly upkeep: Upkeep
  readonly #leaseMs: number
  /** Nodes that have begun, and have neither left nor died. */
  readonly #nodes = new Map<NodeId, Member>()
  /** Those of them that are cut off, each on its own. */
  readonly #isolated = new Set<Member>()
  #frozen = false

  constructor(clock: Clock, leaseMs: number, historyBytes: number) {
    this.clock = clock
    this.#leaseMs = leaseMs
    this.histories = new Histories(clock, historyBytes, (subject) => this.attachments.has(subject))
    this.upkeep = new Upkeep(clock, () => this.expire())
  }

  /** A node has begun. */
  begin(member: Member): void {
    this.#nodes.set(member.node, member)
    if (this.#nodes.size === 1) this.upkeep.by(this.expire())
    this.#connectLater()
  }

  /** A node has left, and says so if it can be heard. */
  leave(member: Member): void {
    const heard = this.#reaches(member)
    if (!this.#remove(member)) return
    if (this.#nodes.size === 0) this.#reset()
    else if (heard) this.#gone(member.node)
    else this.#miss(member.node)
  }

  /** A node has died, without a word. */
  die(member: Member): void {
    if (this.#remove(member)) this.#miss(member.node)
  }

  /** The engine does not answer, be it one node alone. */
  freeze(only: Member | null): void {
    if (only === null) {
      this.#frozen = true
      for (const member of this.#nodes.values()) member.cut()
    } else if (this.#nodes.has(only.node)) {
      this.#isolated.add(only)
      only.cut()
      this.#miss(only.node)
    }
  }

  /** It answers again. */
  thaw(only: Member | null): void {
    if (only !== null) this.#isolated.delete(only)
    else {
      this.#frozen = false
      if (this.#nodes.size > 0) this.upkeep.by(this.expire())
    }
    this.#connectLater()
  }

  /** All it held is lost, and all links to it. */
  lose(): void {
    for (const member of this.#nodes.values()) {
      member.cut()
      member.forgotten()
    }
    this.members.clear()
    this.presence.clear()
    this.fences.clear()
    this.histories.clear()
    this.#connectLater()
  }

  /** Forgets what has run out; says when something will again, on the clock. */
  expire(): number {
    // What stands still notices nothing; it is made good once it goes on.
    if (this.#frozen) return Number.POSITIVE_INFINITY
    const now = this.clock.now()
    for (const id of this.members.expire(now)) this.#lapsed(id)
    return Math.min(this.members.due, this.histories.expire(now), this.fences.expire(now))
  }

  /** Gives something out, and keeps it if that is wanted. */
  publish(from: NodeId, seq: number, subject: Subject, body: Data, setup: PublishSetup | undefined): PublishResult {
    const added = setup?.history && this.#keep(subject, body, setup)
    if (added?.repeated) return { ok: true, receivers: 0, position: added.position, repeated: true }
    const position: Position | undefined = added?.position
    const receivers = deliver(this.attachments, { subject, from, seq, body, position }, added !== undefined)
    return { ok: true, receivers, position }
  }

  /** Something will run out by then, on the clock, and be in the way from then on. */
  runsOut(now: number, ttl: number): void {
    this.#due(now + Math.max(ttl, LOOK_THROUGH))
  }

  #keep(subject: Subject, body: Data, { history, key }: PublishSetup): Added | undefined {
    if (history === undefined) return undefined
    const now = this.clock.now()
    this.runsOut(now, history.ttl)
    return this.histories.add(subject, body, history, key, now)
  }

  #reaches(member: Member): boolean {
    return !this.#frozen && !this.#isolated.has(member)
  }

  #connectLater(): void {
    this.turns.push({ run: () => this.#connect() })
  }

  /** All who can be reached, and could not be so far: together, so that none is told that another was away. */
  #connect(): void {
    const coming = [...this.#nodes.values()].filter((member) => member.waits && this.#reaches(member))
    for (const { node } of coming) if (this.members.join(node)) this.#tell(node, 'up')
    for (const member of coming) member.open()
    for (const member of coming) member.resumed(this.members.ids)
  }

  /** Whether it was there. */
  #remove(member: Member): boolean {
    this.#isolated.delete(member)
    if (!this.#nodes.delete(member.node)) return false
    if (this.#nodes.size === 0) this.upkeep.stop()
    return true
  }

  #miss(id: NodeId): void {
    const until = this.clock.now() + this.#leaseMs
    this.members.miss(id, until)
    this.#due(until)
  }

  #lapsed(id: NodeId): void {
    this.presence.drop(id)
    this.#nodes.get(id)?.forgotten()
    this.#tell(id, 'down')
  }

  #gone(id: NodeId): void {
    this.presence.drop(id)
    if (this.members.leave(id)) this.#tell(id, 'down')
  }

  #tell(id: NodeId, became: 'up' | 'down'): void {
    for (const member of this.#nodes.values()) if (member.node !== id) member.saw(id, became)
  }

  /** Nothing runs out where nobody is: no timer is left behind. */
  #due(at: number): void {
    if (this.#nodes.size > 0) this.upkeep.by(at)
  }

  #reset(): void {
    this.members.clear()
    this.presence.clear()
    this.fences.clear()
  }
}
