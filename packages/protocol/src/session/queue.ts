import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import type { Stamp } from '../frames/envelope.js'
import { isHeldBack, type SendOptions } from '../link/send-options.js'
import type { Data } from '../transport/transport.js'
import { Backlog } from './backlog.js'
import type { Ledger } from './ledger.js'
import { isAnswer, Outbox, type Waiting } from './outbox.js'
import type { SessionSetup } from './owner.js'
import type { Bounds } from './ring.js'

/**
 * What became of a frame that cannot go now. `exhausted`: there is no room for what must not be lost, so that the session
 * is; it is here all the same, to be told. `unheld`: there is no room to hold it back, it is to go as any other.
 */
export type Became = 'queued' | 'dropped' | 'exhausted' | 'unheld'

/** What a session has accepted and given to no link: what waits for one, and what is held back from a slow reader. */
export class Queue {
  readonly #setup: SessionSetup
  readonly #outbox = new Outbox()
  readonly #backlog = new Backlog()

  constructor(setup: SessionSetup) {
    this.#setup = setup
  }

  get size(): number {
    return this.#outbox.size + this.#backlog.size
  }

  /** Messages held back. */
  get held(): number {
    return this.#backlog.size
  }

  /** Characters or bytes in all. */
  get bytes(): number {
    return this.#outbox.bytes + this.#backlog.bytes
  }

  /** Takes a frame. `ledger`: what is kept beside it while there is no link; null with one. @throws {WseError} `QUEUE_FULL` */
  take(waiting: Waiting, options: SendOptions | undefined, ledger: Ledger | null): Became {
    const became = isHeldBack(options) ? this.#hold(waiting, options, ledger) : 'unheld'
    return became === 'unheld' && ledger !== null ? this.#wait(waiting, ledger) : became
  }

  /** Takes the oldest out that waits for a link. */
  shift(): Waiting | undefined {
    return this.#outbox.shift()
  }

  /** Takes the oldest out that is held back. */
  shiftHeld(): Waiting | undefined {
    return this.#backlog.shift()
  }

  /** Nothing is held back any more: it waits behind everything else. */
  joinHeld(): void {
    for (const waiting of this.#backlog.empty()) this.#outbox.push(waiting)
  }

  /** Takes a call back; `false` if it is not here. */
  recall(stamp: Stamp): boolean {
    return this.#outbox.recall(stamp)
  }

  /** Takes everything out, in the order in which it would have left. */
  empty(): Waiting[] {
    return [...this.#outbox.empty(), ...this.#backlog.empty()]
  }

  /** Puts frames before everything else. */
  carry(waiting: readonly Waiting[]): void {
    for (const frame of [...waiting, ...this.#outbox.empty()]) this.#outbox.push(frame)
  }

  #hold(waiting: Waiting, { latest, queue }: SendOptions, ledger: Ledger | null): Became {
    const room = this.#room(ledger)
    if (queue === undefined) return this.#backlog.replace(waiting, latest as string, room) ? 'queued' : 'unheld'
    if (this.#backlog.push(waiting, queue, room)) return 'queued'
    if (queue.overflow !== 'close') return 'dropped'
    if (this.#setup.refuseBeyond !== null) throw queueFull(queue)
    return this.#exhaust(waiting)
  }

  #wait(waiting: Waiting, ledger: Ledger): Became {
    const { refuseBeyond, bounds } = this.#setup
    if (refuseBeyond !== null && !isAnswer(waiting.type) && !this.#fits(waiting.data, refuseBeyond, ledger)) {
      throw queueFull(bounds)
    }
    if (!this.#fits(waiting.data, bounds, ledger)) return this.#exhaust(waiting)
    this.#outbox.push(waiting)
    return 'queued'
  }

  #exhaust(waiting: Waiting): Became {
    // With what there is no room for among what is told as not sent: a call in it must not pass for delivered.
    this.#outbox.push(waiting)
    return 'exhausted'
  }

  #fits(data: Data, bounds: Bounds, { kept, bytes }: Ledger): boolean {
    return kept + this.size < bounds.frames && bytes + this.bytes + data.length <= bounds.bytes
  }

  /** What may be held back. */
  #room(ledger: Ledger | null): Bounds {
    const { bytes, frames } = this.#setup.refuseBeyond ?? this.#setup.bounds
    if (ledger === null) return { bytes, frames }
    return { bytes: bytes - ledger.bytes - this.#outbox.bytes, frames: frames - ledger.kept - this.#outbox.size }
  }
}

function queueFull({ bytes, frames }: { readonly bytes?: number | undefined; readonly frames?: number | undefined }) {
  return new WseError(WSE_ERROR.QUEUE_FULL, { certainty: 'not-sent', bytes, frames })
}
