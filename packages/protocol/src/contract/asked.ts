import * as WSE_ERROR from '../codes/error.js'
import { textOf } from '../error/describe.js'
import { type Certainty, WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { CallOptions } from '../peer/call-options.js'
import { isSource, type StreamSource } from '../streams/source.js'
import { now, ReadItems } from './items.js'
import { type Check, checker, isInvalid } from './outgoing.js'
import { Late, type Read, reader, readerOf } from './read.js'
import type { AnyRpc, Part } from './shape.js'

/** A procedure of the other end: what is asked is looked at, and what it answers is read. */
export class Asked {
  readonly #name: string
  readonly #input: Check | null
  readonly #chunk: Check | null
  readonly #output: Read
  readonly #item: Read
  readonly #errors: ReadonlyMap<string, Read>
  readonly #result = (result: Payload): Payload => now(this.#output, result)
  readonly #rejected = async (error: unknown): Promise<never> => {
    throw await this.#failure(error)
  }

  constructor(name: string, rpc: AnyRpc, checksOutgoing: boolean) {
    const check = (part: Part, subject: string) => (checksOutgoing ? checker(part, subject) : null)
    this.#name = name
    this.#input = check(rpc.input, `input of ${name}`)
    this.#chunk = check(rpc.chunks, `a chunk of ${name}`)
    this.#output = this.#fitting(readerOf(rpc.output, `result of ${name}`))
    this.#item = this.#fitting(readerOf(rpc.items, `an item of ${name}`))
    const codes = Object.entries(rpc.errors)
    this.#errors = new Map(codes.map(([code, schema]) => [code, this.#fitting(reader(schema, `details of ${code}`))]))
  }

  /**
   * Asks once: `ask` makes the call, at once. Rejects with what that rejects with; of errors the contract has, the
   * details are read.
   */
  call(input: Payload, ask: () => Promise<Payload>): Promise<Payload> {
    try {
      this.check(input)
      return ask().then(this.#result, this.#rejected)
    } catch (thrown) {
      return Promise.reject(thrown)
    }
  }

  /** Asks for a stream: `open` makes the call, at once. */
  stream(input: Payload, open: () => StreamSource): AsyncIterableIterator<Payload> {
    this.check(input)
    return new ReadItems(open(), this.#item, this.#output, (error) => this.#failure(error))
  }

  /** Options of a call, with what is sent after the input looked at on its way. */
  options(options: CallOptions | undefined): CallOptions | undefined {
    const chunks = options?.chunks
    // What is none is for those to refuse who read the options.
    return isSource(chunks) ? { ...options, chunks: this.chunks(chunks) } : options
  }

  /** What is sent after the input, looked at on its way. */
  chunks(source: StreamSource): StreamSource {
    const check = this.#chunk
    if (check === null) return source
    const item: Read = (value) => {
      check(value)
      return value
    }
    return new ReadItems(source, item, () => undefined)
  }

  /** Looks at the input. @throws {WseError} `INVALID_PAYLOAD`, `not-sent` */
  check(input: Payload): void {
    try {
      this.#input?.(input)
    } catch (thrown) {
      throw this.#unfit(thrown, 'not-sent')
    }
  }

  /** What the caller is told of an error that came: one of the contract has details that fit. */
  async #failure(error: unknown): Promise<unknown> {
    if (!(error instanceof WseError) || !error.remote) return error
    const read = this.#errors.get(error.code)
    if (read === undefined) return error
    const { rpc, ...details } = error.details
    try {
      const fitting = await now(read, details)
      return new WseError(error.code, { ...fitting, rpc }, { message: error.message, remote: true })
    } catch (unfit) {
      return unfit instanceof WseError ? causedBy(unfit, error) : unfit
    }
  }

  #fitting(read: Read): Read {
    const unfit = (thrown: unknown) => {
      throw this.#unfit(thrown)
    }
    return (value) => {
      try {
        const result = read(value)
        return result instanceof Late ? new Late(result.value.catch(unfit)) : result
      } catch (thrown) {
        return unfit(thrown)
      }
    }
  }

  /** The other end answered, and not what the contract says; or this end's schema failed. */
  #unfit(thrown: unknown, certainty: Certainty = 'delivered'): unknown {
    const rpc = this.#name
    if (isInvalid(thrown)) {
      const details = { rpc, issues: thrown.details.issues, certainty }
      return new WseError(thrown.code, details, { message: thrown.message })
    }
    if (thrown instanceof WseError) return thrown
    const options = { message: textOf(thrown), cause: thrown }
    return new WseError(WSE_ERROR.RP_EXECUTION_FAILED, { rpc, certainty }, options)
  }
}

const causedBy = ({ code, details, message }: WseError, cause: WseError) =>
  new WseError(code, details, { message, cause })
