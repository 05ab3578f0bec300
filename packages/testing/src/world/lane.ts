import type { Clock, Timer } from '@wse/protocol'
import { joinable } from './batch.js'
import { type Cargo, sizeOf, type Way } from './cargo.js'
import type { Transcript } from './transcript.js'

/** What a lane leads to. */
export interface Destination {
  /** Whether it takes this now; whoever changes that calls `wake` of the lane. */
  takes(cargo: Cargo): boolean
  arrive(cargo: Cargo): void
}

/** Bandwidth: `bytes` each `every` ms. */
export interface Slice {
  /** Bytes of one slice. */
  readonly bytes: number
  /** Time a slice takes, in ms. */
  readonly every: number
}

/** What a lane is made with. */
export interface LaneSetup {
  readonly clock: Clock
  readonly transcript: Transcript
  readonly link: number
  readonly way: Way
  /** For jitter. */
  readonly chance: () => number
}

interface Parcel {
  readonly number: number
  cargo: Cargo
  /** When the sender is rid of the last of it. */
  sent: number
  due: number
}

/** Time below which a wait is none: what is left of fractions of a millisecond that were added and subtracted. */
const INSTANT = 1e-6

/** Parcels delivered by microtask before one waits for a turn, so that endless chatter cannot starve the event loop. */
const BREATH = 1_000

/** One direction of a link: keeps order, and knows every way in which a network is slow, silent or lossy. */
export class Lane {
  latency = 0
  jitter = 0
  slice: Slice | null = null
  to: Destination | null = null
  /** There is room again. */
  drained: () => void = () => {}
  readonly #setup: LaneSetup
  #queue: Parcel[] = []
  #corked: Parcel[] | null = null
  #held = false
  #stalled = false
  #lost = false
  #paused = false
  #congested = false
  #scheduled = false
  #timer: Timer = null
  #lastDue = 0
  #wireFree = 0
  #count = 0
  #delivered = 0

  constructor(setup: LaneSetup) {
    this.#setup = setup
  }

  /** Parcels that wait to arrive. */
  get waiting(): number {
    return this.#queue.length
  }

  get stalled(): boolean {
    return this.#stalled
  }

  get held(): boolean {
    return this.#held
  }

  /** Bytes still with the sender. */
  get buffered(): number {
    const now = this.#setup.clock.now()
    let bytes = 0
    if (this.#corked !== null) for (const { cargo } of this.#corked) bytes += sizeOf(cargo)
    if (!this.#paused && this.#wireFree <= now) return bytes
    for (let at = this.#queue.length - 1; at >= 0; at--) {
      const parcel = this.#queue[at] as Parcel
      if (!this.#paused && parcel.sent <= now) break
      bytes += sizeOf(parcel.cargo)
    }
    return bytes
  }

  push(cargo: Cargo): void {
    const parcel = { number: ++this.#count, cargo, sent: 0, due: 0 }
    this.#note(String(parcel.number), cargo)
    if (this.#corked === null) return this.#send(parcel)
    this.#corked.push(parcel)
    this.#congested = true
  }

  cork(): void {
    this.#corked ??= []
  }

  uncork(): void {
    const corked = this.#corked ?? []
    this.#corked = null
    for (const parcel of corked) this.#send(parcel)
    this.#relax()
  }

  /** The reader does not read: what is under way stays with the sender. */
  pause(): void {
    this.#paused = true
    if (this.buffered > 0) this.#congested = true
  }

  resume(): void {
    this.#paused = false
    this.#relax()
    this.wake()
  }

  stall(): void {
    this.#stalled = true
  }

  heal(): void {
    this.#stalled = false
    this.wake()
  }

  /** What is in it and whatever follows is lost, and the sender does not learn it. */
  lose(): void {
    this.#lost = true
    this.#keep(() => false)
    this.#relax()
  }

  /** Nothing arrives by itself. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.wake()
  }

  /** Hands over the next `count`, at once; how many it were. */
  deliver(count: number): number {
    let handed = 0
    while (handed < count && this.#mayGo()) {
      handed++
      this.#hand()
    }
    return handed
  }

  /** Joins the next `count` frames into a batch; how many it were. */
  join(count: number): number {
    const front = this.#queue.slice(0, count)
    const texts = joinable(
      front.map(({ cargo }) => cargo),
      count,
    )
    const [first, last] = [front[0], front[texts.length - 1]]
    if (first === undefined || last === undefined) return 0
    first.cargo = { kind: 'frame', data: `[${texts.join(',')}]` }
    this.#queue.splice(1, texts.length - 1)
    this.#note(`${first.number} to ${last.number} are joined in ${first.number}`)
    return texts.length
  }

  /** The sender ends without a handshake: what is still with it is lost, what is on its way arrives. */
  abandon(): void {
    this.#corked = null
    if (this.#lost) return
    const now = this.#setup.clock.now()
    this.#keep(({ sent }) => !this.#paused && sent <= now)
    this.#wireFree = Math.min(this.#wireFree, now)
    this.#lastDue = Math.min(this.#lastDue, this.#queue.at(-1)?.due ?? now)
    this.#congested = false
    this.push({ kind: 'gone' })
  }

  /** Looks again whether something may go. */
  wake(): void {
    const head = this.#queue[0]
    if (this.#scheduled || this.#held || head === undefined || !this.#mayGo()) return
    this.#scheduled = true
    const wait = this.#wait(head)
    if (wait === 0 && ++this.#delivered % BREATH !== 0) queueMicrotask(this.#next)
    else this.#timer = this.#setup.clock.setTimer(this.#next, wait)
  }

  readonly #next = (): void => {
    this.#scheduled = false
    const head = this.#queue[0]
    if (this.#held || head === undefined || !this.#mayGo()) return
    if (this.#wait(head) > 0) return this.wake()
    try {
      this.#hand()
    } finally {
      this.wake()
    }
  }

  #send(parcel: Parcel): void {
    if (this.#lost) return this.#note(`${parcel.number} is lost`)
    const now = this.#setup.clock.now()
    parcel.sent = now
    if (this.slice !== null) {
      const slices = Math.ceil(Math.max(1, sizeOf(parcel.cargo)) / this.slice.bytes)
      parcel.sent = this.#wireFree = Math.max(now, this.#wireFree) + slices * this.slice.every
    }
    parcel.due = this.#lastDue = Math.max(this.#lastDue, parcel.sent + this.#delay())
    this.#queue.push(parcel)
    if (this.#paused || parcel.sent > now) this.#congested = true
    this.wake()
  }

  /** To the microsecond, for transcripts that can be read. */
  #delay(): number {
    if (this.jitter === 0) return this.latency
    return this.latency + Math.round(this.#setup.chance() * this.jitter * 1_000) / 1_000
  }

  #mayGo(): boolean {
    const head = this.#queue[0]
    return head !== undefined && !this.#stalled && this.to?.takes(head.cargo) === true
  }

  #hand(): void {
    const parcel = this.#queue.shift() as Parcel
    this.#note(`${parcel.number} arrives`)
    this.#relax()
    this.to?.arrive(parcel.cargo)
  }

  #relax(): void {
    if (!this.#congested || this.buffered > 0) return
    this.#congested = false
    queueMicrotask(this.drained)
  }

  #keep(isKept: (parcel: Parcel) => boolean): void {
    for (const parcel of this.#queue) if (!isKept(parcel)) this.#note(`${parcel.number} is lost`)
    this.#queue = this.#queue.filter(isKept)
    // It may have been armed for one of those that are lost.
    this.#setup.clock.clearTimer(this.#timer)
    this.#scheduled = false
    this.wake()
  }

  #wait(head: Parcel): number {
    const wait = head.due - this.#setup.clock.now()
    return wait < INSTANT ? 0 : wait
  }

  #note(text: string, cargo: Cargo | null = null): void {
    const { transcript, link, way } = this.#setup
    transcript.note(link, way, text, cargo)
  }
}
