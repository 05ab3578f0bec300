import type { Unsubscribe } from '@wse/protocol'
import type { Attributes, BatchObservableResult, Counter, Meter } from '../api.js'
import type { InstrumentedBackplane } from '../ends.js'
import { type BackplaneInstruments, backplaneInstrumentsOf } from './backplane-instruments.js'
import { BackplaneSeries } from './backplane-series.js'

/** The backplanes of every server one meter measures: they are read when somebody collects, and at no other time. */
export class Backplanes {
  readonly gaps: Counter
  readonly #readings: BackplaneInstruments['readings']
  /** Kept when nobody is left in it, so that it says so: what is told no more stays what it was. */
  readonly #series = new Map<string, BackplaneSeries>()

  constructor(meter: Meter) {
    const { gaps, readings } = backplaneInstrumentsOf(meter)
    this.gaps = gaps
    this.#readings = readings
    // One callback for all of them: each backplane is read once, so that its figures fit together.
    meter.addBatchObservableCallback((result) => this.#observe(result), Object.values(readings))
  }

  /** Reads this one as well, until it is taken back. */
  add(attributes: Attributes, read: () => InstrumentedBackplane): Unsubscribe {
    const key = JSON.stringify(attributes)
    const series = this.#series.get(key) ?? new BackplaneSeries(attributes)
    this.#series.set(key, series)
    return series.add(read)
  }

  #observe(result: BatchObservableResult): void {
    for (const series of this.#series.values()) series.observe(result, this.#readings)
  }
}

const known = new WeakMap<Meter, Backplanes>()

/** Those of a meter: one, however many servers it measures. */
export function backplanesOf(meter: Meter): Backplanes {
  const backplanes = known.get(meter) ?? new Backplanes(meter)
  known.set(meter, backplanes)
  return backplanes
}
