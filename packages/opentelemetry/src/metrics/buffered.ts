import type { Unsubscribe } from '@wse/protocol'
import type { Attributes, Meter, ObservableResult } from '../api.js'

/** How many bytes wait, of one end. */
interface Source {
  readonly attributes: Attributes
  read(): number
}

/** The bytes that wait, of every end one meter measures: they are read when somebody collects, and at no other time. */
export class Buffered {
  readonly #sources = new Set<Source>()

  constructor(meter: Meter) {
    const gauge = meter.createObservableGauge('wse.buffered', {
      description: 'Bytes accepted and not yet handed to the network',
      unit: 'By',
    })
    gauge.addCallback((result) => this.#observe(result))
  }

  /** Reads this as well, until it is taken back. */
  add(attributes: Attributes, read: () => number): Unsubscribe {
    const source = { attributes, read }
    this.#sources.add(source)
    return () => {
      this.#sources.delete(source)
    }
  }

  /** Ends of the same attributes are one series: a gauge keeps the last value it is told, so they are added up here. */
  #observe(result: ObservableResult): void {
    const series = new Map<string, { readonly attributes: Attributes; bytes: number }>()
    for (const { attributes, read } of this.#sources) {
      const key = JSON.stringify(attributes)
      const one = series.get(key) ?? { attributes, bytes: 0 }
      one.bytes += read()
      series.set(key, one)
    }
    for (const { attributes, bytes } of series.values()) result.observe(bytes, attributes)
  }
}

const known = new WeakMap<Meter, Buffered>()

/** The gauge of a meter: one, however many ends it measures. */
export function bufferedOf(meter: Meter): Buffered {
  const buffered = known.get(meter) ?? new Buffered(meter)
  known.set(meter, buffered)
  return buffered
}
