import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { type InstrumentOptions, instrumentClient, instrumentServer } from '@wse/opentelemetry'
import { expect } from 'vitest'
import { turn } from '../../packages/testing/src/turn.test-helper.js'
import { behaviour } from '../fixtures/matrix.js'
import { short } from './sdk.js'

// Nothing is registered here: no context manager, as in browsers, and no propagation.
behaviour('without anything global', (test) => {
  test('a trace goes on in what is called by the context of a call', async (ends) => {
    const exporter = new InMemorySpanExporter()
    const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test')
    const { server, url } = await ends.server({ heartbeat: false })
    const client = ends.client(url)
    instrumentServer(server, { tracer })
    instrumentClient(client, { tracer })
    await client.connect('ann')
    client.register('sure', () => true)
    server.register('act', async (_, __, ctx) => {
      await turn()
      expect(trace.getActiveSpan()).toBeUndefined()
      return ctx.call('sure')
    })
    expect(await client.call('act')).toBe(true)
    const spans = exporter.getFinishedSpans()
    const parentOf = (named: string) => {
      const span = spans.find((one) => short(one) === named)
      const parent = spans.find((one) => one.spanContext().spanId === span?.parentSpanContext?.spanId)
      return parent && short(parent)
    }
    expect(parentOf('client act')).toBeUndefined()
    expect(parentOf('server act')).toBe('client act')
    expect(parentOf('client sure')).toBe('server act')
    expect(parentOf('server sure')).toBe('client sure')
  })

  test('calls are as they are, without a header', async (ends) => {
    const { server, url } = await ends.server({ heartbeat: false })
    const client = ends.client(url)
    instrumentServer(server)
    instrumentClient(client)
    await client.connect('ann')
    server.register('trace', (_, __, ctx) => [ctx.trace])
    expect(await client.call('trace')).toEqual([null])
    expect(await client.call('trace', null, { trace: 'mine' })).toEqual(['mine'])
  })

  test('a slip in the options is told', async (ends) => {
    const { server } = await ends.server()
    const refused = (option: string) => expect.objectContaining({ code: 'wse.invalid-option', details: { option } })
    expect(() => instrumentServer(server, { message: true } as InstrumentOptions)).toThrow(refused('options.message'))
    expect(() => instrumentServer(server, { cid: 1 } as never)).toThrow(refused('options.cid'))
  })
})
