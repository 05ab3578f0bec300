import { type Payload, type SendOptions, type SendResult, WSE_CLOSE, WSE_REASON } from '@wse/protocol'
import type { PublishOptions } from '../topics/publication.js'
import { ask, type DeviceCallOptions, type TargetAnswer } from './asking.js'
import { Excepted, type Exception } from './excepted.js'
import { type DeviceInfo, infoOf, type Member, type PublishesTo, type Reachable } from './member.js'
import { SendReport } from './report.js'
import type { Selection } from './selection.js'
import type { ToldElsewhere } from './spread/abouts.js'
import { askEverywhere } from './spread/asking-everywhere.js'
import type { MemberElsewhere } from './spread/member-elsewhere.js'
import type { PeopleElsewhere } from './spread/people-elsewhere.js'
import type { Scope } from './spread/scope.js'
import { type Said, tell, type Voice } from './tell.js'

/** How the members of a target are reached. */
export interface Reach<Conn extends Member> {
  readonly voice: Voice
  /** Those on other servers; null where there are none. */
  readonly elsewhere: PeopleElsewhere | null
  readonly publisher: PublishesTo
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
  /** Who is meant on other servers; null for nobody. */
  readonly #scope: Scope | null

  /** Made by a server. */
  constructor(selection: Selection<Conn>, reach: Reach<Conn>, scope: Scope | null) {
    this.#selection = selection
    this.#reach = reach
    this.#scope = reach.elsewhere && scope
  }

  /**
   * The same without some: users, devices, or a list of them.
   *
   * @throws {WseError} `INVALID_OPTION`
   * @example
   * server.to(room).except(conn).send('typing', conn.cid)
   */
  except(exception: Exception): Target<Conn> {
    const scope = this.#scope && { ...this.#scope, excepted: [...this.#scope.excepted, Excepted.of(exception)] }
    return new Target(this.#selection.except(exception), this.#reach, scope)
  }

  /**
   * Sends a message to all of them, encoded once, at once. What it returns counts; awaited, it tells of each.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendReport {
    const { conns, absent } = this.#selection.look()
    const results: SendResult[] = []
    const { voice, deviceOf, elsewhere } = this.#reach
    const scope = this.#scope
    let reported: Promise<ToldElsewhere> | null = null
    const report = (said: Said) => {
      if (scope !== null) reported = elsewhere?.report(scope, said) ?? null
    }
    const delivery = tell(voice, conns.map(deviceOf), type, payload, options, { results, elsewhere: report })
    return new SendReport(delivery, { conns, results, absent, elsewhere: reported })
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
    const { publisher, elsewhere } = this.#reach
    const delivery = publisher.publishTo(devices, topic, event, data, options, results)
    const encoded = this.#scope && publisher.encoded({ topic, event, data }, options)
    const reported = this.#scope && encoded && (elsewhere?.publish(this.#scope, encoded) ?? null)
    return new SendReport(delivery, { conns, results, absent, elsewhere: reported })
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
    const { elsewhere, deviceOf } = this.#reach
    const audience = { conns, absent: absent(), lastActed: (conn: Conn) => deviceOf(conn).lastActed }
    const scope = this.#scope
    if (elsewhere === null || scope === null) return ask({ rp, payload, options }, audience)
    const idle = (conn: Conn) => deviceOf(conn).idle
    return askEverywhere({ rp, payload, options }, { ...audience, scope, idle }, elsewhere)
  }

  /** What is known of each device. */
  async devices(): Promise<DeviceInfo[]> {
    const here = this.#selection.conns().map(infoOf)
    return [...here, ...(await this.#elsewhere()).map(infoOf)]
  }

  /** Whether any of them has a link now. */
  async isOnline(): Promise<boolean> {
    if (this.#selection.conns().some(({ state }) => state === 'live')) return true
    return (await this.#elsewhere()).some(({ state }) => state === 'live')
  }

  /** Disconnects all of them for good: they do not come back by themselves. */
  drop(reason: string = WSE_REASON.BY_SERVER): void {
    this.#close(WSE_CLOSE.DROPPED, reason)
  }

  /** Takes the authorisation of all of them back: closes them with 4503, and refuses what they want resumed. */
  revoke(): void {
    this.#close(WSE_CLOSE.REVOKED, WSE_REASON.REVOKED)
  }

  /** Those who are meant on other servers. */
  async #elsewhere(): Promise<readonly MemberElsewhere[]> {
    return this.#scope === null ? [] : ((await this.#reach.elsewhere?.devices(this.#scope)) ?? [])
  }

  #close(code: number, reason: string): void {
    for (const conn of this.#selection.conns()) this.#reach.deviceOf(conn).close(code, reason)
    if (this.#scope !== null) this.#reach.elsewhere?.close(this.#scope, code, reason)
  }
}
