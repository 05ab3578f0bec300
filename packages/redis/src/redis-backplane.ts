import type { Data } from '@wse/protocol'
import {
  ALL,
  type Backplane,
  type BackplaneHandlers,
  type BackplaneState,
  type BackplaneStats,
  type Cursor,
  type Entry,
  type FenceRecord,
  type Gap,
  type HistoryRead,
  type NodeId,
  nodeSubject,
  type Position,
  type PublishSetup,
  type Receipt,
  type Subject,
} from '@wse/protocol/backplane'
import { createId } from '@wse/protocol/internal'
import { connectTo } from './connection/ioredis.js'
import { fenceOf } from './fences.js'
import { readOf, topsOf } from './histories.js'
import { Listener } from './listener.js'
import { Nodes } from './membership/nodes.js'
import { Names, wellFormed } from './names.js'
import { Epochs } from './publishing/epochs.js'
import { CLAIM, DROP, KEEP } from './scripts/fences.js'
import { HISTORY, TOPS } from './scripts/history.js'
import type { Settings } from './settings.js'
import { Rendezvous } from './shards/rendezvous.js'
import { Shard, type ShardOwner } from './shards/shard.js'

/** Histories whose tops are asked for at once: the engine does nothing else meanwhile. */
const TOPS_AT_ONCE = 512

/** A node among others that share one Redis, or several. */
export class RedisBackplane implements Backplane, ShardOwner {
  readonly node: NodeId
  readonly #rendezvous: Rendezvous
  readonly #shards: readonly Shard[]
  readonly #nodes: Nodes
  readonly #listener = new Listener()
  readonly #epochs: Epochs
  /** Shards of which it is known whether they can be reached. */
  readonly #known = new Set<Shard>()
  #state: BackplaneState = 'starting'
  #started: Promise<void> | null = null
  #closed: Promise<void> | null = null
  #begun: () => void = () => {}

  constructor(settings: Settings) {
    const { clock, shards, prefix, lease } = settings
    this.node = createId(clock)
    this.#epochs = new Epochs(clock)
    this.#rendezvous = new Rendezvous(shards.length)
    this.#nodes = new Nodes(this.node, shards.length, clock, lease, (id, became) => {
      for (const shard of this.#shards) shard.senders.saw(id, became)
      this.#listener.node(id, became)
    })
    const common = { node: this.node, names: new Names(prefix), settings, clock, epochs: this.#epochs }
    const name = `${prefix}:${this.node}`
    this.#shards = shards.map(
      (target) => new Shard({ ...common, connect: (events) => connectTo(target, name, events) }, this),
    )
  }

  get state(): BackplaneState {
    return this.#state
  }

  get nodes(): ReadonlySet<NodeId> {
    return this.#nodes.ids
  }

  get stats(): BackplaneStats {
    const sum = (of: (shard: Shard) => number) => this.#shards.reduce((total, shard) => total + of(shard), 0)
    const lags = this.#shards.map(({ lag }) => lag).filter((lag) => lag !== null)
    return {
      published: sum(({ publisher }) => publisher.published),
      failed: sum(({ publisher }) => publisher.failures),
      received: sum(({ received }) => received),
      subjects: sum(({ attachments }) => attachments.size),
      waiting: sum(({ waiting }) => waiting),
      lag: lags.length === 0 ? null : Math.max(...lags),
    }
  }

  start(handlers: BackplaneHandlers): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve()
    this.#started ??= this.#start(handlers)
    return this.#started
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async attach(subjects: readonly Subject[]): Promise<boolean> {
    if (this.#state === 'closed') return false
    const parts = [...this.#byShard(subjects)]
    const attached = await Promise.all(parts.map(([shard, some]) => shard.attach(some)))
    return attached.every(Boolean)
  }

  detach(subjects: readonly Subject[]): void {
    for (const [shard, some] of this.#byShard(subjects)) shard.attachments.detach(some)
  }

  publish(subject: Subject, body: Data, setup?: PublishSetup, receipt?: Receipt): number {
    return this.#of(subject).publisher.publish(subject, body, setup, receipt)
  }

  cursor(subject: Subject): Cursor {
    const { senders, publisher } = this.#of(subject)
    return senders.cursor(this.node, publisher.seq)
  }

  barrier(subject: Subject): Promise<boolean> {
    return this.#of(subject).barrier()
  }

  async history(subject: Subject, since: Position | null): Promise<HistoryRead | null> {
    const from = since === null ? ['', ''] : [since.epoch, String(since.offset)]
    const args = [wellFormed(subject), this.#epochs.next(), ...from]
    const answer = await this.#of(subject).ask((link) => link.run(HISTORY, args))
    return answer && readOf(answer, since === null)
  }

  async tops(subjects: readonly Subject[]): Promise<readonly (Position | null)[] | null> {
    const tops = new Map<Subject, Position | null>()
    const asked: Promise<boolean>[] = []
    for (const [shard, some] of this.#byShard(subjects)) {
      for (let at = 0; at < some.length; at += TOPS_AT_ONCE) {
        asked.push(this.#topsOf(shard, some.slice(at, at + TOPS_AT_ONCE), tops))
      }
    }
    const told = await Promise.all(asked)
    return told.every(Boolean) ? subjects.map((subject) => tops.get(subject) ?? null) : null
  }

  enter(subject: Subject, entries: readonly Omit<Entry, 'node'>[]): Promise<readonly Entry[] | null> {
    return this.#of(subject).presence.enter(subject, entries)
  }

  leave(subject: Subject, ids: readonly string[]): void {
    if (this.#state !== 'closed') this.#of(subject).presence.leave(subject, ids)
  }

  present(subject: Subject): Promise<readonly Entry[] | null> {
    return this.#of(subject).presence.present(subject)
  }

  async claim(fence: string, record: string, ttl: number): Promise<FenceRecord | null> {
    const answer = await this.#of(fence).ask((link) => link.run(CLAIM, [wellFormed(fence), record, String(ttl)]))
    return answer && fenceOf(answer)
  }

  async keep(fence: string, generation: number, record: string, ttl: number): Promise<boolean | null> {
    const args = [wellFormed(fence), String(generation), record, String(ttl)]
    const answer = await this.#of(fence).ask((link) => link.run(KEEP, args))
    return answer && answer[1] === 1
  }

  async drop(fence: string, generation: number): Promise<boolean | null> {
    const answer = await this.#of(fence).ask((link) => link.run(DROP, [wellFormed(fence), String(generation)]))
    return answer && answer[1] === 1
  }

  readonly incoming: ShardOwner['incoming'] = this.#listener.incoming

  readonly failed: ShardOwner['failed'] = this.#listener.failed

  listed(shard: Shard, seats: Iterable<string>, lost: boolean): void {
    this.#nodes.listed(this.#shards.indexOf(shard), seats, lost)
  }

  taken(shard: Shard, seat: string): void {
    this.#nodes.taken(this.#shards.indexOf(shard), seat)
  }

  ranOut(shard: Shard, seat: string): void {
    this.#nodes.ranOut(this.#shards.indexOf(shard), seat)
  }

  left(node: NodeId): void {
    this.#nodes.leftFor(node)
  }

  up(shard: Shard, gap: Gap | null): void {
    this.#known.add(shard)
    if (gap !== null) this.#listener.gap(gap)
    this.#changed(`${this.#nameOf(shard)} can be reached`)
  }

  down(shard: Shard, why: string): void {
    this.#known.add(shard)
    this.#nodes.cut(this.#shards.indexOf(shard))
    this.#changed(`${this.#nameOf(shard)}: ${why}`)
  }

  #start(handlers: BackplaneHandlers): Promise<void> {
    const base = this.#byShard([ALL, nodeSubject(this.node)])
    this.#listener.begin(handlers)
    for (const shard of this.#shards) shard.start(base.get(shard) ?? [])
    return new Promise((resolve) => {
      this.#begun = resolve
    })
  }

  async #close(): Promise<void> {
    this.#state = 'closed'
    this.#listener.stop()
    this.#nodes.clear()
    this.#begun()
    await Promise.all(this.#shards.map((shard) => shard.close()))
  }

  #of(subject: Subject): Shard {
    return this.#shards[this.#rendezvous.of(subject)] as Shard
  }

  #byShard(subjects: readonly Subject[]): Map<Shard, Subject[]> {
    const parts = new Map<Shard, Subject[]>()
    for (const subject of subjects) {
      const shard = this.#of(subject)
      const part = parts.get(shard)
      if (part === undefined) parts.set(shard, [subject])
      else part.push(subject)
    }
    return parts
  }

  async #topsOf(shard: Shard, subjects: readonly Subject[], tops: Map<Subject, Position | null>): Promise<boolean> {
    const answer = await shard.ask((link) => link.run(TOPS, subjects.map(wellFormed)))
    if (answer === null) return false
    for (const [at, top] of topsOf(answer).entries()) tops.set(subjects[at] as Subject, top)
    return true
  }

  #nameOf(shard: Shard): string {
    return this.#shards.length === 1 ? 'Redis' : `Redis ${this.#shards.indexOf(shard) + 1} of ${this.#shards.length}`
  }

  #changed(detail: string): void {
    if (this.#state === 'closed') return
    const state = this.#stateNow()
    if (state !== this.#state) {
      this.#state = state
      this.#listener.state(state, detail)
    }
    // A shard of which nobody knows yet may come up at any moment.
    const base = [ALL, nodeSubject(this.node)].every((subject) => this.#of(subject).isUp)
    if (base && this.#known.size === this.#shards.length) this.#begun()
  }

  #stateNow(): BackplaneState {
    const up = this.#shards.filter(({ isUp }) => isUp).length
    if (this.#state === 'starting' && (up === 0 || this.#known.size < this.#shards.length)) return 'starting'
    if (up === 0) return 'down'
    return up === this.#shards.length ? 'up' : 'degraded'
  }
}
