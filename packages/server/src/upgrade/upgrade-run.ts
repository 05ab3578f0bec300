import type { IncomingMessage } from 'node:http'
import { type Clock, type Payload, type Timer, WSE_ERROR, WseError } from '@wse/protocol'
import { failure, isThenable } from '@wse/protocol/internal'
import { type Answer, answerUpgrade } from '../transports/http-answer.js'
import { answerOf, FAILED, headOf, isResponse } from './answer.js'
import { AskedRequest, Ending } from './asked-request.js'
import type { Params } from './link-request.js'
import { type TurnedAway, turnedAway } from './turned-away.js'
import type { Upgrade } from './upgrade.js'

/** Time a client has to take its answer, in ms. */
const LINGER = 5_000

/** What runs of a hook need of their server. */
export interface UpgradeHost {
  readonly clock: Clock
  readonly upgrade: Upgrade
  /** Milliseconds the hook has. */
  readonly timeout: number
  /** What a client is answered that comes at a bad time. */
  readonly busy: Answer
  failed(error: WseError): void
}

/** How one run goes on. */
export interface UpgradeEnds {
  /** A WebSocket is to be made of it. */
  letIn(context: Payload): void
  /** The same, only to say why it is refused. */
  turnAway(told: TurnedAway): void
  /** Its socket is no concern of the run any more. */
  over(): void
}

/** One upgrade the application is asked about, until it is let in, or its answer was taken. */
export class UpgradeRun {
  readonly #host: UpgradeHost
  readonly #request: IncomingMessage
  readonly #ends: UpgradeEnds
  readonly #ending = new Ending()
  #timer: Timer = null
  /** Whether the hook has answered, or nobody waits for it any more. */
  #settled = false

  constructor(host: UpgradeHost, request: IncomingMessage, ends: UpgradeEnds) {
    this.#host = host
    this.#request = request
    this.#ends = ends
  }

  /** Asks the application. */
  start(params: Params, remote_addr: string): void {
    const { socket } = this.#request
    socket.on('close', this.#gone)
    // The HTTP server keeps a socket half open: a client that has ended would wait for nothing.
    socket.on('end', this.#left)
    const asked = new AskedRequest(this.#request, params, remote_addr, this.#ending)
    try {
      const result: unknown = this.#host.upgrade(asked)
      if (isThenable(result)) this.#wait(result)
      else this.#answered(result)
    } catch (thrown) {
      this.#threw(thrown)
    }
  }

  /** The server closes: the hook is not waited for. */
  close(): void {
    if (this.#settle(new WseError(WSE_ERROR.CLOSED, {}, { message: 'the server is closed' }))) {
      this.#write(this.#host.busy)
    }
  }

  readonly #gone = (): void => {
    this.#settle(new WseError(WSE_ERROR.CLOSED, {}, { message: 'the client is gone' }))
    this.#release()
  }

  readonly #left = (): void => {
    this.#request.socket.destroy()
  }

  #wait(result: PromiseLike<unknown>): void {
    this.#timer = this.#host.clock.setTimer(() => this.#late(), this.#host.timeout)
    Promise.resolve(result).then(
      (value) => this.#answered(value),
      (thrown) => this.#threw(thrown),
    )
  }

  #late(): void {
    const error = this.#error(503, new Error('upgrade took too long'))
    if (!this.#settle(error)) return
    this.#host.failed(error)
    this.#refuse(this.#host.busy)
  }

  #answered(result: unknown): void {
    if (this.#settled) return
    try {
      if (isResponse(result)) return this.#refuseWith(result)
      const context = contextIn(result)
      this.#settle()
      this.#release()
      this.#ends.letIn(context)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  /** A `Response` may be thrown from deep inside of an application. */
  #threw(thrown: unknown): void {
    if (this.#settled) return
    if (isResponse(thrown)) this.#answered(thrown)
    else this.#fail(thrown)
  }

  #fail(cause: unknown): void {
    // Before it is told: a listener may close the server.
    const isFirst = this.#settle()
    this.#host.failed(this.#error(500, cause))
    if (isFirst) this.#refuse(FAILED)
    else this.#request.socket.destroy()
  }

  #refuseWith(response: Response): void {
    if (this.#seesHttp) {
      // Its body may take its time, or never come: the timer goes on.
      this.#timer ??= this.#host.clock.setTimer(() => this.#late(), this.#host.timeout)
      answerOf(response).then(
        (answer) => this.#settle() && this.#write(answer),
        (thrown) => this.#threw(thrown),
      )
      return
    }
    const { status, headers } = headOf(response)
    this.#settle()
    response.body?.cancel().catch(() => {})
    this.#turnAway(status, headers)
  }

  #refuse(answer: Answer): void {
    if (this.#seesHttp) this.#write(answer)
    else this.#turnAway(answer.status, answer.headers)
  }

  /** A browser shows its page no status, whatever it is. */
  get #seesHttp(): boolean {
    return this.#request.headers.origin === undefined
  }

  #turnAway(status: number, headers: Answer['headers']): void {
    this.#release()
    try {
      this.#ends.turnAway(turnedAway(status, headers))
    } catch (thrown) {
      // Told from a timer, or a promise: nobody else would hear of it.
      this.#host.failed(this.#error(500, thrown))
      this.#request.socket.destroy()
    }
  }

  /** Goes on until the client has taken it. */
  #write(answer: Answer): void {
    const { socket } = this.#request
    // Who has nothing more to say may still listen.
    socket.off('end', this.#left)
    this.#timer = this.#host.clock.setTimer(() => socket.destroy(), LINGER)
    answerUpgrade(socket, answer)
  }

  /** Only the first end counts. `reason`: why nobody waits for the hook. */
  #settle(reason?: Error): boolean {
    if (this.#settled) return false
    this.#settled = true
    this.#host.clock.clearTimer(this.#timer)
    if (reason !== undefined) this.#ending.end(reason)
    return true
  }

  #release(): void {
    const { socket } = this.#request
    socket.off('close', this.#gone)
    socket.off('end', this.#left)
    this.#host.clock.clearTimer(this.#timer)
    this.#ends.over()
  }

  #error(status: number, cause: unknown): WseError {
    const details = { status, option: 'upgrade', url: this.#request.url?.slice(0, 256) }
    return failure(WSE_ERROR.UPGRADE_REFUSED, 'upgrade failed', cause, details)
  }
}

/** What lets in. Anything else is a slip, and might have been meant to refuse. */
function contextIn(result: unknown): Payload {
  if (result === undefined) return undefined
  if (typeof result === 'object' && result !== null && 'context' in result) return result.context
  throw new Error('upgrade takes nothing, { context }, or a Response')
}
