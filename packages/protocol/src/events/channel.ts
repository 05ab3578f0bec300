import { callIsolated, type Report, type Unsubscribe } from './listener.js'

type Listener<Args extends readonly unknown[]> = (...args: Args) => unknown

interface Subscription<Args extends readonly unknown[]> {
  readonly listener: Listener<Args>
  readonly once: boolean
}

/**
 * Listeners by message type, called in the order they were added, each isolated from the others.
 *
 * @example
 * const off = client.channel.on('chat', ({ text }) => show(text))
 * off()
 */
export class Channel<Args extends readonly unknown[]> {
  /** Arrays are replaced, never changed, so that an emit going on sees a steady list. */
  readonly #subscriptions = new Map<string, readonly Subscription<Args>[]>()
  readonly #report: Report

  constructor(report: Report) {
    this.#report = report
  }

  /** Calls `listener` for every message of `type`, until it is taken back. */
  on(type: string, listener: Listener<Args>): Unsubscribe {
    return this.#add(type, { listener, once: false })
  }

  /** Calls `listener` for the next message of `type` only. */
  once(type: string, listener: Listener<Args>): Unsubscribe {
    return this.#add(type, { listener, once: true })
  }

  /** Takes `listener` back, the latest subscription of it; without one, all of `type`. */
  off(type: string, listener?: Listener<Args>): void {
    const subscriptions = this.#subscriptions.get(type)
    if (subscriptions === undefined) return
    if (listener === undefined) this.#subscriptions.delete(type)
    else this.#remove(type, latest(subscriptions, listener))
  }

  /** How many listeners `type` has. */
  listenerCount(type: string): number {
    return this.#subscriptions.get(type)?.length ?? 0
  }

  /** Calls the listeners of `type`; `false` if it has none. */
  emit(type: string, ...args: Args): boolean {
    const subscriptions = this.#subscriptions.get(type)
    if (subscriptions === undefined) return false
    for (const subscription of subscriptions) {
      if (subscription.once) this.#remove(type, subscription)
      callIsolated(subscription.listener, args, this.#report)
    }
    return true
  }

  #add(type: string, subscription: Subscription<Args>): Unsubscribe {
    this.#subscriptions.set(type, [...(this.#subscriptions.get(type) ?? []), subscription])
    return () => this.#remove(type, subscription)
  }

  #remove(type: string, subscription: Subscription<Args> | undefined): void {
    const left = this.#subscriptions.get(type)?.filter((other) => other !== subscription) ?? []
    if (left.length > 0) this.#subscriptions.set(type, left)
    else this.#subscriptions.delete(type)
  }
}

function latest<Args extends readonly unknown[]>(
  subscriptions: readonly Subscription<Args>[],
  listener: Listener<Args>,
): Subscription<Args> | undefined {
  return subscriptions.filter((subscription) => subscription.listener === listener).at(-1)
}
