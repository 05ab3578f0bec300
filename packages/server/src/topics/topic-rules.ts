import { type Payload, WSE_ERROR, WseError } from '@wse/protocol'
import {
  createId,
  FRAME,
  failure,
  isThenable,
  isWseError,
  type Passage,
  type Read,
  toWire,
  type WireError,
} from '@wse/protocol/internal'
import type { ServerHandling } from '../middleware/server-handling.js'
import type { WseConnection } from '../people/people.js'
import type { Publishing, Subscribing, TopicContext } from './contexts.js'
import type { TopicDefinition } from './definition.js'
import type { Subscriber } from './topic.js'
import type { Topics } from './topics.js'

/** What an envelope adds to what is measured, at the most. */
const FRAME_AROUND = 32

/** What stands around what clients ask of topics. */
export class TopicRules {
  readonly #handling: ServerHandling
  readonly #topics: Topics
  /** What stands for faults that were told. */
  readonly #faults = new WeakSet<object>()
  readonly #failed: (error: WseError, conn: WseConnection) => void

  constructor(handling: ServerHandling, topics: Topics, failed: (error: WseError, conn: WseConnection) => void) {
    this.#handling = handling
    this.#topics = topics
    this.#failed = failed
  }

  /** What middleware and `authorize` say: `true`, or it is refused. @throws {WseError} also by rejection */
  authorize(definition: TopicDefinition, context: Subscribing): unknown {
    const { authorize, guard } = definition
    const allows = () => (authorize === null ? true : authorize(context))
    return this.#within(definition, context, allows, readerOf(guard?.presence, context.payload))
  }

  /** Runs what handles an event, within its middleware. @throws {WseError} also by rejection */
  handle(definition: TopicDefinition, context: Publishing, handler: () => unknown): unknown {
    return this.#within(definition, context, handler, definition.guard?.event(context.event)?.read)
  }

  /** Whether something thrown stands for a fault of this side, which was told. */
  isFault(thrown: unknown): boolean {
    return this.#faults.has(thrown as object)
  }

  #within(definition: TopicDefinition, context: TopicContext, core: () => unknown, read: Read | undefined): unknown {
    const faulty = (thrown: unknown): never => {
      throw isWseError(thrown) ? thrown : this.#fault(thrown, definition, context)
    }
    try {
      const result = this.#handling.enter(definition.rules, context, core, read)
      return isThenable(result) ? Promise.resolve(result).catch(faulty) : result
    } catch (thrown) {
      return faulty(thrown)
    }
  }

  /** Tells what failed here, to the hook that counts; gives what is told of it elsewhere. */
  #fault(cause: unknown, { rules }: TopicDefinition, { kind, topic, requestId, conn }: TopicContext): WseError {
    const errorId = createId(this.#topics.clock)
    const error = failure(WSE_ERROR.RP_EXECUTION_FAILED, `${topic} failed`, cause, { topic, errorId })
    this.#handling.note(error, { kind, name: topic, requestId, rules })
    this.#failed(error, conn)
    const fault = new WseError(WSE_ERROR.RP_EXECUTION_FAILED, { errorId }, { message: 'RPC execution failed' })
    this.#faults.add(fault)
    return fault
  }

  /**
   * A state that a client sets, as it came: a contract reads it where it arrives in the end.
   *
   * @throws {WseError} `INVALID_PAYLOAD`
   */
  state(definition: TopicDefinition, state: Payload, session: Subscriber): Payload {
    const { guard } = definition
    if (state !== undefined && guard !== null) guard.presence.readNow(state)
    return this.fitting(definition, state, session)
  }

  /** A state that is small enough to be kept, and told. @throws {WseError} `INVALID_PAYLOAD` */
  fitting({ presence }: TopicDefinition, state: Payload, { session }: Subscriber): Payload {
    if (presence === null || state === undefined) return state
    const link = session.lastLink
    const size = link?.codec.encode(FRAME.MEMBERS, [state], undefined, link.limits).length ?? 0
    if (size <= presence.bytes + FRAME_AROUND) return state
    const message = `a state takes up to ${presence.bytes} bytes`
    throw new WseError(WSE_ERROR.INVALID_PAYLOAD, { limit: presence.bytes }, { message })
  }

  /** What a client is told of something that failed; what is no `WseError`, or cannot be encoded, is told here alone. */
  told(thrown: unknown, { conn, session }: Subscriber, topic: string): WireError {
    const errorId = createId(this.#topics.clock)
    const report = (cause: unknown) =>
      this.#failed(failure(WSE_ERROR.RP_EXECUTION_FAILED, `${topic} failed`, cause, { topic, errorId }), conn)
    if (!isWseError(thrown)) report(thrown)
    const told = toWire(thrown, errorId)
    try {
      // Where it is nested deepest: it must not spoil what is told with it.
      session.lastLink?.encode(FRAME.RESPONSE, [{ error: told }], 0)
      return told
    } catch (cause) {
      report(cause)
      return { code: told.code, details: { errorId } }
    }
  }

  /** Tells of something that nobody waits for. */
  failed(thrown: unknown, conn: WseConnection, topic: string): void {
    if (this.isFault(thrown)) return
    this.#failed(failure(WSE_ERROR.MESSAGE_PROCESSING_ERROR, `${topic} failed`, thrown, { topic }), conn)
  }
}

/** Who says nothing of itself is at no fault. */
const readerOf = (presence: Passage | undefined, state: Payload) => (state === undefined ? undefined : presence?.read)
