import type { Clock } from '@wse/protocol'
import { groupOf, oneOf, type Settled, systemClock } from '@wse/protocol/internal'
import { type Attributes, type Meter, metrics, type Tracer, trace } from './api.js'

/** How a server or client is instrumented. */
export interface InstrumentOptions {
  /** Makes the spans. @default `trace.getTracer('@wse/opentelemetry')` */
  tracer?: Tracer | undefined
  /** Makes the instruments. @default `metrics.getMeter('@wse/opentelemetry')`, of the SDK that is set up by then */
  meter?: Meter | undefined
  /** What every span and measurement says beside its own, to tell two servers of one process apart. @default none */
  attributes?: Attributes | undefined
  /**
   * Whether a call goes on in the trace of its caller. With `false` it begins a trace of its own, linked to the caller's:
   * for callers who are not trusted to say what is sampled. @default true
   */
  joinTraces?: boolean | undefined
  /** Whether messages that come in have CONSUMER spans; they carry no trace, so each is the root of its own. @default false */
  messages?: boolean | undefined
  /** Whether spans name the user, as `user.id`. Metrics never do. @default false */
  cid?: boolean | undefined
  /** Whether spans tell message and stack of what was thrown here, which may quote what was sent. @default false */
  exceptions?: boolean | undefined
  /** Measures how long calls take. @default the clock of the machine */
  clock?: Clock | undefined
}

/** Options with every member decided. */
export type Settings = Settled<InstrumentOptions>

const NAME = '@wse/opentelemetry'
const isObject = (given: unknown) => typeof given === 'object' && given !== null
const flag = (fallback: boolean) => oneOf<boolean>(fallback, (given) => typeof given === 'boolean', 'true or false')

/** @throws {WseError} `INVALID_OPTION` */
export function settingsOf(options: InstrumentOptions | undefined): Settings {
  return groupOf<InstrumentOptions>('options', options, {
    tracer: oneOf<Tracer>(trace.getTracer(NAME), isObject, 'a tracer'),
    meter: oneOf<Meter>(metrics.getMeter(NAME), isObject, 'a meter'),
    attributes: oneOf<Attributes>({}, isObject, 'an object'),
    joinTraces: flag(true),
    messages: flag(false),
    cid: flag(false),
    exceptions: flag(false),
    clock: oneOf<Clock>(systemClock, isObject, 'a clock'),
  })
}
