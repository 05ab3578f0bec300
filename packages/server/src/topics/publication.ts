import type { SendOptions } from '@wse/protocol'
import { invalidOption, isKey, knownMembers, optionGroup } from '@wse/protocol/internal'
import type { Exception } from '../people/excepted.js'
import type { Delivery } from '../people/fan-out.js'

/** How one event is published. An event that may give way to others (`volatile`, `latest`) is in no history. */
export interface PublishOptions extends Pick<SendOptions, 'volatile' | 'latest' | 'compress'> {
  /** Who does not get it. @default nobody: who published it gets it, too */
  except?: Exception | undefined
  /** Names the event, up to 128 characters: published again while the history has it, nothing happens. @default none */
  key?: string | undefined
}

/** What became of an event that was published: for how many devices it is on its way, waits, or was dropped. */
export class Publication implements Delivery {
  sent = 0
  queued = 0
  dropped = 0
  /** Where it stands in the history; undefined without one. */
  readonly offset: number | undefined
  /** Names that history. */
  readonly epoch: string | undefined
  /** Whether it had been published before, by its key. */
  readonly repeated: boolean

  constructor(position?: { readonly offset: number; readonly epoch: string }, repeated = false) {
    this.offset = position?.offset
    this.epoch = position?.epoch
    this.repeated = repeated
  }
}

const MEMBERS = ['volatile', 'latest', 'compress', 'except', 'key']

/** @throws {WseError} `INVALID_OPTION` */
export function checkPublishOptions(options: PublishOptions | undefined, hasHistory: boolean): void {
  if (options === undefined) return
  knownMembers('options', optionGroup('options', options), MEMBERS)
  const { key, volatile, latest } = options
  // What one end takes for volatile and the other does not would be counted by one of them alone.
  if (volatile !== undefined && typeof volatile !== 'boolean') throw invalidOption('volatile', 'takes true or false')
  if (key === undefined) return
  if (!isKey(key)) throw invalidOption('key', 'takes a text of 1 to 128 characters')
  if (volatile || latest !== undefined || !hasHistory)
    throw invalidOption('key', 'names what the history of a topic keeps')
}
