import type { Clock, Timer } from '@wse/protocol'
import type { Gap, Incoming, NodeId, Subject } from '@wse/protocol/backplane'
import { textOf } from '@wse/protocol/internal'
import type { Connection, ConnectionEvents } from '../connection/connection.js'
import { Link, type LinkOwner } from '../connection/link.js'
import { FrameReader } from '../frames/frame-reader.js'
import { nodeOf, type Seat, Seats } from '../membership/seats.js'
import { Stay } from '../membership/stay.js'
import type { Names } from '../names.js'
import { Presence } from '../presence/presence.js'
import type { Epochs } from '../publishing/epochs.js'
import { Publisher } from '../publishing/publisher.js'
import { SEAT_NEWS } from '../scripts/membership.js'
import type { Settings } from '../settings.js'
import { Attachments } from '../subjects/attachments.js'
import { Senders } from '../subjects/senders.js'
import { Barriers } from './barriers.js'
import { retryDelay } from './retry-delay.js'
import { Watchdog } from './watchdog.js'

/** What a shard works with. */
export interface ShardParts {
  readonly node: NodeId
  readonly names: Names
  readonly settings: Settings
  readonly epochs: Epochs
  readonly clock: Clock
  connect(events: ConnectionEvents): Connection
}

/** Told what happens on a shard. None of these throws. */
export interface ShardOwner {
  incoming(message: Incoming): void
  /** All who have a seat there. `lost`: the engine has lost all it held. */
  listed(shard: Shard, seats: Iterable<Seat>, lost: boolean): void
  taken(shard: Shard, seat: Seat): void
  ranOut(shard: Shard, seat: Seat): void
  left(node: NodeId): void
  /** It can be reached. `gap`: what may have been missed before. */
  up(shard: Shard, gap: Gap | null): void
  /** It cannot be reached, any more or still. */
  down(shard: Shard, why: string): void
  failed(error: unknown): void
}

/** One engine: keeps a link to it, and takes part there as long as it has one. */
export class Shard implements LinkOwner {
  readonly publisher: Publisher
  readonly attachments: Attachments
  readonly presence: Presence
  readonly senders = new Senders()
  readonly #parts: ShardParts
  readonly #owner: ShardOwner
  readonly #stay: Stay
  readonly #watchdog: Watchdog
  readonly #barriers = new Barriers()
  readonly #reader: FrameReader
  readonly #echo: string
  #link: Link | null = null
  /** That over which something can be asked. */
  #open: Link | null = null
  #isUp = false
  #isClosed = false
  /** Attempts since it was up last. */
  #attempts = 0
  /** For an attempt, or until the next. */
  #timer: Timer | null = null
  /** Since when nothing certainly arrives, on the clock. */
  #since = 0
  /** Whether something may have been missed since then. */
  #missed = false
  /** Whether what this node had noted is gone. */
  #lost = false
  #received = 0
  /** What went wrong last, told once. */
  #told = ''

  constructor(parts: ShardParts, owner: ShardOwner) {
    const { node, names, settings, clock, epochs } = parts
    this.#parts = parts
    this.#owner = owner
    this.#echo = names.echo(node)
    const { bufferedBytes, lease, probe, timeout } = settings
    const unheard = (again: boolean) => this.#unheard(again)
    const probed = () => this.#watchdog.published()
    this.publisher = new Publisher({
      ...{ node, names, clock, epochs, bufferedBytes },
      ...{ probed, unheard, failed: owner.failed },
    })
    this.attachments = new Attachments(names)
    this.presence = new Presence((ask) => this.ask(ask))
    this.#stay = new Stay({
      clock,
      lease,
      seats: new Seats(node),
      generation: () => epochs.next(),
      renewed: (seats) => {
        owner.listed(this, seats, false)
        this.presence.catchUp()
      },
    })
    const send = (text: string) => this.publisher.probe(this.#echo, text)
    this.#watchdog = new Watchdog({ clock, probe, timeout, send })
    this.#reader = new FrameReader({
      sender: (id, seq) => this.senders.took(id, seq),
      take: (message) => {
        this.#received++
        owner.incoming(message)
      },
    })
  }

  /** Whether it can be reached. */
  get isUp(): boolean {
    return this.#isUp
  }

  /** Messages that have arrived. */
  get received(): number {
    return this.#received
  }

  /** Commands that wait for the engine. */
  get waiting(): number {
    return this.#link?.waiting ?? 0
  }

  /** Milliseconds the last probe was under way; null before the first. */
  get lag(): number | null {
    return this.#watchdog.lag
  }

  /** Begins to reach for the engine. `subjects`: those it is attached to from the first moment. */
  start(subjects: readonly Subject[]): void {
    this.#since = this.#parts.clock.now()
    this.#missed = this.attachments.size > 0
    void this.attachments.attach(subjects)
    this.#attempt()
  }

  /** Leaves; resolves once nothing is left of it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopTimer()
    const link = this.#link
    if (link !== null) await this.#part(link)
    this.#end('the backplane was closed')
    this.attachments.clear()
    this.senders.clear()
    link?.end(null)
    await link?.gone
  }

  /** Notes that what is attached now cannot be before a gap was told. */
  attach(subjects: readonly Subject[]): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false)
    if (!this.#isUp) this.#missed = true
    return this.attachments.attach(subjects)
  }

  /** Asks the engine, behind what was published; null if it cannot be told. */
  async ask(ask: (link: Link) => Promise<readonly unknown[]>): Promise<readonly unknown[] | null> {
    const link = this.#open
    if (link === null) return null
    this.publisher.flush()
    try {
      const answer = await ask(link)
      return answer.length > 1 ? answer : null
    } catch (error) {
      // Who lost the link is told by that.
      if (!link.isOver) this.#owner.failed(error)
      return null
    }
  }

  /** Resolves with whether all has been taken in that was published before. */
  barrier(): Promise<boolean> {
    if (!this.#isUp) return Promise.resolve(false)
    return this.#barriers.next((text) => this.publisher.probe(this.#echo, text))
  }

  message(channel: Buffer, frame: Buffer): void {
    const name = channel.toString('latin1')
    const subject = this.attachments.subjectOf(name)
    if (subject !== undefined) {
      if (!this.#reader.read(frame, subject)) this.#owner.failed(new Error(`a frame on ${subject} cannot be read`))
    } else if (name === this.#echo) this.#echoed(frame.toString('latin1'))
    else if (name === this.#parts.names.control) this.#news(frame.toString('latin1'))
  }

  ended(link: Link, why: Error): void {
    if (link !== this.#link || this.#isClosed) return
    const since = this.#watchdog.heardAt
    const wasUp = this.#isUp
    this.#end(why.message)
    if (wasUp) {
      this.#since = since
      this.#missed = true
    }
    this.#tell(why)
    const { clock } = this.#parts
    this.#timer = clock.setTimer(() => this.#attempt(), retryDelay(this.#attempts++, clock))
    this.#owner.down(this, why.message)
  }

  /** Whatever needs a link comes to an end. */
  #end(why: string): void {
    this.#stopTimer()
    this.#link = null
    this.#open = null
    this.#isUp = false
    this.#watchdog.stop()
    this.#barriers.clear()
    this.#stay.stop()
    this.publisher.close(why)
    this.attachments.close()
  }

  #attempt(): void {
    const { connect, clock, names, settings } = this.#parts
    const link = new Link({ connect, clock, prefix: names.prefix, effective: 2 * settings.probe }, this)
    this.#link = link
    this.#expectProgress(link)
    this.#bringUp(link).catch((error) => link.end(error as Error))
  }

  async #bringUp(link: Link): Promise<void> {
    const progress = () => this.#expectProgress(link)
    const run = await link.open()
    progress()
    // Whoever takes a seat from now on is heard of.
    await link.subscribe([this.#parts.names.control, this.#echo])
    const { seats, lost, lostAll } = await this.#stay.join(link, run, !this.presence.isBehind)
    if (this.#link !== link) return
    progress()
    this.#lost ||= lost
    this.#open = link
    this.publisher.open(link)
    this.#stay.start()
    this.presence.seated(this.#stay.seat)
    this.#owner.listed(this, seats, lostAll)
    // Whoever was told may have closed it.
    if (this.#link !== link) return
    await this.attachments.open(link, progress)
    if (this.#link !== link) return
    this.#up(link)
  }

  #up(link: Link): void {
    const { clock } = this.#parts
    const gap = { subjects: this.attachments.subjects, lost: this.#lost, forMs: clock.now() - this.#since }
    const missed = this.#missed || this.#lost
    this.#stopTimer()
    this.#isUp = true
    this.#missed = false
    this.#lost = false
    this.#attempts = 0
    this.#told = ''
    this.#watchdog.start(link)
    this.#owner.up(this, missed ? gap : null)
  }

  async #part(link: Link): Promise<void> {
    const { clock, settings } = this.#parts
    this.publisher.flush()
    // What does not answer is not waited for longer than a probe may be under way.
    const timer = clock.setTimer(() => link.end(null), Math.min(settings.timeout, 2 * settings.probe))
    await this.#stay.part(link).catch(() => {})
    clock.clearTimer(timer)
  }

  #echoed(text: string): void {
    if (!this.#barriers.passed(text)) this.#watchdog.echo(text)
  }

  #unheard(again: boolean): void {
    this.#barriers.clear()
    if (again) this.#watchdog.again()
  }

  #news(text: string): void {
    const seat = text.slice(1)
    const kind = text[0]
    if (kind === SEAT_NEWS.TAKEN) this.#owner.taken(this, seat)
    else if (kind === SEAT_NEWS.RAN_OUT) this.#ranOut(seat)
    else if (kind === SEAT_NEWS.GIVEN_UP) this.#owner.left(nodeOf(seat))
  }

  /** Who comes back too late has to begin anew. */
  #ranOut(seat: Seat): void {
    if (seat === this.#stay.seat) this.#link?.end(new Error('the lease ran out'))
    else this.#owner.ranOut(this, seat)
  }

  /** An attempt ends if nothing happens for too long. */
  #expectProgress(link: Link): void {
    const { clock, settings } = this.#parts
    this.#stopTimer()
    if (link.isOver) return
    const why = () => link.end(new Error(`no answer for ${settings.timeout} ms`))
    this.#timer = clock.setTimer(why, settings.timeout)
  }

  #stopTimer(): void {
    this.#parts.clock.clearTimer(this.#timer)
    this.#timer = null
  }

  /** What goes wrong with each attempt is told once. */
  #tell(why: Error): void {
    if (textOf(why) === this.#told) return
    this.#told = textOf(why)
    this.#owner.failed(why)
  }
}
