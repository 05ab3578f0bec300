import * as WSE_ERROR from '../codes/error.js'
import { WseError } from '../error/wse-error.js'
import { isThenable } from '../events/listener.js'
import type { Payload } from '../frames/payload.js'
import { isSource, type StreamSource } from '../streams/source.js'
import { NO_ITEMS, ReadItems } from './items.js'
import { type Check, checker, ownFault } from './outgoing.js'
import { Late, type Read, readerOf, whenRead } from './read.js'
import type { AnyRpc, Part } from './shape.js'

/** What a contract reads and sets in the context of a call. */
export interface AnsweredCall {
  payload: Payload
  error(code: string, details?: Record<string, unknown>): WseError
  chunks: StreamSource
}

/** A procedure this end answers: its handler gets what fits alone, and what it answers is looked at. */
export class Answered {
  readonly #name: string
  readonly #rpc: AnyRpc
  readonly #input: Read
  readonly #chunk: Read | null
  readonly #output: Check | null
  readonly #item: Check | null
  readonly #errors: ReadonlyMap<string, Check | null>
  readonly #answer: (result: unknown) => unknown
  /** Whether a result goes as it is. */
  readonly #isPlain: boolean

  constructor(name: string, rpc: AnyRpc, checksOutgoing: boolean) {
    const check = (part: Part, subject: string) => (checksOutgoing ? ownFault(checker(part, subject)) : null)
    this.#name = name
    this.#rpc = rpc
    this.#input = readerOf(rpc.input, `input of ${name}`)
    this.#chunk = rpc.chunks ? readerOf(rpc.chunks, `a chunk of ${name}`) : null
    this.#output = check(rpc.output, `result of ${name}`)
    this.#item = check(rpc.items, `an item of ${name}`)
    this.#isPlain = rpc.output !== undefined && rpc.items === undefined && this.#output === null
    const codes = Object.entries(rpc.errors)
    this.#errors = new Map(codes.map(([code, schema]) => [code, check(schema, `details of ${code}`)]))
    this.#answer = rpc.items ? (result) => this.#streamed(result) : (result) => this.#checked(result)
  }

  /** Stands around the handler, as middleware does: it gets what fits alone, and what it answers is looked at. */
  readonly around = (call: AnsweredCall, next: () => unknown): unknown => {
    const input = this.#input(call.payload)
    if (input instanceof Late) return whenRead(input, (value) => this.#enter(call, value, next))
    return this.#enter(call, input, next)
  }

  #enter(call: AnsweredCall, input: Payload, next: () => unknown): unknown {
    call.payload = input
    call.error = this.error
    call.chunks = this.#chunk === null ? NO_ITEMS : this.chunks(call.chunks)
    const result = next()
    return this.#isPlain ? result : this.#settled(result)
  }

  /** What the caller sends after its input, read on its way. */
  chunks(source: StreamSource): StreamSource {
    return this.#chunk === null ? source : new ReadItems(source, this.#chunk, () => undefined)
  }

  /** An error the contract has, for a handler to throw. Codes it does not have are a defect of this side. */
  readonly error = (code: string, details: Record<string, unknown> = {}): WseError => {
    const check = this.#errors.get(code)
    if (check === undefined) {
      const message = `the contract has no error ${code} of ${this.#name}`
      throw new TypeError(message)
    }
    check?.(details)
    return new WseError(code, details)
  }

  #settled(result: unknown): unknown {
    return isThenable(result) ? Promise.resolve(result).then(this.#answer) : this.#answer(result)
  }

  /** A result the contract does not have stays here. */
  #checked(result: unknown): unknown {
    if (this.#rpc.output === undefined) return undefined
    this.#output?.(result)
    return result
  }

  #streamed(result: unknown): unknown {
    if (!isSource(result)) throw new TypeError(`the handler of ${this.#name} returned nothing to iterate over`)
    const item: Read = (value) => {
      this.#item?.(value)
      return value
    }
    return new ReadItems(result, item, (value) => this.#checked(value))
  }
}

/** The error of a contract nobody keeps: calls it has, and this end does not answer. */
export function missingHandlers(names: readonly string[]): WseError | null {
  if (names.length === 0) return null
  const message = `the contract has calls without a handler: ${names.join(', ')}`
  return new WseError(WSE_ERROR.RP_NOT_REGISTERED, { rpcs: names }, { message })
}
