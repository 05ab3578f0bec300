import { callIsolated, type Report, type Unsubscribe } from './listener.js'

type Listener<Args extends readonly unknown[]> = (...args: Args) => unknown

/**
 * Listeners by message type, called in the order they were added, each isolated from the others.
 *
 * @example
 * const off = client.channel.on('chat', ({ text }) => show(text))
 * off()
 */
export class Channel<Args extends readonly unknown[]> {
  /** Arrays are replaced, never changed, so that an emit going on sees a steady list. */
  readonly #listeners = new Map<string, readonly Listener<Args>[]>()
  readonly #report: Report

  constructor(report: Report) {
    this.#report = report
  }

  /** Calls `listener` for every message of `type`, until it is taken back. */
  on(type: string, listener: Listener<Args>): Unsubscribe {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
    return () => this.off(type, listener)
  }

  /** Calls `listener` for the next message of `type` only. */
  once(type: string, listener: Listener<Args>): Unsubscribe {
    const off = this.on(type, (...args) => {
      off()
      return listener(...args)
    })
    return off
  }

  /** Takes `listener` back; without one, all of `type`. */
  off(type: string, listener?: Listener<Args>): void {
    const listeners = this.#listeners.get(type) ?? []
    const at = listener ? listeners.lastIndexOf(listener) : -1
    const left = at < 0 ? (listener ? listeners : []) : listeners.filter((_, index) => index !== at)
    if (left.length > 0) this.#listeners.set(type, left)
    else this.#listeners.delete(type)
  }

  /** How many listeners `type` has. */
  listenerCount(type: string): number {
    return this.#listeners.get(type)?.length ?? 0
  }

  /** Calls the listeners of `type`; `false` if it has none. */
  emit(type: string, ...args: Args): boolean {
    const listeners = this.#listeners.get(type)
    if (listeners === undefined) return false
    for (const listener of listeners) callIsolated(listener, args, this.#report)
    return true
  }
}
