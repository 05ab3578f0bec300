import type { Unsubscribe } from '@wse/protocol'
import type { Attributes, Meter, ObservableResult } from '../api.js'

/** Ends of the same attributes: a gauge keeps the last value it is told, so they are added up here. */
interface Series {
  readonly attributes: Attributes
  readonly sources: Set<() => number>
}

/** The bytes that wait, of every end one meter measures: they are read when somebody collects, and at no other time. */
export class Buffered {
  /** Kept when nobody is left in it, so that it says 0: what is told no more stays what it was. */
  readonly #series = new Map<string, Series>()

  constructor(meter: Meter) {
    const gauge = meter.createObservableGauge('wse.buffered', {
      description: 'Bytes accepted and not yet handed to the network',
      unit: 'By',
    })
    gauge.addCallback((result) => this.#observe(result))
  }

  /** Reads this as well, until it is taken back. */
  add(attributes: Attributes, read: () => number): Unsubscribe {
    const key = JSON.stringify(attributes)
    const series = this.#series.get(key) ?? { attributes, sources: new Set() }
    this.#series.set(key, series)
    const own = () => read()
    series.sources.add(own)
    return () => {
      series.sources.delete(own)
    }
  }

  #observe(result: ObservableResult): void {
    for (const { attributes, sources } of this.#series.values()) {
      let bytes = 0
      for (const read of sources) bytes += read()
      result.observe(bytes, attributes)
    }
  }
}

const known = new WeakMap<Meter, Buffered>()

/** The gauge of a meter: one, however many ends it measures. */
export function bufferedOf(meter: Meter): Buffered {
  const buffered = known.get(meter) ?? new Buffered(meter)
  known.set(meter, buffered)
  return buffered
}
