import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { contextOf, traceParentOf } from './trace-parent.js'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('a traceparent, where no propagation is set up', () => {
  it('names a span of elsewhere, and comes out as it went in', () => {
    const context = contextOf(PARENT)
    expect(trace.getSpanContext(context)).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    })
    expect(traceParentOf(context)).toBe(PARENT)
  })

  it('may be of a later version, with more behind', () => {
    expect(traceParentOf(contextOf(`${PARENT.replace('00', '01')}-more`))).toBe(PARENT)
  })

  it.each([
    [undefined],
    [''],
    [PARENT.toUpperCase()],
    [`${PARENT}0`],
    [PARENT.replace('00', 'ff')],
    [PARENT.replace('b7ad6b7169203331', '0'.repeat(16))],
    [PARENT.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32))],
    [`00-${'a'.repeat(1_000_000)}`],
  ])('that is none is nothing', (text) => {
    expect(contextOf(text)).toBe(ROOT_CONTEXT)
  })

  it('is none without a span', () => {
    expect(traceParentOf(ROOT_CONTEXT)).toBeUndefined()
  })
})
