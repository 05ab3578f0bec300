import type { SendOptions } from '@wse/protocol'
import type { ExceptedIds } from '../people/excepted.js'

/** What a letter says of an event, beside its frames. */
export interface EventAbout {
  /** Protocols of the frames. */
  readonly c: readonly string[]
  /** Name of the topic, where the subject is not its own. */
  readonly t?: string | undefined
  /** Lengths of all beginnings of that name to whose subjects it was published. */
  readonly p?: readonly number[] | undefined
  /** Who is left out. */
  readonly x?: ExceptedIds | undefined
  /** How it is sent. */
  readonly o?: SendOptions | undefined
  /** Whether its data are bytes. */
  readonly b?: true | undefined
  /** Its key in the history. */
  readonly k?: string | undefined
}
