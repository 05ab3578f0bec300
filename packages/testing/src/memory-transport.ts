import type { Data, Transport } from '@wse/protocol'

/** Something an end of a pair did, or that happened to the link. What transports answer by themselves is left out. */
export type LogEntry =
  | { readonly from: 'a' | 'b'; readonly act: 'frame'; readonly data: Data }
  | { readonly from: 'a' | 'b'; readonly act: 'close'; readonly code: number; readonly reason: string }
  | { readonly from: 'a' | 'b'; readonly act: 'terminate' }
  | { readonly from: 'link'; readonly act: 'cut' }

/** One end of an in-memory pair: a {@link Transport} with everything optional, and a view into it. */
export interface MemoryTransport extends Required<Transport> {
  /** Every frame this end wrote, in order. */
  readonly sent: readonly Data[]
  /** Every frame that arrived at this end, in order. */
  readonly received: readonly Data[]
  /** How long what this end writes from now on takes, in ms; order is kept. */
  delay: number
  /** Loses the link: both ends see 1006 at once, what was on its way is lost. */
  cut(): void
}
