/** The engine, for the packages of this project alone: outside of what semver promises. */
export { bytesOf } from './codec/binary.js'
export { jsonCodec } from './codec/json.js'
export { protocolObjectCodec } from './codec/protocol-object.js'
export { longerThan, utf8Length } from './codec/utf8.js'
export { endsSession, mayComeBack, resetReasonOf } from './codes/after-close.js'
export { legacyClose } from './codes/legacy-close.js'
export { FRAME } from './codes/tables.js'
export { LONGEST_TIMER } from './clock/clock.js'
export { systemClock } from './clock/system-clock.js'
export { failure, isWseError, textOf, toWseError } from './error/describe.js'
export { Channel } from './events/channel.js'
export { callIsolated, isThenable } from './events/listener.js'
export { Signals } from './events/signals.js'
export { Malformed } from './frames/envelope.js'
export { parseExpiring } from './frames/expiring.js'
export { parseGoaway } from './frames/goaway.js'
export { parseHi } from './frames/hi.js'
export { IDENTIFY, VERSION } from './frames/names.js'
export { parsed } from './frames/parsed.js'
export { parseSession } from './frames/session.js'
export { isAnonymous } from './frames/identity.js'
export { createId } from './id.js'
export { FRAME_LIMITS, LEAST_NAME_BYTES } from './limits/frame-limits.js'
export { LINK_LIMITS } from './limits/link-limits.js'
export {
  count,
  countOption,
  duration,
  durationOption,
  groupOf,
  invalidOption,
  knownMembers,
  numberIn,
  numberOption,
  oneOf,
  optionGroup,
} from './limits/option.js'
export { rpcTimeout } from './limits/rpc-timeout.js'
export { Link, NOBODY } from './link/link.js'
export { Peer } from './peer/peer.js'
export { checkName, Procedures } from './peer/procedures.js'
export { AckTicker } from './session/ack-ticker.js'
export { losesMessages, messagesIn, resetOf } from './session/reset.js'
export { Session } from './session/session.js'

export type { Codec } from './codec/codec.js'
export type { Report } from './events/listener.js'
export type { EventMap, WhenOf } from './events/signals.js'
export type { Envelope, Stamp } from './frames/envelope.js'
export type { Goaway } from './frames/goaway.js'
export type { Hi } from './frames/hi.js'
export type { SessionFrame } from './frames/session.js'
export type { FrameLimits } from './limits/frame-limits.js'
export type { LinkLimits } from './limits/link-limits.js'
export type { OptionReader, Settled } from './limits/option.js'
export type { LinkOwner, LinkSetup } from './link/link.js'
export type { Ledger, ResumeOffer } from './session/ledger.js'
export type { Waiting } from './session/outbox.js'
export type { Remains } from './session/remains.js'
export type { Bounds } from './session/ring.js'
export type { SessionOwner, SessionSetup } from './session/session.js'
export type { PeerHost, PeerSetup } from './peer/host.js'
