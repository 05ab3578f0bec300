import fc from 'fast-check'
import { TOPICS, type TopicName } from './topic-facts.js'

/** What may happen in a case, one step after the other. Which link, call or message is meant is found modulo what there is. */
export type Command =
  /** The client, or the server, says something of a kind; calls are answered by `finish`. */
  | { readonly do: 'say'; readonly who: Who; readonly kind: Kind }
  /** One of them streams: asks for items, or sends some with a call; a reader may stop half-way. */
  | { readonly do: 'stream'; readonly who: Who; readonly kind: 'download' | 'upload'; readonly stops: boolean }
  | { readonly do: 'finish'; readonly who: Who; readonly which: number; readonly fails: boolean }
  /** Hands over some of what is on its way on one link, or all that is on all of them. */
  | { readonly do: 'deliver'; readonly link: number; readonly way: 'up' | 'down'; readonly count: number }
  | { readonly do: 'batch'; readonly link: number; readonly way: 'up' | 'down'; readonly count: number }
  | { readonly do: 'flow' }
  /** Hands over all that is on the client's newest link, and nothing on those before it. */
  | { readonly do: 'newest' }
  /** The client tries a new link, which gets so far and is then cut, or given up while its hello is still on its way. */
  | { readonly do: 'falter'; readonly steps: number; readonly ending: 'cut' | 'late' }
  | { readonly do: 'cut'; readonly link: number; readonly side: 'client' | 'server' | 'both' }
  /** The client believes that the network changed, and tries a new link while the old one may live on at the server. */
  | { readonly do: 'wake'; readonly why: 'online' | 'active' }
  | { readonly do: 'advance'; readonly ms: number }
  /** Time in which the network works, too. */
  | { readonly do: 'rest'; readonly seconds: number }
  | { readonly do: 'restart'; readonly how: 'crash' | 'silent' | 'close' }
  | { readonly do: 'steal'; readonly token: number; readonly as: 'owner' | 'other'; readonly instance: boolean }
  | { readonly do: 'rival' }
  | { readonly do: 'crowd' }
  | { readonly do: 'drop' | 'revoke' | 'swap' | 'leave' }
  | TopicCommand
  | Move

/** The client goes to another server, by itself or because it is asked to. */
export type Move = { readonly do: 'move' } | { readonly do: 'jump'; readonly to: 'same' | 'other' }

/** What happens on topics. Which subscription is meant is found modulo what there is. */
export type TopicCommand =
  /** The client subscribes to what is new, to all there is, or to what follows what it had last. */
  | {
      readonly do: 'subscribe'
      readonly topic: TopicName
      readonly since: 'new' | 'start' | 'stored'
      readonly state: boolean
      readonly waits: boolean
    }
  | { readonly do: 'unsubscribe'; readonly topic: TopicName; readonly which: number }
  | { readonly do: 'present'; readonly topic: TopicName; readonly which: number }
  | {
      readonly do: 'publish'
      readonly who: Who
      readonly topic: TopicName
      readonly kind: 'plain' | 'keyed' | 'again' | 'hint' | 'except'
      readonly which: number
    }
  | { readonly do: 'kick'; readonly topic: TopicName }

export type Who = 'client' | 'server'
export type Kind = 'message' | 'latest' | 'volatile' | 'bytes' | 'call' | 'short' | 'item' | 'broadcast'

/** How the ends of a case are set up: small bounds, so that they are reached. */
export interface Setup {
  readonly clientFrames: number
  readonly serverFrames: number
  readonly devices: number
  readonly perIdentity: number
  readonly suspended: number
  readonly expires: number | null
  readonly anonymous: boolean
  /** The client gives its identity as a value, which it cannot renew by itself. */
  readonly plain: boolean
  /** The server closes who sends too much. */
  readonly rate: boolean
  /** Events a history keeps, and for how many milliseconds. */
  readonly history: number
  readonly keeps: number
  /** The server takes its time to decide who may subscribe, and about what is published. */
  readonly deliberates: boolean
  /** Guests subscribe, too. */
  readonly attended: boolean
  readonly seed: number
}

/** Of what the model says the newest of: each number is of one of these keys. */
export const KEYS = 2

/** Milliseconds a session of the model waits for its client. */
export const WINDOW = 10_000

const who = fc.constantFrom<Who>('client', 'server')
const way = fc.constantFrom('up' as const, 'down' as const)
const link = fc.nat(2)

const say = fc.record({
  do: fc.constant('say' as const),
  who,
  kind: fc.constantFrom<Kind>(
    ...(['message', 'message', 'latest', 'latest', 'call', 'call'] as const),
    ...(['short', 'volatile', 'bytes', 'item', 'broadcast'] as const),
  ),
})
const simple = (...names: ('drop' | 'revoke' | 'move' | 'swap' | 'leave')[]) =>
  fc.record({ do: fc.constantFrom(...names) })

const topic = fc.constantFrom(...TOPICS)
const which = fc.nat(2)

const common: fc.WeightedArbitrary<Command>[] = [
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('stream' as const),
      who,
      kind: fc.constantFrom('download' as const, 'upload' as const),
      stops: fc.boolean(),
    }),
  },
  { weight: 10, arbitrary: fc.constant({ do: 'flow' } as const) },
  { weight: 5, arbitrary: fc.constant({ do: 'newest' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('falter' as const),
      steps: fc.nat(6),
      ending: fc.constantFrom('cut' as const, 'late' as const),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), link, way, count: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('batch' as const), link, way, count: fc.integer({ min: 2, max: 4 }) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('finish' as const), who, which: fc.nat(5), fails: fc.boolean() }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('cut' as const),
      link,
      side: fc.constantFrom('client' as const, 'server' as const, 'both' as const),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 300, 600, 1_000, 1_000, 2_000, 5_000, WINDOW + 1_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rest' as const), seconds: fc.constantFrom(3, 30) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wake' as const),
      why: fc.constantFrom('online' as const, 'active' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      how: fc.constantFrom('crash' as const, 'silent' as const, 'close' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('steal' as const),
      token: fc.nat(3),
      as: fc.constantFrom('owner' as const, 'other' as const),
      instance: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'rival' } as const) },
  { weight: 1, arbitrary: fc.constant({ do: 'crowd' } as const) },
  { weight: 2, arbitrary: simple('drop', 'revoke', 'move', 'swap', 'leave') },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump' as const), to: fc.constantFrom('same' as const, 'other' as const) }),
  },
]

const ofTopics: fc.WeightedArbitrary<Command>[] = [
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      topic,
      since: fc.constantFrom('new' as const, 'new' as const, 'start' as const, 'stored' as const),
      state: fc.boolean(),
      waits: fc.boolean(),
    }),
  },
  {
    weight: 30,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      who,
      topic,
      kind: fc.constantFrom(
        'plain' as const,
        'plain' as const,
        'keyed' as const,
        'again' as const,
        'hint' as const,
        'except' as const,
      ),
      which,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('present' as const), topic, which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), topic, which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kick' as const), topic }) },
]

/** Most cases are about what is said, some about topics: what is rare in one of them is none in the other. */
const commands = fc.oneof(
  { weight: 2, arbitrary: listOf({ weight: 30, arbitrary: say }, ...common) },
  { weight: 1, arbitrary: listOf({ weight: 6, arbitrary: say }, ...ofTopics, ...common) },
)

function listOf(...some: fc.WeightedArbitrary<Command>[]): fc.Arbitrary<Command[]> {
  return fc.array(fc.oneof(...some), { minLength: 1, maxLength: 45, size: 'max' })
}

/** A case: how the ends are set up, and what happens. */
export interface Plan {
  readonly setup: Setup
  readonly commands: readonly Command[]
}

/** All cases. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  setup: fc.record({
    clientFrames: fc.constantFrom(4, 8, 12, 1_000),
    serverFrames: fc.constantFrom(3, 6, 12, 1_000),
    devices: fc.constantFrom(1, 2, 8),
    perIdentity: fc.constantFrom(1, 5),
    suspended: fc.constantFrom(1, 10),
    expires: fc.constantFrom(null, null, null, 2_000),
    anonymous: fc.constantFrom(false, false, false, true),
    plain: fc.constantFrom(false, false, true),
    rate: fc.constantFrom(false, false, false, false, true),
    history: fc.constantFrom(2, 5, 1_000),
    keeps: fc.constantFrom(3_000, 300_000),
    deliberates: fc.constantFrom(false, false, true),
    attended: fc.boolean(),
    seed: fc.nat(1_000_000),
  }),
  commands,
})
