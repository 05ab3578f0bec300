import type { TopicPosition } from '@wse/protocol/internal'
import type { Excepted } from '../people/excepted.js'
import type { Message } from '../people/shared-message.js'

/** One event that is kept. */
export interface KeptEvent {
  readonly offset: number
  readonly message: Message
  readonly key: string | undefined
  /** Who is not to have it. */
  readonly excepted: Excepted | null
  /** When it is too old, on the clock. */
  readonly until: number
}

/** An event that is to be kept. */
export type NewEvent = Pick<KeptEvent, 'message' | 'key' | 'excepted'>

/** What follows a position, or that it cannot be told. */
export interface Recovered {
  /** Whether nothing is missing. */
  readonly recovered: boolean
  readonly events: readonly KeptEvent[]
}

/** How much is kept, and for how long. */
export interface HistoryBounds {
  /** Events. */
  readonly size: number
  /** Milliseconds. */
  readonly ttl: number
  /** Characters and bytes, as encoded. */
  readonly bytes: number
}

/** The last events of a topic, each under an offset one above that before it. */
export class History {
  /** Names this history: offsets of another mean nothing in it. */
  readonly epoch: string
  /** Offset of the newest event; 0 before there was one. */
  top = 0
  readonly #size: number
  readonly #ttl: number
  readonly #most: number
  /** What all histories hold. */
  readonly #tally: { bytes: number }
  /** By `offset % size`, so that the newest takes the place of the oldest. */
  readonly #events: (KeptEvent | undefined)[] = []
  readonly #keys = new Map<string, number>()
  /** Offset of the oldest that is kept. */
  #first = 1
  #bytes = 0

  constructor(epoch: string, bounds: HistoryBounds, tally: { bytes: number } = { bytes: 0 }) {
    this.epoch = epoch
    this.#size = bounds.size
    this.#ttl = bounds.ttl
    this.#most = bounds.bytes
    this.#tally = tally
  }

  /** Events kept. */
  get length(): number {
    return this.top - this.#first + 1
  }

  /** Characters and bytes kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** Where it stands. */
  get position(): { readonly epoch: string; readonly offset: number } {
    return { epoch: this.epoch, offset: this.top }
  }

  /** The offset of what was published under this key; undefined if that is not kept. */
  offsetOf(key: string | undefined): number | undefined {
    return key === undefined ? undefined : this.#keys.get(key)
  }

  /** It goes on behind this offset, and keeps nothing yet. */
  startAfter(offset: number): void {
    this.clear()
    this.top = offset
    this.#first = offset + 1
  }

  /** Keeps an event, under the offset after `top`. `at`: when it was published, on the clock. */
  add({ message, key, excepted }: NewEvent, at: number): void {
    if (this.length === this.#size) this.#forgetOldest()
    const offset = ++this.top
    this.#events[offset % this.#size] = { offset, message, key, excepted, until: at + this.#ttl }
    if (key !== undefined) this.#keys.set(key, offset)
    this.#weigh(message.size)
    while (this.#bytes > this.#most && this.length > 0) this.#forgetOldest()
  }

  /** Forgets all that is kept. */
  clear(): void {
    while (this.length > 0) this.#forgetOldest()
  }

  /** Forgets what is too old. */
  expire(now: number): void {
    while (this.length > 0 && this.#at(this.#first).until <= now) this.#forgetOldest()
  }

  /** What follows a position; without an epoch all that is kept of what follows its offset. */
  since({ offset, epoch }: TopicPosition): Recovered {
    const reaches = offset >= this.#first - 1 && offset <= this.top
    if (epoch === undefined) return { recovered: reaches, events: this.#from(Math.max(offset + 1, this.#first)) }
    const recovered = epoch === this.epoch && reaches
    return { recovered, events: recovered ? this.#from(offset + 1) : [] }
  }

  #weigh(bytes: number): void {
    this.#bytes += bytes
    this.#tally.bytes += bytes
  }

  #from(offset: number): KeptEvent[] {
    const events: KeptEvent[] = []
    for (let at = offset; at <= this.top; at++) events.push(this.#at(at))
    return events
  }

  #at(offset: number): KeptEvent {
    return this.#events[offset % this.#size] as KeptEvent
  }

  #forgetOldest(): void {
    const { key, offset, message } = this.#at(this.#first)
    this.#weigh(-message.size)
    if (key !== undefined && this.#keys.get(key) === offset) this.#keys.delete(key)
    this.#events[offset % this.#size] = undefined
    this.#first++
  }
}
