import type { AbortSignalLike, Payload, Person, WseError } from '@wse/protocol'
import {
  type Members,
  MISSED,
  SKIPPED,
  type Subscribe,
  type Subscribed,
  type TopicEvent,
  type TopicGuard,
  type TopicPosition as WirePosition,
} from '@wse/protocol/internal'
import { Attendance } from './attendance.js'
import { type Handle, over } from './handle.js'
import { Reading } from './reading.js'
import { type Asked, gapAfter, positionAfter } from './recovery.js'
import type { PresenceChange } from './roster.js'
import { Sequence } from './sequence.js'
import type { TopicGap, TopicMeta, TopicPosition } from './topic-events.js'
import { Waiters } from './waiters.js'

/** What a feed needs of those it stands among. */
export interface FeedHost {
  /** It has to be asked for. */
  wanted(): void
  /** What arrived does not fit. */
  failed(thrown: unknown): void
  /** An event came that the contract does not have. */
  ignored(event: string, data: Payload): void
}

/** One subscription on the wire, whoever shares it: what is asked for, where it stands, and who is there. */
export class Feed {
  readonly topic: string
  /** What the contract says of it. */
  readonly guard: TopicGuard | undefined
  /** Who shares it; replaced, never changed, so that who is being told sees a steady list. */
  handles: readonly Handle[] = []
  /** What the others see of this device. */
  state: Payload
  /** What the server took of that last. */
  #taken: Payload
  #said: Payload
  /** Whether it is to be asked for: with whatever else is, or after a pause. */
  wants: 'nothing' | 'now' | 'later' = 'now'
  /** Counts what was asked: an answer to anything but the last has no effect. */
  round = 0
  readonly #host: FeedHost
  readonly #reading: Reading
  readonly #sequence = new Sequence((event, position, replayed) => this.#tell(event, position, replayed))
  /** What the application had been told before. */
  #since: WirePosition | undefined
  #asked: Asked = { since: undefined, cut: false }
  #asking = false
  /** What came before the answer on this link; null once that is there. */
  #early: TopicEvent[] | null = []
  /** Whether there was an answer before. */
  #wasLive = false
  /** Whether the session has ended in which there was. */
  #cut = false
  readonly #attendance: Attendance
  /** Who waits until it is live. */
  readonly #waiters = new Waiters()
  /** Who waits until it is left. */
  readonly #leavers: (() => void)[] = []

  constructor(topic: string, guard: TopicGuard | undefined, host: FeedHost) {
    this.topic = topic
    this.guard = guard
    this.#host = host
    const failed = (thrown: unknown) => host.failed(thrown)
    this.#reading = new Reading(failed)
    this.#attendance = new Attendance(guard, failed)
  }

  /** Takes another who shares it. `isLinked`: whether there is a link, on which it may be live. */
  add(handle: Handle, isLinked: boolean): void {
    this.handles = [...this.handles, handle]
    this.gone()
    if (this.live && isLinked) this.#welcome(handle)
  }

  /** One leaves. */
  remove(handle: Handle): void {
    this.handles = this.handles.filter((other) => other !== handle)
  }

  /** Whether it was answered on the link there is, or was last. */
  get live(): boolean {
    return this.#early === null
  }

  /** Whether it was answered in this session, be it on another link. */
  get wasLive(): boolean {
    return this.#wasLive && !this.#cut
  }

  get people(): Person[] {
    return this.#attendance.people
  }

  /** Where it stands; null without a history. */
  get position(): TopicPosition | null {
    return this.#sequence.position
  }

  /** Whether it can still begin after `since`: nobody who shares it has been told anything, or was promised otherwise. */
  beginsAfter(since: WirePosition): boolean {
    if (this.handles.length === 0) return true
    const { offset, epoch } = this.#since ?? {}
    return !this.#wasLive && offset === since.offset && epoch === since.epoch
  }

  /** Begins anew, after what the application had been told before if there is such a thing, unless others have made it. */
  begin(since?: WirePosition): void {
    if (this.handles.length > 0) return
    // What was asked before is of no interest any more.
    this.round++
    this.wants = 'now'
    this.#asking = false
    this.#since = since
    this.#wasLive = this.#cut = false
    this.#early = []
    this.#sequence.moveTo(null)
  }

  /** There is another link. */
  relinked(resumed: boolean): void {
    // What is counted goes on by itself (PROTOCOL.md, P-84).
    const goesOn = resumed && this.live && this.position === null && !this.#attendance.isTold
    if (goesOn) return this.#goOn()
    if (!resumed && this.#wasLive) this.#cut = true
    this.#early = []
    this.#asking = false
    this.#sequence.forget()
    this.wants = 'now'
  }

  /** What to ask for. Answers to what was asked before have no effect any more. */
  ask(): Subscribe {
    const { topic, state } = this
    const since = this.position ?? this.#since
    this.round++
    this.wants = 'nothing'
    this.#asking = true
    this.#attendance.asked()
    this.#said = state
    this.#asked = { since, cut: this.#cut }
    return { topic, ...(since && { since }), ...(state !== undefined && { state }) }
  }

  /** The server has answered. */
  answered(answer: Subscribed): void {
    const gap = this.#gapBefore(answer)
    const early = this.#early
    const position = positionAfter(this.#asked, answer, early ?? [])
    const again = this.#wasLive && early !== null
    const recovered = answer.recovered ?? (again ? gap === null : null)
    const newcomers = this.handles.filter((handle) => !handle.isReady)
    this.#asking = this.#cut = false
    this.#wasLive = true
    this.#taken = this.#said
    this.#since = undefined
    this.#early = null
    for (const handle of this.handles) handle.answered({ position, recovered, gap, again })
    // A position that was reached meanwhile is not gone back from.
    if (early !== null || gap !== null) this.#sequence.moveTo(position)
    for (const event of early ?? []) this.#sequence.take(event, true)
    if (this.#sequence.broken) this.wants = 'later'
    this.#tellChanges(this.#attendance.answered(answer.presence === true), newcomers)
    for (const handle of newcomers) handle.present(this.#attendance.arrivals)
    this.#waiters.wake()
  }

  /** The server has taken a state, or never will: what it took before is said from now on. */
  stated(state: Payload, isTaken: boolean): void {
    if (isTaken) this.#taken = state
    else if (Object.is(this.state, state)) this.state = this.#taken
  }

  /** It was not answered. */
  unanswered(): void {
    this.#asking = false
    this.wants = 'later'
  }

  /** Takes an event. */
  event(event: TopicEvent): void {
    if (this.handles.length === 0) return
    if (event.event === MISSED) return this.#missed()
    if (this.#early !== null && this.#hasToWait(event)) {
      this.#early.push(event)
      return
    }
    this.#sequence.take(event, this.#asking && event.offset !== undefined)
    if (!this.#sequence.broken || this.#asking || this.wants !== 'nothing') return
    this.wants = 'now'
    this.#host.wanted()
  }

  /** Takes what is said of who is there. */
  members(members: Members): void {
    if (this.live || this.#asking) this.#tellChanges(this.#attendance.take(members, this.#asking))
  }

  /** Resolves once it is live on a link; rejects if it is left before. `isLinked`: whether there is one. */
  async whenLive(isLinked: boolean, signal: AbortSignalLike | undefined): Promise<void> {
    if (this.handles.length === 0) throw over(null)
    if (!this.live || !isLinked) await this.#waiters.wait(this.topic, signal)
  }

  /** Resolves once nothing more comes of it. */
  whenGone(): Promise<void> {
    return new Promise((resolve) => this.#leavers.push(resolve))
  }

  /** It was left, or is wanted again. */
  gone(): void {
    for (const resolve of this.#leavers.splice(0)) resolve()
  }

  /** Runs something once what has come was told. */
  onceTold(run: () => void): void {
    this.#reading.after(run)
  }

  /** The last who shared it has left: what they still wait for does not come. */
  abandon(error: WseError): void {
    this.#waiters.fail(error)
  }

  /** It is over: nobody shares it any more, and who waits for it need not. */
  close(error: WseError): void {
    this.handles = []
    this.gone()
    this.#waiters.fail(error)
  }

  /** What is counted comes once: in a session that goes on it is told as it comes. */
  #hasToWait({ offset }: TopicEvent): boolean {
    return offset !== undefined || this.#cut || !this.#wasLive
  }

  /** What is missing, though it went on while it was asked. */
  #gapBefore(answer: Subscribed): TopicGap | null {
    const { position, live } = this
    if (!live || position === null) return gapAfter(this.#asked, answer)
    if (position.epoch === answer.epoch && position.offset >= (answer.offset ?? 0)) return null
    return gapAfter({ ...this.#asked, since: position }, answer)
  }

  /** Nothing is missing on another link, and nothing is asked for. */
  #goOn(): void {
    for (const handle of this.handles) if (!handle.isReady) this.#welcome(handle)
    this.#waiters.wake()
  }

  /** One comes to what is live already. */
  #welcome(handle: Handle): void {
    const { position } = this
    handle.answered({ position, recovered: null, gap: null, again: false })
    if (this.#attendance.isTold) handle.present(this.#attendance.arrivals)
  }

  #tell({ event, data, offset }: TopicEvent, position: TopicPosition | null, isReplayed: boolean): void {
    if (event === SKIPPED) return this.#skip(position)
    const meta = { event, offset, replayed: isReplayed && offset !== undefined }
    if (this.guard === undefined) return this.#give(data, meta, position)
    const passage = this.guard.event(event)
    if (passage === undefined) return this.#host.ignored(event, data)
    this.#reading.take(passage, data, (read) => this.#give(read, meta, position))
  }

  /** The server has missed something itself: what it has of a history is asked for, all else is gone. */
  #missed(): void {
    if (this.position === null && this.wasLive) {
      for (const handle of this.handles) if (handle.isReady) handle.missed({ reason: 'missed' })
    } else {
      // What was asked before, and what came of it so far, is of what the server had before.
      this.#early = this.#early?.filter(({ offset }) => offset === undefined) ?? null
      this.wants = 'now'
      this.#host.wanted()
    }
  }

  /** One that is not for this device. */
  #skip(position: TopicPosition | null): void {
    for (const handle of this.handles) handle.skip(position)
  }

  #give(data: Payload, meta: TopicMeta, position: TopicPosition | null): void {
    // One that came while there was no link begins with the answer.
    for (const handle of this.handles) if (handle.isReady) handle.event(data, meta, position)
  }

  #tellChanges(changes: readonly PresenceChange[], except: readonly Handle[] = []): void {
    if (changes.length === 0) return
    for (const handle of this.handles) if (handle.isReady && !except.includes(handle)) handle.present(changes)
  }
}
