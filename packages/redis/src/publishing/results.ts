import type { PublishFailure, PublishResult } from '@wse/protocol/backplane'
import { textOf } from '@wse/protocol/internal'
import { isRefusal, wasNotSent } from '../connection/ioredis.js'

/** Something that was not published, or may not have been. */
export function failed(reason: PublishFailure, detail: string): PublishResult {
  return { ok: false, reason, detail }
}

/** What the script answers for one message, or one run of them. */
export function resultOf(answer: unknown): PublishResult {
  if (typeof answer === 'number') return { ok: true, receivers: answer, position: undefined }
  if (!Array.isArray(answer)) return failed('rejected', textOf(answer))
  const [receivers, epoch, offset, repeated] = answer
  const position = { epoch: String(epoch), offset: Number(offset) }
  if (repeated === 1) return { ok: true, receivers: 0, position, repeated: true }
  return { ok: true, receivers: Number(receivers), position }
}

/** What became of all of a turn, where there is no answer. */
export function resultOfError(error: unknown): PublishResult {
  if (wasNotSent(error)) return failed('down', 'the connection was lost')
  return failed(isRefusal(error) ? 'rejected' : 'timeout', textOf(error))
}
