import type { Unsubscribe } from '@wse/protocol'
import type { BackplaneState } from '@wse/protocol/backplane'
import type { Attributes, BatchObservableResult } from '../api.js'
import type { InstrumentedBackplane } from '../ends.js'
import type { BackplaneInstruments, Reading } from './backplane-instruments.js'

const COUNTED = ['published', 'failed', 'received'] as const
const UP: Readonly<Record<BackplaneState, number>> = { starting: 0, up: 1, degraded: 0.5, down: 0, closed: 0 }

type Counts = Record<(typeof COUNTED)[number], number>

/** One backplane, and what it had counted when it was read last. */
interface Source {
  readonly read: () => InstrumentedBackplane
  readonly counts: Counts
}

/** Backplanes of the same attributes: what can be added up is, of anything else the worst is told. */
export class BackplaneSeries {
  readonly #attributes: Attributes
  readonly #sources = new Set<Source>()
  /** By those that are gone as well: it never shrinks. */
  readonly #counts: Counts = { published: 0, failed: 0, received: 0 }
  #hadLag = false

  constructor(attributes: Attributes) {
    this.#attributes = attributes
  }

  /** Reads this one as well, until it is taken back. What it counted before is not counted here. */
  add(read: () => InstrumentedBackplane): Unsubscribe {
    const { published, failed, received } = read().stats
    const source: Source = { read, counts: { published, failed, received } }
    this.#sources.add(source)
    return () => {
      if (this.#sources.delete(source)) this.#take(source)
    }
  }

  /** Tells how they are. */
  observe(result: BatchObservableResult, readings: BackplaneInstruments['readings']): void {
    const all = [...this.#sources].map((source) => this.#take(source))
    const stats = all.map((one) => one.stats)
    const tell = (name: Reading, value: number) => result.observe(readings[name], value, this.#attributes)
    for (const name of COUNTED) tell(name, this.#counts[name])
    tell('subjects', sum(stats.map(({ subjects }) => subjects)))
    tell('waiting', sum(stats.map(({ waiting }) => waiting)))
    tell('nodes', least(all.map(({ nodes }) => nodes)))
    tell('up', least(all.map(({ state }) => UP[state])))
    const lags = stats.flatMap(({ lag }) => lag ?? [])
    this.#hadLag ||= lags.length > 0
    if (this.#hadLag) tell('lag', Math.max(0, ...lags) / 1_000)
  }

  /** Reads one, and counts what is new. */
  #take({ read, counts }: Source): InstrumentedBackplane {
    const now = read()
    for (const name of COUNTED) {
      this.#counts[name] += now.stats[name] - counts[name]
      counts[name] = now.stats[name]
    }
    return now
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const least = (values: readonly number[]) => (values.length === 0 ? 0 : Math.min(...values))
