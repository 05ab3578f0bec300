/** A world in which both ends of WSE run without a network or a clock. Needs no test runner. */
export { activeResources } from './active-resources.js'
export { backplaneConformance } from './backplane-conformance.js'
export { createCleanExit } from './clean-exit.js'
export { codecConformance } from './codec-conformance.js'
export { createScriptedPeer } from './scripted-peer.js'
export { createTestClock } from './test-clock.js'
export { transportConformance } from './transport-conformance.js'
export { createTransportPair } from './transport-pair.js'
export { explore } from './world/explore.js'
export { createWorld } from './world/world.js'

export type {
  BackplaneCapabilities,
  BackplaneCluster,
  BackplaneConformanceOptions,
} from './backplane-conformance.js'
export type { CleanExit, Inspectable } from './clean-exit.js'
export type { CodecConformanceOptions } from './codec-conformance.js'
export type { Greeting, HiOptions, WelcomeOptions } from './greeting.js'
export type { LogEntry, MemoryTransport } from './memory-transport.js'
export type { Closing, ScriptedPeer, ScriptedPeerOptions } from './scripted-peer.js'
export type { ArmedTimer, TestClock, TestClockOptions } from './test-clock.js'
export type {
  ConformancePair,
  TransportCapabilities,
  TransportConformanceOptions,
} from './transport-conformance.js'
export type { TransportPair, TransportPairOptions } from './transport-pair.js'
export type { Way } from './world/cargo.js'
export type { Explored, ExploreOptions } from './world/explore.js'
export type { Slice } from './world/lane.js'
export type { Side, Ways, WorldLink } from './world/link-control.js'
export type {
  ClientEnv,
  CrashOptions,
  ServerEnv,
  WakeOptions,
  WorldClient,
  WorldClientOptions,
  WorldOptions,
  WorldServer,
} from './world/options.js'
export type { ShakeOptions } from './world/shake.js'
export type { World } from './world/world.js'
