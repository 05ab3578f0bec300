import type { Report } from './listener.js'
import { Signal, type When } from './signal.js'

/** Events by name, with what each carries. */
export type EventMap = { readonly [name: string]: readonly unknown[] }

/** The `when` of a server or client. */
export type WhenOf<Events extends EventMap> = { readonly [Name in keyof Events]: When<Events[Name]> }

/** A fixed set of events: emitted by name on the inside, seen as `when` from the outside. */
export class Signals<Events extends EventMap> {
  readonly when: WhenOf<Events>
  readonly #signals = new Map<keyof Events, Signal<readonly unknown[]>>()

  constructor(names: readonly (keyof Events & string)[], report: Report) {
    const when: Record<string, unknown> = {}
    for (const name of names) {
      // What a listener of `error` throws cannot go to `error` again: it would never end.
      const signal = new Signal<readonly unknown[]>(name === 'error' ? () => {} : report)
      this.#signals.set(name, signal)
      when[name] = signal.when
    }
    this.when = Object.freeze(when) as WhenOf<Events>
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    this.#signals.get(name)?.emit(...args)
  }

  /** Whether anybody would be told of an event. */
  isHeard(name: keyof Events): boolean {
    return this.#signals.get(name)?.heard ?? false
  }

  /** How many promises of a next occurrence are pending. */
  get waiting(): number {
    let waiting = 0
    for (const signal of this.#signals.values()) waiting += signal.waiting
    return waiting
  }

  /** Rejects all who wait; with `forGood`, who will wait as well. */
  end(error: unknown, forGood: boolean): void {
    for (const signal of this.#signals.values()) signal.end(error, forGood)
  }
}
