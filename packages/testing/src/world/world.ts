import type { Transport } from '@wse/protocol'
import { jsonCodec } from '@wse/protocol/wire'
import { createTestClock, type TestClock } from '../test-clock.js'
import { chanceOf } from './chance.js'
import { Host } from './host.js'
import type { WorldLink } from './link-control.js'
import { NetworkLink, type Place } from './network-link.js'
import type {
  CrashOptions,
  WakeOptions,
  WorldClient,
  WorldClientOptions,
  WorldOptions,
  WorldServer,
} from './options.js'
import { Party } from './party.js'
import { type ShakeOptions, shake } from './shake.js'
import { takeDown } from './take-down.js'
import { Transcript } from './transcript.js'

/**
 * Creates a world: servers and clients, the links between them, one time for all and one seed. Nothing in it takes real
 * time, and what happens follows from the seed and the scenario alone.
 *
 * @example
 * const world = createWorld({
 *   seed: 7,
 *   latency: 20,
 *   server: (env) => new WseServer({ ...env, identify }),
 *   client: (env) => new WseClient({ ...env, re: true }),
 * })
 * const server = world.server()
 * const client = world.client()
 * const connected = client.connect('ann')
 * await world.advance(100)
 * world.link(client).cut()
 */
export function createWorld<Server extends WorldServer, Client extends WorldClient>(
  options: WorldOptions<Server, Client>,
): World<Server, Client> {
  return new World(options)
}

/** A client of a world, and what the world knows of it. */
interface Guest {
  readonly party: Party
  readonly address: string
  /** Servers out of its reach. */
  readonly parted: Set<Place>
  readonly links: NetworkLink[]
}

/** Servers, clients and the links between them, on one clock and one seed. Made by {@link createWorld}. */
export class World<Server extends WorldServer, Client extends WorldClient> {
  /** The time of the world. Each party has a clock of its own that follows it. */
  readonly clock: TestClock
  /** What its chance follows from. */
  readonly seed: number
  readonly #options: WorldOptions<Server, Client>
  readonly #transcript: Transcript
  readonly #hosts: Host<Server>[] = []
  readonly #hostOf = new Map<Server, Host<Server>>()
  readonly #guests = new Map<Client, Guest>()
  readonly #links: NetworkLink[] = []
  #random: (() => number) | null = null
  #shakes: (() => number) | null = null
  #stopShaking: (() => void) | null = null
  #closing: Promise<string[]> | null = null

  /** Use {@link createWorld}. */
  constructor(options: WorldOptions<Server, Client>) {
    this.#options = options
    this.seed = options.seed ?? 1
    this.clock = createTestClock({ seed: this.seed })
    this.#transcript = new Transcript(this.clock)
  }

  /** Starts a server, at a url of its own. @throws {Error} for a name that is taken */
  server(name: string = numbered('server', this.#hosts.length)): Server {
    if (this.#hosts.some((host) => host.name === name)) throw new Error(`there is a server ${name} already`)
    const host = new Host(name, { clock: this.clock, seed: this.seed, server: this.#options.server })
    this.#hosts.push(host)
    return this.#start(host)
  }

  /** Makes a client. It connects when it is told to. @throws {Error} if there is no server to be its */
  client(options: WorldClientOptions<Server> = {}): Client {
    const { to = this.#hosts[0]?.url, name = numbered('client', this.#guests.size) } = options
    if (to === undefined) throw new Error('there is no server: make one first, or say to: url')
    const count = this.#guests.size
    const guest: Guest = {
      party: new Party(name, this.clock, this.seed, count + 1),
      address: `10.0.${count >> 8}.${count & 255}`,
      parted: new Set(),
      links: [],
    }
    const url = typeof to === 'string' ? to : this.urlOf(to)
    const transport = (target: string) => this.#dial(guest, target)
    const client = this.#options.client({ clock: guest.party.clock, url, transport }, name)
    this.#guests.set(client, guest)
    return client
  }

  /** Where a server is, or was. */
  urlOf(server: Server): string {
    return this.#host(server).url
  }

  /** The newest link of a client. @throws {Error} if it has dialled none yet */
  link(client: Client): WorldLink {
    const { links, party } = this.#guest(client)
    const newest = links.at(-1)
    if (newest === undefined) throw new Error(`${party.name} has made no link yet`)
    return newest
  }

  /** Links of a client, or of all, oldest first; those that have ended, too. */
  links(client?: Client): readonly WorldLink[] {
    return [...(client === undefined ? this.#links : this.#guest(client).links)]
  }

  /**
   * Nothing passes between these two any more, and neither is told: their links stall, new ones stay `connecting`.
   */
  partition(client: Client, server: Server): void {
    const { party, parted, links } = this.#guest(client)
    const host = this.#host(server)
    this.#note(`partition ${party.name} | ${host.name}`)
    parted.add(host)
    for (const link of links) if (link.place === host) link.part()
  }

  /**
   * They reach each other again: links dialled meanwhile open. Those from before stay silent, as streams do that were
   * given up, unless `link.heal()` says otherwise.
   */
  join(client: Client, server: Server): void {
    const { party, parted, links } = this.#guest(client)
    const host = this.#host(server)
    this.#note(`join ${party.name} | ${host.name}`)
    parted.delete(host)
    for (const link of links) if (link.place === host) link.join()
  }

  /** Nobody listens there any more: new links end with 1006 at once, those there are go on. */
  refuse(server: Server): void {
    this.#listen(server, false)
  }

  /** Ends what {@link refuse} began. */
  admit(server: Server): void {
    this.#listen(server, true)
  }

  /**
   * The process is gone: its timers never fire, and nothing it still does has an effect. What it had sent arrives, and
   * then 1006; with `silent` neither does. New links are refused until {@link restart}; a client stays gone.
   *
   * @throws {Error} if it is gone already
   */
  crash(who: Server | Client, options: CrashOptions = {}): void {
    const { silent = false } = options
    const party = this.#party(who)
    if (party === null || party.gone) throw new Error('it is gone already')
    this.#note(`crash ${party.name}${silent ? ' silently' : ''}`)
    const host = this.#hostOf.get(who as Server)
    if (host) host.vanish()
    else party.vanish()
    for (const link of this.#links) link.lose(party, silent)
  }

  /** Makes the server anew at the same url; one that is still there crashes first. */
  restart(server: Server): Server {
    const host = this.#host(server)
    if (host.server !== null) this.crash(host.server)
    return this.#start(host)
  }

  /** Until it wakes its timers do not fire, and nothing arrives at it. */
  sleep(who: Server | Client): void {
    const party = this.#party(who)
    if (party?.awake !== true || party.gone) return
    this.#note(`sleep ${party.name}`)
    party.sleep()
  }

  /**
   * It wakes: timers that are overdue fire, one a turn, and then what waited arrives. Its clock has gone on meanwhile, or
   * with `clock: 'stops'` stood still, so that no timer is overdue.
   */
  wake(who: Server | Client, options: WakeOptions = {}): void {
    const party = this.#party(who)
    if (party === null || party.awake) return
    this.#note(`wake ${party.name}`)
    party.wake(options.clock ?? 'jumps')
    // After the timers, which were set before this one.
    this.clock.setTimer(() => {
      for (const { client, server } of this.#links)
        for (const end of [client, server]) end.party === party && end.wake()
    }, 0)
  }

  /** Faults by chance on every link, from now on; another call replaces them. @throws {RangeError} for `every` of 0 */
  shake(options: ShakeOptions): void {
    this.#stopShaking?.()
    this.#shakes ??= chanceOf(this.seed, 'shake')
    const { clock } = this
    this.#note('shake')
    this.#stopShaking = shake(options, { clock, chance: this.#shakes, links: this.#links, calm: () => this.calm() })
  }

  /** Ends {@link shake}. Whatever is stalled heals, whatever is half-open is cut, so that all can recover. */
  calm(): void {
    this.#stopShaking?.()
    this.#stopShaking = null
    this.#note('calm')
    for (const link of this.#links) {
      if (link.broken) link.cut()
      else if (link.stalled) link.heal()
    }
  }

  /** Lets `ms` milliseconds pass. Rejects with what a timer throws. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms)
  }

  /** Lets everything happen that needs no time. */
  settle(): Promise<void> {
    return this.clock.settle()
  }

  /** A number in [0, 1) for the scenario; what the ends draw does not change it. */
  random(): number {
    this.#random ??= chanceOf(this.seed, 'scenario')
    return this.#random()
  }

  /** Lines of the transcript so far. */
  get events(): number {
    return this.#transcript.length
  }

  /**
   * What happened: a line an event with its time in ms, the link, the direction, and the act. What travels has a number
   * in its direction: `3 ["add",[1,2],1]` is written, `3 arrives` or `3 is lost`.
   */
  transcript(): string {
    return this.#transcript.toString()
  }

  /**
   * Takes everything down: networks work again, clients disconnect, servers close. Crashed ones are left alone.
   *
   * @returns what was left behind, a line each; empty when all is well
   */
  close(): Promise<string[]> {
    this.#closing ??= this.#takeDown()
    return this.#closing
  }

  #takeDown(): Promise<string[]> {
    this.#note('close')
    this.calm()
    for (const [client, { parted, links }] of this.#guests) {
      for (const link of links) if (parted.has(link.place)) link.cut()
      parted.clear()
      this.wake(client)
    }
    for (const { server } of this.#hosts) if (server !== null) this.wake(server)
    for (const link of this.#links) link.release()
    const clients = [...this.#guests].flatMap(([end, { party }]) => (party.gone ? [] : [{ end, name: party.name }]))
    const servers = this.#hosts.flatMap(({ server, name }) => (server === null ? [] : [{ end: server, name }]))
    return takeDown({ clock: this.clock, clients, servers, links: this.#links })
  }

  #start(host: Host<Server>): Server {
    this.#note(`start ${host.name}`)
    const server = host.start()
    this.#hostOf.set(server, host)
    return server
  }

  #dial(guest: Guest, url: string): Transport {
    const { seed, clock } = this
    const { latency = 0, jitter = 0, hold = false, batches = false } = this.#options
    const { protocol = jsonCodec.name } = this.#options
    const place = this.#hosts.find((host) => host.isAt(url)) ?? NOWHERE
    const { party: client, address, parted } = guest
    const id = this.#links.length + 1
    const link = new NetworkLink({
      ...{ id, clock, seed, protocol, batches, client, address, url, place },
      transcript: this.#transcript,
    })
    this.#links.push(link)
    guest.links.push(link)
    link.latency(latency, jitter)
    if (hold) link.hold()
    link.dial(parted.has(place))
    if (!place.open && !parted.has(place)) link.refuse()
    return link.client
  }

  #listen(server: Server, open: boolean): void {
    const host = this.#host(server)
    this.#note(`${open ? 'admit' : 'refuse'} ${host.name}`)
    host.refusing = !open
  }

  #party(who: Server | Client): Party | null {
    const guest = this.#guests.get(who as Client)
    if (guest) return guest.party
    const host = this.#host(who as Server)
    return host.server === who ? host.party : null
  }

  #host(server: Server): Host<Server> {
    const host = this.#hostOf.get(server)
    if (host === undefined) throw new Error('this is no server of this world')
    return host
  }

  #guest(client: Client): Guest {
    const guest = this.#guests.get(client)
    if (guest === undefined) throw new Error('this is no client of this world')
    return guest
  }

  #note(text: string): void {
    this.#transcript.note(0, '', text)
  }
}

/** Where nobody is. */
const NOWHERE: Place = { party: null, open: false, admit() {} }

function numbered(word: string, before: number): string {
  return before === 0 ? word : `${word} ${before + 1}`
}
