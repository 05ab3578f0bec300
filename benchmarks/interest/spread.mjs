import { eachTenant } from './population.mjs'

/**
 * Counts what a world comes to, without a model of a node: who is attached to a subject are the nodes its members are
 * on. `told` is called for each channel with its number, how many nodes that is, what is published on it a second, its
 * tenant, and a list that begins with those nodes.
 */
export function spread(world, told = () => {}) {
  const { nodes, perNode, channels, rate } = world
  const connections = new Int32Array(nodes)
  const attached = new Int32Array(nodes)
  const intake = new Float64Array(nodes)
  const seen = new Int32Array(nodes).fill(-1)
  const here = new Int32Array(nodes)
  const sum = { channels: 0, channelPairs: 0, publishes: 0, deliveries: 0, heard: 0 }
  eachTenant(world, ({ tenant, count, placed, round, order, sizes }) => {
    if (round === 0) for (let at = 0; at < count; at++) connections[placed[at]]++
    let at = 0
    for (const size of sizes) {
      const channel = sum.channels++
      const published = (size * rate) / channels
      let distinct = 0
      for (const end = at + size; at < end; at++) {
        const node = placed[order[at]]
        if (seen[node] === channel) continue
        seen[node] = channel
        here[distinct++] = node
        attached[node]++
        intake[node] += published
      }
      sum.channelPairs += distinct
      sum.publishes += published
      sum.deliveries += published * distinct
      sum.heard += published * size
      told(channel, distinct, published, tenant, here)
    }
  })
  // A user is one connection here; besides, each node has a subject of its own and that of all.
  for (let node = 0; node < nodes; node++) attached[node] += connections[node] + 2
  const users = nodes * perNode
  return { ...sum, users, pairs: sum.channelPairs + users + 2 * nodes, connections, attached, intake }
}

/** The largest of many, and how much more than the mean that is. */
export function extremes(numbers) {
  let [most, sum] = [0, 0]
  for (const number of numbers) {
    if (number > most) most = number
    sum += number
  }
  const mean = sum / numbers.length
  return { mean, most, ratio: most / mean }
}
