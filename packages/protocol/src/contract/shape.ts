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
  /** Milliseconds an event is kept. @default as long as there is room */
  readonly ttl?: number | undefined
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

/** A contract by its parts, each of them there, if only as nothing. */
export interface ContractShape {
  readonly identity: Part
  readonly meta: Part
  readonly welcome: Part
  readonly challenge: ChallengeParts | undefined
  readonly server: { readonly calls: Rpcs; readonly messages: Schemas }
  readonly client: { readonly calls: Rpcs; readonly messages: Schemas }
  readonly topics: { readonly [template: string]: AnyTopic }
}
