import { msgpack } from '@wse/msgpack'
import { createMemoryHub, type MemoryHub, type Position } from '@wse/protocol/backplane'
import { jsonCodec } from '@wse/protocol/wire'
import { WseServer } from '@wse/server'
import { createTestClock, type TestClock } from '@wse/testing'
import { topicSubject } from '../../../packages/server/src/backplane/subjects.js'
import { seededRandom } from '../../../packages/testing/src/seeded-random.js'
import { Device } from './device.js'
import { lagging } from './lagging.js'
import { NAMES, type Place, type Surroundings, TOPICS } from './surroundings.js'
import { Truth } from './truth.js'

/** Milliseconds a session waits for its client. */
const WINDOW = 4_000

/** Milliseconds for which a node counts as here that is not heard of any more. */
const LEASE = 3_000

/** A message, and who was to get it: devices in the session they had then. */
export interface Letter {
  readonly n: number
  readonly to: readonly (readonly [device: Device, session: number])[]
}

/** A call, or something published, and what became of it. */
export interface Asked {
  readonly what: string
  readonly n: number
  outcome: 'pending' | 'ok' | string
  /** How often it was carried out. */
  ran: number
}

/** Servers on one hub with their clients, and what is known of them. */
export class Town implements Surroundings {
  readonly seed: number
  readonly chance: () => number
  readonly clock: TestClock
  readonly hub: MemoryHub
  readonly truth: Truth
  readonly places: Place[] = []
  readonly devices: Device[] = []
  readonly letters: Letter[] = []
  readonly asked: Asked[] = []
  readonly problems: string[] = []
  readonly #log: string[] = []
  /** Servers that are gone, to be looked at in the end. */
  readonly gone: WseServer[] = []
  /** Where histories stand in the end. */
  readonly tops = new Map<string, Position | null>()
  /** Whether anything may happen to the engine or servers; else clients lose links, and move. */
  readonly isRough: boolean
  readonly historySize: number
  readonly #lags: boolean
  /** Whether the engine has lost what it held. */
  wasLost = false
  isFrozen = false
  #count = 0

  constructor(seed: number) {
    this.seed = seed
    this.chance = seededRandom(seed)
    this.isRough = this.odds(3, 4)
    this.#lags = this.odds(1, 2)
    this.historySize = this.pick([4, 100, 100])
    this.clock = createTestClock({ seed })
    this.hub = createMemoryHub({ clock: this.clock, leaseMs: LEASE })
    this.truth = new Truth(this.hub)
  }

  /** Opens, with so many servers and clients. */
  async open(servers: number, devices: number): Promise<void> {
    await this.truth.start(NAMES)
    for (let at = 0; at < servers; at++) this.places.push(this.#place(at))
    await this.clock.advance(100)
    for (let at = 0; at < devices; at++) this.devices.push(new Device(this, `u${at % 5}`, at))
    await this.pass(Promise.all(this.devices.map((device) => device.connect())))
  }

  /** Lets time pass until something is done. */
  async pass(done: Promise<unknown>): Promise<void> {
    let isDone = false
    void done.then(() => {
      isDone = true
    })
    for (let step = 0; step < 1_000 && !isDone; step++) await this.clock.advance(10)
    if (!isDone) this.problem('something is not done for 10 s')
  }

  /** Whether gaps of histories are honest. */
  get mayLoseHistory(): boolean {
    return this.wasLost || this.historySize < 100
  }

  /** Another number. */
  next(): number {
    return ++this.#count
  }

  int(below: number): number {
    return Math.floor(this.chance() * below)
  }

  odds(of: number, among: number): boolean {
    return this.chance() * among < of
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.int(values.length)] as Value
  }

  note(line: string): void {
    this.#log.push(`${this.clock.now()} ${line}`)
  }

  problem(what: string): void {
    this.problems.push(what)
    this.note(`!!! ${what}`)
  }

  get transcript(): string {
    return this.#log.slice(-400).join('\n')
  }

  /** Notes what is asked, and how it ends. */
  ask(what: string, n: number, promise: PromiseLike<unknown>): Asked {
    const asked: Asked = { what, n, outcome: 'pending', ran: 0 }
    const settle = (outcome: string) => {
      if (asked.outcome !== 'pending') this.problem(`${what} ${n} settled twice`)
      asked.outcome = outcome
      this.note(`${what} ${n}: ${outcome}`)
    }
    this.asked.push(asked)
    promise.then(
      () => settle('ok'),
      (error) => settle(String(error.code)),
    )
    return asked
  }

  ran(n: number): void {
    const asked = this.asked.find((one) => one.n === n)
    if (asked !== undefined) asked.ran++
  }

  /** A server dies, and another takes its place. */
  async restart(at: number, how: 'kill' | 'close'): Promise<void> {
    const place = this.places[at] as Place
    this.note(`${how} ${at}`)
    if (how === 'kill') {
      this.hub.kill(place.backplane)
      for (const device of this.devices) if (device.at === at) device.cut()
    }
    this.gone.push(place.server)
    this.places[at] = this.#place(at)
    await this.pass(place.server.close())
  }

  /** Where the histories of the engine stand. */
  async readTops(): Promise<void> {
    const tops = await this.truth.node.tops(NAMES.map(topicSubject))
    for (const [i, name] of NAMES.entries()) this.tops.set(name, tops?.[i] ?? null)
  }

  #place(at: number): Place {
    const backplane = this.hub.backplane()
    const lag = () => (this.odds(1, 2) ? 0 : this.int(25))
    const joined = this.#lags ? lagging(backplane, this.clock, lag) : backplane
    const server = new WseServer({
      clock: this.clock,
      identify: ({ identity, accept }) => accept(String(identity)),
      connPerUser: 20,
      heartbeat: false,
      tO: 3,
      resume: { window: WINDOW },
      backplane: joined,
      protocol: [jsonCodec, msgpack],
    })
    this.note(`${at} is ${backplane.node}`)
    for (const name of NAMES) {
      const { history, presence } = TOPICS[name]
      const options = { on: { said: true as const }, presence: presence && { away: 0 } }
      server.topic(name, { ...options, history: history && { size: this.historySize } })
    }
    server.register('work', (_, { n, ms }) => {
      this.ran(n)
      return ms === 0 ? n : new Promise((resolve) => this.clock.setTimer(() => resolve(n), ms))
    })
    server.when.connected((conn) => {
      if (conn.cid === 'u0' || conn.cid === 'u1')
        for (const filter of ['news:+', 'news:#', 'news:a']) conn.subscribe(filter)
    })
    server.when.error((error) => this.problem(`server ${at}: ${error.code} ${error.message} ${error.cause}`))
    return { server, backplane, isFrozen: false }
  }
}
