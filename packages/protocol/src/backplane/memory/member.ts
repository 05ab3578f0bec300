import type { Incoming, NodeId } from '../backplane.js'

/** A node, as the hub knows it. None of its methods throws. */
export interface Member {
  readonly node: NodeId
  /** Whether it cannot be reached, and wants to be. */
  readonly waits: boolean
  /** Something was published to what it is attached to. */
  incoming(message: Incoming): void
  /** A node has come, or is gone. */
  saw(id: NodeId, became: 'up' | 'down'): void
  /** It can be reached again, or for the first time: attaches. */
  open(): void
  /** All that can be reached are attached: tells so. `ids`: nodes that are here. */
  resumed(ids: Iterable<NodeId>): void
  /** It cannot be reached any more. */
  cut(): void
  /** What the hub held of it is gone. */
  forgotten(): void
}
