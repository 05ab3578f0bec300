import type { SendResult } from '@wse/protocol'
import type { Cid } from './cid.js'
import type { Delivery } from './fan-out.js'
import type { Member } from './member.js'

/** What became of a message for one device; or `offline`, for a user meant by name who is not here. */
export type TargetResult =
  | { readonly cid: Cid; readonly conn_id: string; readonly result: SendResult }
  | { readonly cid: Cid; readonly conn_id?: undefined; readonly result: 'offline' }

/**
 * What became of a message to a target. It was sent already: the counts are there at once. Awaited, it gives what became
 * of it for each device, and who is not here; that never rejects.
 *
 * @example
 * const report = server.to(['ann', 'bob']).send('news', 'hi')
 * if (report.sent === 0) for (const { cid, result } of await report) console.log(cid, result)
 */
export class SendReport implements Delivery, PromiseLike<readonly TargetResult[]> {
  /** Devices it is on its way to. */
  readonly sent: number
  /** Devices it waits for: they are slow, or away. */
  readonly queued: number
  /** Devices that did not take it. */
  readonly dropped: number
  readonly #conns: readonly Member[]
  readonly #results: readonly SendResult[]
  readonly #absent: () => readonly Cid[]

  /** Made by a target. */
  constructor(
    { sent, queued, dropped }: Delivery,
    conns: readonly Member[],
    results: readonly SendResult[],
    absent: () => readonly Cid[],
  ) {
    this.sent = sent
    this.queued = queued
    this.dropped = dropped
    this.#conns = conns
    this.#results = results
    this.#absent = absent
  }

  /** What `await` calls. */
  // biome-ignore lint/suspicious/noThenProperty: a report may be awaited, and need not be
  then<Got = readonly TargetResult[], Failed = never>(
    got?: ((results: readonly TargetResult[]) => Got | PromiseLike<Got>) | null,
    failed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Got | Failed> {
    return Promise.resolve(this.#each()).then(got, failed)
  }

  #each(): readonly TargetResult[] {
    const reached = this.#conns.map(({ cid, conn_id }, i) => ({ cid, conn_id, result: this.#results[i] as SendResult }))
    return [...reached, ...this.#absent().map((cid) => ({ cid, result: 'offline' as const }))]
  }
}
