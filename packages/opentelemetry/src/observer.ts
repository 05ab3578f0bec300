import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from './api.js'
import { type Direction, type Instruments, instrumentsOf } from './metrics/instruments.js'
import type { Settings } from './options.js'
import type { Ending } from './spans/ending.js'
import { Observed } from './spans/observed.js'
import { Vocabulary } from './vocabulary.js'

/** How many names, and codes of errors, have a series of their own: what calls are named and answered by may be foreign. */
const NAMES = 500
const CODES = 100

const KINDS = { in: SpanKind.SERVER, out: SpanKind.CLIENT } as const

/** Whose call or message it is, as far as that is known. */
export type Whose = { readonly cid: string | number | null } | undefined

/** Makes spans and measures, for one end. */
export class Observer {
  readonly settings: Settings
  readonly instruments: Instruments
  /** The contexts of calls that are answered, by what their handlers see: for runtimes that carry none through `await`. */
  readonly answered = new WeakMap<object, Context>()
  /** Whether anything is still observed. */
  active = true
  readonly #names = new Vocabulary(NAMES)
  readonly #codes = new Vocabulary(CODES)

  constructor(settings: Settings) {
    this.settings = settings
    this.instruments = instrumentsOf(settings.meter)
  }

  /** A call begins. `parent` holds the span it is made within. */
  call(direction: Direction, name: string, parent: Context, whose: Whose): Observed {
    const began = this.settings.clock.now()
    const attributes = { 'rpc.system.name': 'wse', 'rpc.method': name }
    const span = this.#span(KINDS[direction], name, attributes, parent, whose)
    const active = trace.setSpan(parent, span)
    return new Observed(active, (ending) => {
      this.#end(span, ending)
      this.#measure(direction, name, this.settings.clock.now() - began, ending, active)
    })
  }

  /** A message came, or something was asked of a topic. `destination`: its type, or the topic. */
  message(title: string, destination: string, whose: Whose): Observed {
    // Anybody may send anything: the name of a span is for few.
    const name = this.#names.of(title)
    const attributes = {
      'messaging.system': 'wse',
      'messaging.operation.type': 'process',
      'messaging.destination.name': destination,
    }
    const span = this.#span(SpanKind.CONSUMER, name, attributes, ROOT_CONTEXT, whose)
    return new Observed(trace.setSpan(ROOT_CONTEXT, span), (ending) => this.#end(span, ending))
  }

  /** A word of the other end, as metrics may have it. */
  word(word: string): string {
    return this.#codes.of(word)
  }

  #span(kind: SpanKind, name: string, own: Attributes, parent: Context, whose: Whose): Span {
    const { tracer, cid, joinTraces } = this.settings
    const attributes: Attributes = { ...this.settings.attributes, ...own }
    if (cid && whose?.cid != null) attributes['user.id'] = String(whose.cid)
    const caller = kind === SpanKind.SERVER && !joinTraces ? trace.getSpanContext(parent) : undefined
    if (caller === undefined) return tracer.startSpan(`wse ${name}`, { kind, attributes }, parent)
    const links: Link[] = [{ context: caller }]
    return tracer.startSpan(`wse ${name}`, { kind, attributes, links, root: true }, parent)
  }

  #end(span: Span, { code, failed, thrown }: Ending): void {
    if (code !== null) span.setAttribute('rpc.response.status_code', code)
    if (failed && code !== null) {
      span.setAttribute('error.type', code)
      span.setStatus({ code: SpanStatusCode.ERROR })
    }
    if (this.settings.exceptions && thrown instanceof Error) span.recordException(thrown)
    span.end()
  }

  #measure(direction: Direction, name: string, ms: number, { code, failed }: Ending, active: Context): void {
    const { calls, durations } = this.instruments
    const attributes: Attributes = {
      ...this.settings.attributes,
      'rpc.system.name': 'wse',
      'rpc.method': this.#names.of(name),
    }
    if (code !== null) attributes['rpc.response.status_code'] = this.#codes.of(code)
    if (failed && code !== null) attributes['error.type'] = this.#codes.of(code)
    durations[direction].record(ms / 1_000, attributes, active)
    calls.add(1, { ...attributes, 'wse.direction': direction }, active)
  }
}
