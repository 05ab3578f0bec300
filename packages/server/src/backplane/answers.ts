import type { Data, Payload, WseError } from '@wse/protocol'
import type { NodeId } from '@wse/protocol/backplane'

/** What one node has answered. */
export interface NodeAnswer {
  readonly node: NodeId
  readonly value: Payload
  readonly frames: readonly Data[]
}

/** What one node could not answer. */
export interface NodeFailure {
  readonly node: NodeId
  readonly error: WseError
}

/** What nodes have answered. */
export interface NodeAnswers {
  readonly answers: readonly NodeAnswer[]
  readonly failures: readonly NodeFailure[]
  /** Nodes that were asked, and have not answered in time, or died; 1 where nobody knows how many. */
  readonly missing: number
}
