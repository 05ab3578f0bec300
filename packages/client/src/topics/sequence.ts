import type { TopicEvent } from '@wse/protocol/internal'
import type { TopicPosition } from './topic-events.js'

/** Who is told of events, in order. */
export type Tell = (event: TopicEvent, position: TopicPosition | null, replayed: boolean) => void

interface Early {
  readonly event: TopicEvent
  readonly replayed: boolean
}

/** Most events that are kept behind one that is missing. More are asked for again. */
export const MOST_AHEAD = 10_000

/** The events of a topic in the order of its history: none twice, and none before one that is missing. */
export class Sequence {
  /** Of the last that was told; null without a history. */
  position: TopicPosition | null = null
  readonly #tell: Tell
  /** What follows something that is missing. */
  readonly #ahead = new Map<number, Early>()

  constructor(tell: Tell) {
    this.#tell = tell
  }

  /** Whether something is missing before what it has. */
  get broken(): boolean {
    return this.#ahead.size > 0
  }

  /** Takes one that arrived. */
  take(event: TopicEvent, replayed: boolean): void {
    const { offset } = event
    const { position } = this
    if (offset === undefined || position === null) return this.#tell(event, position, replayed)
    if (offset <= position.offset) return
    if (offset === position.offset + 1) this.#next(event, position.epoch, replayed)
    else if (this.#ahead.size < MOST_AHEAD) this.#ahead.set(offset, { event, replayed })
  }

  /** Goes on behind another position. */
  moveTo(position: TopicPosition | null): void {
    const isSameHistory = position?.epoch === this.position?.epoch
    this.position = position
    if (position === null || !isSameHistory) return this.#ahead.clear()
    for (const offset of [...this.#ahead.keys()]) if (offset <= position.offset) this.#ahead.delete(offset)
    this.#follow(position.epoch)
  }

  /** Forgets what is not told yet: it will be asked for. */
  forget(): void {
    this.#ahead.clear()
  }

  #next(event: TopicEvent, epoch: string, replayed: boolean): void {
    this.#advance(event, epoch, replayed)
    if (this.#ahead.size > 0) this.#follow(epoch)
  }

  /** Tells what misses nothing any more. */
  #follow(epoch: string): void {
    for (let early = this.#pull(); early !== undefined; early = this.#pull()) {
      this.#advance(early.event, epoch, early.replayed)
    }
  }

  #pull(): Early | undefined {
    const offset = (this.position?.offset ?? 0) + 1
    const early = this.#ahead.get(offset)
    if (early !== undefined) this.#ahead.delete(offset)
    return early
  }

  #advance(event: TopicEvent, epoch: string, replayed: boolean): void {
    this.position = { offset: event.offset as number, epoch }
    this.#tell(event, this.position, replayed)
  }
}
