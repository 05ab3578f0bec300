import type { WseErrorCode } from '../codes/tables.js'
import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { CallOptions } from '../peer/call-options.js'
import type { StreamSource } from '../streams/source.js'
import type { AnyRpc, AnyTopic, ErrorSchemas, Part, Rpcs, Schemas } from './shape.js'
import type { InferInput, InferOutput, Schema } from './standard-schema.js'

/** What is given to be sent: the input side of a schema, and nothing where there is none. */
export type Sent<P extends Part> = P extends Schema ? InferInput<P> : undefined

/** What arrives: the output side of a schema. */
export type Received<P extends Part> = P extends Schema ? InferOutput<P> : undefined

/** As {@link Sent}, where a contract may say nothing: anything. */
export type SentLoosely<P extends Part> = P extends Schema ? InferInput<P> : Payload

/** As {@link Received}, where a contract may say nothing: anything. */
export type ReceivedLoosely<P extends Part> = P extends Schema ? InferOutput<P> : Payload

/**
 * Names of what `call` may ask: whatever gives one result. Written as `CallName<…> & string`, an error lists the names
 * instead of this type.
 */
export type CallName<Calls extends Rpcs> = {
  [Name in keyof Calls]: undefined extends Calls[Name]['items'] ? Name : never
}[keyof Calls]

/** Names of what `stream` may ask: whatever gives items. Written with `& string`, as {@link CallName}. */
export type StreamName<Calls extends Rpcs> = {
  [Name in keyof Calls]: [Calls[Name]['items']] extends [undefined] ? never : Name
}[keyof Calls]

/** Options of one call: with `chunks` where it takes them. */
export type CallOptionsOf<R extends AnyRpc> = [R['chunks']] extends [undefined]
  ? UnaryOptions
  : undefined extends R['chunks']
    ? UnaryOptions & { chunks?: StreamSource<Sent<R['chunks']>> | undefined }
    : UnaryOptions & { chunks: StreamSource<Sent<R['chunks']>> }

type UnaryOptions = Omit<CallOptions, 'chunks'>

/** What follows the name of a call. An input that may be undefined may be left out. */
export type CallArgs<R extends AnyRpc> = undefined extends R['chunks']
  ? undefined extends Sent<R['input']>
    ? [input?: Sent<R['input']>, options?: CallOptionsOf<R>]
    : [input: Sent<R['input']>, options?: CallOptionsOf<R>]
  : [input: Sent<R['input']>, options: CallOptionsOf<R>]

/** What follows the type of a message. */
export type MessageArgs<S extends Schema, Options> =
  undefined extends InferInput<S>
    ? [payload?: InferInput<S>, options?: Options]
    : [payload: InferInput<S>, options?: Options]

/** What a handler may return. What a contract has no output for stays with the handler. */
export type Answer<R extends AnyRpc> = undefined extends R['items']
  ? R['output'] extends Schema
    ? OrPromise<Sent<R['output']>>
    : unknown
  : OrPromise<Yielding<Sent<R['items']>, R['output'] extends Schema ? Sent<R['output']> : unknown>>

type OrPromise<Value> = Value | PromiseLike<Value>
type Yielding<Item, Result> = AsyncIterable<Item, Result> | Iterable<Item, Result>

/** What follows the code of an error: its details, which may be left out where none is required. */
export type ErrorArgs<S extends Schema> =
  InferInput<S> extends infer Details extends Facts
    ? Record<never, never> extends Details
      ? [details?: Details]
      : [details: Details]
    : [details: InferInput<S> & Facts]

type Facts = Record<string, unknown>

/** An error whose code says what its details are. */
export interface CodedError<Code extends string, Facts> extends Omit<WseError, 'code' | 'details'> {
  readonly code: Code
  readonly details: Facts & { readonly rpc: string }
}

/**
 * What a call may fail with: the errors of the contract and those of the SDK. A handler can throw others, too: they
 * arrive as they are, and have no type until they are declared.
 */
export type ErrorOf<Errors extends ErrorSchemas> = string extends keyof Errors
  ? WseError
  :
      | { [Code in keyof Errors & string]: CodedError<Code, InferOutput<Errors[Code]>> }[keyof Errors & string]
      | (WseError & { readonly code: WseErrorCode })

/** How a call ended, as `try` tells it. */
export type Outcome<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure }

/** Names of the messages among some. */
export type MessageName<Messages extends Schemas> = keyof Messages & string

/** The parameters of a topic's template: `{ id }` of `room:{id}`. */
export type TopicParams<Template extends string> = { [Name in ParameterOf<Template>]: string | number }

type ParameterOf<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** Names a template stands for: `room:${string}` of `room:{id}`. */
export type TopicName<Template extends string> = Template extends `${infer Start}{${string}}${infer Rest}`
  ? `${TopicName<Start>}${string}${TopicName<Rest>}`
  : Template extends `${infer Start}*${infer Rest}`
    ? `${Start}${string}${TopicName<Rest>}`
    : Template

/** Names of the events of a topic. */
export type EventName<T extends AnyTopic> = keyof T['events'] & string

interface Topics {
  readonly topics: { readonly [template: string]: AnyTopic }
}

/** Templates of the topics of a contract. */
export type TemplateOf<C extends Topics> = keyof C['topics'] & string

/** A name as it is, unless it is a template, whose parameters are to be given. */
export type Filled<Name extends string> = Name extends `${string}{${string}` ? never : Name

/** The topic a name stands for; a name of its own goes before a template. */
export type TopicOf<C extends Topics, Name extends string> =
  Name extends TemplateOf<C>
    ? C['topics'][Name]
    : { [T in TemplateOf<C>]: Name extends TopicName<T> ? C['topics'][T] : never }[TemplateOf<C>]
