import { anywhere, byTenant } from '../balancers.mjs'
import { differentTenants, even, sameTenants, uneven } from '../population.mjs'
import { extremes, spread } from '../spread.mjs'
import { scaleOf, tenantOf, worldOf } from '../world.mjs'

const NODES = 1_000

export default {
  name: 'tenants',
  title: `Tenants that have a home, at ${NODES} nodes`,
  about:
    'The balancer sends a share of a tenant to its homes, the others anywhere. `different`: one tenant of a hundred is 20 times the mean, nine 3 times. `ceiling`: a node takes no more than 1.2 times the mean.',
  columns: [
    ['perPublish', 'nodes a publish reaches'],
    ['deliveries', 'deliveries/s'],
    ['pairs', 'pairs'],
    ['fullest', 'connections, fullest / mean'],
    ['busiest', 'messages in, busiest / mean'],
  ],
  rows: ({ assumed }) => rowsOf(assumed).map(([label, differs]) => ({ label, ...countsOf(assumed, differs) })),
}

function rowsOf(assumed) {
  const size = tenantOf(assumed)
  const same = (options) => ({ tenants: sameTenants(size), balancer: byTenant(options) })
  const different = (options) => ({ tenants: differentTenants(size, assumed.seed), balancer: byTenant(options) })
  const unevenly = { sizes: uneven(assumed.members), tenants: sameTenants(assumed.tenant) }
  return [
    ['anywhere', { balancer: anywhere() }],
    ['half at one home', same({ affinity: 0.5 })],
    ['80 % at one home', same({ affinity: 0.8 })],
    ['95 % at one home', same({ affinity: 0.95 })],
    ['all at one home', same({ affinity: 1 })],
    ['all at one of 2 homes', same({ homes: 2 })],
    ['all at one of 4 homes', same({ homes: 4 })],
    ['all at one home, ceiling', same({ ceiling: 1.2 })],
    ['all at one home, different', different({})],
    ['all at one home, different, ceiling', different({ ceiling: 1.2 })],
    ['all at one of 4 homes, different, ceiling', different({ homes: 4, ceiling: 1.2 })],
    ['uneven channels, anywhere', unevenly],
    ['uneven channels, all at one home, ceiling', { ...unevenly, balancer: byTenant({ ceiling: 1.2 }) }],
  ]
}

function countsOf(assumed, differs) {
  const scale = scaleOf(assumed)
  const counted = spread(worldOf(assumed, NODES, { sizes: even(assumed.members), ...differs }))
  return {
    perPublish: counted.deliveries / counted.publishes,
    deliveries: counted.deliveries * scale,
    pairs: counted.pairs * scale,
    fullest: extremes(counted.connections).ratio,
    busiest: extremes(counted.intake).ratio,
  }
}
