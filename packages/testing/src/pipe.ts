import type { Clock, Data, Timer } from '@wse/protocol'
import { byteLength } from './frame.js'

/** What travels one way. `gone` is the sender's end without a word: it passes a reader that does not read. */
export type Parcel =
  | { readonly kind: 'frame'; readonly data: Data; readonly record: Data }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  | { readonly kind: 'ping' | 'pong' | 'gone' }

interface Entry {
  readonly parcel: Parcel
  due: number
  /** Still with the sender: corked, or held up by a reader that paused. */
  unsent: boolean
}

/** Time below which a wait is none: what is left of fractions of a millisecond that were added and subtracted. */
const INSTANT = 1e-6

/** Parcels delivered by microtask before one waits for a turn, so that endless chatter cannot starve the event loop. */
const BREATH = 1_000

/** One direction of an in-memory link: keeps order, takes `delay` ms, can be corked at one end and paused at the other. */
export class Pipe {
  delay: number
  readonly #clock: Clock
  readonly #deliver: (parcel: Parcel) => void
  readonly #drained: () => void
  #queue: Entry[] = []
  #corked: Entry[] | null = null
  #paused = false
  #dead = false
  #waiting = false
  #timer: Timer = null
  #lastDue = 0
  #buffered = 0
  #delivered = 0

  constructor(clock: Clock, delay: number, deliver: (parcel: Parcel) => void, drained: () => void) {
    this.delay = delay
    this.#clock = clock
    this.#deliver = deliver
    this.#drained = drained
  }

  /** Bytes still with the sender. */
  get buffered(): number {
    return this.#buffered
  }

  push(parcel: Parcel): void {
    if (this.#dead) return
    const entry = { parcel, due: 0, unsent: false }
    if (this.#corked === null) return this.#enqueue(entry)
    this.#corked.push(entry)
    this.#hold(entry)
  }

  cork(): void {
    this.#corked ??= []
  }

  uncork(): void {
    const corked = this.#corked ?? []
    this.#corked = null
    for (const entry of corked) if (!this.#paused) this.#letGo(entry)
    for (const entry of corked) this.#enqueue(entry)
  }

  pause(): void {
    this.#paused = true
    for (const entry of this.#queue) this.#hold(entry)
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  /** The sender ends without a handshake: what is still with it is lost, what is on its way arrives. */
  abandon(): void {
    this.#corked = null
    this.#queue = this.#queue.filter((entry) => !entry.unsent)
    this.#buffered = 0
    this.#enqueue({ parcel: { kind: 'gone' }, due: 0, unsent: false })
  }

  /** Everything in it is lost. */
  kill(): void {
    this.#dead = true
    this.#queue = []
    this.#corked = null
    this.#buffered = 0
    this.#clock.clearTimer(this.#timer)
  }

  #enqueue(entry: Entry): void {
    if (this.#dead) return
    entry.due = this.#lastDue = Math.max(this.#lastDue, this.#clock.now() + Math.max(0, this.delay))
    this.#queue.push(entry)
    if (this.#paused || this.#buffered > 0) this.#hold(entry)
    this.#schedule()
  }

  #hold(entry: Entry): void {
    if (entry.unsent) return
    entry.unsent = true
    this.#buffered += sizeOf(entry.parcel)
  }

  #letGo(entry: Entry): void {
    if (!entry.unsent) return
    entry.unsent = false
    const size = sizeOf(entry.parcel)
    this.#buffered -= size
    if (size > 0 && this.#buffered === 0) queueMicrotask(this.#drained)
  }

  #schedule(): void {
    const head = this.#queue[0]
    if (this.#waiting || head === undefined || this.#stopped(head)) return
    this.#waiting = true
    const wait = this.#wait(head)
    if (wait === 0 && ++this.#delivered % BREATH !== 0) queueMicrotask(this.#next)
    else this.#timer = this.#clock.setTimer(this.#next, wait)
  }

  readonly #next = (): void => {
    this.#waiting = false
    const head = this.#queue[0]
    if (head === undefined || this.#stopped(head)) return
    if (this.#wait(head) > 0) return this.#schedule()
    this.#queue.shift()
    this.#letGo(head)
    try {
      this.#deliver(head.parcel)
    } finally {
      this.#schedule()
    }
  }

  #stopped(head: Entry): boolean {
    return this.#paused && head.parcel.kind !== 'gone'
  }

  #wait(head: Entry): number {
    const wait = head.due - this.#clock.now()
    return wait < INSTANT ? 0 : wait
  }
}

function sizeOf(parcel: Parcel): number {
  return parcel.kind === 'frame' ? byteLength(parcel.data) : 0
}
