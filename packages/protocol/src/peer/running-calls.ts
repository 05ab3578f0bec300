import type { Clock } from '../clock/clock.js'
import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import { Malformed, type Stamp } from '../frames/envelope.js'
import type { RunningCall } from './running-call.js'

/** Handlers of the other end's calls that have not answered yet. */
export class RunningCalls {
  readonly #calls = new Map<Stamp, RunningCall>()
  readonly #clock: Clock
  readonly #limit: number

  constructor(clock: Clock, limit: number) {
    this.#clock = clock
    this.#limit = limit
  }

  get size(): number {
    return this.#calls.size
  }

  /** Whether one more may run. Calls whose caller has given up make room only when it is needed: no timer for them. */
  hasRoom(): boolean {
    if (this.#calls.size < this.#limit) return true
    const now = this.#clock.now()
    for (const call of [...this.#calls.values()]) {
      if (call.deadline > now) continue
      this.#calls.delete(call.stamp)
      call.abort(() => new WseError(WSE_ERROR.RP_TIMEOUT, { rpc: call.name }))
    }
    return this.#calls.size < this.#limit
  }

  /** Notes a call that takes longer than its turn. From now on its deadline is known. */
  add(call: RunningCall): void {
    this.#calls.set(call.stamp, call)
    void call.deadline
  }

  get(stamp: Stamp): RunningCall | undefined {
    return this.#calls.get(stamp)
  }

  /** Stamps of all calls. */
  stamps(): Stamp[] {
    return [...this.#calls.keys()]
  }

  /** @throws {Malformed} if a call of this stamp runs */
  refuseDuplicate(stamp: Stamp): void {
    if (this.#calls.has(stamp)) throw new Malformed('a stamp that is in use')
  }

  /** Takes a call out, to answer it; `false` if it was cancelled or given up before. */
  take(call: RunningCall): boolean {
    if (this.#calls.get(call.stamp) !== call) return false
    this.#calls.delete(call.stamp)
    return true
  }

  /** Their session ended: nobody waits for them any more. */
  lose(why: (call: RunningCall) => WseError): void {
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const call of calls) call.lose(() => why(call))
  }
}
