import { anywhere, byCell, cellOf } from '../balancers.mjs'
import { sameTenants } from '../population.mjs'
import { spread } from '../spread.mjs'
import { tenantOf, worldOf } from '../world.mjs'

const NODES = 1_000
const SIZE = 40

export default {
  name: 'cells',
  title: `${NODES} nodes in cells of ${SIZE}, each with shards of its own`,
  about:
    'A channel is at home in the cell of its tenant; who is elsewhere attaches there. Foreign: of another cell than the node.',
  columns: [
    ['perPublish', 'nodes a publish reaches'],
    ['foreign', '% of pairs foreign'],
    ['cells', 'foreign cells a node needs'],
    ['clients', 'nodes at a shard'],
  ],
  rows: ({ assumed }) =>
    [1, 0.9999, 0.999, 0.99, 0.95, 0].map((affinity) => ({
      label: affinity === 0 ? 'anywhere' : `${+((1 - affinity) * 100).toFixed(2)} % of connections elsewhere`,
      ...countsOf(assumed, affinity),
    })),
}

function countsOf(assumed, affinity) {
  const { seed } = assumed
  const balancer = affinity === 0 ? anywhere() : byCell({ affinity, size: SIZE })
  const cells = NODES / SIZE
  const needed = new Uint8Array(NODES * cells)
  const sum = { foreign: 0 }
  const world = worldOf(assumed, NODES, { balancer, tenants: sameTenants(tenantOf(assumed)) })
  const counted = spread(world, (_channel, distinct, _published, tenant, here) => {
    const home = cellOf(tenant, { nodes: NODES, size: SIZE, seed })
    for (let at = 0; at < distinct; at++) {
      const node = here[at]
      if (Math.floor(node / SIZE) === home) continue
      sum.foreign++
      needed[node * cells + home] = 1
    }
  })
  const links = needed.reduce((all, one) => all + one, 0)
  return {
    perPublish: counted.deliveries / counted.publishes,
    foreign: (sum.foreign / counted.pairs) * 100,
    cells: links / NODES,
    clients: SIZE + links / cells,
  }
}
