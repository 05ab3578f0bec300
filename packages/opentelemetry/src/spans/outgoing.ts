import { isSource } from '@wse/protocol/internal'
import { type Context, context, trace } from '../api.js'
import type { InstrumentedConnection, Outgoing, OutgoingLayer } from '../ends.js'
import type { Observer, Whose } from '../observer.js'
import { contextOf, traceParentOf } from '../trace-parent.js'
import { OTHER } from '../vocabulary.js'
import { DISCONNECTED, failedBy, LEFT } from './ending.js'
import { follow } from './follow.js'
import type { Observed } from './observed.js'

/** The interceptor around own calls, and the streams among them that have not ended. */
export class OwnCalls {
  readonly #observer: Observer
  readonly #self: Whose
  /** With the connection that sends the items; nobody may ever read them to their end. */
  readonly #streams = new Map<Observed, InstrumentedConnection | undefined>()
  /** What was written here, so that a call that is made again is not taken for one with a parent of its own. */
  readonly #written = new WeakMap<Outgoing, string>()

  /** `self`: the user, where this is the end of one. */
  constructor(observer: Observer, self?: Whose) {
    this.#observer = observer
    this.#self = self
  }

  readonly layer: OutgoingLayer = (call, next) => {
    if (!this.#observer.active) return next()
    const { kind, name, conn, options } = call
    const observed = this.#observer.call('out', name, this.#parentOf(call), conn ?? this.#self)
    if (kind === 'stream') this.#keep(observed, conn)
    const traceParent = traceParentOf(observed.context)
    if (traceParent !== undefined) {
      options.trace = traceParent
      this.#written.set(call, traceParent)
    }
    return follow(observed, next, kind === 'stream' ? STREAM : CALL)
  }

  /** Sessions have ended: with one connection, or every one. */
  ended(conn?: InstrumentedConnection): void {
    for (const [observed, whose] of [...this.#streams]) {
      if (conn === undefined || whose === conn) observed.end(DISCONNECTED)
    }
  }

  /** Nobody tells any more when sessions end: streams are not waited for. */
  release(): void {
    for (const observed of [...this.#streams.keys()]) observed.end(LEFT)
  }

  #keep(observed: Observed, conn: InstrumentedConnection | undefined): void {
    this.#streams.set(observed, conn)
    observed.onEnd = () => this.#streams.delete(observed)
  }

  /** The span the application names, else the active one, else that of the call it is made within. */
  #parentOf(call: Outgoing): Context {
    const active = context.active()
    const { trace: named, within } = call.options
    if (named !== undefined && named !== this.#written.get(call)) return contextOf(named)
    if (within === undefined || trace.getSpan(active) !== undefined) return active
    return this.#observer.answered.get(within) ?? contextOf(within.trace)
  }
}

const failed = (thrown: unknown) => failedBy(thrown, OTHER)
const CALL = { isItems: (_: unknown): _ is never => false, failed }
const STREAM = { isItems: isSource, failed }
