import { SIZES } from '../assumptions.mjs'
import { hotChannel } from '../shards.mjs'
import { extremes, spread } from '../spread.mjs'
import { scaleOf, worldOf } from '../world.mjs'

/** Processes behind one relay. */
const BEHIND = 16
/** What is published on the hot channel, a second. */
const PER_SECOND = 200
/** Nodes from which on there are relays. */
const MANY = 1_000

export default {
  name: 'everyone',
  title: 'What is for everyone, and sockets',
  about: `A broadcast goes to every node over one shard, and so does a question to all, which each answers. Two sockets for each node and shard. A relay stands for ${BEHIND} processes.`,
  columns: [
    ['broadcast', 'deliveries of a broadcast'],
    ['doubles', 'broadcasts/s that are as much as all else of a shard'],
    ['perPublish', 'nodes a publish reaches'],
    ['sockets', 'sockets at a shard'],
    ['all', 'sockets in all'],
    ['intake', 'messages/s in, of a node or relay'],
    ['each', 'of a socket'],
  ],
  rows: ({ assumed }) => [
    ...SIZES.map(({ nodes, shards }) => ({
      label: `${nodes} nodes, ${shards} shards`,
      ...countsOf(assumed, { nodes, shards }),
    })),
    ...SIZES.filter(({ nodes }) => nodes >= MANY).map(({ nodes, shards }) => ({
      label: `${nodes} nodes, ${shards} shards, relays`,
      ...countsOf(assumed, { nodes, shards, behind: BEHIND }),
    })),
  ],
}

function countsOf(assumed, { nodes, shards, behind = 1 }) {
  const members = Math.floor(nodes / behind)
  const scale = scaleOf(assumed)
  const counted = spread({ ...worldOf(assumed, members), perNode: assumed.run * behind })
  return {
    broadcast: members,
    doubles: (counted.deliveries * scale) / shards / members,
    perPublish: counted.deliveries / counted.publishes,
    sockets: 2 * members,
    all: 2 * members * shards,
    intake: extremes(counted.intake).mean * scale,
    each: (extremes(counted.intake).mean * scale) / shards,
  }
}

export const hot = {
  name: 'hot',
  title: 'A channel every node is attached to',
  about: `${PER_SECOND} publishes a second on it. Of copies, each node is attached to one, and what is published goes to all.`,
  columns: [
    ['deliveries', 'deliveries/s, busiest shard'],
    ['ratio', 'busiest / one without it'],
  ],
  rows: ({ assumed, routing }) =>
    SIZES.flatMap(({ nodes, shards }) => {
      const even = (spread(worldOf(assumed, nodes)).deliveries * scaleOf(assumed)) / shards
      return [1, 4, 16]
        .filter((copies) => copies <= shards)
        .map((copies) => ({
          label: `${nodes} nodes, ${shards} shards, ${copies === 1 ? 'one channel' : `${copies} copies`}`,
          ...hotChannel(routing, { nodes, shards, perSecond: PER_SECOND, copies, even }),
        }))
    }),
}
