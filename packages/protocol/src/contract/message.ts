import type { Payload } from '../frames/payload.js'
import { invalidOption, knownMembers, optionGroup } from '../limits/option.js'
import { checkSendOptions, type QueuePolicy, type SendOptions } from '../link/send-options.js'
import { type InferInput, type InferOutput, isSchema, type Schema } from './standard-schema.js'

/** How messages of one type are delivered, wherever they are sent and nothing else is said. */
export interface MessagePolicy<Input> {
  /** May be dropped on a congested link, is never queued nor repeated. @default false */
  readonly volatile?: boolean | undefined
  /** Only the newest waits for a slow reader: of the type, or of each key. @default all of them wait */
  readonly latest?: boolean | ((payload: Input) => string) | undefined
  /** How much of it may wait for a slow reader. @default what the session may keep */
  readonly queue?: QueuePolicy | undefined
}

/** Where a message of a contract says how it is delivered. */
const POLICY = Symbol('wse.policy')

interface WithPolicy {
  readonly [POLICY]?: MessagePolicy<Payload>
}

/**
 * A message of a contract that says how it is delivered.
 *
 * @throws {WseError} `INVALID_OPTION` for policies that contradict each other
 * @example
 * const cursor = message(v.object({ id: v.string(), x: v.number() }), { latest: ({ id }) => id })
 */
export function message<S extends Schema>(
  schema: S,
  policy: MessagePolicy<InferInput<S>>,
): Schema<InferInput<S>, InferOutput<S>> {
  if (!isSchema(schema)) throw invalidOption('message', 'takes a schema that follows Standard Schema v1')
  const given: MessagePolicy<InferInput<S>> = optionGroup('message', policy)
  knownMembers('message', given, ['volatile', 'latest', 'queue'])
  const { latest, ...rest } = given
  const isLatest = latest === undefined || typeof latest === 'boolean' || typeof latest === 'function'
  if (!isLatest) throw invalidOption('message.latest', 'takes true, or a function that gives the key')
  checkSendOptions(latest ? { ...rest, latest: '' } : rest)
  return Object.freeze({ '~standard': schema['~standard'], [POLICY]: given }) as Schema<InferInput<S>, InferOutput<S>>
}

/** How messages of a schema are sent where nothing else is said; null where it does not say. */
export function policyOf(schema: Schema): ((payload: Payload) => SendOptions) | null {
  const policy = (schema as WithPolicy)[POLICY]
  if (policy === undefined) return null
  const { volatile, latest, queue } = policy
  if (typeof latest === 'function') return (payload) => ({ latest: latest(payload) })
  const options: SendOptions = latest ? { latest: '' } : { volatile, queue }
  return () => options
}

/** Whether a sender has said how a message is to be delivered. */
export function saysHow(options: SendOptions | undefined): boolean {
  return options?.volatile !== undefined || options?.latest !== undefined || options?.queue !== undefined
}
