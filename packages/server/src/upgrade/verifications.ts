import type { IncomingMessage } from 'node:http'
import { WSE_ERROR, type WseError } from '@wse/protocol'
import { failure, isThenable } from '@wse/protocol/internal'

/** What `verifyClient` of `ws` is told. */
export interface VerifyInfo {
  readonly origin: string
  readonly secure: boolean
  readonly req: IncomingMessage
}

/** How an upgrade is let in, or answered instead. */
export type VerifyDone = (
  verified: boolean,
  code?: number,
  message?: string,
  headers?: Readonly<Record<string, string>>,
) => void

/** `verifyClient` of `ws`: answers at once, or, if it takes two arguments, by the second. */
export type VerifyClient = (info: VerifyInfo, done?: VerifyDone) => unknown

/** Upgrades `verifyClient` is asked about: whatever it throws, or never answers, harms nobody else. */
export class Verifications {
  readonly #waiting = new Set<VerifyDone>()
  readonly #verify: VerifyClient
  readonly #failed: (error: WseError) => void

  constructor(verify: VerifyClient, failed: (error: WseError) => void) {
    this.#verify = verify
    this.#failed = failed
  }

  /** Those that were not answered yet, and whose clients are there. */
  get size(): number {
    return this.#waiting.size
  }

  /** Asks about one; `done` is told once at most. */
  ask(info: VerifyInfo, done: VerifyDone): void {
    const { socket } = info.req
    const report = (cause: unknown) => this.#failed(verifyFailed(info.req, cause))
    const gone = () => this.#waiting.delete(answer)
    const answer: VerifyDone = (...how) => {
      if (!this.#waiting.delete(answer)) return
      socket.off('close', gone)
      try {
        done(...how)
      } catch (thrown) {
        report(thrown)
        socket.destroy()
      }
    }
    const failed = (cause: unknown) => {
      report(cause)
      answer(false, 500)
    }
    this.#waiting.add(answer)
    socket.once('close', gone)
    try {
      this.#run(info, answer, failed)
    } catch (thrown) {
      failed(thrown)
    }
  }

  /** Waits for none any more: they may try elsewhere. */
  close(): void {
    for (const answer of [...this.#waiting]) answer(false, 503)
  }

  #run(info: VerifyInfo, answer: VerifyDone, failed: (cause: unknown) => void): void {
    const answersLater = this.#verify.length === 2
    const result = answersLater ? this.#verify(info, answer) : this.#verify(info)
    if (!isThenable(result)) return answersLater ? undefined : answer(result === true, 401)
    result.then(undefined, failed)
    if (!answersLater) failed(new Error('verifyClient answers at once, or by its second argument'))
  }
}

function verifyFailed({ url }: IncomingMessage, cause: unknown): WseError {
  const details = { status: 500, option: 'verifyClient', url: url?.slice(0, 256) }
  return failure(WSE_ERROR.UPGRADE_REFUSED, 'verifyClient failed', cause, details)
}
