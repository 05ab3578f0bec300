import { mixed } from './chance.mjs'

/** How connections come to nodes. Each is a function that gives the node of a connection of a tenant. */

/** Anywhere. */
export const anywhere =
  () =>
  ({ nodes, random }) =>
  () =>
    Math.floor(random() * nodes)

/**
 * By a hash of the tenant, to one of its `homes`, but for those who come elsewhere: a share of them, and who finds the
 * node full. A node is full with `ceiling` times the connections it would have if all had as many.
 */
export const byTenant =
  ({ affinity = 1, homes = 1, ceiling = Number.POSITIVE_INFINITY }) =>
  ({ nodes, random, seed, mean }) => {
    const held = new Int32Array(nodes)
    const full = mean * ceiling
    const somewhere = () => {
      for (;;) {
        const node = Math.floor(random() * nodes)
        if (held[node] < full) return node
      }
    }
    return (tenant) => {
      const home = mixed(tenant, seed + Math.floor(random() * homes)) % nodes
      const node = random() < affinity && held[home] < full ? home : somewhere()
      held[node]++
      return node
    }
  }

/** To any node of the tenant's cell, a block of so many nodes, but for a share of them. */
export const byCell =
  ({ affinity = 1, size }) =>
  ({ nodes, random, seed }) =>
  (tenant) =>
    random() < affinity
      ? cellOf(tenant, { nodes, size, seed }) * size + Math.floor(random() * size)
      : Math.floor(random() * nodes)

/** The cell a tenant is at home in. */
export const cellOf = (tenant, { nodes, size, seed }) => mixed(tenant, seed) % Math.floor(nodes / size)
