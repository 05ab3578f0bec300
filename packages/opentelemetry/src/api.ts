/** The one door to OpenTelemetry. */

export type {
  Attributes,
  BatchObservableResult,
  Context,
  Counter,
  Histogram,
  Link,
  Meter,
  Observable,
  ObservableResult,
  Span,
  SpanContext,
  Tracer,
  UpDownCounter,
} from '@opentelemetry/api'
export {
  context,
  isSpanContextValid,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
