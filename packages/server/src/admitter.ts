import { type Clock, type Transport, WSE_CLOSE, WSE_REASON, type WseError } from '@wse/protocol'
import { createId, FRAME, type Guard, type Hi, Link, type LinkSetup, legacyClose, NOBODY } from '@wse/protocol/internal'
import { clientAddress } from './admission/address.js'
import { Strangers } from './admission/strangers.js'
import { type ChallengeAs, challengeByContract, type IdentifyAs, identifyByContract } from './handshake/by-contract.js'
import { type Accepted, Handshake, type HandshakeHost } from './handshake/handshake.js'
import type { ChallengeGenerator } from './handshake/identify.js'
import type { ServerLimits } from './limits/server-limits.js'
import type { ServerSettings } from './options.js'
import type { Entrance } from './sessions/entrance/entrance.js'
import type { Owner } from './sessions/moving/questions.js'
import type { Reception } from './sessions/reception.js'
import type { LinkRequest } from './upgrade/link-request.js'
import type { TurnedAway } from './upgrade/turned-away.js'

/** What an admitter needs of its server. */
export interface Door {
  /** Asks other servers about a client before it is let in; null where there are none. Never rejects. */
  readonly enter: ((accepted: Accepted) => Promise<Entrance>) | null
  failed(error: WseError): void
  /** Whether the server closes, or drains, and takes nobody any more. */
  isShut(): boolean
}

/** Takes transports in: a link and a handshake for each; those who are accepted go to the reception. */
export class Admitter implements HandshakeHost {
  readonly clock: Clock
  readonly limits: ServerLimits
  readonly identify: IdentifyAs
  readonly guard: Guard | null
  readonly strangers: Strangers
  readonly failed: (error: WseError) => void
  readonly enter: HandshakeHost['enter']
  #generator: ChallengeAs | null = null
  readonly #links = new Set<Link>()
  readonly #handshakes = new Set<Handshake>()
  readonly #settings: ServerSettings
  readonly #reception: Reception
  readonly #isShut: () => boolean
  /** What links are made with, one for each protocol spoken here. */
  readonly #setups: readonly LinkSetup[]

  constructor(settings: ServerSettings, reception: Reception, door: Door) {
    const { clock, limits, identify, trustProxy, codecs, guard } = settings
    this.clock = clock
    this.limits = limits
    this.guard = guard
    this.identify = guard === null ? identify : identifyByContract(identify, guard, door.failed)
    this.failed = door.failed
    this.enter = door.enter
    this.#isShut = door.isShut
    this.#settings = settings
    this.#reception = reception
    const gone = (link: Link) => this.#links.delete(link)
    this.#setups = codecs.map((codec) => ({ codec, clock, limits, legacyClose, gone }))
    this.strangers = new Strangers(clock, limits.unauthenticatedPerAddress, trustProxy > 0)
  }

  /** Puts a challenge to clients, if set. */
  get generator(): ChallengeAs | null {
    return this.#generator
  }

  /** Sets who puts a challenge to clients. */
  challengeBy(generator: ChallengeGenerator): void {
    const { guard } = this
    this.#generator = guard === null ? generator : challengeByContract(generator, guard, this.failed)
  }

  /** Links of any kind: silent, authenticated, closing. */
  get links(): number {
    return this.#links.size
  }

  /** Links that are not authenticated yet. */
  get handshakes(): number {
    return this.#handshakes.size
  }

  /** Envelopes held for a later turn. */
  get held(): number {
    let held = 0
    for (const link of this.#links) held += link.held
    return held
  }

  /** Takes a transport. `address`: that of the client, where it is known already. */
  take(transport: Transport, request: LinkRequest, address?: string): void {
    const { limits } = this
    const setup = this.#setupFor(transport)
    const link = new Link(transport, setup ?? (this.#setups[0] as LinkSetup), NOBODY)
    if (link.ended) return
    this.#links.add(link)
    if (setup === undefined) return link.fault(`subprotocol ${transport.protocol} is not spoken here`)
    if (this.#isShut() || this.#links.size > limits.connections)
      return link.close(WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN)
    const from = address ?? clientAddress(request, this.#settings.trustProxy)
    this.#handshakes.add(new Handshake(link, this.#id(), from, request, this))
  }

  /** Tells a client why it is refused that would not see it in HTTP (P-31). */
  turnAway(transport: Transport, { code, goaway }: TurnedAway): void {
    const setup = this.#setupFor(transport) ?? (this.#setups[0] as LinkSetup)
    const link = new Link(transport, setup, NOBODY)
    if (link.ended) return
    this.#links.add(link)
    if (setup.codec.version === 5) link.tell(FRAME.GOAWAY, goaway)
    else link.version = 4
    link.close(code, goaway.reason)
  }

  over(handshake: Handshake): void {
    this.#handshakes.delete(handshake)
  }

  /** Closes every link; resolves when the last transport is gone. */
  async close(code: number, reason: string): Promise<void> {
    // Again, for upgrades that were under way.
    while (this.#links.size > 0) {
      const links = [...this.#links]
      for (const link of links) link.close(code, reason)
      await Promise.all(links.map((link) => link.gone))
    }
  }

  #setupFor({ protocol }: Transport): LinkSetup | undefined {
    // A transport without subprotocols speaks the first one.
    return protocol === '' ? this.#setups[0] : this.#setups.find(({ codec }) => codec.name === protocol)
  }

  /** Where there are several servers it begins with the one it is given at. */
  #id(): string {
    const { backplane } = this.#settings
    const id = createId(this.clock)
    return backplane === null ? id : `${backplane.node}~${id}`
  }

  /** @throws {WseError} if the welcome cannot be encoded; nothing has happened then */
  admit(accepted: Accepted): void {
    // It would only be sent away again.
    if (this.#isShut()) {
      this.#reception.left(accepted)
      return accepted.link.close(WSE_CLOSE.TRY_AGAIN, WSE_REASON.TRY_AGAIN)
    }
    this.#reception.admit(accepted)
  }

  left(accepted: Accepted): void {
    this.#reception.left(accepted)
  }

  ownerOf(hi: Hi): Owner | null | Promise<Owner | null> {
    return this.#reception.ownerOf(hi)
  }
}
