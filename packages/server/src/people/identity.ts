import { type Payload, type SendOptions, type SendResult, WSE_REASON } from '@wse/protocol'
import { askUser, type DeviceCallOptions, type DeviceChoice, type TargetAnswer, theAnswer } from './asking.js'
import type { Cid } from './cid.js'
import { type DeviceInfo, infoOf, type Member } from './member.js'
import { Selection } from './selection.js'
import type { PeopleElsewhere } from './spread/people-elsewhere.js'
import { scopeOfUser } from './spread/scope.js'
import { type Reach, Target } from './target.js'
import { type Beyond, tell } from './tell.js'

/** Lets a connection of a user in, and out. For this package alone. */
export let enterUser: <Conn extends Member>(user: Identity<Conn>, conn: Conn) => void
export let leaveUser: <Conn extends Member>(user: Identity<Conn>, conn: Conn) => void
/** The connections of a user, oldest first. */
export let connsOf: <Conn extends Member>(user: Identity<Conn>) => readonly Conn[]
/** Puts the connections of a user behind others. */
export let gatherConns: <Conn extends Member>(user: Identity<Conn>, conns: Conn[]) => void

/** One user, with all devices that are connected to this server now, whatever those are. */
export class Identity<Conn extends Member> {
  /** Id of the user. */
  readonly cid: Cid
  /** What the user's first connection said about itself. */
  readonly meta: Payload
  readonly #reach: Reach<Conn>
  /** The device of a user who has one: a map is made for the second, or for who asks. */
  #only: Conn | null = null
  #conns: Map<string, Conn> | null = null

  static {
    enterUser = (user, conn) => {
      if (user.#conns === null && user.#only === null) user.#only = conn
      else user.conns.set(conn.conn_id, conn)
    }
    leaveUser = (user, conn) => {
      user.#conns?.delete(conn.conn_id)
      if (user.#only === conn) user.#only = null
    }
    connsOf = (user) => {
      if (user.#conns !== null) return [...user.#conns.values()]
      return user.#only === null ? [] : [user.#only]
    }
    gatherConns = (user, conns) => {
      if (user.#only !== null) conns.push(user.#only)
      else if (user.#conns !== null) for (const conn of user.#conns.values()) conns.push(conn)
    }
  }

  /** Made by a server. */
  constructor(cid: Cid, meta: Payload, reach: Reach<Conn>) {
    this.cid = cid
    this.meta = meta
    this.#reach = reach
  }

  /** The user's connections to this server by `conn_id`, oldest first. */
  get conns(): Map<string, Conn> {
    if (this.#conns === null) {
      this.#conns = new Map(connsOf(this).map((conn) => [conn.conn_id, conn]))
      this.#only = null
    }
    return this.#conns
  }

  /**
   * Sends a message to all devices of this user, on all servers, encoded once. What it gives tells of those on this
   * server: `'queued'` if it waits for any of them, `'dropped'` if none took it.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`, `UNSERIALIZABLE`, `TOO_DEEP`
   */
  send(type: string, payload?: Payload, options?: SendOptions): SendResult {
    const { voice, elsewhere, deviceOf } = this.#reach
    const devices = connsOf(this).map(deviceOf)
    const beyond = elsewhere === null ? undefined : beyondHere(elsewhere, this.cid)
    const { sent, queued } = tell(voice, devices, type, payload, options, beyond)
    if (queued > 0) return 'queued'
    return sent > 0 ? 'sent' : 'dropped'
  }

  /** What is known of each device of this user on this server, oldest first; of all servers: `server.to(cid).devices()`. */
  get devices(): DeviceInfo[] {
    return connsOf(this).map(infoOf)
  }

  /**
   * Calls a procedure of this user, on whatever server: of the device that acted last, of `any`, or of `all`. Resolves to
   * the value, or rejects; with `device: 'all'` to how it ended for each.
   *
   * @throws {WseError} (by rejection) `NO_CLIENT_CONNECTION`, `INVALID_OPTION`, and as `conn.call`
   * @example
   * const code = await ann.call('askForCode', undefined, { device: 'any', timeout: 60_000 })
   */
  call<const Choice extends DeviceChoice = 'latest'>(
    rp: string,
    payload?: Payload,
    options?: DeviceCallOptions<Choice>,
  ): Promise<Choice extends 'all' ? TargetAnswer[] : Payload> {
    const question = { rp, payload, options }
    const { elsewhere, deviceOf } = this.#reach
    if (elsewhere !== null) return this.#everywhere.call(rp, payload, options).then((all) => theAnswer(question, all))
    const lastActed = (conn: Conn) => deviceOf(conn).lastActed
    return askUser(this.cid, question, { conns: connsOf(this), lastActed })
  }

  /** Takes back the authorisation of all devices, or of one, on all servers: see `server.revoke`. */
  revoke(conn_id?: string): void {
    const { cid } = this
    if (conn_id === undefined) this.#everywhere.revoke()
    else this.#target([{ cid, conn_id }]).revoke()
  }

  /** Disconnects all devices of this user, on all servers. */
  drop(reason: string = WSE_REASON.BY_SERVER): void {
    this.#everywhere.drop(reason)
  }

  /** All devices of this user. */
  get #everywhere(): Target<Conn> {
    return this.#target(null)
  }

  /** `named`: which devices; null for all. */
  #target(named: readonly { cid: Cid; conn_id: string }[] | null): Target<Conn> {
    const { cid } = this
    const isNamed = (conn: Conn) => named === null || named.some(({ conn_id }) => conn_id === conn.conn_id)
    const selection = new Selection(() => connsOf(this).filter(isNamed), named === null ? [cid] : [])
    const scope = named === null ? scopeOfUser(cid) : { ...scopeOfUser(cid), users: [], devices: named }
    return new Target(selection, this.#reach, scope)
  }
}

/** How something is said to a user on other servers. */
function beyondHere(elsewhere: PeopleElsewhere, cid: Cid): Beyond {
  const scope = scopeOfUser(cid)
  return { elsewhere: (said) => elsewhere.say(scope, said) }
}
