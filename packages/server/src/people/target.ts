import { type Payload, type SendOptions, type SendResult, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { PublishOptions } from '../topics/publication.js'
import { ask, type DeviceCallOptions, type TargetAnswer } from './asking.js'
import type { Exception } from './excepted.js'
import type { Delivery } from './fan-out.js'
import { type DeviceInfo, infoOf, type Member, type Reachable } from './member.js'
import { SendReport } from './report.js'
import type { Selection } from './selection.js'
import { tell, type Voice } from './tell.js'

/** What became of something for nobody. */
const NOTHING: Delivery = { sent: 0, queued: 0, dropped: 0 }

/** How the members of a target are reached. */
export interface Reach<Conn extends Member> {
  readonly voice: Voice
  deviceOf(conn: Conn): Reachable
}

/**
 * Some devices of some users, to be told or asked something. Who they are is looked up anew by each method, so a target
 * may be kept.
 *
 * @example
 * server.to('ann').send('news', { unread: 3 })
 * const answers = await server.to(['ann', 'bob']).call('confirm', 'Shall we?', { device: 'any' })
 */
export class Target<Conn extends Member = Member> {
  readonly #selection: Selection<Conn>
  readonly #reach: Reach<Conn>

  /** Made by a server. */
  constructor(selection: Selection<Conn>, reach: Reach<Conn>) {
    this.#selection = selection
    this.#reach = reach
  }

  /**
   * The same without some: users, devices, or a list of them.
   *
   * @throws {WseError} `INVALID_OPTION`
   * @example
   * server.to(room).except(conn).send('typing', conn.cid)
   */
  except(exception: Exception): Target<Conn> {
    return new Target(this.#selection.except(exception), this.#reach)
  }

  /**
   * Sends a message to all of them, encoded once, at once. What it returns counts; awaited, it tells of each.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendReport {
    const { conns, absent } = this.#selection.look()
    const results: SendResult[] = []
    const { voice, deviceOf } = this.#reach
    const delivery = tell(voice, conns.map(deviceOf), type, payload, options, results)
    return new SendReport(delivery, conns, results, absent)
  }

  /**
   * Publishes an event to those of them alone that are subscribed to the topic; for the others it is `dropped`. It is in no
   * history. What it returns counts; awaited, it tells of each.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   * @example
   * server.to('ann').publish('chat:lobby', 'whisper', { from: 'bob', text: 'hi' })
   */
  publish(topic: string, event: string, data?: Payload, options?: PublishOptions): SendReport {
    const { conns, absent } = this.#selection.look()
    const devices = conns.map(this.#reach.deviceOf)
    const results: SendResult[] = []
    const delivery = devices[0]?.publisher.publishTo(devices, topic, event, data, options, results) ?? NOTHING
    return new SendReport(delivery, conns, results, absent)
  }

  /**
   * Calls a procedure of one device of each user, or of all. Resolves to how it ended for each of them; who is not here
   * has `NO_CLIENT_CONNECTION`.
   *
   * @throws {WseError} (by rejection) only what is wrong for everyone: `INVALID_NAME`, `INVALID_OPTION`
   * @example
   * for (const answer of await server.to(team).call('vote', motion, { timeout: 30_000 })) {
   *   if (answer.ok) count(answer.cid, answer.value)
   * }
   */
  async call(rp: string, payload?: Payload, options?: DeviceCallOptions): Promise<TargetAnswer[]> {
    const { conns, absent } = this.#selection.look()
    const lastActed = (conn: Conn) => this.#reach.deviceOf(conn).lastActed
    return ask({ rp, payload, options }, { conns, absent: absent(), lastActed })
  }

  /** What is known of each device. */
  async devices(): Promise<DeviceInfo[]> {
    return this.#selection.conns().map(infoOf)
  }

  /** Whether any of them has a link now. */
  async isOnline(): Promise<boolean> {
    return this.#selection.conns().some(({ state }) => state === 'live')
  }

  /** Disconnects all of them for good: they do not come back by themselves. */
  drop(reason: string = WSE_REASON.BY_SERVER): void {
    this.#close(WSE_CLOSE.DROPPED, reason)
  }

  /** Takes the authorisation of all of them back: closes them with 4503, and refuses what they want resumed. */
  revoke(): void {
    this.#close(WSE_CLOSE.REVOKED, WSE_REASON.REVOKED)
  }

  #close(code: number, reason: string): void {
    for (const conn of this.#selection.conns()) this.#reach.deviceOf(conn).close(code, reason)
  }
}
