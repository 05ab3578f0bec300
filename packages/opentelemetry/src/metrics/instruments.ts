import type { Attributes, Counter, Histogram, Meter, UpDownCounter } from '../api.js'
import { type Buffered, bufferedOf } from './buffered.js'

/** Bounds of the buckets, in seconds, as the conventions for RPC have them. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Which way a call goes. */
export type Direction = 'in' | 'out'

/** What is measured with. */
export interface Instruments {
  readonly calls: Counter
  readonly durations: Readonly<Record<Direction, Histogram>>
  readonly connections: UpDownCounter
  readonly reconnects: Counter
  readonly resets: Counter
  readonly buffered: Buffered
}

/** Makes the instruments; a meter gives the same one for the same name. */
export function instrumentsOf(meter: Meter): Instruments {
  const duration = (name: string, description: string) =>
    meter.createHistogram<Attributes>(name, { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } })
  return {
    calls: meter.createCounter('wse.calls', { description: 'Calls that ended, by how', unit: '{call}' }),
    durations: {
      in: duration('rpc.server.call.duration', 'How long calls of the other end took to answer'),
      out: duration('rpc.client.call.duration', 'How long own calls took'),
    },
    connections: meter.createUpDownCounter('wse.connections', {
      description: 'Devices of a server, those away included; clients that are READY',
      unit: '{connection}',
    }),
    reconnects: meter.createCounter('wse.reconnects', {
      description: 'Connections that came back after a lost link',
      unit: '{reconnect}',
    }),
    resets: meter.createCounter('wse.resets', { description: 'Sessions that could not go on', unit: '{session}' }),
    buffered: bufferedOf(meter),
  }
}
