/** For what joins several servers, and for who implements it. */

export type {
  Backplane,
  BackplaneHandlers,
  BackplaneState,
  BackplaneStats,
  Gap,
  Incoming,
  NodeId,
  PublishFailure,
  PublishResult,
  PublishSetup,
  Receipt,
  Subject,
} from './backplane.js'
export type { FenceRecord } from './fence.js'
export type { Cursor, HistoryBounds, HistoryItem, HistoryRead, Position } from './history.js'
export type { MemoryHub, MemoryHubCounts, MemoryHubOptions } from './memory/hub.js'
export { createMemoryHub } from './memory/hub.js'
export type { Entry } from './presence.js'
export { ALL, nodeSubject } from './subjects.js'
