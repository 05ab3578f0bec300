import type { Clock, Data } from '@wse/protocol'
import type { NodeId, PublishResult, PublishSetup, Receipt, Subject } from '@wse/protocol/backplane'
import { isForgotten } from '../connection/ioredis.js'
import type { Link } from '../connection/link.js'
import type { Names } from '../names.js'
import { PUBLISH, PUBLISH_KEPT } from '../scripts/publish.js'
import { Batch } from './batch.js'
import type { Epochs } from './epochs.js'
import { failed, resultOfError } from './results.js'

/** Messages, and bytes of them, after which a turn is not waited for: the engine does nothing else meanwhile. */
const MOST_MESSAGES = 512
const MOST_BYTES = 262_144

/** A turn that begins sooner than this after the last one, in ms, is likely to have company. */
const SOON = 0.03

const TOO_LATE = failed('down', 'the engine took it too late')

/** What a publisher works with. */
export interface PublisherParts {
  readonly node: NodeId
  readonly names: Names
  readonly clock: Clock
  readonly epochs: Epochs
  /** Characters and bytes that may wait for an answer. */
  readonly bufferedBytes: number
  /** What was published for its echo was published. */
  probed(): void
  /** What was published for its echo was not, or may not have been. `again`: it would be if it were published again. */
  unheard(again: boolean): void
  /** Something went wrong that is nobody's answer. */
  failed(error: unknown): void
}

/** What this node publishes to one shard: all of a turn at once, in order. */
export class Publisher {
  /** The number of what was published last. */
  seq = 0
  published = 0
  failures = 0
  readonly #parts: PublisherParts
  #link: Link | null = null
  /** Why there is none. */
  #why = 'the engine was not reached yet'
  #batch: Batch | null = null
  #waitingBytes = 0
  #endedAt = Number.NEGATIVE_INFINITY

  constructor(parts: PublisherParts) {
    this.#parts = parts
  }

  /** From now on it can be published. */
  open(link: Link): void {
    this.#link = link
  }

  /** From now on it cannot; what did not leave has certainly not been published. */
  close(why: string): void {
    this.#link = null
    this.#why = why
    const batch = this.#batch
    this.#batch = null
    batch?.all(failed('down', why), this.#settleLater)
  }

  /** Publishes; returns its number. */
  publish(subject: Subject, body: Data, setup: PublishSetup | undefined, receipt: Receipt | undefined): number {
    const seq = ++this.seq
    const refused = this.#refusal()
    if (refused !== null) {
      this.#settleLater(refused, receipt)
      return seq
    }
    const batch = this.#current()
    const history = setup?.history
    if (history === undefined) batch.add(seq, subject, body, receipt)
    else batch.keep(seq, subject, body, history, setup?.key, receipt)
    if (batch.size >= MOST_MESSAGES || batch.bytes >= MOST_BYTES) this.flush()
    return seq
  }

  /** Publishes something that is no message, for its echo. */
  probe(channel: string, frame: string): void {
    if (this.#link === null) return
    this.#current().raw(channel, frame)
    this.flush()
  }

  /** Everything said so far leaves. */
  flush(): void {
    const batch = this.#batch
    const link = this.#link
    if (batch === null || link === null) return
    this.#batch = null
    this.#endedAt = this.#parts.clock.now()
    void this.#send(link, batch)
  }

  #refusal(): PublishResult | null {
    if (this.#link === null) return failed('down', this.#why)
    const { bufferedBytes } = this.#parts
    if (this.#waitingBytes + (this.#batch?.bytes ?? 0) < bufferedBytes) return null
    return failed('overflow', `more than ${bufferedBytes} bytes wait for the engine`)
  }

  #current(): Batch {
    if (this.#batch !== null) return this.#batch
    const { names, node, epochs, clock } = this.#parts
    this.#batch = new Batch(names, node, epochs.next())
    // Where turns follow closely, the sockets that are read in the same round have something to say as well.
    if (clock.now() - this.#endedAt < SOON) setImmediate(this.#flush)
    else queueMicrotask(this.#flush)
    return this.#batch
  }

  readonly #flush = (): void => this.flush()

  async #send(link: Link, batch: Batch): Promise<void> {
    const { bytes } = batch
    this.#waitingBytes += bytes
    try {
      const answer = await link.run(batch.isKept ? PUBLISH_KEPT : PUBLISH, batch.finish())
      this.#waitingBytes -= bytes
      if (answer.length > 1) this.#answered(link, batch, answer)
      else this.#unsent(batch, TOO_LATE, true)
    } catch (error) {
      this.#waitingBytes -= bytes
      this.#unsent(batch, resultOfError(error), isForgotten(error))
    }
  }

  #answered(link: Link, batch: Batch, answer: readonly unknown[]): void {
    batch.answered(answer, this.#settle)
    if (batch.hasProbe) this.#parts.probed()
    for (const said of answer) if (said instanceof Error) link.heed(said.message)
  }

  #unsent(batch: Batch, result: PublishResult, again: boolean): void {
    batch.all(result, this.#settle)
    if (batch.hasProbe) this.#parts.unheard(again)
  }

  readonly #settle = (result: PublishResult, receipt: Receipt | undefined): void => {
    if (result.ok) this.published++
    else this.failures++
    if (receipt === undefined) return
    try {
      receipt.settle(result)
    } catch (thrown) {
      this.#parts.failed(thrown)
    }
  }

  /** Nobody is told inside `publish`. */
  readonly #settleLater = (result: PublishResult, receipt: Receipt | undefined): void => {
    queueMicrotask(() => this.#settle(result, receipt))
  }
}
