import { createId } from '../../id.js'
import type { Data } from '../../transport/transport.js'
import type {
  Backplane,
  BackplaneHandlers,
  BackplaneState,
  BackplaneStats,
  Incoming,
  NodeId,
  PublishResult,
  PublishSetup,
  Receipt,
  Subject,
} from '../backplane.js'
import type { FenceRecord } from '../fence.js'
import type { Cursor, HistoryRead, Position } from '../history.js'
import type { Entry } from '../presence.js'
import { ALL, nodeSubject } from '../subjects.js'
import { copied } from './body.js'
import { Departures } from './departures.js'
import type { Engine } from './engine.js'
import type { Link } from './link.js'
import { Listener } from './listener.js'
import type { Member } from './member.js'
import { Publication, type Publisher } from './publication.js'
import { Senders } from './senders.js'

/** One node of a hub. */
export class MemoryNode implements Backplane, Member, Publisher {
  readonly node: NodeId
  readonly engine: Engine
  readonly #nodes = new Set<NodeId>()
  readonly #wanted = new Set<Subject>()
  readonly #senders = new Senders()
  readonly #departures = new Departures()
  readonly #listener = new Listener()
  #state: BackplaneState = 'starting'
  #link: Link | null = null
  #started: Promise<void> | null = null
  #closed: Promise<void> | null = null
  #begun: () => void = () => {}
  /** Since when nothing has arrived, on the clock. */
  #since = 0
  /** Whether something may have been missed since then. */
  #missed = false
  /** Whether the hub has lost what it held of this node. */
  #lost = false
  /** Whether it is still to be told that it is down. */
  #untold = false
  #seq = 0
  #published = 0
  #failed = 0
  #received = 0
  #waiting = 0

  constructor(engine: Engine) {
    this.engine = engine
    this.node = createId(engine.clock)
  }

  get state(): BackplaneState {
    return this.#state
  }

  get nodes(): ReadonlySet<NodeId> {
    return this.#nodes
  }

  get stats(): BackplaneStats {
    return {
      published: this.#published,
      failed: this.#failed,
      received: this.#received,
      subjects: this.#wanted.size,
      waiting: this.#waiting,
      lag: null,
    }
  }

  start(handlers: BackplaneHandlers): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve()
    this.#started ??= this.#start(handlers)
    return this.#started
  }

  close(): Promise<void> {
    this.#closed ??= this.#leave()
    return this.#closed
  }

  attach(subjects: readonly Subject[]): Promise<boolean> {
    if (this.#state === 'closed') return Promise.resolve(false)
    const wanted = [...subjects]
    for (const subject of wanted) this.#wanted.add(subject)
    this.#missed ||= this.#link === null
    return this.#ask(() => this.#attach(wanted), false)
  }

  detach(subjects: readonly Subject[]): void {
    for (const subject of subjects) {
      if (this.#wanted.delete(subject)) this.engine.attachments.remove(subject, this)
    }
  }

  publish(subject: Subject, body: Data, setup?: PublishSetup, receipt?: Receipt): number {
    const seq = ++this.#seq
    const link = this.#upLink()
    // Its owner may write into it at once.
    const said = link === null ? '' : copied(body)
    this.#waiting++
    this.engine.turns.push(new Publication(this.engine, this, link, seq, subject, said, setup, receipt))
    return seq
  }

  cursor(_subject: Subject): Cursor {
    return this.#senders.cursor(this.node, this.#seq)
  }

  barrier(_subject: Subject): Promise<boolean> {
    // What was published before has its turn before.
    return this.#ask(() => true, false)
  }

  history(subject: Subject, since: Position | null): Promise<HistoryRead | null> {
    return this.#ask(() => this.engine.histories.read(subject, since, this.engine.clock.now()), null)
  }

  tops(subjects: readonly Subject[]): Promise<readonly (Position | null)[] | null> {
    const asked = [...subjects]
    return this.#ask(() => asked.map((subject) => this.engine.histories.top(subject)), null)
  }

  enter(subject: Subject, entries: readonly Omit<Entry, 'node'>[]): Promise<readonly Entry[] | null> {
    const noted = entries.map(({ id, value }) => ({ id, value }))
    return this.#ask(() => this.engine.presence.enter(subject, this.node, noted), null)
  }

  leave(subject: Subject, ids: readonly string[]): void {
    if (this.#state === 'closed') return
    const left = [...ids]
    this.#do(() => {
      // By now it may have been cut off, or be linked again.
      if (this.#link !== null) this.engine.presence.leave(subject, this.node, left)
      else if (this.#state !== 'closed') this.#departures.add(subject, left)
    })
  }

  present(subject: Subject): Promise<readonly Entry[] | null> {
    return this.#ask(() => this.engine.presence.present(subject), null)
  }

  claim(fence: string, record: string, ttl: number): Promise<FenceRecord | null> {
    return this.#ask(() => this.engine.fences.claim(fence, record, ttl, this.#runsOut(ttl)), null)
  }

  keep(fence: string, generation: number, record: string, ttl: number): Promise<boolean | null> {
    return this.#ask(() => this.engine.fences.keep(fence, generation, record, ttl, this.#runsOut(ttl)), null)
  }

  drop(fence: string, generation: number): Promise<boolean | null> {
    return this.#ask(() => this.engine.fences.drop(fence, generation, this.engine.clock.now()), null)
  }

  /** Dies without a word. Whoever waits for something here is told that it cannot be told. */
  die(): void {
    if (this.#closed !== null) return
    this.#closed = Promise.resolve()
    this.#end()
    this.#unlink()
    this.#wanted.clear()
    this.engine.die(this)
  }

  get waits(): boolean {
    return this.#link === null && this.#state !== 'closed'
  }

  incoming(message: Incoming): void {
    if (this.#link === null || !this.#listener.listens) return
    this.#received++
    this.#senders.took(message.from, message.seq)
    this.#listener.incoming(message)
  }

  saw(id: NodeId, became: 'up' | 'down'): void {
    if (this.#link === null || !this.#listener.listens || this.#nodes.has(id) === (became === 'up')) return
    if (became === 'up') this.#nodes.add(id)
    else this.#nodes.delete(id)
    this.#senders.saw(id, became)
    if (id !== this.node) this.#listener.node(id, became)
  }

  open(): void {
    if (!this.waits) return
    this.#link = { open: true }
    this.#attach(this.#wanted)
    for (const [subject, ids] of this.#departures.take()) this.engine.presence.leave(subject, this.node, ids)
  }

  resumed(ids: Iterable<NodeId>): void {
    this.#tellDown()
    // Whoever was told may have ended it.
    if (this.#link === null || this.#state === 'closed') return
    this.#state = 'up'
    const here = new Set(ids)
    for (const id of [...this.#nodes]) if (!here.has(id)) this.saw(id, 'down')
    for (const id of here) this.saw(id, 'up')
    this.#listener.state('up', 'the hub answers')
    this.#tellGap()
    this.#begun()
  }

  cut(): void {
    if (this.#link === null) return
    this.#unlink()
    if (this.#state === 'closed') return
    this.#state = 'down'
    this.#since = this.engine.clock.now()
    this.#missed = true
    this.#untold = true
    this.#do(() => this.#tellDown())
  }

  forgotten(): void {
    this.#lost = true
    this.#departures.take()
  }

  published(result: PublishResult, receipt: Receipt | undefined): void {
    this.#waiting--
    if (result.ok) this.#published++
    else this.#failed++
    try {
      receipt?.settle(result)
    } catch (thrown) {
      this.#listener.failed(thrown)
    }
  }

  #start(handlers: BackplaneHandlers): Promise<void> {
    this.#missed = this.#wanted.size > 0
    this.#wanted.add(ALL).add(nodeSubject(this.node))
    this.#since = this.engine.clock.now()
    this.#listener.begin(handlers)
    this.engine.begin(this)
    return new Promise((resolve) => {
      this.#begun = resolve
    })
  }

  /** In its turn, so that what was published before still goes out. */
  #leave(): Promise<void> {
    this.#end()
    return new Promise((resolve) => {
      this.#do(() => {
        this.engine.leave(this)
        this.#unlink()
        this.#wanted.clear()
        resolve()
      })
    })
  }

  /** Nothing is told here any more. */
  #end(): void {
    this.#state = 'closed'
    this.#listener.stop()
    this.#nodes.clear()
    this.#senders.clear()
    this.#departures.take()
    this.#begun()
  }

  #unlink(): void {
    if (this.#link === null) return
    this.#link.open = false
    this.#link = null
    for (const subject of this.#wanted) this.engine.attachments.remove(subject, this)
  }

  #attach(subjects: Iterable<Subject>): true {
    // What was detached since is not wanted any more.
    for (const subject of subjects) if (this.#wanted.has(subject)) this.engine.attachments.add(subject, this)
    return true
  }

  /** Once, and before it is up again. */
  #tellDown(): void {
    const untold = this.#untold
    this.#untold = false
    if (untold) this.#listener.state('down', 'the hub does not answer')
  }

  #tellGap(): void {
    const { clock } = this.engine
    const gap = { subjects: [...this.#wanted], lost: this.#lost, forMs: clock.now() - this.#since }
    const missed = this.#missed
    this.#missed = false
    this.#lost = false
    if (missed) this.#listener.gap(gap)
  }

  /** That over which something can be said; null if there is none. */
  #upLink(): Link | null {
    return this.#state === 'up' ? this.#link : null
  }

  /** Asks the hub, in its turn; `unknown` if it cannot be told. */
  #ask<Answer, Unknown>(ask: () => Answer, unknown: Unknown): Promise<Answer | Unknown> {
    const link = this.#upLink()
    return new Promise((resolve) => this.#do(() => resolve(link?.open ? ask() : unknown)))
  }

  #do(run: () => void): void {
    this.#waiting++
    this.engine.turns.push({
      run: () => {
        this.#waiting--
        run()
      },
    })
  }

  #runsOut(ttl: number): number {
    const now = this.engine.clock.now()
    this.engine.runsOut(now, ttl)
    return now
  }
}
