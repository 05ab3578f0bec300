import type { Payload } from '@wse/protocol'
import { Late, type Passage } from '@wse/protocol/internal'

/** Reads what arrives by a contract, and keeps its order where a schema takes its time. */
export class Reading {
  readonly #failed: (thrown: unknown) => void
  #pending: Promise<void> | null = null

  constructor(failed: (thrown: unknown) => void) {
    this.#failed = failed
  }

  /** Gives what `passage` makes of `data`, behind what it was given before. */
  take(passage: Passage, data: Payload, give: (data: Payload) => void): void {
    const read = () => this.#read(passage, data, give)
    const late = this.#pending === null ? read() : this.#pending.then(read)
    if (late === undefined) return
    const pending = late.then(() => {
      if (this.#pending === pending) this.#pending = null
    })
    this.#pending = pending
  }

  /** Runs something behind what it was given before. */
  after(run: () => void): void {
    if (this.#pending === null) run()
    else void this.#pending.then(run)
  }

  #read(passage: Passage, data: Payload, give: (data: Payload) => void): Promise<void> | undefined {
    try {
      const value = passage.read(data)
      if (value instanceof Late) return value.value.then(give, this.#failed)
      give(value)
    } catch (thrown) {
      this.#failed(thrown)
    }
    return undefined
  }
}
