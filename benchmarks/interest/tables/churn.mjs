import { anywhere, byTenant } from '../balancers.mjs'
import { churn } from '../churn.mjs'
import { sameTenants } from '../population.mjs'
import { onPaper, scaleOf, tenantOf, worldOf } from '../world.mjs'

const NODES = [40, 1_000]
/** Seconds after which a node renews its lease, and after which a connection would have to renew its own. */
const [LEASE, REFRESH] = [5, 25]

export default {
  name: 'churn',
  title: 'Who comes and goes',
  about: 'A second and node, by the interest tables of 20 nodes. `asked`: subjects somebody begins or ceases to want.',
  columns: [
    ['asks', 'asked'],
    ['attached', 'attached'],
    ['attachCalls', 'in calls'],
    ['detached', 'detached'],
    ['detachCalls', 'in calls'],
    ['all', 'attached and detached, all nodes'],
  ],
  rows: async ({ routing, assumed }) => {
    const rows = []
    for (const nodes of NODES) {
      for (const [where, how] of Object.entries(BALANCERS)) {
        for (const lingers of [false, true]) {
          const label = `${nodes} nodes, ${where}, given up ${lingers ? 'after 1 s' : 'at once'}`
          rows.push({ label, ...(await rates(routing, assumed, { nodes, how, lingers })) })
        }
      }
    }
    return rows
  },
}

/** Where connections come, and how large a tenant is to those that are run. */
const BALANCERS = {
  anywhere: { balancer: anywhere(), size: ({ tenant }) => tenant },
  '95 % at home': { balancer: byTenant({ affinity: 0.95 }), size: tenantOf },
}
const ANYWHERE = BALANCERS.anywhere

/** Counts a second, for as many connections as are assumed, by as many as are run. */
export async function rates(routing, assumed, { nodes, how = ANYWHERE, lingers = true }) {
  const small = { ...assumed, run: assumed.churning }
  const world = worldOf(small, nodes, { balancer: how.balancer, tenants: sameTenants(how.size(small)) })
  const scaled = {}
  for (const [name, rate] of Object.entries(await churn(routing, world, assumed, lingers))) {
    scaled[name] = rate * scaleOf(small)
  }
  return { ...scaled, all: (scaled.attached + scaled.detached) * nodes }
}

export const presence = {
  name: 'presence',
  title: 'What presence takes a second',
  about: `One channel of each connection shows who is there. Who comes or goes is noted, and told to the nodes attached. A node renews one lease in ${LEASE} s; without, a connection would in ${REFRESH} s.`,
  columns: [
    ['present', 'who comes and goes'],
    ['told', 'deliveries of that'],
    ['lease', 'leases of nodes'],
    ['refresh', 'or of connections'],
  ],
  rows: async ({ routing, assumed }) => {
    const rows = []
    for (const nodes of NODES) {
      const { present } = await rates(routing, assumed, { nodes })
      rows.push({
        label: `${nodes} nodes`,
        present,
        told: present * onPaper(nodes, assumed.members),
        lease: nodes / LEASE,
        refresh: (nodes * assumed.perNode) / REFRESH,
      })
    }
    return rows
  },
}
