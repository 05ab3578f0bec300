import { type Context, isSpanContextValid, propagation, ROOT_CONTEXT, type SpanContext, trace } from './api.js'

/** Name of the W3C header, whose value travels with a call. */
const FIELD = 'traceparent'
/** Trace, span, flags; what later versions may add is not read. */
const FORM = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/

/** The `traceparent` of the span in a context; undefined without one. */
export function traceParentOf(context: Context): string | undefined {
  const carrier: Record<string, string> = {}
  propagation.inject(context, carrier)
  return carrier[FIELD] ?? formOf(trace.getSpanContext(context))
}

/** A context whose parent is the span a `traceparent` names: an empty one where that is none. */
export function contextOf(traceParent: string | undefined): Context {
  if (traceParent === undefined) return ROOT_CONTEXT
  const extracted = propagation.extract(ROOT_CONTEXT, { [FIELD]: traceParent })
  if (trace.getSpanContext(extracted) !== undefined) return extracted
  const parent = parse(traceParent)
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
}

/** For an application that has set up no propagation: the wire knows this one form alone. */
function formOf(span: SpanContext | undefined): string | undefined {
  if (span === undefined || !isSpanContextValid(span)) return undefined
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, '0')}`
}

function parse(traceParent: string): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = FORM.exec(traceParent) ?? []
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return isSpanContextValid(span) ? span : undefined
}
