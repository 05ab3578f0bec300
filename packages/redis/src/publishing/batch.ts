import type { Data } from '@wse/protocol'
import type { HistoryBounds, NodeId, PublishResult, Receipt, Subject } from '@wse/protocol/backplane'
import type { Argument } from '../connection/connection.js'
import { type Frame, frameOf, KIND, keptHead } from '../frames/frame.js'
import { type Names, wellFormed } from '../names.js'
import { resultOf } from './results.js'

/** Characters and bytes up to which messages to one subject make one frame. */
const LONGEST_RUN = 65_536

/** What a message costs beyond its body, about. */
const OVERHEAD = 64

/** Told what became of the messages of a batch, each once. */
export type Settle = (result: PublishResult, receipt: Receipt | undefined) => void

/** What is published in one turn to one shard. Messages to one subject that follow each other become one frame. */
export class Batch {
  /** What the script is given, but for what is not finished. */
  readonly args: Argument[] = []
  /** Characters and bytes, about. */
  bytes = 0
  /** Whether there is something in it that is no message. */
  hasProbe = false
  /** Whether something in it is kept. */
  isKept = false
  readonly #names: Names
  readonly #node: NodeId
  /** For each message who is told; what there is no receipt for is counted all the same. */
  readonly #receipts: (Receipt | undefined)[] = []
  /** How many messages each answer of the script is for. */
  readonly #shares: number[] = []
  /** The run that is not finished: its messages have the numbers from `#first` on. */
  #subject: Subject = ''
  #bodies: Data[] = []
  #first = 0
  #runBytes = 0

  /** `epoch`: for histories that begin in it. */
  constructor(names: Names, node: NodeId, epoch: string) {
    this.#names = names
    this.#node = node
    this.args.push(epoch)
  }

  /** Messages in it. */
  get size(): number {
    return this.#receipts.length
  }

  /** Adds a message that is kept nowhere. */
  add(seq: number, subject: Subject, body: Data, receipt: Receipt | undefined): void {
    const runs = this.#bodies.length
    const follows = seq === this.#first + runs && subject === this.#subject && this.#runBytes < LONGEST_RUN
    if (runs > 0 && !follows) this.#finishRun()
    if (this.#bodies.length === 0) {
      this.#subject = subject
      this.#first = seq
    }
    // Its owner may write into it at once.
    this.#bodies.push(typeof body === 'string' ? body : new Uint8Array(body))
    this.#runBytes += body.length
    this.#note(body.length, receipt)
  }

  /** Adds a message that is kept. */
  keep(
    seq: number,
    subject: Subject,
    body: Data,
    bounds: HistoryBounds,
    key: string | undefined,
    receipt: Receipt | undefined,
  ): void {
    this.#finishRun()
    this.isKept = true
    const isText = typeof body === 'string'
    this.args.push('', wellFormed(subject), keptHead(this.#node, seq, body))
    this.args.push(isText ? KIND.TEXT : KIND.BYTES, isText ? body : Buffer.from(body))
    this.args.push(String(bounds.size), String(bounds.ttl), String(bounds.bytes), key ?? '')
    this.#shares.push(1)
    this.#note(body.length + subject.length, receipt)
  }

  /** Adds something that is no message, as it is. */
  raw(channel: string, frame: Frame): void {
    this.hasProbe = true
    this.#finishRun()
    this.args.push(channel, frame)
    this.#shares.push(0)
  }

  /** Nothing is added any more: gives what the script is given. */
  finish(): Argument[] {
    this.#finishRun()
    return this.args
  }

  /** Settles all by the answer of the script, whose first member is the time. */
  answered(answer: readonly unknown[], settle: Settle): void {
    let at = 0
    for (let share = 0; share < this.#shares.length; share++) {
      const end = at + (this.#shares[share] as number)
      const said = answer[share + 1]
      if (at === end) continue
      const result = resultOf(said)
      for (; at < end; at++) settle(result, this.#receipts[at])
    }
  }

  /** Settles all alike. */
  all(result: PublishResult, settle: Settle): void {
    for (const receipt of this.#receipts) settle(result, receipt)
  }

  #note(bytes: number, receipt: Receipt | undefined): void {
    this.bytes += bytes + OVERHEAD
    this.#receipts.push(receipt)
  }

  #finishRun(): void {
    if (this.#bodies.length === 0) return
    this.args.push(this.#names.channel(this.#subject), frameOf(this.#node, this.#first, this.#bodies))
    this.#shares.push(this.#bodies.length)
    this.#bodies = []
    this.#runBytes = 0
  }
}
