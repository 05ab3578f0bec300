import type { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { CallContext } from '../peer/call-context.js'
import type { AnyContract } from './contract.js'
import type { CallArgs, CallName, ErrorArgs, Received } from './infer.js'
import type { AnyRpc, Part, Rpcs } from './shape.js'
import type { InferOutput, Schema } from './standard-schema.js'

/** What the handler of a procedure is given beside the input. `Asks`: what it may call back. */
export interface ContextOf<R extends AnyRpc, Asks extends Rpcs = Rpcs> extends CallContext {
  /** What the caller sends after its input; nothing where the contract has no `chunks`. */
  readonly chunks: AsyncIterableIterator<ChunkOf<R>, Payload, undefined>
  /** Makes an error of the contract, to be thrown. @example throw ctx.error('TOO_BIG', { max: 10 }) */
  error<Code extends keyof R['errors'] & string>(code: Code, ...details: ErrorArgs<R['errors'][Code]>): WseError
  /** Calls the caller back, within this call: with its deadline, end and trace. */
  call<Name extends CallName<Asks> & string>(
    rp: Name,
    ...args: CallArgs<Asks[Name]>
  ): Promise<Received<Asks[Name]['output']>>
}

type ChunkOf<R extends AnyRpc> = R['chunks'] extends Schema ? InferOutput<R['chunks']> : never

/** What the ends tell each other of a contract they do not share: the hash of each. */
export interface Outdated {
  readonly ours: string
  readonly theirs: string
}

/** What a challenge puts to a client. */
export type QuestOf<C extends AnyContract> = PartOf<C['challenge'], 'quest'>

/** What a client answers to it. */
export type AnswerTo<C extends AnyContract> = PartOf<C['challenge'], 'answer'>

type PartOf<Parts, Name extends string> = Parts extends { readonly [N in Name]: infer P extends Part } ? P : undefined
