import { SIZES } from '../assumptions.mjs'
import { even, uneven } from '../population.mjs'
import { oneMore, overShards } from '../shards.mjs'
import { scaleOf, worldOf } from '../world.mjs'

export default {
  name: 'shards',
  title: 'How even shards are',
  about: 'The busiest shard by the mean, of a sample: the more subjects a shard has, the nearer to 1.',
  columns: [
    ['subjects', 'subjects'],
    ['pairs', 'pairs'],
    ['deliveries', 'deliveries'],
    ['sampled', 'channels a shard, of the sample'],
    ['each', 'deliveries/s a shard'],
    ['burst', 'attaches, all of a shard'],
  ],
  rows: ({ routing, assumed }) =>
    SIZES.flatMap(({ nodes, shards }) =>
      Object.entries({ even, uneven }).map(([kind, sizes]) => {
        const world = worldOf(assumed, nodes, { sizes: sizes(assumed.members) })
        const found = overShards(routing, world, shards, assumed.sample)
        return { label: `${nodes} nodes, ${shards} shards, ${kind}`, ...toRow(found, scaleOf(assumed) / shards) }
      }),
    ),
}

const toRow = ({ counts, subjects, pairs, deliveries, channels }, scale) => ({
  subjects: subjects.ratio,
  pairs: pairs.ratio,
  deliveries: deliveries.ratio,
  sampled: channels.mean,
  each: counts.deliveries * scale,
  burst: counts.pairs * scale,
})

export const growing = {
  name: 'growing',
  title: 'One more shard',
  about: 'What changes shards when the list grows by one.',
  columns: [
    ['moved', '% that moves'],
    ['paper', 'on paper'],
    ['astray', '% to another than the new one'],
  ],
  rows: ({ routing, assumed }) =>
    [1, 2, 4, 8, 32, 80, 320].map((shards) => {
      const { moved, astray } = oneMore(routing, shards, assumed.sample)
      return {
        label: `${shards} to ${shards + 1}`,
        moved: moved * 100,
        paper: 100 / (shards + 1),
        astray: astray * 100,
      }
    }),
}
