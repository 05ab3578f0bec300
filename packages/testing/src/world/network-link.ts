import type { Clock, TransportState } from '@wse/protocol'
import type { Way } from './cargo.js'
import { chanceOf } from './chance.js'
import { Lane, type Slice } from './lane.js'
import type { Side, Ways, WorldLink } from './link-control.js'
import type { Party } from './party.js'
import type { Transcript } from './transcript.js'
import { type EndHost, WorldEnd } from './world-end.js'

/** What a link is made with. */
export interface LinkSetup {
  readonly id: number
  readonly clock: Clock
  readonly transcript: Transcript
  readonly seed: number
  readonly protocol: string
  readonly batches: boolean
  readonly client: Party
  /** Network address of the client. */
  readonly address: string
  /** As the client said it. */
  readonly url: string
  /** Where it leads to. */
  readonly place: Place
}

/** Where links lead to: a url, whether somebody is there or not. */
export interface Place {
  /** Who is there now. */
  readonly party: Party | null
  /** Whether anybody takes links. */
  readonly open: boolean
  admit(link: NetworkLink): void
}

const ABNORMAL = 1006

/** {@link WorldLink}, with what the world itself does to it. */
export class NetworkLink implements WorldLink, EndHost {
  readonly id: number
  readonly protocol: string
  readonly batches: boolean
  readonly address: string
  readonly url: string
  readonly place: Place
  readonly client: WorldEnd
  readonly server: WorldEnd
  readonly #setup: LinkSetup
  readonly #up: Lane
  readonly #down: Lane
  #chance: (() => number) | null = null
  #parted = false
  /** Dialled across a partition. */
  #stranded = false
  #broken = false
  /** Whether the server's end was ever given to a server. */
  #admitted = false

  constructor(setup: LinkSetup) {
    this.#setup = setup
    this.id = setup.id
    this.protocol = setup.protocol
    this.batches = setup.batches
    this.address = setup.address
    this.url = setup.url
    this.place = setup.place
    this.#up = this.#lane('up')
    this.#down = this.#lane('down')
    this.client = new WorldEnd(this, setup.client, this.#down, this.#up)
    this.server = new WorldEnd(this, setup.place.party, this.#up, this.#down)
  }

  /** Whether an end believes in it. */
  get alive(): boolean {
    return this.client.state !== 'closed' || (this.#admitted && this.server.state !== 'closed')
  }

  /** Whether it can only be cut. */
  get broken(): boolean {
    return this.#broken
  }

  get stalled(): boolean {
    return this.#up.stalled || this.#down.stalled
  }

  get admitted(): boolean {
    return this.#admitted
  }

  state(side: Side): TransportState {
    return this[side].state
  }

  dial(parted: boolean): void {
    this.note(`dials ${this.url}`)
    this.#stranded = parted
    if (parted) this.part()
    this.#up.push({ kind: 'open' })
  }

  /** Nobody listens there. */
  refuse(): void {
    this.note('refused')
    this.client.end(ABNORMAL, '')
    queueMicrotask(() => this.client.tell())
  }

  knock(): void {
    if (!this.place.open) {
      this.note('refused')
      return this.server.vanish(false)
    }
    this.#admitted = true
    this.server.party = this.place.party
    this.server.open()
    this.#down.push({ kind: 'opened' })
    this.place.admit(this)
  }

  cut(side?: Side): void {
    if (!this.alive) return
    this.note(side === undefined ? 'cut' : `cut at the ${side}`)
    this.#loseLanes('both')
    if (side !== 'server') this.#end('client')
    if (side !== 'client') this.#end('server')
  }

  halfOpen(ways: Ways = 'both'): void {
    if (!this.alive) return
    this.note(`half-open ${ways}`)
    this.#loseLanes(ways)
  }

  stall(ways: Ways = 'both'): void {
    if (!this.alive) return
    this.note(`stall ${ways}`)
    for (const lane of this.#lanes(ways)) lane.stall()
  }

  heal(ways: Ways = 'both'): void {
    if (!this.alive || this.#parted) return
    this.note(`heal ${ways}`)
    for (const lane of this.#lanes(ways)) lane.heal()
  }

  /** The two machines cannot reach each other. */
  part(): void {
    this.#parted = true
    this.stall()
  }

  /** They can again: whatever was open stays silent all the same, as if it had given up. */
  join(): void {
    this.#parted = false
    if (this.#stranded) this.heal()
    this.#stranded = false
  }

  latency(ms: number, jitter = 0): void {
    for (const lane of this.#lanes('both')) {
      lane.latency = ms
      lane.jitter = jitter
    }
  }

  slice(slice: Slice | null): void {
    for (const lane of this.#lanes('both')) lane.slice = slice
  }

  hold(): void {
    for (const lane of this.#lanes('both')) lane.hold()
  }

  release(): void {
    for (const lane of this.#lanes('both')) lane.release()
  }

  deliver(way: Way, count = 1): number {
    return this.#heldLane(way).deliver(count)
  }

  waiting(way: Way): number {
    return this.#laneOf(way).waiting
  }

  batch(way: Way, count: number): number {
    return this.#heldLane(way).join(count)
  }

  /** A process is gone: at the end it has of this link, if it has one. */
  lose(party: Party, silent: boolean): void {
    const side = this.client.party === party ? 'client' : 'server'
    const end = this[side]
    if (end.party !== party || end.state === 'closed') return
    // A server that was not reached yet is found to be gone when it is.
    if (side === 'server' && !this.#admitted) return end.wake()
    if (silent) this.#broken = true
    end.vanish(silent)
  }

  note(text: string): void {
    this.#setup.transcript.note(this.id, '', text)
  }

  #lane(way: Way): Lane {
    const { clock, transcript, id } = this.#setup
    return new Lane({ clock, transcript, link: id, way, chance: () => this.#draw() })
  }

  #draw(): number {
    this.#chance ??= chanceOf(this.#setup.seed, `link ${this.id}`)
    return this.#chance()
  }

  #laneOf(way: Way): Lane {
    return way === 'up' ? this.#up : this.#down
  }

  #lanes(ways: Ways): Lane[] {
    return ways === 'both' ? [this.#up, this.#down] : [this.#laneOf(ways)]
  }

  #heldLane(way: Way): Lane {
    const lane = this.#laneOf(way)
    if (!lane.held) throw new Error(`link ${this.id} is not held: call hold() first`)
    return lane
  }

  #loseLanes(ways: Ways): void {
    this.#broken = true
    for (const lane of this.#lanes(ways)) lane.lose()
  }

  /** In manual mode inside the call, as whatever the scenario does to a link by hand. */
  #end(side: Side): void {
    const end = this[side]
    end.end(ABNORMAL, '')
    if (this.#up.held) end.tell()
    else queueMicrotask(() => end.tell())
  }
}
