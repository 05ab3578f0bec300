import { anywhere } from './balancers.mjs'
import { even, sameTenants } from './population.mjs'

/** A world by what is assumed; `differs` is what is not as usual in it. */
export function worldOf(assumed, nodes, differs = {}) {
  return {
    nodes,
    perNode: assumed.run,
    channels: assumed.channels,
    members: assumed.members,
    rate: assumed.rate,
    seed: assumed.seed,
    balancer: anywhere(),
    tenants: sameTenants(assumed.tenant),
    sizes: even(assumed.members),
    ...differs,
  }
}

/** How many connections each that is counted stands for. */
export const scaleOf = ({ perNode, run }) => perNode / run

/** A tenant that is as large a part of the nodes that are run as the one that is assumed is of all of them. */
export const tenantOf = ({ tenant, perNode, run }) => (tenant * run) / perNode

/** Nodes on which so many members are, if each is anywhere: the arithmetic on paper. */
export const onPaper = (nodes, members) => nodes * (1 - (1 - 1 / nodes) ** members)
