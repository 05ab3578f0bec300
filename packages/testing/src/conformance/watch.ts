import type { Data, Transport } from '@wse/protocol'
import { turn } from '../turn.js'

/** Owns a transport for a case: keeps everything it reports, and lets the case wait for it without a clock. */
export class Watch {
  readonly transport: Transport
  readonly messages: Data[] = []
  readonly closes: (readonly [code: number, reason: string])[] = []
  drains = 0
  pongs = 0
  /** What was reported after `onClose`; stays empty on a good transport. */
  readonly late: string[] = []
  /** Runs inside `onMessage`. */
  react: (data: Data) => void = () => {}
  #waiting: (() => void)[] = []

  constructor(transport: Transport) {
    this.transport = transport
    transport.onMessage = (data) => {
      this.#note('onMessage')
      this.messages.push(data)
      this.react(data)
    }
    transport.onClose = (code, reason) => {
      this.#note('onClose')
      this.closes.push([code, reason])
    }
    transport.onDrain = () => {
      this.#note('onDrain')
      this.drains++
    }
    transport.onPong = () => {
      this.#note('onPong')
      this.pongs++
    }
  }

  /** Resolves once `condition` holds; looked at whenever the transport reports something. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Resolves once `count` messages have arrived. */
  got(count: number): Promise<void> {
    return this.until(() => this.messages.length >= count)
  }

  /** Resolves once the transport has ended. */
  ended(): Promise<void> {
    return this.until(() => this.closes.length > 0)
  }

  #note(report: string): void {
    if (this.closes.length > 0) this.late.push(report)
    // Whoever waits looks after the report was kept, hence in a later turn.
    for (const resolve of this.#waiting.splice(0)) void turn().then(resolve)
  }
}

/** Time for whatever should not happen to happen. */
export async function idle(turns = 10): Promise<void> {
  for (let i = 0; i < turns; i++) await turn()
}
