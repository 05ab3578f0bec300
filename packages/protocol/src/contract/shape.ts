import type { Payload } from '../frames/payload.js'
import type { Guard, GuardOptions } from './guard.js'
import type { Schema } from './standard-schema.js'

/** The two ends. What stands under one of them in a contract is what the other may ask of it. */
export type Side = 'server' | 'client'

/** A schema, or none where nothing travels. */
export type Part = Schema | undefined

/** Details of an error are an object. */
export type ErrorSchemas = { readonly [code: string]: Schema<object> }

/** One procedure: what goes in, what comes out, what streams either way, and how it may fail. */
export interface Rpc<Input, Output, Items, Chunks, Errors> {
  readonly type: 'rpc'
  readonly input: Input
  readonly output: Output
  readonly items: Items
  readonly chunks: Chunks
  readonly errors: Errors
}

/** Any procedure. */
export type AnyRpc = Rpc<Part, Part, Part, Part, ErrorSchemas>

/** One topic: the events said on it, the state of who is there, how much of it is kept. */
export interface Topic<Events, Presence> {
  readonly type: 'topic'
  readonly events: Events
  readonly presence: Presence
  readonly history: TopicHistory | undefined
}

/** How much of a topic is kept for who comes late. */
export interface TopicHistory {
  /** Events. */
  readonly size: number
}

/** Any topic. */
export type AnyTopic = Topic<Schemas, Part>

/** Schemas by name. */
export type Schemas = { readonly [name: string]: Schema }

/** Procedures by name. */
export type Rpcs = { readonly [name: string]: AnyRpc }

/** What one end may be asked and told. */
export interface SideParts {
  /** What it answers. @default none */
  readonly calls?: Rpcs
  /** What it is told. @default none */
  readonly messages?: Schemas
}

/** What the server puts to a client before it lets it in, and what the client answers. */
export interface ChallengeParts {
  readonly quest: Schema
  readonly answer: Schema
}

/** What a contract is made of. Identity, meta, welcome and challenge stay untyped where nothing is said about them. */
export interface ContractParts {
  /** Changed when schemas change in ways that names and parts do not show; travels, at most 64 characters. @default none */
  readonly version?: string | number
  /** First argument of `connect`: credentials. @default anything */
  readonly identity?: Schema
  /** Second argument of `connect`: what a client says about itself. @default anything */
  readonly meta?: Schema
  /** What `connect` resolves with. @default anything */
  readonly welcome?: Schema
  /** @default anything */
  readonly challenge?: ChallengeParts
  /** What clients may ask of the server, and tell it. @default nothing */
  readonly server?: SideParts
  /** What the server may ask of a client, and tell it. @default nothing */
  readonly client?: SideParts
  /** By template: `room:{id}`. @default none */
  readonly topics?: { readonly [template: string]: AnyTopic }
}

/** What both ends keep to. */
export interface AnyContract {
  readonly identity: Part
  readonly meta: Part
  readonly welcome: Part
  readonly challenge: ChallengeParts | undefined
  readonly server: { readonly calls: Rpcs; readonly messages: Schemas }
  readonly client: { readonly calls: Rpcs; readonly messages: Schemas }
  readonly topics: { readonly [template: string]: AnyTopic }
  /** Short text of what it consists of; the ends compare theirs. */
  readonly hash: string
  /** What one end does to keep it, for the packages of this project. */
  guard(side: Side, options?: GuardOptions): Guard
}

type None = Record<never, never>
type Member<Parts, Name extends string, Otherwise> = Parts extends { readonly [N in Name]: infer Value }
  ? Value
  : Otherwise

interface SideOf<Parts> {
  readonly calls: Member<Parts, 'calls', None>
  readonly messages: Member<Parts, 'messages', None>
}

/** A contract of these parts, as {@link AnyContract} with all types known. */
export interface Contract<Parts extends ContractParts> {
  readonly identity: Member<Parts, 'identity', undefined>
  readonly meta: Member<Parts, 'meta', undefined>
  readonly welcome: Member<Parts, 'welcome', undefined>
  readonly challenge: Member<Parts, 'challenge', undefined>
  readonly server: SideOf<Parts['server']>
  readonly client: SideOf<Parts['client']>
  readonly topics: Member<Parts, 'topics', None>
  readonly hash: string
  guard(side: Side, options?: GuardOptions): Guard
}

/** Takes and gives anything. */
export type LooseSchema = Schema<Payload, Payload>

/** A procedure of which nothing is known. */
export type LooseRpc = Rpc<
  LooseSchema,
  LooseSchema,
  LooseSchema | undefined,
  LooseSchema | undefined,
  { readonly [code: string]: LooseSchema }
>

interface LooseSide {
  readonly calls: { readonly [name: string]: LooseRpc }
  readonly messages: { readonly [name: string]: LooseSchema }
}

/** What ends without a contract have: every name stands for anything. */
export interface LooseContract extends AnyContract {
  readonly identity: undefined
  readonly meta: undefined
  readonly welcome: undefined
  readonly challenge: undefined
  readonly server: LooseSide
  readonly client: LooseSide
}
