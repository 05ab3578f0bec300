import { eachTenant } from './population.mjs'
import { channelSubject, userSubject } from './subjects.mjs'

/** One place of so many is vacant, so that who comes takes another place than who has just left. */
const VACANT = 20
const NOWHERE = -1
/** How often another channel is looked for: a tenant may have one alone. */
const TRIES = 20

/** Who is where in a world: a place is on the same channels as long as somebody is in it. */
export class Places {
  #world
  #random
  #tables
  #balance
  /** By place: its tenant, the first place of that and how many it has; the node of who is there; how many were there. */
  #tenant
  #first
  #among
  #node
  #turn
  /** By place and round: the channel. */
  #channel
  #vacant = []
  /** What the tables of nodes were told. */
  asks = 0
  /** How often somebody came to, or left, the channel that shows who is present; on all nodes. */
  present = 0
  /** Whether a table was told something since it was asked last. */
  #touched = false

  constructor(world, random, tables) {
    const { nodes, perNode, channels } = world
    const count = nodes * perNode
    this.#world = world
    this.#random = random
    this.#tables = tables
    this.#balance = world.balancer({ nodes, random, seed: world.seed, mean: perNode })
    this.#tenant = new Int32Array(count)
    this.#first = new Int32Array(count)
    this.#among = new Int32Array(count)
    this.#node = new Int32Array(count).fill(NOWHERE)
    this.#turn = new Int32Array(count)
    this.#channel = new Int32Array(count * channels)
    this.#lay()
    for (let place = 0; place < count; place++) {
      if (random() * VACANT < 1) this.#vacant.push(place)
      else this.#come(place)
    }
  }

  get online() {
    return this.#node.length - this.#vacant.length
  }

  get touched() {
    const was = this.#touched
    this.#touched = false
    return was
  }

  forget() {
    this.asks = 0
    this.present = 0
  }

  /** Somebody leaves: is back `later`, or somebody else comes to another place. */
  end(later) {
    const place = this.#somebody()
    this.#leave(place)
    if (later !== null) {
      later(() => this.#come(place))
      return
    }
    this.#turn[place]++
    this.#vacant.push(place)
    const at = Math.floor(this.#random() * this.#vacant.length)
    const next = this.#vacant[at]
    this.#vacant[at] = this.#vacant.at(-1)
    this.#vacant.pop()
    this.#come(next)
  }

  /** Somebody leaves a channel: is back on it `later`, or goes to another of the tenant. */
  change(later) {
    const place = this.#somebody()
    const { channels } = this.#world
    const slot = place * channels + Math.floor(this.#random() * channels)
    const channel = this.#channel[slot]
    if (channel === NOWHERE) return
    this.#tell(place, slot, false)
    if (later === null) {
      this.#channel[slot] = this.#another(place, slot)
      this.#tell(place, slot, true)
      return
    }
    this.#channel[slot] = NOWHERE
    later(() => {
      this.#channel[slot] = channel
      if (this.#node[place] !== NOWHERE) this.#tell(place, slot, true)
    })
  }

  /** A channel of the tenant that somebody else is on, in the same round. */
  #another(place, slot) {
    const { channels } = this.#world
    const round = slot - place * channels
    for (let tries = 0; tries < TRIES; tries++) {
      const other = this.#first[place] + Math.floor(this.#random() * this.#among[place])
      const channel = this.#channel[other * channels + round]
      if (channel !== NOWHERE && channel !== this.#channel[slot]) return channel
    }
    return this.#channel[slot]
  }

  #somebody() {
    for (;;) {
      const place = Math.floor(this.#random() * this.#node.length)
      if (this.#node[place] !== NOWHERE) return place
    }
  }

  #come(place) {
    this.#node[place] = this.#balance(this.#tenant[place])
    this.#move(place, true)
  }

  #leave(place) {
    this.#move(place, false)
    this.#node[place] = NOWHERE
  }

  #move(place, comes) {
    const { channels } = this.#world
    this.#say(place, userSubject(place + this.#turn[place] * this.#node.length), comes)
    for (let slot = place * channels; slot < (place + 1) * channels; slot++) {
      if (this.#channel[slot] !== NOWHERE) this.#tell(place, slot, comes)
    }
  }

  #tell(place, slot, comes) {
    if (slot % this.#world.channels === 0) this.present++
    this.#say(place, channelSubject(this.#channel[slot]), comes)
  }

  #say(place, subject, comes) {
    const table = this.#tables[this.#node[place]]
    if (table === undefined) return
    this.asks++
    this.#touched = true
    if (comes) table.add(subject)
    else table.remove(subject)
  }

  #lay() {
    let channel = -1
    eachTenant(this.#world, ({ tenant, first, count, round, order, sizes }) => {
      let at = 0
      for (const size of sizes) {
        channel++
        for (const end = at + size; at < end; at++) {
          const place = first + order[at]
          this.#tenant[place] = tenant
          this.#first[place] = first
          this.#among[place] = count
          this.#channel[place * this.#world.channels + round] = channel
        }
      }
    })
  }
}
