import { type Payload, type SendOptions, WSE_ERROR, WseError } from '@wse/protocol'
import { invalidOption } from '@wse/protocol/internal'
import type { Ambient, Current } from '../ambient/ambient.js'
import { type DeviceCallOptions, type DeviceChoice, noConnection, type TargetAnswer } from './asking.js'
import type { Cid } from './cid.js'
import { isCid } from './named.js'
import { selectionOf, type TargetOf } from './parse-target.js'
import { deviceOf, type WseConnection, type WseIdentity } from './people.js'
import type { SendReport } from './report.js'
import { Target } from './target.js'
import type { Voice } from './tell.js'

/** What a server finds its people by. */
export interface Directory {
  readonly clients: ReadonlyMap<Cid, WseIdentity>
  readonly ambient: Ambient
  readonly voice: Voice
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
   * Some people, to be told or asked something. An empty list is nobody; of devices named twice each counts once.
   *
   * @throws {WseError} `INVALID_OPTION` for what is no target, '', 0 and nothing among it
   * @example
   * server.to(['ann', 'bob']).send('news', 'hi')
   * server.to((conn) => conn.remote_addr.startsWith('10.')).send('maintenance')
   * server.to({ where: { meta: { role: 'admin' } } }).except(conn).send('joined', conn.cid)
   */
  to(target: TargetOf): Target<WseConnection> {
    const { clients, voice } = this.#directory
    return new Target(selectionOf(target, clients), { voice, deviceOf })
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
    const user = this.#directory.clients.get(cid)
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
}
