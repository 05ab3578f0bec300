import type { SendResult } from '@wse/protocol'
import type { Cid } from './cid.js'
import type { Delivery } from './fan-out.js'
import type { Member } from './member.js'
import type { ToldElsewhere } from './spread/abouts.js'

/**
 * What became of a message for one device, on any server. Of a user meant by name of whom no device is known: `offline`,
 * where all servers have said so; `unknown`, where one has not answered in time, and may have given it to a device.
 */
export type TargetResult =
  | { readonly cid: Cid; readonly conn_id: string; readonly result: SendResult }
  | { readonly cid: Cid; readonly conn_id?: undefined; readonly result: 'offline' | 'unknown' }

/**
 * What became of a message to a target. It was sent already: the counts are there at once. Awaited, it gives what became
 * of it for each device, and who is not here; that never rejects.
 *
 * @example
 * const report = server.to(['ann', 'bob']).send('news', 'hi')
 * if (report.sent === 0) for (const { cid, result } of await report) console.log(cid, result)
 */
export class SendReport implements Delivery, PromiseLike<readonly TargetResult[]> {
  /** Devices of this server it is on its way to. */
  readonly sent: number
  /** Devices it waits for: they are slow, or away. */
  readonly queued: number
  /** Devices that did not take it. */
  readonly dropped: number
  readonly #reported: Reported

  /** Made by a target. */
  constructor({ sent, queued, dropped }: Delivery, reported: Reported) {
    this.sent = sent
    this.queued = queued
    this.dropped = dropped
    this.#reported = reported
  }

  /** What `await` calls. */
  // biome-ignore lint/suspicious/noThenProperty: a report may be awaited, and need not be
  then<Got = readonly TargetResult[], Failed = never>(
    got?: ((results: readonly TargetResult[]) => Got | PromiseLike<Got>) | null,
    failed?: ((error: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Got | Failed> {
    return this.#each().then(got, failed)
  }

  async #each(): Promise<readonly TargetResult[]> {
    const { conns, results, absent, elsewhere } = this.#reported
    const here = conns.map(({ cid, conn_id }, i) => ({ cid, conn_id, result: results[i] as SendResult }))
    const told = await elsewhere
    const there = told === null ? [] : told.results.map(([cid, conn_id, result]) => ({ cid, conn_id, result }))
    const reached = new Set(there.map(({ cid }) => cid))
    const missing = absent().filter((cid) => !reached.has(cid))
    const resultFor = (cid: Cid) => (told?.silent.includes(cid) ? 'unknown' : 'offline')
    return [...here, ...there, ...missing.map((cid) => ({ cid, result: resultFor(cid) }) as const)]
  }
}

/** What a report is made of. */
export interface Reported {
  readonly conns: readonly Member[]
  readonly results: readonly SendResult[]
  /** Users meant by name who are not here. */
  readonly absent: () => readonly Cid[]
  /** What comes of it on other servers; null where there are none. */
  readonly elsewhere: PromiseLike<ToldElsewhere> | null
}
