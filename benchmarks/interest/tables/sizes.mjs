import { SIZES } from '../assumptions.mjs'
import { even, uneven } from '../population.mjs'
import { extremes, spread } from '../spread.mjs'
import { onPaper, scaleOf, worldOf } from '../world.mjs'

/** What an engine reads in one go when a node attaches. */
const BATCH = 512

export default {
  name: 'sizes',
  title: 'What the engine has to do, by size',
  about:
    'Connections anywhere. `even`: all channels have as many members; `uneven`: the nth largest of a tenant has 1/n of the largest.',
  columns: [
    ['connections', 'connections'],
    ['perPublish', 'nodes a publish reaches'],
    ['paper', 'on paper'],
    ['publishes', 'publishes/s'],
    ['deliveries', 'deliveries/s'],
    ['pairs', '(subject, node) pairs'],
  ],
  rows: ({ assumed }) => byNodes(assumed, countsOf),
}

export const nodes = {
  name: 'nodes',
  title: 'What a node has to do, by size',
  about: 'A node attaches again to all of its subjects when the engine was away, in batches of 512.',
  columns: [
    ['intake', 'messages/s in'],
    ['busiest', 'busiest / mean'],
    ['subjects', 'subjects'],
    ['most', 'most of a node'],
    ['batches', 'batches'],
    ['frames', 'frames/s out'],
  ],
  rows: ({ assumed }) => byNodes(assumed, nodeCountsOf),
}

/** Both tables are of the same worlds, which are counted once for each of the assumptions. */
let counted = { assumed: null, worlds: [] }

function byNodes(assumed, countsOf) {
  if (counted.assumed !== assumed) counted = { assumed, worlds: worldsOf(assumed) }
  return counted.worlds.map(({ label, found, nodes }) => ({ label, ...countsOf(assumed, found, nodes) }))
}

const worldsOf = (assumed) =>
  SIZES.flatMap(({ nodes }) =>
    Object.entries({ even, uneven }).map(([kind, sizes]) => ({
      label: `${nodes} nodes, ${kind}`,
      nodes,
      found: spread(worldOf(assumed, nodes, { sizes: sizes(assumed.members) })),
    })),
  )

function countsOf(assumed, found, nodes) {
  const scale = scaleOf(assumed)
  return {
    connections: found.users * scale,
    perPublish: found.deliveries / found.publishes,
    paper: onPaper(nodes, assumed.members),
    publishes: found.publishes * scale,
    deliveries: found.deliveries * scale,
    pairs: found.pairs * scale,
  }
}

function nodeCountsOf(assumed, found, nodes) {
  const scale = scaleOf(assumed)
  const [intake, attached] = [extremes(found.intake), extremes(found.attached)]
  return {
    intake: intake.mean * scale,
    busiest: intake.ratio,
    subjects: attached.mean * scale,
    most: attached.most * scale,
    batches: Math.ceil((attached.most * scale) / BATCH),
    frames: (found.heard / nodes) * scale,
  }
}
