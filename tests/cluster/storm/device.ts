import { WseClient } from '@wse/client'
import { msgpack } from '@wse/msgpack'
import { jsonCodec } from '@wse/protocol/wire'
import { createTransportPair, type TransportPair } from '@wse/testing'
import { type Line, lineOf } from './lines.js'
import { type Place, type Surroundings, TOPICS, type TopicName } from './surroundings.js'

/** A client that goes from server to server, and what it has heard. */
export class Device {
  readonly client: WseClient
  readonly cid: string
  readonly name: string
  /** Where its next link goes. */
  at: number
  /** Sessions it has had. */
  sessions = 0
  /** Messages of this session, by how often they came. */
  readonly heard = new Map<number, number>()
  readonly lines = new Map<TopicName, Line>()
  readonly past: Line[] = []
  /** Events that came by filters of its server. */
  readonly filtered = new Set<number>()
  /** What it has said of itself last, by topic. */
  readonly states = new Map<TopicName, number>()
  readonly #town: Surroundings
  #pair: TransportPair | null = null

  constructor(town: Surroundings, cid: string, number: number) {
    this.#town = town
    this.cid = cid
    this.name = `${cid}/${number}`
    this.at = number % town.places.length
    const protocol = town.odds(1, 4) ? msgpack : jsonCodec
    this.client = new WseClient({
      clock: town.clock,
      re: { floor: 10, base: 10, cap: 50 },
      tO: 3,
      connectTimeout: 3_000,
      protocol,
      transport: (_: string, [spoken]: readonly string[]) => this.#dial(spoken),
    })
    this.#listen()
  }

  connect(): Promise<unknown> {
    return this.client.connect(this.cid)
  }

  /** Loses its link. */
  cut(): void {
    this.#pair?.cut()
  }

  follow(topic: TopicName): void {
    const state = this.#town.next()
    const { history, presence } = TOPICS[topic]
    if (presence) this.states.set(topic, state)
    const sub = this.client.topic(topic, presence ? { state } : {})
    sub.ready.catch(() => {})
    const line = lineOf(this.#town, this.name, sub, history)
    this.lines.set(topic, line)
    sub.when.ended((error) => {
      this.#town.note(`${this.name} is off ${topic}: ${error?.code}`)
      if (this.lines.get(topic) === line) this.leave(topic)
    })
  }

  leave(topic: TopicName): void {
    const line = this.lines.get(topic)
    if (line === undefined) return
    this.lines.delete(topic)
    this.past.push(line)
    void line.sub.unsubscribe()
  }

  /** What its server has subscribed it to by a filter. */
  #filtered(topic: string, event: string, n: number): void {
    this.#town.note(`${this.name} gets ${topic} ${event} ${n}`)
    if (this.filtered.has(n)) this.#town.problem(`${this.name} got ${topic} ${n} twice`)
    this.filtered.add(n)
  }

  #dial(protocol: string | undefined) {
    const { places, clock } = this.#town
    const pair = createTransportPair({ clock, protocol })
    this.#pair = pair
    const { server } = places[this.at] as Place
    server.accept(pair[1], { headers: {} })
    return pair[0]
  }

  /** A new session is another device to servers: one that is a little behind gives it what it has heard before. */
  #begin(): void {
    this.sessions++
    this.heard.clear()
  }

  #listen(): void {
    const { client, name } = this
    const town = this.#town
    client.channel.on('m', (n) => {
      town.note(`${name} hears ${n}`)
      this.heard.set(n as number, (this.heard.get(n as number) ?? 0) + 1)
    })
    client.when.event((topic, event, n) => this.#filtered(topic, event, n as number))
    client.register('ask', ({ n, ms }) => {
      town.ran(n)
      return ms === 0 ? n : new Promise((resolve) => town.clock.setTimer(() => resolve(n), ms))
    })
    client.when.ready((_, { resumed }) => {
      if (!resumed) this.#begin()
      town.note(`${name} ready at ${this.at}, ${resumed ? 'resumed' : 'new'}`)
    })
    client.when.closed((code, reason) => town.note(`${name} closed ${code} ${reason}`))
    client.when.reset(({ reason }) => {
      town.note(`${name} reset ${reason}`)
      if (!town.isRough) town.problem(`${name}: its session ended by ${reason}, and nothing had happened to a server`)
    })
    client.when.error((error) => town.problem(`${name}: ${error.code} ${error.message}`))
  }
}
