import { AsyncLocalStorage } from 'node:async_hooks'
import type { Cid } from '../people/cid.js'
import type { WseConnection } from '../people/people.js'

/** On whose behalf something runs. */
export interface Current<Conn extends WseConnection = WseConnection> {
  /** The user. */
  readonly cid: Cid
  /** The device whose call or message is handled; none within `server.as`. */
  readonly conn?: Conn | undefined
}

/**
 * Who the current user is, wherever a promise leads. Nothing is followed until the first use: in Node 20 that slows every
 * promise of the process.
 */
export class Ambient {
  #storage: AsyncLocalStorage<Current> | null = null
  #isOver = false

  /** Whom this runs for; null outside of any {@link run}. */
  get current(): Current | null {
    return this.#storage?.getStore() ?? null
  }

  /** Runs a function, and all that comes of it, on somebody's behalf; after the end just runs it. */
  run<Result>(current: Current, run: () => Result): Result {
    if (this.#isOver) return run()
    this.#storage ??= new AsyncLocalStorage()
    return this.#storage.run(current, run)
  }

  /** Follows nothing any more, for good: what a handler still does would begin it anew. */
  end(): void {
    this.#isOver = true
    this.#storage?.disable()
    this.#storage = null
  }
}
