import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

/** Collects when it is asked to. */
class Reader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** Metrics of the SDK; to be given as options: `{ meter }`. */
export class Meters {
  readonly meter
  readonly #reader = new Reader()

  constructor() {
    this.meter = new MeterProvider({ readers: [this.#reader] }).getMeter('test')
  }

  /** What a metric says now: the value of each series, or how often something was measured. */
  async read(name: string): Promise<{ value: number; attributes: Attributes }[]> {
    const found = await this.#points(name)
    return found.map(({ value, attributes }) => {
      return { value: typeof value === 'number' ? value : value.count, attributes }
    })
  }

  /** A histogram as it is exported. */
  async histogram(name: string): Promise<Histogram> {
    const [point] = await this.#points(name)
    return point?.value as Histogram
  }

  async #points(name: string): Promise<DataPoint<number | Histogram>[]> {
    const { resourceMetrics } = await this.#reader.collect()
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    return metrics.filter((one) => one.descriptor.name === name).flatMap((one) => one.dataPoints as never)
  }
}

/** The SDK of OpenTelemetry, as an application has it: its tracer and context manager are global, as in Node. */
export class Sdk {
  /** Spans that have begun and not ended. */
  readonly open = new Set<string>()
  /** Ids of spans; their times are too coarse to tell which came first. */
  readonly #order: string[] = []
  readonly #exporter = new InMemorySpanExporter()
  readonly #tracing: NodeTracerProvider

  constructor() {
    const counts: SpanProcessor = {
      onStart: (span) => {
        this.open.add(`${span.name} ${span.spanContext().spanId}`)
        this.#order.push(span.spanContext().spanId)
      },
      onEnd: (span) => this.open.delete(`${span.name} ${span.spanContext().spanId}`),
      forceFlush: async () => {},
      shutdown: async () => {},
    }
    this.#tracing = new NodeTracerProvider({ spanProcessors: [counts, new SimpleSpanProcessor(this.#exporter)] })
    this.#tracing.register()
  }

  /** Spans that have ended, in the order they began. */
  get spans(): ReadableSpan[] {
    const began = (span: ReadableSpan) => this.#order.indexOf(span.spanContext().spanId)
    return [...this.#exporter.getFinishedSpans()].sort((one, other) => began(one) - began(other))
  }

  /** Spans in short: `server add`, behind the names of those it is within. */
  tree(): string[] {
    const spans = this.spans
    const path = (span: ReadableSpan): string => {
      const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)
      return parent === undefined ? short(span) : `${path(parent)} > ${short(span)}`
    }
    return spans.map(path)
  }

  /** The one span that `short` names it. */
  span(named: string): ReadableSpan {
    const found = this.spans.filter((span) => short(span) === named)
    if (found.length !== 1) throw new Error(`${found.length} spans ${named} of ${this.spans.map(short).join(', ')}`)
    return found[0] as ReadableSpan
  }

  /** How a span ended: its status and codes. */
  ending(named: string): { failed: boolean; code: unknown; type: unknown } {
    const { status, attributes } = this.span(named)
    const failed = status.code === SpanStatusCode.ERROR
    return { failed, code: attributes['rpc.response.status_code'], type: attributes['error.type'] }
  }

  reset(): void {
    this.#exporter.reset()
    this.open.clear()
  }
}

/** `client add` */
export function short({ kind, name }: { kind: SpanKind; name: string }): string {
  return `${SpanKind[kind].toLowerCase()} ${name.replace('wse ', '')}`
}
