import type { Data, Flushable, Transport } from '@wse/protocol'

/** Something an end of a pair did, or that happened to the link. What transports answer by themselves is left out. */
export type LogEntry =
  | { readonly from: 'a' | 'b'; readonly act: 'frame'; readonly data: Data }
  | { readonly from: 'a' | 'b'; readonly act: 'close'; readonly code: number; readonly reason: string }
  | { readonly from: 'a' | 'b'; readonly act: 'terminate' }
  | { readonly from: 'link'; readonly act: 'cut' }

/** A {@link Transport} with everything it may have that does not come from HTTP. */
export interface FullTransport
  extends Required<
    Omit<Transport, 'refusal' | 'bytesRead' | 'bytesWritten' | 'tellDrain' | 'afterTurn' | 'sendShared'>
  > {
  readonly refusal?: undefined
  readonly bytesRead?: undefined
  readonly bytesWritten?: undefined
  /** Only where batches were asked for. */
  readonly afterTurn?: ((waiting: Flushable) => void) | undefined
}

/** One end of an in-memory pair: a {@link FullTransport}, and a view into it. */
export interface MemoryTransport extends FullTransport {
  /** Every frame this end wrote, in order. */
  readonly sent: readonly Data[]
  /** Every frame that arrived at this end, in order. */
  readonly received: readonly Data[]
  /** How long what this end writes from now on takes, in ms; order is kept. */
  delay: number
  /** Loses the link: both ends see 1006 at once, what was on its way is lost. */
  cut(): void
}
