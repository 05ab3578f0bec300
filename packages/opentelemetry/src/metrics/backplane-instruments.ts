import type { Counter, Meter, Observable } from '../api.js'

/** What is read off a backplane. */
export type Reading = 'published' | 'failed' | 'received' | 'subjects' | 'waiting' | 'lag' | 'nodes' | 'up'

/** What backplanes are measured with. */
export interface BackplaneInstruments {
  readonly readings: Readonly<Record<Reading, Observable>>
  readonly gaps: Counter
}

/** Makes the instruments; a meter gives the same one for the same name. */
export function backplaneInstrumentsOf(meter: Meter): BackplaneInstruments {
  const messages = (name: string, description: string) =>
    meter.createObservableCounter(name, { description, unit: '{message}' })
  const gauge = (name: string, unit: string, description: string) =>
    meter.createObservableGauge(name, { description, unit })
  return {
    readings: {
      published: messages('wse.backplane.published', 'Messages published to other servers'),
      failed: messages('wse.backplane.failed', 'Messages that were not published, or may not have been'),
      received: messages('wse.backplane.received', 'Messages that arrived, own ones included'),
      subjects: gauge('wse.backplane.subjects', '{subject}', 'Subjects servers are attached to'),
      waiting: gauge('wse.backplane.waiting', '{command}', 'Commands that wait for the engine'),
      lag: gauge('wse.backplane.lag', 's', 'How long the last probe was under way'),
      nodes: gauge('wse.backplane.nodes', '{node}', 'Nodes that are here, this one included'),
      up: gauge('wse.backplane.up', '1', '1: what is published arrives; 0.5: on some shards only; 0: on none'),
    },
    gaps: meter.createCounter('wse.backplane.gaps', {
      description: 'Times that messages of other servers may have been missed',
      unit: '{gap}',
    }),
  }
}
