import type { Clock } from '../clock/clock.js'
import * as WSE_ERROR from '../codes/error.js'
import type { Guard } from '../contract/guard.js'
import { Late, type Read, whenRead } from '../contract/read.js'
import { toWseError } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { callIsolated, isThenable, type Unsubscribe } from '../events/listener.js'
import type { Payload } from '../frames/payload.js'
import { invalidOption } from '../limits/option.js'
import type { SendResult } from '../link/link.js'
import type { Hook, HooksOption, ReceivedEvent } from '../logging/hooks.js'
import { checkHandler, checkName, Procedures } from '../peer/procedures.js'
import type { RunningCall } from '../peer/running-call.js'
import { checkLayer, type HandlerOptions, type ListenerOptions, type Rules, rulesOf } from './handler-options.js'
import type { IncomingCall, IncomingMessage } from './incoming.js'
import { Interception } from './interception.js'
import { Line, type Task } from './line.js'
import { type Layer, through } from './onion.js'

/** What the handlers of one end are like. */
export interface HandlingSetup<Handler, Call extends IncomingCall, Message extends IncomingMessage, Conn> {
  readonly clock: Clock
  readonly log: HooksOption<Conn>
  /** What this end keeps of a contract; null without one. */
  readonly guard: Guard | null
  /** Makes the context of a call from what a handler is called with. */
  contextOf(args: readonly never[]): Call
  /** Calls a handler with what its context has become. */
  invoke(handler: Handler, context: Call): unknown
  /** Gives a message to its listeners. */
  deliver(context: Message): void
  /** A message came that no contract has. */
  ignore(context: Message): void
  /** Whose it is. */
  connOf(context: Call | Message): Conn
  failed(error: WseError, conn: Conn | undefined): void
}

/** A session whose messages come one after the other. */
export interface InOrder {
  /** Those that wait behind one that takes its time. */
  line: Line | null
  /** So many wait now. */
  overrun(waiting: number): void
}

/** What is handled while something fails. */
interface About {
  readonly kind: ReceivedEvent['kind']
  readonly name: string
  readonly requestId: string
  /** Where they are not found by the name. */
  readonly rules?: Rules
}

/** What hooks are told of something that arrived. */
type Received = Pick<ReceivedEvent, 'kind' | 'name' | 'requestId' | 'payload'>

/** Where listeners are. */
interface Listening {
  on(type: string, listener: never): Unsubscribe
}

type AnyFunction = (...args: never[]) => unknown

/**
 * What stands around the handlers and listeners of one end: middleware, hooks, time-outs. It is woven in when something is
 * registered: a handler with nothing around it runs as it was given.
 */
export class Handling<Handler extends AnyFunction, Call extends IncomingCall, Message extends IncomingMessage, Conn> {
  /** What stands around own calls. */
  readonly interception: Interception = new Interception()
  /** Procedures as they run. */
  readonly procedures: Procedures<Handler> = new Procedures<Handler>()
  readonly #setup: HandlingSetup<Handler, Call, Message, Conn>
  /** What holds where nothing else is said. */
  readonly #general: Rules
  readonly #calls = new Map<string, { readonly handler: Handler; readonly rules: Rules }>()
  readonly #messages = new Map<string, Rules>()
  /** What errors are about; null for those no hook is to hear of. */
  readonly #about = new WeakMap<WseError, About | null>()
  #layers: readonly Layer[] = []

  constructor(setup: HandlingSetup<Handler, Call, Message, Conn>) {
    this.#setup = setup
    this.#general = rulesOf(undefined, setup.log, true)
  }

  /** Whether messages go straight to their listeners. */
  get plain(): boolean {
    const isQuiet = this.#general.received === null && this.#setup.guard === null
    return isQuiet && this.#layers.length === 0 && this.#messages.size === 0
  }

  /** Puts a layer around everything, within those that are there. @throws {WseError} `INVALID_OPTION` */
  use(layer: unknown): void {
    checkLayer(layer)
    this.#layers = [...this.#layers, layer]
    for (const [name, { handler, rules }] of this.#calls) {
      this.procedures.replace(name, this.#woven(name, handler, rules))
    }
  }

  /** Calls of the contract that nobody answers; null if there are none. */
  get missing(): WseError | null {
    return this.#setup.guard?.missing((name) => this.procedures.get(name) !== undefined) ?? null
  }

  /** @throws {WseError} as `Procedures.register`, and `INVALID_OPTION`; `INVALID_NAME` for one the contract does not have */
  register(name: string, handler: Handler, options: HandlerOptions<unknown, never> | undefined): void {
    const rules = options === undefined ? this.#general : rulesOf(options, this.#setup.log, true)
    this.#setup.guard?.answered(name)
    this.procedures.register(name, handler)
    this.procedures.replace(name, this.#woven(name, handler, rules))
    this.#calls.set(name, { handler, rules })
  }

  /** @throws {WseError} `RP_NOT_REGISTERED` */
  unregister(name: string): void {
    this.procedures.unregister(name)
    this.#calls.delete(name)
  }

  /**
   * Listens to messages of one type, and sets what holds for all of them, until it is taken back.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_OPTION`
   */
  listen(channel: Listening, name: string, listener: unknown, options: ListenerOptions<unknown, never>): Unsubscribe {
    checkName(name)
    checkHandler(name, listener)
    const rules = rulesOf(options, this.#setup.log, false)
    if (this.#messages.has(name)) throw invalidOption('use', `is set already for messages of ${name}`)
    this.#messages.set(name, rules)
    const off = channel.on(name, listener as never)
    return () => {
      off()
      if (this.#messages.get(name) === rules) this.#messages.delete(name)
    }
  }

  /** What holds for something that is neither a call nor a message, by options like theirs. @throws {WseError} `INVALID_OPTION` */
  rulesOf(options: ListenerOptions<unknown, never>): Rules {
    return rulesOf(options, this.#setup.log, false)
  }

  /**
   * Runs what is done about it within all that stands around it, and gives what that returns. `read`: what a contract makes
   * of its payload.
   *
   * @throws what any of it throws
   */
  enter(rules: Rules, context: Received & object, core: () => unknown, read?: Read): unknown {
    this.#received(context as unknown as Call, rules)
    return through(this.#layersOf(rules, read && fitting(read)), context, core)
  }

  /** Takes a message in: through what stands around it, to its listeners; in its turn. */
  take(message: Message, session: InOrder): void {
    const { guard } = this.#setup
    const read = guard?.heard(message.name)
    if (guard !== null && read === undefined) return this.#setup.ignore(message)
    const rules = this.#messages.get(message.name) ?? this.#general
    this.#received(message, rules)
    const run: Task = () => this.#run(message, rules, read)
    if (session.line !== null) return session.overrun(session.line.add(run))
    const pending = run()
    if (pending === undefined) return
    session.line = new Line(pending, () => {
      session.line = null
    })
  }

  /** A message was sent by this end: to one, or to many. */
  sent(name: string, payload: Payload, how: SendResult | Readonly<Record<SendResult, number>>, conn?: Conn): void {
    const { sent } = this.#general
    if (sent === null) return
    const delivery = typeof how === 'string' ? { sent: 0, queued: 0, dropped: 0, [how]: 1 } : how
    this.tell(sent, { kind: 'message', name, payload, delivery, conn }, conn)
  }

  /** An event was published by this end. `rules`: what holds for its topic alone. */
  published(
    { topic, event, data }: { readonly topic: string; readonly event: string; readonly data: Payload },
    delivery: Readonly<Record<SendResult, number>>,
    { sent }: Rules = this.#general,
  ): void {
    if (sent === null) return
    this.tell(sent, { kind: 'event', name: topic, event, payload: data, delivery, conn: undefined }, undefined)
  }

  /** Notes what an error is about, before it is told. */
  note(error: WseError, about: unknown): void {
    if (about !== undefined) this.#about.set(error, about as About)
  }

  /** An error was told: the hook that counts hears of it. */
  failed(error: WseError, conn: Conn | undefined): void {
    const about = this.#about.get(error)
    if (about === null) return
    const { kind, name = '', requestId } = about ?? {}
    const own = kind === 'call' ? this.#calls.get(name)?.rules : this.#messages.get(name)
    const hook = (about?.rules ?? own ?? this.#general).error
    if (hook !== null) this.tell(hook, { error, kind, name: about?.name, requestId, conn }, conn)
  }

  /** Tells a hook. What it throws is told as an error that no hook hears of. */
  tell(hook: NonNullable<Hook>, event: object, conn: Conn | undefined): void {
    callIsolated(hook, [event as never], (thrown) => {
      const message = 'a hook of log failed'
      const error = new WseError(WSE_ERROR.MESSAGE_PROCESSING_ERROR, {}, { message, cause: thrown })
      this.#about.set(error, null)
      this.#setup.failed(error, conn)
    })
  }

  /** Who may not call at all is to learn nothing of what would fit: a contract stands behind what holds for all. */
  #layersOf({ use }: Rules, contract: Layer | undefined): readonly Layer[] {
    if (contract !== undefined) return [...this.#layers, contract, ...use]
    return use.length === 0 ? this.#layers : [...this.#layers, ...use]
  }

  #woven(name: string, handler: Handler, rules: Rules): Handler {
    const { timeout, received, sent } = rules
    const layers = this.#layersOf(rules, this.#setup.guard?.answered(name).around as Layer | undefined)
    const isPlain = layers.length === 0 && rules === this.#general
    if (isPlain && received === null && sent === null) return handler
    const { invoke, contextOf } = this.#setup
    const core = (context: object) => invoke(handler, context as Call)
    const woven = (...args: never[]) => {
      const call = args.at(-1) as unknown as RunningCall
      const context = contextOf(args)
      if (timeout > 0) call.limit(timeout)
      if (sent !== null) this.#watch(call, context, sent)
      this.#received(context, rules)
      return through(layers, context, core)
    }
    return woven as unknown as Handler
  }

  #watch(call: RunningCall, context: Call, hook: NonNullable<Hook>): void {
    const { clock, connOf } = this.#setup
    const { name, requestId } = call
    const began = clock.now()
    call.onAnswer = (outcome, value) => {
      const [payload, error] = outcome === 'ok' ? [value] : [undefined, value]
      const [conn, duration] = [connOf(context), clock.now() - began]
      this.tell(hook, { kind: 'answer', name, requestId, outcome, payload, error, duration, conn }, conn)
    }
  }

  #received(context: Call | Message, { received }: Rules): void {
    if (received === null) return
    const { kind, name, requestId, payload } = context
    const conn = this.#setup.connOf(context)
    this.tell(received, { kind, name, requestId, payload, conn }, conn)
  }

  /** Never throws, nor does what it returns reject. */
  #run(message: Message, rules: Rules, read: Read | undefined): Promise<unknown> | undefined {
    const failed = (thrown: unknown) => {
      const error = toWseError(thrown, WSE_ERROR.MESSAGE_PROCESSING_ERROR)
      this.note(error, message)
      this.#setup.failed(error, this.#setup.connOf(message))
    }
    try {
      const deliver = (context: object) => this.#setup.deliver(context as Message)
      const contract = read === undefined ? undefined : fitting(read)
      const result = through(this.#layersOf(rules, contract), message, deliver)
      if (isThenable(result)) return Promise.resolve(result).catch(failed)
    } catch (thrown) {
      failed(thrown)
    }
    return undefined
  }
}

/** A layer that lets through what a contract makes of a message. */
function fitting(read: Read): Layer {
  return (context, next) => {
    const message = context as IncomingMessage
    const go = (payload: Payload) => {
      message.payload = payload
      return next()
    }
    const value = read(message.payload)
    return value instanceof Late ? whenRead(value, go) : go(value)
  }
}
