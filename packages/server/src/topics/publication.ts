import type { SendOptions } from '@wse/protocol'
import type { PublishFailure, PublishResult, Receipt } from '@wse/protocol/backplane'
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

/** What became of an event in the end: whether it is on its way to all servers, and where it stands in the history. */
export class PublishOutcome {
  /** Whether it was published. */
  readonly ok: boolean
  /** Where it stands in the history; undefined without one, and where it was not published. */
  readonly offset: number | undefined
  /** Names that history. */
  readonly epoch: string | undefined
  /** Whether it had been published before, by its key. */
  readonly repeated: boolean
  /** Why it was not published, or, with `timeout`, may not have been; undefined if it was. */
  readonly reason: PublishFailure | undefined
  /** What the engine said to that, if anything. */
  readonly detail: string | undefined

  /** Made by a publication. */
  constructor(result: PublishResult) {
    this.ok = result.ok
    const { position, repeated = false } = result.ok ? result : {}
    this.offset = position?.offset
    this.epoch = position?.epoch
    this.repeated = repeated
    const { reason, detail } = result.ok ? {} : result
    this.reason = reason
    this.detail = detail
  }
}

/**
 * What became of an event that was published. It counts for how many devices here it is on its way, waits, or was dropped.
 * On one server all of it is there at once. With a backplane nothing is yet, and awaited it gives the outcome; that never
 * rejects.
 *
 * @example
 * const { ok, reason } = await server.publish('room:42', 'said', { text: 'hello' })
 * if (!ok) console.warn(`not published: ${reason}`)
 */
export class Publication implements Delivery, PromiseLike<PublishOutcome>, Receipt {
  sent = 0
  queued = 0
  dropped = 0
  /** Where it stands in the history; undefined without one, and while it is not known. */
  offset: number | undefined
  /** Names that history. */
  epoch: string | undefined
  /** Whether it had been published before, by its key. */
  repeated = false
  #result: PublishResult | null
  #waiting: ((outcome: PublishOutcome) => void)[] | null = null

  /** Made by a server. `result`: null if it is not known yet. */
  constructor(result: PublishResult | null) {
    this.#result = null
    if (result !== null) this.#take(result)
  }

  /** Whether it is not known yet what became of it. */
  get pending(): boolean {
    return this.#result === null
  }

  /** Called by the backplane. */
  settle(result: PublishResult): void {
    this.#take(result)
    const waiting = this.#waiting
    this.#waiting = null
    for (const tell of waiting ?? []) tell(new PublishOutcome(result))
  }

  /** What `await` calls. */
  // biome-ignore lint/suspicious/noThenProperty: a publication may be awaited, and need not be
  then<Got = PublishOutcome, Failed = never>(
    got?: ((outcome: PublishOutcome) => Got | PromiseLike<Got>) | null,
    failed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Got | Failed> {
    return this.#outcome().then(got, failed)
  }

  #take(result: PublishResult): void {
    this.#result = result
    if (!result.ok) return
    this.offset = result.position?.offset
    this.epoch = result.position?.epoch
    this.repeated = result.repeated === true
  }

  #outcome(): Promise<PublishOutcome> {
    if (this.#result !== null) return Promise.resolve(new PublishOutcome(this.#result))
    return new Promise((resolve) => {
      this.#waiting ??= []
      this.#waiting.push(resolve)
    })
  }
}

/** What is published on one server is on its way at once. */
export const PUBLISHED: PublishResult & { readonly ok: true } = Object.freeze({ ok: true, receivers: 1 })

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
