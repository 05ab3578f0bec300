import { seeded } from './chance.mjs'
import { extremes, spread } from './spread.mjs'
import { channelSubject, userSubject } from './subjects.mjs'

/**
 * How subjects, what is attached to them, and what is delivered of them spread over shards: of about so many channels,
 * and as large a share of the users.
 */
export function overShards(routing, world, count, sample) {
  const shardOf = routing.shardsOf(count)
  const subjects = new Int32Array(count)
  const channels = new Int32Array(count)
  const pairs = new Float64Array(count)
  const deliveries = new Float64Array(count)
  const users = world.nodes * world.perNode
  const share = Math.min(1, sample / ((users * world.channels) / world.members))
  const random = seeded(world.seed + 2)
  const counts = spread(world, (channel, distinct, published) => {
    if (random() >= share) return
    const shard = shardOf(channelSubject(channel))
    subjects[shard]++
    channels[shard]++
    pairs[shard] += distinct
    deliveries[shard] += published * distinct
  })
  for (let user = 0; user < users; user += 1 / share) {
    const shard = shardOf(userSubject(Math.floor(user)))
    subjects[shard]++
    pairs[shard]++
  }
  return {
    counts,
    subjects: extremes(subjects),
    channels: extremes(channels),
    pairs: extremes(pairs),
    deliveries: extremes(deliveries),
  }
}

/** What one more shard moves, of so many subjects: the share that changes shards, and of those to another than the new. */
export function oneMore(routing, count, sample) {
  const [before, after] = [routing.shardsOf(count), routing.shardsOf(count + 1)]
  let [moved, astray] = [0, 0]
  for (let n = 0; n < sample; n++) {
    const subject = channelSubject(n)
    const shard = after(subject)
    if (shard === before(subject)) continue
    moved++
    if (shard !== count) astray++
  }
  return { moved: moved / sample, astray: astray / sample }
}

/**
 * One channel every node is attached to, of which so much is published a second, beside an even load of all shards: how
 * much its busiest shard delivers, in loads of an even one. Of `copies`, each node is attached to one.
 */
export function hotChannel(routing, { nodes, shards, perSecond, copies, even }) {
  const shardOf = routing.shardsOf(shards)
  const loads = new Float64Array(shards).fill(even)
  for (let copy = 0; copy < copies; copy++) {
    loads[shardOf(copies === 1 ? channelSubject('hot') : `${channelSubject('hot')}#${copy}`)] +=
      (perSecond * nodes) / copies
  }
  return { deliveries: extremes(loads).most, ratio: extremes(loads).most / even }
}
