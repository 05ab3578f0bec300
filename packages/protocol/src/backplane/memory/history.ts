import type { Data } from '../../transport/transport.js'
import type { HistoryBounds, HistoryItem, HistoryRead, Position } from '../history.js'
import { copied } from './body.js'

/** One message that is kept. */
interface Kept {
  readonly body: Data
  readonly key: string | undefined
  /** When it was published, on the clock. */
  readonly at: number
  /** When it is too old, on the clock. */
  readonly until: number
}

/** Characters and bytes that all histories hold. */
export interface Tally {
  bytes: number
}

/** Forgotten places at the front of the list before it is moved up. */
const SLACK = 64

/** What was published last to one subject. Of several bounds those that were given last hold. */
export class History {
  /** Names it. */
  readonly epoch: string
  readonly #tally: Tally
  /** Offsets by key; made for the first one. */
  #keys: Map<string, number> | null = null
  #kept: (Kept | undefined)[] = []
  /** Where the oldest is in the list. */
  #head = 0
  #top = 0
  #bytes = 0

  constructor(epoch: string, tally: Tally) {
    this.epoch = epoch
    this.#tally = tally
  }

  /** Messages kept. */
  get length(): number {
    return this.#kept.length - this.#head
  }

  /** Characters and bytes kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** When the oldest is too old, on the clock. */
  get due(): number {
    return this.#kept[this.#head]?.until ?? Number.POSITIVE_INFINITY
  }

  /** Where it stands. */
  get position(): Position {
    return { epoch: this.epoch, offset: this.#top }
  }

  /** Where something stands that was published under this key; undefined if it is not kept. */
  positionOf(key: string): Position | undefined {
    const offset = this.#keys?.get(key)
    return offset === undefined ? undefined : { epoch: this.epoch, offset }
  }

  /** Keeps a message, and says where it stands. */
  add(body: Data, bounds: HistoryBounds, key: string | undefined, now: number): Position {
    this.#kept.push({ body, key, at: now, until: now + bounds.ttl })
    this.#top++
    if (key !== undefined) this.#note(key)
    this.#weigh(body.length)
    while (this.length > 1 && (this.length > bounds.size || this.#bytes > bounds.bytes)) this.#forgetOldest()
    return this.position
  }

  /** What there is behind a position, or all. */
  since(since: Position | null, now: number): HistoryRead {
    const top = this.position
    const first = this.#top - this.length + 1
    if (since === null) return { items: this.#from(first, now), top, complete: true }
    const reaches = since.epoch === this.epoch && since.offset >= first - 1 && since.offset <= this.#top
    return { items: reaches ? this.#from(since.offset + 1, now) : [], top, complete: reaches }
  }

  /** Forgets what is too old. */
  expire(now: number): void {
    while (this.due <= now) this.#forgetOldest()
  }

  /** Forgets all that is kept, but not where it stands. */
  empty(): void {
    while (this.length > 0) this.#forgetOldest()
  }

  #note(key: string): void {
    this.#keys ??= new Map()
    this.#keys.set(key, this.#top)
  }

  #from(first: number, now: number): HistoryItem[] {
    const items: HistoryItem[] = []
    const shift = this.#kept.length - this.#top - 1
    for (let offset = first; offset <= this.#top; offset++) {
      const { body, at } = this.#kept[offset + shift] as Kept
      items.push({ offset, body: copied(body), age: now - at })
    }
    return items
  }

  #forgetOldest(): void {
    const { body, key } = this.#kept[this.#head] as Kept
    if (key !== undefined) this.#keys?.delete(key)
    this.#weigh(-body.length)
    this.#kept[this.#head] = undefined
    this.#head++
    if (this.#head < SLACK && this.#head < this.#kept.length) return
    this.#kept.splice(0, this.#head)
    this.#head = 0
  }

  #weigh(bytes: number): void {
    this.#bytes += bytes
    this.#tally.bytes += bytes
  }
}
