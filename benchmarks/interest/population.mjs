import { seeded, shuffle } from './chance.mjs'

/**
 * Tenants of a world one after the other, so that a hundred million connections take no memory. The members of a tenant
 * are cut into channels once for each channel of a connection: so all are on as many, and nobody on one of them twice.
 *
 * `visit` is told the tenant, the number of its connections, their nodes, and, once for each round of channels, the
 * members in the order in which the sizes cut them. All arrays are used again for the next tenant.
 */
export function eachTenant(world, visit) {
  const { nodes, perNode, channels, seed } = world
  const random = seeded(seed)
  const total = nodes * perNode
  const nodeOf = world.balancer({ nodes, random, seed, mean: perNode })
  const largest = Math.min(total, Math.max(...world.tenants))
  const placed = new Int32Array(largest)
  const order = new Int32Array(largest)
  const cuts = new Map()
  for (let tenant = 0, first = 0; first < total; tenant++) {
    const count = Math.min(world.tenants[tenant % world.tenants.length], total - first)
    if (!cuts.has(count)) cuts.set(count, world.sizes(count))
    for (let at = 0; at < count; at++) placed[at] = nodeOf(tenant)
    for (let round = 0; round < channels; round++) {
      for (let at = 0; at < count; at++) order[at] = at
      shuffle(order, count, random)
      visit({ tenant, first, count, placed, round, order, sizes: cuts.get(count) })
    }
    first += count
  }
}

/** Channels of the same size. */
export const even = (members) => (count) => cut(count, Math.max(1, Math.round(count / members)), () => 1)

/** Channels as they often are: the nth largest has 1/n of the members of the largest. */
export const uneven = (members) => (count) => cut(count, Math.max(1, Math.round(count / members)), (at) => 1 / (at + 1))

/** Cuts a count into so many sizes, by weight: none is less than 1, and they add up. */
function cut(count, parts, weightOf) {
  const weights = Array.from({ length: parts }, (_, at) => weightOf(at))
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const sizes = []
  for (let at = 0, weight = 0, done = 0; at < parts; at++) {
    weight += weights[at]
    const until = Math.max(done + 1, Math.round((weight / sum) * count))
    const size = Math.min(until, count - (parts - 1 - at)) - done
    if (size > 0) sizes.push(size)
    done += Math.max(0, size)
  }
  return sizes
}

/** Tenants of one size. */
export const sameTenants = (size) => [round10(size)]

/** One of a hundred has twenty times as many connections as the average, nine have three times as many. */
export function differentTenants(size, seed) {
  const sizes = Array.from({ length: 100 }, (_, at) => round10(size * (at === 0 ? 20 : at < 10 ? 3 : 0.59)))
  shuffle(sizes, sizes.length, seeded(seed))
  return sizes
}

const round10 = (size) => Math.max(10, Math.round(size / 10) * 10)
