import type { WseError } from '@wse/protocol'
import { toWseError } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { WakeSource, Woken } from './wake.js'

/** Listens to what wakes a client, while it has something to wake up for. */
export class Alarm {
  readonly #source: WakeSource | null
  readonly #woken: (why: Woken) => void
  readonly #failed: (error: WseError) => void
  #off: () => void = () => {}

  constructor(source: WakeSource | null, woken: (why: Woken) => void, failed: (error: WseError) => void) {
    this.#source = source
    this.#woken = woken
    this.#failed = failed
  }

  /** A source of the application's must not be able to break what it is told from. */
  set(active: boolean): void {
    const last = this.#off
    this.#off = () => {}
    try {
      last()
      const off = active ? this.#source?.(this.#woken) : undefined
      if (typeof off === 'function') this.#off = off
    } catch (thrown) {
      this.#failed(toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR))
    }
  }
}
