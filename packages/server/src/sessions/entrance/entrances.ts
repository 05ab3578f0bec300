import { WSE_CLOSE, WSE_REASON, WSE_RESET } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'
import { isAnonymous } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { userOf, userSubject } from '../../backplane/subjects.js'
import type { Accepted } from '../../handshake/handshake.js'
import type { Cid } from '../../people/cid.js'
import type { Member } from '../../people/member.js'
import { type Owner, type OwnerAbout, type ReleaseAbout, type Released, SESSIONS } from '../moving/questions.js'
import { type Arrived, readMoved } from '../moving/state.js'
import type { ServerSession } from '../server-session.js'
import type { Sessions } from '../sessions.js'
import { nodeOf } from '../tokens.js'
import type { Devices } from './devices.js'
import type { Entrance } from './entrance.js'
import type { DeviceOf } from './entry.js'
import type { Fences } from './fences.js'
import { type Give, Meanwhile } from './meanwhile.js'

/** Milliseconds another server has to give a session up. */
const RELEASE_WITHIN = 2_000

/** Servers a session is looked for at, one after the other, as each says where it has gone. */
const MOST_HOPS = 4

/** What entrances work with. */
export interface EntranceParts {
  readonly cluster: Cluster
  readonly sessions: Sessions
  readonly devices: Devices
  readonly fences: Fences
  /** All that is known of the devices of a user on other servers; null where nobody wants to know. */
  readonly describe: ((cid: Cid) => Promise<readonly Member[]>) | null
  /** Whether sessions outlive their links here, so that one may come from elsewhere. */
  readonly keeps: boolean
}

/** What another server said of a session. */
interface Said {
  readonly verdict: Entrance['verdict']
  readonly arrived: Arrived | null
}

const NOTHING: Said = { verdict: null, arrived: null }

const NOBODY: readonly Meanwhile[] = Object.freeze([])

const nothing = () => {}

/** That of a client whose session is here. */
const STANDING: Entrance = {
  stands: true,
  others: [],
  described: null,
  replaced: [],
  verdict: null,
  arrived: null,
  settle: nothing,
}

const SUPERSEDED: Said['verdict'] = { is: 'refused', code: WSE_CLOSE.SUPERSEDED, reason: WSE_REASON.SUPERSEDED }

const UNKNOWN: Said = {
  verdict: { is: 'new', why: WSE_RESET.UNKNOWN_SESSION, received: 0, replaces: undefined },
  arrived: null,
}

/**
 * Lets clients in where there are several servers: fetches a session from where it was, and notes the device among those of
 * its user. All of it is done before the client is told that it is in, so that nothing said to its user misses it.
 */
export class Entrances {
  readonly #parts: EntranceParts
  /** What is said to users meanwhile, whose devices are about to be here. */
  readonly #meanwhile = new Map<Cid, Set<Meanwhile>>()
  /** Sessions that are fetched now, by the token they are fetched with: until they are here, or will not be. */
  readonly #fetched = new Map<string, Promise<void>>()
  /** Gives one letter to one device. */
  #give: Give = nothing

  constructor(parts: EntranceParts) {
    this.#parts = parts
  }

  /** Clients on their way in. */
  get size(): number {
    return this.#meanwhile.size
  }

  /** Sets who gives what was said meanwhile. */
  giveBy(give: Give): void {
    this.#give = give
  }

  /** Resolves once the session of a token is here that is on its way, or will not be; at once where there is none. */
  async arrival(token: string): Promise<void> {
    await this.#fetched.get(token)
  }

  /** Whose session a token of another server is of; null if nobody knows. Never rejects. */
  async ownerOf(token: string, node: NodeId): Promise<Owner | null> {
    const { asks, backplane } = this.#parts.cluster
    // A client may say anything.
    if (!backplane.nodes.has(node)) return null
    const about: OwnerAbout = { token }
    try {
      const { value } = await asks.askNode(node, SESSIONS.OWNER, about, { timeout: RELEASE_WITHIN })
      return value as Owner | null
    } catch {
      return null
    }
  }

  /** The server that has issued the token a client offers, if it is another one. */
  issuerOf({ hi }: Pick<Accepted, 'hi'>): NodeId | null {
    const { cluster, sessions, keeps } = this.#parts
    if (hi.resume === undefined || hi.v === undefined || !keeps || sessions.knows(hi.resume.token)) return null
    const node = sessions.movedTo(hi.resume.token) ?? nodeOf(hi.resume.token)
    return node === cluster.node ? null : node
  }

  /** Never rejects. */
  async enter(accepted: Accepted): Promise<Entrance> {
    const { hi } = accepted
    const { resume } = hi
    // It came before, and lost its link since: it goes on with what that brings.
    if (resume !== undefined) await this.arrival(resume.token)
    if (this.#stands(accepted)) return STANDING
    const issuer = this.issuerOf(accepted)
    const fetched = issuer === null || resume === undefined ? nothing : this.#fetches(resume.token)
    const expected = await this.#hear(expectedOf(accepted))
    const { verdict, arrived } = issuer === null ? NOTHING : await this.#fetch(accepted, issuer)
    const cid = arrived?.cid ?? accepted.cid
    const heard = cid === expected.cid ? expected : await this.#hear(cid)
    if (heard !== expected) this.#unhear(expected)
    return this.#note(accepted, { verdict, arrived }, heard, fetched)
  }

  /** Notes the device among those of its user. */
  async #note(accepted: Accepted, { verdict, arrived }: Said, heard: Meanwhile, done: () => void): Promise<Entrance> {
    const { cluster, devices, fences, describe } = this.#parts
    const { hi, id } = accepted
    const { instance, attempt, keep, from } = hi
    const { cid } = heard
    const conn_id = arrived?.conn_id ?? id
    heard.arriving = arrived?.conn_id ?? null
    const [all] = await Promise.all([
      devices.enter(cid, { conn_id, instance, attempt, order: arrived?.order }),
      keep && instance !== undefined ? fences.claim(conn_id, cid, instance, attempt) : null,
    ])
    const isOwn = (device: DeviceOf) => instance !== undefined && device.instance === instance
    const others = all.filter((device) => !isOwn(device) && (from === undefined || device.instance !== from))
    const own = all.filter((device) => isOwn(device) && device.node !== cluster.node)
    const isTold = describe !== null && others.some(({ node }) => node !== cluster.node)
    let isSettled = false
    return {
      stands: false,
      others,
      described: describe === null ? null : isTold ? await describe(cid) : [],
      replaced: isUntouched(verdict) ? [] : own,
      verdict: own.some((device) => isNewer(device, attempt)) ? SUPERSEDED : verdict,
      arrived,
      settle: (session) => {
        if (isSettled) return
        isSettled = true
        this.#unhear(heard)
        if (session?.conn_id !== conn_id) this.#forget(conn_id)
        if (session !== null) this.#tell(session, heard, arrived)
        done()
      },
    }
  }

  /** Nothing of a device remains that is not to be. */
  #forget(conn_id: string): void {
    this.#parts.devices.leave(conn_id)
    this.#parts.fences.drop(conn_id)
  }

  /** Gives what was said meanwhile: to one that has come, what it has not heard where it was. */
  #tell({ conn_id }: ServerSession, heard: Meanwhile, arrived: Arrived | null): void {
    if (arrived?.conn_id === conn_id) heard.tell(arrived, this.#give)
    else heard.tellNewcomer(conn_id, this.#give)
  }

  /** A session is fetched; gives what is to be called once it is here, or will not be. */
  #fetches(token: string): () => void {
    let done = nothing
    const fetched = new Promise<void>((resolve) => {
      done = resolve
    })
    this.#fetched.set(token, fetched)
    return () => {
      if (this.#fetched.get(token) === fetched) this.#fetched.delete(token)
      done()
    }
  }

  /** Something was said to a user, or to everybody. */
  take(cid: Cid | null, arrival: Arrival): void {
    for (const meanwhile of this.#meant(cid)) meanwhile.add(arrival)
  }

  /** The same by this server itself. */
  ownSaid(arrival: Arrival): void {
    for (const meanwhile of this.#meant(userOf(arrival.message.subject))) meanwhile.addOwn(arrival)
  }

  /** Devices of a user that are on their way from another server: they get what is said meanwhile. */
  arriving(cid: Cid): readonly string[] {
    return this.#meant(cid).flatMap(({ arriving }) => arriving ?? [])
  }

  /** On the way here of a user, or of everybody. */
  #meant(cid: Cid | null): readonly Meanwhile[] {
    if (this.#meanwhile.size === 0) return NOBODY
    const meant = cid === null ? [...this.#meanwhile.values()] : [this.#meanwhile.get(cid) ?? []]
    return meant.flatMap((some) => [...some])
  }

  /** Whether the session is here that the client wants back: its device is noted, and its user heard. */
  #stands({ hi, cid, link }: Accepted): boolean {
    const { sessions } = this.#parts
    if (hi.resume === undefined || hi.v === undefined || !sessions.knows(hi.resume.token)) return false
    return sessions.judge(hi, cid, link.codec.name).is === 'resumed'
  }

  async #fetch({ hi, cid, link }: Accepted, issuer: NodeId): Promise<Said> {
    const { asks, backplane } = this.#parts.cluster
    const { resume, instance, attempt } = hi
    if (resume === undefined) return NOTHING
    const about: ReleaseAbout = {
      resume,
      instance,
      attempt,
      isAnonymous: isAnonymous(hi.identity),
      cid,
      protocol: link.codec.name,
    }
    let node = issuer
    for (let hop = 0; hop < MOST_HOPS && backplane.nodes.has(node); hop++) {
      try {
        const { value, frames } = await asks.askNode(node, SESSIONS.RELEASE, about, { timeout: RELEASE_WITHIN })
        const released = value as Released
        if (released.is === 'moved') return { verdict: null, arrived: { ...readMoved(released.about, frames), node } }
        if (released.is !== 'gone') return { verdict: verdictOf(released), arrived: null }
        node = released.to
      } catch {
        return UNKNOWN
      }
    }
    return UNKNOWN
  }

  /** Resolves once whatever is said to a user arrives here, and is kept for who is on the way. */
  async #hear(cid: Cid): Promise<Meanwhile> {
    const { interest } = this.#parts.cluster
    const meanwhile = new Meanwhile(cid)
    const some = this.#meanwhile.get(cid) ?? new Set()
    this.#meanwhile.set(cid, some.add(meanwhile))
    interest.add(userSubject(cid))
    await interest.attached(userSubject(cid))
    return meanwhile
  }

  #unhear(meanwhile: Meanwhile): void {
    const { cid } = meanwhile
    const some = this.#meanwhile.get(cid)
    some?.delete(meanwhile)
    if (some?.size === 0) this.#meanwhile.delete(cid)
    this.#parts.cluster.interest.remove(userSubject(cid))
  }
}

/** Whose session it is going to be, as far as that can be known before it is here. */
function expectedOf({ hi, cid, owner }: Accepted): Cid {
  const isByToken = owner?.anonymous === true && isAnonymous(hi.identity) && owner.instance === hi.instance
  return isByToken ? owner.cid : cid
}

/** Whether a newer hello of the same client was heard elsewhere (PROTOCOL.md, P-58). */
const isNewer = (device: DeviceOf, attempt: number | undefined) =>
  attempt !== undefined && device.attempt !== undefined && device.attempt >= attempt

/** Whether what the client had is left alone (PROTOCOL.md, P-56). */
const isUntouched = (verdict: Said['verdict']) => verdict?.is === 'new' && verdict.why === WSE_RESET.TOKEN_REUSED

type Final = Exclude<Released, { is: 'moved' } | { is: 'gone' }>

const verdictOf = (released: Final): Said['verdict'] =>
  released.is === 'refused' ? released : { ...released, replaces: undefined }
