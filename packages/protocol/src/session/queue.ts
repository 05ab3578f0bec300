import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import type { Stamp } from '../frames/envelope.js'
import { isHeldBack, type QueuePolicy, type SendOptions } from '../link/send-options.js'
import { Backlog } from './backlog.js'
import type { Ledger } from './ledger.js'
import { isAnswer, Outbox, type Waiting } from './outbox.js'
import type { SessionSetup } from './owner.js'
import type { Bounds } from './ring.js'

/** What a session has accepted and given to no link: what waits for one, and what is held back from a slow reader. */
export class Queue {
  readonly #setup: SessionSetup
  readonly #outbox = new Outbox()
  readonly #backlog: Backlog

  constructor(setup: SessionSetup) {
    this.#setup = setup
    this.#backlog = new Backlog(setup.refuseBeyond ?? setup.bounds)
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

  /**
   * Holds a message back as its policy says. `unheld`: it is to go as any other. `exhausted`: it was the one too many, and
   * is here to be told. @throws {WseError} `QUEUE_FULL`
   */
  hold(waiting: Waiting, options: SendOptions | undefined): 'queued' | 'dropped' | 'unheld' | 'exhausted' {
    if (!isHeldBack(options)) return 'unheld'
    if (this.#backlog.push(waiting, options)) return 'queued'
    // More keys than may be held back.
    if (options.queue === undefined) return 'unheld'
    if (options.queue.overflow !== 'close') return 'dropped'
    if (this.#setup.refuseBeyond !== null) throw queueFull(options.queue)
    this.unhold()
    this.#outbox.push(waiting)
    return 'exhausted'
  }

  /**
   * Keeps a frame until there is a link, beside what `ledger` keeps; `false` if that was the one too many: it is here to be
   * told. @throws {WseError} `QUEUE_FULL`
   */
  wait(waiting: Waiting, ledger: Ledger): boolean {
    const { refuseBeyond, bounds } = this.#setup
    const fits = (most: Bounds) =>
      ledger.kept + this.#outbox.size < most.frames &&
      ledger.bytes + this.#outbox.bytes + waiting.data.length <= most.bytes
    if (refuseBeyond !== null && !isAnswer(waiting.type) && !fits(refuseBeyond)) throw queueFull(bounds)
    const isRoom = fits(bounds)
    // With what there is no room for among what is told as not sent: a call in it must not pass for delivered.
    this.#outbox.push(waiting)
    return isRoom
  }

  /** Takes the oldest out that waits for a link. */
  shift(): Waiting | undefined {
    return this.#outbox.shift()
  }

  /** Takes out what is held back and next. */
  shiftHeld(): Waiting | undefined {
    return this.#backlog.shift()
  }

  /** Takes a call back; `false` if it is not here. */
  recall(stamp: Stamp): boolean {
    return this.#outbox.recall(stamp)
  }

  /** Takes everything out, in the order in which it would have left. */
  empty(): Waiting[] {
    this.unhold()
    return this.#outbox.empty()
  }

  /** Puts frames before everything else that waits for a link. */
  carry(waiting: readonly Waiting[]): void {
    for (const frame of [...waiting, ...this.#outbox.empty()]) this.#outbox.push(frame)
  }

  /** What is held back waits for a link, behind everything else. */
  unhold(): void {
    for (let held = this.#backlog.shift(); held !== undefined; held = this.#backlog.shift()) this.#outbox.push(held)
  }
}

function queueFull({ bytes, frames }: QueuePolicy): WseError {
  return new WseError(WSE_ERROR.QUEUE_FULL, { certainty: 'not-sent', bytes, frames })
}
