/** The engine, for the packages of this project alone: outside of what semver promises. */
export { bytesOf } from './codec/binary.js'
export { jsonCodec } from './codec/json.js'
export { codecOf, protocolsOption } from './codec/protocols.js'
export { longerThan, utf8Length } from './codec/utf8.js'
export { endsSession, mayComeBack, resetReasonOf } from './codes/after-close.js'
export { legacyClose } from './codes/legacy-close.js'
export { FRAME } from './codes/tables.js'
export { LONGEST_TIMER } from './clock/clock.js'
export { systemClock } from './clock/system-clock.js'
export { failure, fromWire, isWseError, textOf, toWire, toWseError } from './error/describe.js'
export { Channel } from './events/channel.js'
export { callIsolated, isThenable } from './events/listener.js'
export { Signals } from './events/signals.js'
export { hasStamp, isReserved, Malformed } from './frames/envelope.js'
export { parseExpiring } from './frames/expiring.js'
export { parseGoaway } from './frames/goaway.js'
export { parseHi } from './frames/hi.js'
export {
  ENDED,
  IDENTIFY,
  MISSED,
  PRESENCE,
  PUBLISH,
  SKIPPED,
  STREAM,
  SUBSCRIBE,
  UNSUBSCRIBE,
  VERSION,
} from './frames/names.js'
export { parseMembers } from './frames/members.js'
export { isKey, parsePublish, parsePublished, parseSetPresence } from './frames/publish.js'
export { MOST_TOPICS, parseSubscribe, parseSubscribed, parseUnsubscribe } from './frames/subscribe.js'
export { peopleOf, personOf } from './topics/people.js'
export { checkTemplate } from './contract/template.js'
export { Templates } from './topics/templates.js'
export {
  checkFilter,
  checkTopic,
  fillTemplate,
  hasWildcards,
  levelsOf,
  ONE_LEVEL,
  textOfLevel,
  THE_REST,
} from './topics/topic-name.js'
export { parsed } from './frames/parsed.js'
export { parseSession } from './frames/session.js'
export { isAnonymous } from './frames/identity.js'
export { createId } from './id.js'
export { FRAME_LIMITS, LEAST_NAME_BYTES } from './limits/frame-limits.js'
export { LINK_LIMITS } from './limits/link-limits.js'
export {
  count,
  duration,
  groupOf,
  invalidOption,
  knownMembers,
  numberIn,
  oneOf,
  optionGroup,
} from './limits/option.js'
export { rpcTimeout } from './limits/rpc-timeout.js'
export { Link, NOBODY } from './link/link.js'
export { checkSendOptions } from './link/send-options.js'
export { onAbort } from './peer/on-abort.js'
export { timeoutOf } from './peer/asked.js'
export { cancelled, checkForm } from './peer/call-options.js'
export { Peer } from './peer/peer.js'
export { acceptStream, openStream } from './peer/byte-streams.js'
export { hooksOption } from './logging/hooks.js'
export { Handling } from './middleware/handling.js'
export { IncomingCall, IncomingMessage } from './middleware/incoming.js'
export { checkHandler, checkName, Procedures } from './peer/procedures.js'
export { AckTicker } from './session/ack-ticker.js'
export { losesMessages, messagesIn, resetOf } from './session/reset.js'
export { Session } from './session/session.js'
export { guardOption } from './contract/guard-option.js'
export { Late } from './contract/read.js'
export { isSource, isStream, iteratorOf } from './streams/source.js'
export { outcomeOf } from './contract/outcome.js'

export type { Codec } from './codec/codec.js'
export type { Answered } from './contract/answered.js'
export type { Asked } from './contract/asked.js'
export type { Guard, GuardOptions } from './contract/guard.js'
export type { Passage } from './contract/passage.js'
export type { TopicGuard } from './contract/topic-guard.js'
export type { Read } from './contract/read.js'
export type { Protocol } from './codec/protocols.js'
export type { Report } from './events/listener.js'
export type { EventMap, WhenOf } from './events/signals.js'
export type { Envelope, Stamp } from './frames/envelope.js'
export type { TopicEvent } from './frames/event.js'
export type { Members, Present } from './frames/members.js'
export type { Publish, Published } from './frames/publish.js'
export type { Subscribe, Subscribed, TopicPosition } from './frames/subscribe.js'
export type { WireError } from './error/describe.js'
export type { Person, PresentDevice } from './topics/people.js'
export type { Found } from './topics/templates.js'
export type { Goaway } from './frames/goaway.js'
export type { Hi } from './frames/hi.js'
export type { SessionFrame } from './frames/session.js'
export type { FrameLimits } from './limits/frame-limits.js'
export type { LinkLimits } from './limits/link-limits.js'
export type { OptionReader, Settled } from './limits/option.js'
export type { LinkOwner, LinkSetup } from './link/link.js'
export type { Rules } from './middleware/handler-options.js'
export type { InOrder } from './middleware/handling.js'
export { Interception } from './middleware/interception.js'
export type { Line } from './middleware/line.js'
export type { RunningCall } from './peer/running-call.js'
export type { Ledger, LedgerState, ResumeOffer } from './session/ledger.js'
export type { SessionState } from './session/session.js'
export type { Waiting } from './session/outbox.js'
export type { Remains } from './session/remains.js'
export type { Bounds } from './session/ring.js'
export type { SessionOwner, SessionSetup } from './session/owner.js'
export type { Settle } from './peer/calls.js'
export type { Answer, PeerHost, PeerSetup, TopicsHost } from './peer/host.js'
