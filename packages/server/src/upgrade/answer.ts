import { type Answer, plainAnswer } from '../transports/http-answer.js'

/** Headers that belong to the connection, which is closed behind the answer, or are made of its body. */
const OURS = /^(connection|keep-alive|proxy-connection|transfer-encoding|content-length|te|trailer)$/

/** Statuses a body never follows (RFC 9110 §6.4.1). */
const BODILESS: readonly number[] = [204, 304]

/** What a failure of the application is answered: nothing of it is told. */
export const FAILED: Answer = plainAnswer(500, 'the upgrade failed')

/** Whether a value is a Fetch `Response`, be it of another realm or a framework's own. */
export function isResponse(value: unknown): value is Response {
  try {
    return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]'
  } catch {
    // Reading something that was thrown may throw again.
    return false
  }
}

/** What a `Response` says, but for its body. @throws {Error} if it is one nobody can be sent */
export function headOf(response: Response): Omit<Answer, 'body'> {
  const { status, statusText } = response
  if (!(status >= 200 && status <= 599)) throw new Error(`a Response with status ${status} is no answer`)
  // Checked anew: a framework may have a class of its own.
  const headers = [...new Headers(response.headers)].filter(([name]) => !OURS.test(name))
  return { status, statusText: /^[\t\x20-\x7e]+$/.test(statusText) ? statusText : '', headers }
}

/** A `Response` as it is written. @throws {Error} (by rejection) if it is one nobody can be sent, or its body fails */
export async function answerOf(response: Response): Promise<Answer> {
  const head = headOf(response)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { ...head, body: BODILESS.includes(head.status) ? null : bytes }
}
