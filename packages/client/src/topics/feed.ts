import type { AbortSignalLike, Payload, Person, WseError } from '@wse/protocol'
import {
  cancelled,
  type Members,
  onAbort,
  type Present,
  SKIPPED,
  type Subscribe,
  type Subscribed,
  type TopicEvent,
  type TopicGuard,
  type TopicPosition as WirePosition,
} from '@wse/protocol/internal'
import type { Handle } from './handle.js'
import { Reading } from './reading.js'
import { type Asked, gapAfter, positionAfter } from './recovery.js'
import { type PresenceChange, Roster } from './roster.js'
import { Sequence } from './sequence.js'
import type { TopicMeta, TopicPosition } from './topic-events.js'

/** What a feed needs of those it stands among. */
export interface FeedHost {
  /** It has to be asked for. */
  wanted(): void
  /** What arrived does not fit. */
  failed(thrown: unknown): void
  /** An event came that the contract does not have. */
  ignored(event: string, data: Payload): void
}

interface Waiter {
  resolve(): void
  reject(error: WseError): void
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
  #hasPresence = false
  #roster = new Roster()
  /** The list of who is there that is being told anew. */
  #next: Roster | null = null
  readonly #waiters = new Set<Waiter>()
  /** Who waits until it is left. */
  readonly #leavers: (() => void)[] = []

  constructor(topic: string, guard: TopicGuard | undefined, host: FeedHost) {
    this.topic = topic
    this.guard = guard
    this.#host = host
    this.#reading = new Reading((thrown) => host.failed(thrown))
  }

  /** Takes another who shares it. */
  add(handle: Handle): void {
    this.handles = [...this.handles, handle]
    this.gone()
    if (!this.live) return
    const { position } = this
    handle.answered({ position, recovered: null, gap: null, again: false })
    if (this.#hasPresence) handle.present(this.everybody)
  }

  /** One leaves. */
  remove(handle: Handle): void {
    this.handles = this.handles.filter((other) => other !== handle)
  }

  /** Whether it was answered on the link there is, or was last. */
  get live(): boolean {
    return this.#early === null
  }

  get people(): Person[] {
    return this.#roster.people
  }

  /** All of them, for who knows none yet. */
  get everybody(): PresenceChange[] {
    return this.people.map((person) => ['join', person])
  }

  /** Where it stands; null without a history. */
  get position(): TopicPosition | null {
    return this.#sequence.position
  }

  /** Whether it can still begin after `since`: nobody who shares it has been told anything, or was promised otherwise. */
  beginsAfter(since: WirePosition): boolean {
    if (this.handles.length === 0) return true
    // Once it was asked for, the same would begin anew for all.
    const { offset, epoch } = this.#since ?? {}
    return !this.#wasLive && offset === since.offset && epoch === since.epoch
  }

  /** Begins anew after what the application had been told before. */
  begin(since: WirePosition): void {
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
    const goesOn = resumed && this.live && this.position === null && !this.#hasPresence
    if (goesOn) return this.#wake()
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
    this.#next = null
    this.#asked = { since, cut: this.#cut }
    return { topic, ...(since && { since }), ...(state !== undefined && { state }) }
  }

  /** The server has answered. */
  answered(answer: Subscribed): void {
    const gap = gapAfter(this.#asked, answer)
    const early = this.#early
    const position = positionAfter(this.#asked, answer, early ?? [])
    const again = this.#wasLive && early !== null
    const recovered = answer.recovered ?? (again ? gap === null : null)
    const newcomers = this.handles.filter((handle) => !handle.isReady)
    this.#asking = this.#cut = false
    this.#wasLive = true
    this.#since = undefined
    this.#early = null
    for (const handle of this.handles) handle.answered({ position, recovered, gap, again })
    // A position that was reached meanwhile is not gone back from.
    if (early !== null || gap !== null) this.#sequence.moveTo(position)
    for (const event of early ?? []) this.#sequence.take(event, true)
    if (this.#sequence.broken) this.wants = 'later'
    this.#answeredPresence(answer.presence === true, newcomers)
    this.#wake()
  }

  /** It was not answered. */
  unanswered(): void {
    this.#asking = false
    this.wants = 'later'
  }

  /** Takes an event. */
  event(event: TopicEvent): void {
    if (this.handles.length === 0) return
    if (this.#early !== null) {
      this.#early.push(event)
      return
    }
    this.#sequence.take(event, this.#asking && event.offset !== undefined)
    if (!this.#sequence.broken || this.#asking || this.wants !== 'nothing') return
    this.wants = 'now'
    this.#host.wanted()
  }

  /** Whether it has been asked for and not answered yet. */
  get isAsking(): boolean {
    return this.#asking
  }

  /** Takes what is said of who is there. */
  members({ whole, here = [], gone = [] }: Members): void {
    const read = here.map((device) => this.#readState(device))
    if (whole && this.#asking) this.#next = new Roster()
    if (this.#next !== null) this.#next.apply(read, gone)
    else if (this.live) this.#changed(this.#roster.apply(read, gone))
  }

  /** Resolves once it is live on a link. `isLinked`: whether there is one. */
  async whenLive(isLinked: boolean, signal: AbortSignalLike | undefined): Promise<void> {
    if (this.live && isLinked) return
    let release = () => {}
    try {
      await new Promise<void>((resolve, reject) => {
        if (signal?.aborted) throw cancelled(this.topic, signal, 'not-sent')
        const waiter = { resolve, reject }
        this.#waiters.add(waiter)
        const off = signal && onAbort(signal, () => reject(cancelled(this.topic, signal, 'not-sent')))
        release = () => {
          off?.()
          this.#waiters.delete(waiter)
        }
      })
    } finally {
      release()
    }
  }

  /** Resolves once nothing more comes of it. */
  whenGone(): Promise<void> {
    return new Promise((resolve) => this.#leavers.push(resolve))
  }

  /** It was left, or is wanted again. */
  gone(): void {
    for (const resolve of this.#leavers.splice(0)) resolve()
  }

  /** It is over: nobody shares it any more, and who waits for it need not. */
  close(error: WseError): void {
    this.handles = []
    this.gone()
    for (const { reject } of [...this.#waiters]) reject(error)
  }

  #wake(): void {
    for (const { resolve } of [...this.#waiters]) resolve()
  }

  #tell({ event, data, offset }: TopicEvent, position: TopicPosition | null, isReplayed: boolean): void {
    if (event === SKIPPED) return this.#skip(position)
    const meta = { event, offset, replayed: isReplayed && offset !== undefined }
    if (this.guard === undefined) return this.#give(data, meta, position)
    const passage = this.guard.event(event)
    if (passage === undefined) return this.#host.ignored(event, data)
    this.#reading.take(passage, data, (read) => this.#give(read, meta, position))
  }

  /** One that is not for this device. */
  #skip(position: TopicPosition | null): void {
    for (const handle of this.handles) handle.skip(position)
  }

  #give(data: Payload, meta: TopicMeta, position: TopicPosition | null): void {
    for (const handle of this.handles) handle.event(data, meta, position)
  }

  #answeredPresence(hasPresence: boolean, newcomers: readonly Handle[]): void {
    this.#hasPresence = hasPresence
    const next = this.#next ?? (hasPresence ? this.#roster : new Roster())
    const changes = this.#roster.changesTo(next)
    this.#roster = next
    this.#next = null
    this.#changed(changes, newcomers)
    for (const handle of newcomers) handle.present(this.everybody)
  }

  #changed(changes: readonly PresenceChange[], except: readonly Handle[] = []): void {
    if (changes.length === 0) return
    for (const handle of this.handles) if (!except.includes(handle)) handle.present(changes)
  }

  #readState(device: Present): Present {
    if (this.guard === undefined) return device
    try {
      return { ...device, state: this.guard.presence.readNow(device.state) }
    } catch (thrown) {
      // Who has said nothing of itself is at no fault.
      if (device.state !== undefined) this.#host.failed(thrown)
      return { ...device, state: undefined }
    }
  }
}
