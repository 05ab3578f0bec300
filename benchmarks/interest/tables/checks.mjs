import { agreement } from '../agreement.mjs'
import { byTenant } from '../balancers.mjs'
import { even, sameTenants, uneven } from '../population.mjs'
import { overShards } from '../shards.mjs'
import { extremes, spread } from '../spread.mjs'
import { scaleOf, tenantOf, worldOf } from '../world.mjs'
import { rates } from './churn.mjs'

/** Nodes and connections of a world in which every node has its interest table. */
const [NODES, SMALL] = [40, 500]

export default {
  name: 'agreement',
  title: 'Counted without nodes, and by the interest tables of all nodes',
  about: `${NODES} nodes of ${SMALL} connections. Then one node dies, and its connections come to the others.`,
  columns: [
    ['pairs', 'pairs, by tables'],
    ['expected', 'counted'],
    ['differ', 'nodes that differ'],
    ['orphans', 'connections of a node'],
    ['asks', 'subjects attached for them'],
  ],
  rows: async ({ routing, assumed }) => {
    const rows = []
    for (const [kind, sizes] of Object.entries({ even, uneven })) {
      const world = { ...worldOf({ ...assumed, run: SMALL }, NODES), sizes: sizes(assumed.members) }
      rows.push({ label: kind, ...(await agreement(routing, world)) })
    }
    return rows
  },
}

export const linear = {
  name: 'linear',
  title: 'What may be scaled',
  about: 'The same from samples of different sizes, told for all. 1 / 4 of the connections, and all that are run.',
  columns: [
    ['quarter', 'by a quarter'],
    ['whole', 'by all'],
    ['differs', 'differs by %'],
  ],
  rows: async ({ routing, assumed }) => {
    const samples = [assumed.run / 4, assumed.run].map((run) =>
      countsOf({ ...assumed, run: Math.round(run / 10) * 10 }),
    )
    const spreads = [assumed.sample / 4, assumed.sample].map((sample) => shardsOf(routing, assumed, sample))
    const changes = []
    for (const churning of [assumed.churning / 4, assumed.churning])
      changes.push(await churnOf(routing, { ...assumed, churning }))
    return [samples, spreads, changes].flatMap(([quarter, whole]) =>
      Object.keys(whole).map((label) => ({
        label,
        quarter: quarter[label],
        whole: whole[label],
        differs: Math.abs(quarter[label] / whole[label] - 1) * 100,
      })),
    )
  },
}

function countsOf(assumed) {
  const scale = scaleOf(assumed)
  const [evenly, unevenly] = [even, uneven].map((sizes) =>
    spread(worldOf(assumed, 1_000, { sizes: sizes(assumed.members) })),
  )
  const home = { balancer: byTenant({}), tenants: sameTenants(tenantOf(assumed)) }
  const athome = spread(worldOf(assumed, 1_000, home))
  return {
    'pairs, even': evenly.pairs * scale,
    'pairs, uneven': unevenly.pairs * scale,
    'deliveries/s, even': evenly.deliveries * scale,
    'deliveries/s, uneven': unevenly.deliveries * scale,
    'messages/s in, busiest / mean': extremes(evenly.intake).ratio,
    'connections at home, fullest / mean': extremes(athome.connections).ratio,
  }
}

function shardsOf(routing, assumed, sample) {
  const { subjects, deliveries } = overShards(routing, worldOf(assumed, 1_000), 80, sample)
  return {
    'subjects of 80 shards, most / mean': subjects.ratio,
    'deliveries of 80 shards, most / mean': deliveries.ratio,
  }
}

async function churnOf(routing, assumed) {
  const { attached, detached } = await rates(routing, assumed, { nodes: 40 })
  return { 'attached a second and node': attached, 'detached a second and node': detached }
}
