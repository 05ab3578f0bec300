import type { Data } from '../../transport/transport.js'
import type { NodeId, PublishFailure, PublishResult, PublishSetup, Receipt, Subject } from '../backplane.js'
import type { Engine } from './engine.js'
import type { Link } from './link.js'
import type { Command } from './turns.js'

/** Told what became of what it published. */
export interface Publisher {
  readonly node: NodeId
  published(result: PublishResult, receipt: Receipt | undefined): void
}

/** Something that is published, in its turn. */
export class Publication implements Command {
  readonly #engine: Engine
  readonly #publisher: Publisher
  /** That over which it was said; null where there was none. */
  readonly #link: Link | null
  readonly #seq: number
  readonly #subject: Subject
  readonly #body: Data
  readonly #setup: PublishSetup | undefined
  readonly #receipt: Receipt | undefined

  constructor(
    engine: Engine,
    publisher: Publisher,
    link: Link | null,
    seq: number,
    subject: Subject,
    body: Data,
    setup: PublishSetup | undefined,
    receipt: Receipt | undefined,
  ) {
    this.#engine = engine
    this.#publisher = publisher
    this.#link = link
    this.#seq = seq
    this.#subject = subject
    this.#body = body
    this.#setup = setup
    this.#receipt = receipt
  }

  run(): void {
    this.#publisher.published(this.#result(), this.#receipt)
  }

  #result(): PublishResult {
    if (this.#link === null) return failed('down')
    if (!this.#link.open) return failed('timeout')
    return this.#engine.publish(this.#publisher.node, this.#seq, this.#subject, this.#body, this.#setup)
  }
}

function failed(reason: PublishFailure): PublishResult {
  return { ok: false, reason, detail: 'the hub does not answer' }
}
