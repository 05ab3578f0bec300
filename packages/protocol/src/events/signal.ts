import { callIsolated, type Report, type Unsubscribe } from './listener.js'

/** What a promise of the next occurrence gives: its one argument, or all of them where there are several. */
export type Occurrence<Args extends readonly unknown[]> = Args extends readonly []
  ? undefined
  : Args extends readonly [infer Only]
    ? Only
    : Args

/** How one waits for the next occurrence. */
export interface NextOptions {
  /** Ends the waiting; the promise rejects with its reason. @default none */
  signal?: AbortSignalLike | undefined
}

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * An event, as `when` shows it: with a listener it subscribes, without one it is a promise of the next occurrence,
 * rejected with `CLOSED` when its server or client closes for good.
 */
export interface When<Args extends readonly unknown[]> {
  (listener: (...args: Args) => unknown): Unsubscribe
  (options?: NextOptions): Promise<Occurrence<Args>>
}

interface Waiter {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** One event: its listeners, who waits for it, and the `when` through which users see it. */
export class Signal<Args extends readonly unknown[]> {
  readonly when: When<Args>
  #listeners: readonly ((...args: Args) => unknown)[] = []
  readonly #waiters = new Set<Waiter>()
  readonly #report: Report
  #ended: unknown = null

  constructor(report: Report) {
    this.#report = report
    this.when = ((arg?: ((...args: Args) => unknown) | NextOptions) =>
      typeof arg === 'function' ? this.#on(arg) : this.#next(arg?.signal)) as When<Args>
  }

  emit(...args: Args): void {
    for (const listener of this.#listeners) callIsolated(listener, args, this.#report)
    if (this.#waiters.size === 0) return
    const value = args.length > 1 ? args : args[0]
    for (const waiter of [...this.#waiters]) waiter.resolve(value)
  }

  /** Whether anybody would be told of it. */
  get heard(): boolean {
    return this.#listeners.length > 0 || this.#waiters.size > 0
  }

  /** How many promises of it are pending. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** Rejects who waits; with `forGood`, who will wait as well. */
  end(error: unknown, forGood: boolean): void {
    if (forGood) this.#ended = error
    for (const waiter of [...this.#waiters]) waiter.reject(error)
  }

  #on(listener: (...args: Args) => unknown): Unsubscribe {
    // Wrapped, so that the same function can subscribe twice and each subscription be taken back by itself.
    const own = (...args: Args) => listener(...args)
    this.#listeners = [...this.#listeners, own]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== own)
    }
  }

  #next(signal: AbortSignalLike | undefined): Promise<Occurrence<Args>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended)
      if (signal?.aborted) return reject(signal.reason)
      const leave = () => {
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', abort)
      }
      const waiter: Waiter = {
        resolve(value) {
          leave()
          resolve(value as Occurrence<Args>)
        },
        reject(error) {
          leave()
          reject(error)
        },
      }
      const abort = () => waiter.reject(signal?.reason)
      signal?.addEventListener('abort', abort)
      this.#waiters.add(waiter)
    })
  }
}
