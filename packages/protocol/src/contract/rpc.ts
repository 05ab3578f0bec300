import { knownMembers, optionGroup } from '../limits/option.js'
import type { ErrorSchemas, Part, Rpc } from './shape.js'

/** What {@link rpc} is made of. */
export interface RpcParts<Input, Output, Items, Chunks, Errors> {
  /** What the caller sends; without it the handler gets `undefined`. @default none */
  readonly input?: Input
  /** What the handler returns; without it the caller gets `undefined`. @default none */
  readonly output?: Output
  /** Each item the handler yields: the caller uses `stream`. @default none */
  readonly items?: Items
  /** Each item the caller sends after its input. @default none */
  readonly chunks?: Chunks
  /** Details of the errors a handler answers with on purpose, by code. @default none */
  readonly errors?: Errors
}

const MEMBERS = ['input', 'output', 'items', 'chunks', 'errors']

/**
 * One procedure of a contract.
 *
 * @throws {WseError} `INVALID_OPTION` for a member it does not have
 * @example
 * const add = rpc({ input: v.object({ a: v.number(), b: v.number() }), output: v.number() })
 * const ticks = rpc({ input: v.object({ every: v.number() }), items: v.number() })
 */
export function rpc<
  const Input extends Part = undefined,
  const Output extends Part = undefined,
  const Items extends Part = undefined,
  const Chunks extends Part = undefined,
  const Errors extends ErrorSchemas = Record<never, never>,
>(
  parts: RpcParts<Input, Output, Items, Chunks, Errors>,
): Rpc<NoInfer<Input>, NoInfer<Output>, NoInfer<Items>, NoInfer<Chunks>, NoInfer<Errors>> {
  const given = optionGroup('rpc', parts)
  knownMembers('rpc', given, MEMBERS)
  const { input, output, items, chunks } = given
  const errors = Object.freeze({ ...optionGroup('rpc.errors', given.errors) })
  return Object.freeze({ type: 'rpc', input, output, items, chunks, errors }) as Rpc<
    Input,
    Output,
    Items,
    Chunks,
    Errors
  >
}
