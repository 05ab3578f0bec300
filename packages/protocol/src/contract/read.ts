import * as WSE_ERROR from '../codes/error.js'
import { textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import { isThenable } from '../events/listener.js'
import type { Payload } from '../frames/payload.js'
import { firstOf, tellIssues } from './issues.js'
import type { Part } from './shape.js'
import type { Schema, SchemaIssue, SchemaResult } from './standard-schema.js'

/** A value of which an asynchronous schema has not decided yet. No promise itself: a payload may have a `then`, too. */
export class Late {
  readonly value: Promise<Payload>

  constructor(value: Promise<Payload>) {
    this.value = value
  }
}

/** Goes on with what a schema has yet to decide. A middleware that does not wait for it leaves no rejection unheard. */
export function whenRead(late: Late, go: (value: Payload) => unknown): Promise<unknown> {
  const going = late.value.then(go)
  going.catch(() => {})
  return going
}

/**
 * What a schema makes of what arrived, at once unless the schema is asynchronous.
 *
 * @throws {WseError} `INVALID_PAYLOAD` (for {@link Late}: by rejection). Anything else that is thrown is the schema's own
 */
export type Read = (value: Payload) => Payload | Late

/** Reads by a schema. `subject`: what is read, in words, for the texts of errors. */
export function reader(schema: Schema, subject: string): Read {
  const standard = schema['~standard']
  return (value) => {
    const result = ask(standard, value, subject)
    if (result.issues === undefined && !isThenable(result)) return (result as { value: Payload }).value
    if (isThenable(result)) return new Late(late(result, schema, value, subject))
    return value === null ? absent(schema, result.issues ?? [], subject) : refuse(result.issues ?? [], subject)
  }
}

/** Reads by a schema, or where there is none, nothing: what arrives does not get through. */
export const readerOf = (part: Part, subject: string): Read =>
  part === undefined ? () => undefined : reader(part, subject)

/** What a schema says now; a promise it gives has no issues yet. */
function ask(standard: Schema['~standard'], value: Payload, subject: string): SchemaResult<Payload> {
  try {
    return standard.validate(value) as SchemaResult<Payload>
  } catch (cause) {
    throw broken(cause, subject)
  }
}

/** On the wire `null` stands for what is absent, too: what may not be null may still be that. */
function absent(schema: Schema, issues: readonly SchemaIssue[], subject: string): Payload | Late {
  const result = ask(schema['~standard'], undefined, subject)
  if (isThenable(result)) return new Late(late(result, schema, undefined, subject))
  return result.issues === undefined ? result.value : refuse(issues, subject)
}

async function late(pending: PromiseLike<unknown>, schema: Schema, value: Payload, subject: string): Promise<Payload> {
  const result = await settled(pending, subject)
  if (result.issues === undefined) return result.value
  if (value !== null) return refuse(result.issues, subject)
  const again = absent(schema, result.issues, subject)
  return again instanceof Late ? again.value : again
}

async function settled(pending: PromiseLike<unknown>, subject: string): Promise<SchemaResult<Payload>> {
  try {
    return (await pending) as SchemaResult<Payload>
  } catch (cause) {
    throw broken(cause, subject)
  }
}

function refuse(found: readonly SchemaIssue[], subject: string): never {
  const issues = tellIssues(found)
  throw new WseError(WSE_ERROR.INVALID_PAYLOAD, { issues }, { message: `${subject}: ${firstOf(issues)}` })
}

/** Not a `WseError`: a schema that throws is a defect of this side, of which the other is told nothing more. */
const broken = (cause: unknown, subject: string) =>
  new Error(`the schema of ${subject} threw: ${textOf(cause)}`, { cause })
