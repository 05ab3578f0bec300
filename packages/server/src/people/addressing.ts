import { type Payload, type SendOptions, WSE_ERROR, WSE_REASON, WseError } from '@wse/protocol'
import { invalidOption, optionGroup } from '@wse/protocol/internal'
import type { Ambient, Current } from '../ambient/ambient.js'
import {
  type DeviceCallOptions,
  type DeviceChoice,
  noConnection,
  type Question,
  type TargetAnswer,
  theAnswer,
} from './asking.js'
import type { Cid } from './cid.js'
import { Excepted, type Exception } from './excepted.js'
import type { Addressee, Delivery } from './fan-out.js'
import { connsOf } from './identity.js'
import type { PublishesTo } from './member.js'
import { isCid } from './named.js'
import { everybody, scopeOf, selectionOf, type TargetOf } from './parse-target.js'
import { deviceOf, type WseConnection, type WseIdentity } from './people.js'
import type { SendReport } from './report.js'
import type { PeopleElsewhere } from './spread/people-elsewhere.js'
import { EVERYBODY, scopeOfUser } from './spread/scope.js'
import { Target } from './target.js'
import { tell, type Voice } from './tell.js'

/** How a message is sent to everyone. */
export interface BroadcastOptions extends SendOptions {
  /** Who is left out: users, connections, or a list of these. @default nobody */
  except?: Exception | undefined
}

/** What is revoked. */
export interface RevokeOptions {
  /** One connection of the user. @default all */
  conn_id?: string | undefined
}

/** What a server finds its people by. */
export interface Directory {
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  /** All devices that are here. */
  readonly devices: Iterable<Addressee>
  readonly ambient: Ambient
  readonly voice: Voice
  /** People on other servers; null where there are none. */
  readonly elsewhere: PeopleElsewhere | null
  readonly publisher: PublishesTo
}

/** Gives a server what it finds its people by, once. For this package alone. */
export let openDirectory: (server: Addressing, directory: Directory) => void

/** How a server reaches its people: by name, by device, by what they say about themselves, or as whoever is served now. */
export abstract class Addressing {
  #directory!: Directory

  static {
    openDirectory = (server, directory) => {
      server.#directory = directory
    }
  }

  /**
   * Sends a message to everyone, encoded once. What it gives counts those on this server.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   */
  broadcast(type: string, payload?: Payload, options?: BroadcastOptions): Delivery {
    const { clients, devices, voice, elsewhere } = this.#directory
    const { except, ...given } = optionGroup('options', options)
    const to = except === undefined ? devices : everybody(clients).except(except).conns().map(deviceOf)
    if (elsewhere === null) return tell(voice, to, type, payload, given)
    const scope = { ...EVERYBODY, excepted: except === undefined ? [] : [Excepted.of(except)] }
    return tell(voice, to, type, payload, given, { elsewhere: (said) => elsewhere.say(scope, said) })
  }

  /**
   * Sends a message to all devices of one user; to nobody if the user is not here. What it gives counts those on this
   * server; `to(cid).send()` tells of all.
   *
   * @throws {WseError} as `broadcast`
   */
  send(cid: Cid, type: string, payload?: Payload, options?: SendOptions): Delivery {
    const { clients, voice, elsewhere } = this.#directory
    const user = clients.get(cid)
    const devices = user === undefined ? [] : connsOf(user).map(deviceOf)
    if (elsewhere === null) return tell(voice, devices, type, payload, options)
    return tell(voice, devices, type, payload, options, { elsewhere: (said) => elsewhere.say(scopeOfUser(cid), said) })
  }

  /** Disconnects a user with all devices, for good. Does nothing if the user is not here. */
  dropClient(cid: Cid, reason: string = WSE_REASON.NO_REASON): void {
    if (isCid(cid)) this.to(cid).drop(reason)
  }

  /**
   * Takes an authorisation back: closes the user's devices, or one of them, with 4503, and refuses what they want resumed.
   * Whether the user may come in anew is for `identify` to say.
   */
  revoke(cid: Cid, { conn_id }: RevokeOptions = {}): void {
    if (!isCid(cid)) return
    this.to(conn_id === undefined ? cid : { cid, conn_id }).revoke()
  }

  /**
   * Some people, to be told or asked something. An empty list is nobody; of devices named twice each counts once.
   *
   * @throws {WseError} `INVALID_OPTION` for what is no target, '', 0 and nothing among it; with other servers,
   * `UNSERIALIZABLE`, `TOO_DEEP`, `INVALID_OPTION` for a `where` that cannot be said to them
   * @example
   * server.to(['ann', 'bob']).send('news', 'hi')
   * server.to((conn) => conn.remote_addr.startsWith('10.')).send('maintenance')
   * server.to({ where: { meta: { role: 'admin' } } }).except(conn).send('joined', conn.cid)
   */
  to(target: TargetOf): Target<WseConnection> {
    const { clients, voice, elsewhere, publisher } = this.#directory
    const reach = { voice, elsewhere, publisher, deviceOf }
    const selection = selectionOf(target, clients)
    return new Target(selection, reach, elsewhere && scopeOf(target, (meta) => elsewhere.written(meta)))
  }

  /**
   * Calls a procedure of one user: resolves to the value, or rejects. With `device: 'all'`, to how it ended for each.
   *
   * @throws {WseError} (by rejection) `NO_CLIENT_CONNECTION` if the user is not here, and as `conn.call`
   * @example
   * const sure = await server.call('ann', 'confirm', 'Delete everything?', { device: 'any', timeout: 60_000 })
   */
  call<const Choice extends DeviceChoice = 'latest'>(
    cid: Cid,
    rp: string,
    payload?: Payload,
    options?: DeviceCallOptions<Choice>,
  ): Promise<Choice extends 'all' ? TargetAnswer[] : Payload> {
    const { clients, elsewhere } = this.#directory
    if (elsewhere !== null) return this.#callAnywhere(cid, { rp, payload, options })
    const user = clients.get(cid)
    return user === undefined ? Promise.reject(noConnection(cid)) : user.call(rp, payload, options)
  }

  /** Whether a user has a device with a link now. @throws {WseError} (by rejection) `INVALID_OPTION` for no id of a user */
  async isOnline(cid: Cid): Promise<boolean> {
    return this.to(cid).isOnline()
  }

  /**
   * Runs an HTTP route or a job on behalf of a user: within it, and all it awaits, `current()` is that user and `reply()`
   * reaches them. Gives what `run` gives. The first use makes every promise of a Node 20 process slower.
   *
   * @throws {WseError} `INVALID_OPTION` for no id of a user; and what `run` throws
   * @example
   * app.post('/orders', (req, res) => server.as(req.user.id, () => order(req.body)))
   */
  as<Result>(cid: Cid, run: () => Result): Result {
    if (!isCid(cid)) throw invalidOption('cid', 'takes the id of a user')
    if (typeof run !== 'function') throw invalidOption('run', 'takes a function')
    return this.#directory.ambient.run({ cid }, run)
  }

  /** On whose behalf this runs: within `as`, and, with `ambient: true`, within handlers; else null. */
  current(): Current | null {
    return this.#directory.ambient.current
  }

  /**
   * Sends a message to all devices of the current user.
   *
   * @throws {WseError} `NO_CLIENT_CONNECTION` where there is no current user; and as `broadcast`
   */
  reply(type: string, payload?: Payload, options?: SendOptions): SendReport {
    const current = this.current()
    if (current !== null) return this.to(current.cid).send(type, payload, options)
    const message = 'there is no current user: outside of as(), and, without ambient: true, of handlers'
    throw new WseError(WSE_ERROR.NO_CLIENT_CONNECTION, {}, { message })
  }

  async #callAnywhere(cid: Cid, question: Question): Promise<Payload> {
    const { rp, payload, options } = question
    return theAnswer(question, await this.to(cid).call(rp, payload, options))
  }
}
