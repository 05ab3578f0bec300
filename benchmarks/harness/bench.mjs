import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.mjs'
import { machineCpu, ownCpu } from './cpu.mjs'

/** A server and a client of one contender, and the clock that measures them. */
export class Bench {
  constructor(scenario, contender, time) {
    this.time = time
    this.server = new Child('server', scenario.name, contender.name)
    this.client = new Child('client', scenario.name, contender.name)
  }

  /** The port the server listens on. */
  listen(options) {
    return this.server.ask('listen', options)
  }

  /** What `act` costs each end. Loads that run by themselves take a `sleep`. */
  async span(act) {
    const before = await this.#sample()
    const said = await act()
    const after = await this.#sample()
    const seconds = (after.client.at - before.client.at) / 1_000
    const [server, client, own] = ['server', 'client', 'own'].map((end) => after[end].cpu - before[end].cpu)
    const operations = countOf(after) - countOf(before)
    const foreign = before.machine === null ? 0 : after.machine - before.machine - server - client - own
    return { said, seconds, server, client, operations, foreign: Math.max(0, foreign / seconds / 1e6) }
  }

  /** Cost of an operation of a load that runs, after a warm-up; `begin` is told when that is over. */
  async window(begin = () => {}) {
    await sleep(this.time.warmUp)
    await begin()
    const span = await this.span(() => sleep(this.time.window))
    if (span.operations === 0) throw new Error('nothing was answered')
    return costs(span)
  }

  /** The client first: to one that lives the end of its server is a fault. */
  async end() {
    await this.client.end()
    await this.server.end()
  }

  async #sample() {
    const [server, client] = await Promise.all([this.server.ask('sample'), this.client.ask('sample')])
    return { server, client, own: { cpu: ownCpu() }, machine: machineCpu() }
  }
}

/** Each operation is counted at one end. */
const countOf = ({ server, client }) => server.count + client.count

/** µs an operation, and operations a second. */
export function costs({ server, client, seconds, operations, foreign }, count = operations) {
  return { server: server / count, client: client / count, rate: count / seconds, foreign }
}
