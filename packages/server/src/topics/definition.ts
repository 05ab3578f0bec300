import type { AnyMiddleware, ListenerOptions, Payload } from '@wse/protocol'
import {
  checkName,
  checkTemplate,
  count,
  duration,
  type Guard,
  groupOf,
  invalidOption,
  knownMembers,
  oneOf,
  optionGroup,
  type Rules,
  type Settled,
  type TopicGuard,
} from '@wse/protocol/internal'
import type { WseConnection } from '../people/people.js'
import type { AnyValues, PublishContext, SubscribeContext, TopicContext } from './contexts.js'
import { notAgreed } from './errors.js'

/** Says whether a device may subscribe: only `true`, or a promise of it, lets it. What it throws refuses it, too. */
export type Authorize<Values = AnyValues> = (ctx: SubscribeContext<Values>) => boolean | PromiseLike<boolean>

/** Handles an event that a client publishes; what it returns is the answer to `publish`. */
export type TopicHandler<Values = AnyValues> = (ctx: PublishContext<Values>, data: Payload) => unknown

/** What clients may publish: `true` passes an event on to everyone as it is, a function decides what becomes of it. */
export type TopicHandlers<Values = AnyValues> = { readonly [event: string]: true | TopicHandler<Values> }

/** How much of a topic is kept for who comes late. */
export interface HistoryOptions {
  /** Events. @default 100 */
  size?: number | undefined
  /** Milliseconds an event is kept. @default 300_000 */
  ttl?: number | undefined
  /** Characters and bytes of them, as encoded; the oldest give way. @default 1_048_576 */
  bytes?: number | undefined
}

/** Who is there is told to all who are. */
export interface PresenceOptions {
  /** Milliseconds without a link after which a device is `away`. @default 5_000 */
  away?: number | undefined
  /** Characters or bytes of a state, encoded: it is kept, and told to all who come; more is `INVALID_PAYLOAD`. @default 4_096 */
  bytes?: number | undefined
}

/** What a topic may cost. */
export interface TopicLimits {
  /** Devices subscribed at once; beyond it `TOPIC_FULL`. @default no limit */
  members?: number | undefined
}

/** What a topic is like, or all topics of a template. */
export interface TopicOptions<Values = AnyValues>
  extends ListenerOptions<readonly AnyMiddleware<TopicContext<Values>>[], WseConnection> {
  /** Who may subscribe. @default everyone */
  authorize?: Authorize<Values> | undefined
  /** What clients may publish. @default nothing */
  on?: TopicHandlers<Values> | undefined
  /** Who is there is told. @default false */
  presence?: boolean | PresenceOptions | undefined
  /** What is kept. @default false, nothing */
  history?: boolean | HistoryOptions | undefined
  /** What it may cost. @default see each */
  limits?: TopicLimits | undefined
}

/** The options of a topic as they are in force. */
export interface TopicDefinition {
  readonly template: string
  readonly authorize: Authorize | null
  readonly handlers: ReadonlyMap<string, true | TopicHandler>
  readonly presence: Settled<PresenceOptions> | null
  readonly history: Settled<HistoryOptions> | null
  readonly members: number
  /** What stands around what is asked of it. */
  readonly rules: Rules
  /** What a contract says of it; null without one. */
  readonly guard: TopicGuard | null
}

const MEMBERS = ['authorize', 'use', 'log', 'on', 'presence', 'history', 'limits']

const authorizeOption = oneOf<Authorize | null>(null, (given) => typeof given === 'function', 'a function')
const membersOption = count(Number.MAX_SAFE_INTEGER)

/** What a definition is made with, beside its options. */
export interface DefinitionParts {
  readonly guard: Guard | null
  rulesOf(options: Pick<TopicOptions, 'use' | 'log'>): Rules
}

/** @throws {WseError} `INVALID_NAME`, `INVALID_OPTION` */
export function definitionOf(
  template: string,
  given: TopicOptions,
  { rulesOf, guard }: DefinitionParts,
): TopicDefinition {
  checkName(template)
  checkTemplate('topic', template)
  const options = optionGroup<TopicOptions>('topic', given)
  knownMembers('topic', options, MEMBERS)
  const agreed = guard === null ? null : agreedOn(template, guard)
  const { presence = agreed?.hasPresence, history = agreed?.history, authorize, on, limits, use, log } = options
  return {
    template,
    authorize: authorizeOption('authorize', authorize),
    handlers: handlersOf(on, agreed),
    presence: switched<PresenceOptions>('presence', presence, { away: duration(5_000, 0), bytes: count(4_096) }),
    history: switched<HistoryOptions>('history', history, {
      size: count(100),
      ttl: duration(300_000),
      bytes: count(1_048_576),
    }),
    rules: rulesOf({ use, log }),
    guard: agreed,
    members: groupOf<TopicLimits>('limits', limits, { members: membersOption }).members,
  }
}

/** What a contract has under this very template. @throws {WseError} `INVALID_NAME` */
function agreedOn(template: string, guard: Guard): TopicGuard {
  const agreed = guard.topic(template)
  if (agreed?.template === template) return agreed
  throw notAgreed(template)
}

function handlersOf(
  given: TopicHandlers | undefined,
  agreed: TopicGuard | null,
): ReadonlyMap<string, true | TopicHandler> {
  const handlers = new Map<string, true | TopicHandler>()
  for (const [event, handler] of Object.entries(optionGroup<Record<string, unknown>>('on', given))) {
    checkName(event)
    if (agreed !== null && agreed.event(event) === undefined) throw notAgreed(agreed.template, event)
    if (handler !== true && typeof handler !== 'function')
      throw invalidOption(`on.${event}`, 'takes true or a function')
    handlers.set(event, handler as true | TopicHandler)
  }
  return handlers
}

/** What is off, on as it is by default, or on as a group says. */
function switched<Group extends object>(
  name: string,
  given: boolean | Group | undefined,
  readers: Parameters<typeof groupOf<Group>>[2],
): Settled<Group> | null {
  if (given === undefined || given === false) return null
  return groupOf<Group>(name, given === true ? undefined : given, readers)
}
