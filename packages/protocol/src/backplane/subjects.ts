import type { NodeId, Subject } from './backplane.js'

/** What every node is attached to. */
export const ALL: Subject = 'a'

/** What one node alone is attached to. */
export const nodeSubject = (node: NodeId): Subject => `n:${node}`
