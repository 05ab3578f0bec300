import type { NodeId } from '@wse/protocol/backplane'
import { isAnonymous } from '@wse/protocol/internal'
import type { Arrival, Cluster } from '../../backplane/cluster.js'
import { userOf, userSubject } from '../../backplane/subjects.js'
import type { Accepted } from '../../handshake/handshake.js'
import type { Cid } from '../../people/cid.js'
import type { Member } from '../../people/member.js'
import { type Owner, type OwnerAbout, type ReleaseAbout, type Released, SESSIONS } from '../moving/questions.js'
import { type Arrived, readMoved } from '../moving/state.js'
import type { Sessions, Verdict } from '../sessions.js'
import { nodeOf } from '../tokens.js'
import type { Devices } from './devices.js'
import type { Entrance } from './entrance.js'
import type { Fences } from './fences.js'
import { Meanwhile } from './meanwhile.js'

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
  described: [],
  replaced: [],
  verdict: null,
  arrived: null,
  settle: nothing,
  undo: nothing,
}

const UNKNOWN: Said = {
  verdict: { is: 'new', why: 'unknown-session', received: 0, replaces: undefined },
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

  constructor(parts: EntranceParts) {
    this.#parts = parts
  }

  /** Clients on their way in. */
  get size(): number {
    return this.#meanwhile.size
  }

  /** Whose session a token of another server is of; null if nobody knows. Never rejects. */
  async ownerOf(token: string, node: NodeId): Promise<Owner | null> {
    const { asks } = this.#parts.cluster
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
    const { cluster, sessions } = this.#parts
    if (hi.resume === undefined || sessions.knows(hi.resume.token)) return null
    const node = sessions.movedTo(hi.resume.token) ?? nodeOf(hi.resume.token)
    return node === cluster.node ? null : node
  }

  /** Never rejects. */
  async enter(accepted: Accepted): Promise<Entrance> {
    const { cluster, devices, fences } = this.#parts
    const { hi, id, owner } = accepted
    if (this.#stands(accepted)) return STANDING
    const isByToken = owner?.anonymous === true && isAnonymous(hi.identity) && owner.instance === hi.instance
    const cid = isByToken ? owner.cid : accepted.cid
    const subject = userSubject(cid)
    const meanwhile = this.#hear(cid)
    cluster.interest.add(subject)
    await cluster.interest.attached(subject)
    const issuer = this.issuerOf(accepted)
    const { verdict, arrived } = issuer === null ? NOTHING : await this.#fetch(accepted, issuer)
    const conn_id = arrived?.conn_id ?? id
    const { instance, keep } = hi
    const [all] = await Promise.all([
      devices.enter(cid, conn_id, instance),
      keep && instance !== undefined ? fences.claim(conn_id, cid, instance) : null,
    ])
    const isReplaced = ({ instance }: { instance: string | undefined }) =>
      instance !== undefined && instance === hi.instance
    const others = all.filter((device) => !isReplaced(device) && (hi.from === undefined || device.instance !== hi.from))
    const { describe } = this.#parts
    const isTold = describe !== null && others.some(({ node }) => node !== cluster.node)
    return {
      stands: false,
      others,
      described: isTold ? await describe(cid) : [],
      replaced: all.filter((device) => isReplaced(device) && device.node !== cluster.node),
      verdict,
      arrived,
      settle: () => this.#forget(cid, meanwhile, arrived),
      undo: () => {
        this.#forget(cid, meanwhile, null)
        cluster.interest.remove(subject)
        devices.leave(conn_id)
        fences.drop(conn_id)
      },
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

  /** On the way here of a user, or of everybody. */
  #meant(cid: Cid | null): readonly Meanwhile[] {
    if (this.#meanwhile.size === 0) return NOBODY
    const meant = cid === null ? [...this.#meanwhile.values()] : [this.#meanwhile.get(cid) ?? []]
    return meant.flatMap((some) => [...some])
  }

  /** Whether the session is here that the client wants back: its device is noted, and its user heard. */
  #stands({ hi, cid, link }: Accepted): boolean {
    const { sessions } = this.#parts
    if (hi.resume === undefined || !sessions.knows(hi.resume.token)) return false
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

  #hear(cid: Cid): Meanwhile {
    const meanwhile = new Meanwhile(cid)
    const some = this.#meanwhile.get(cid) ?? new Set()
    this.#meanwhile.set(cid, some.add(meanwhile))
    return meanwhile
  }

  /** Gives what was said meanwhile, and the session that came has not heard. */
  #forget(cid: Cid, meanwhile: Meanwhile, arrived: Arrived | null): void {
    const some = this.#meanwhile.get(cid)
    some?.delete(meanwhile)
    if (some?.size === 0) this.#meanwhile.delete(cid)
    if (arrived !== null) meanwhile.tell(arrived, this.#give)
  }

  /** Gives one letter to one device. Set by who can. */
  #give: (conn_id: string, cid: Cid, arrival: Arrival) => void = () => {}

  /** Sets who gives what was said meanwhile. */
  giveBy(give: (conn_id: string, cid: Cid, arrival: Arrival) => void): void {
    this.#give = give
  }
}

function verdictOf(released: Exclude<Released, { is: 'moved' } | { is: 'gone' }>): Exclude<Verdict, { is: 'resumed' }> {
  return released.is === 'refused' ? released : { ...released, replaces: undefined }
}
