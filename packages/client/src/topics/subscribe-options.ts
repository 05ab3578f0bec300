import { type AbortSignalLike, type Payload, WseError } from '@wse/protocol'
import { checkTopic, fillTemplate, invalidOption, knownMembers, optionGroup } from '@wse/protocol/internal'
import * as WSE_ERROR from '@wse/protocol/internal/error'
import type { TopicPosition } from './topic-events.js'

/** How one subscribes to a topic. */
export interface TopicOptions {
  /**
   * What was told of the topic before, as `position` gave it, or `'start'` for all that is kept: what follows it is told
   * first. Only for the first who subscribes to a topic; the others share what that one is told. @default what is new
   */
  since?: 'start' | TopicPosition | undefined
  /** What the others on the topic see of this device. @default nothing */
  state?: Payload
}

/** How one subscribes to a topic, and waits for it. */
export interface SubscribeOptions extends TopicOptions {
  /** Gives it up when aborted before the server answered; the promise rejects with `RP_CANCELLED`. @default none */
  signal?: AbortSignalLike | undefined
}

/** What the parameters of a template stand for: numbers, or texts without `:`, `.` or `/`. */
export type TemplateParams = Readonly<Record<string, string | number>>

/** What follows a name, or a template: its parameters go first. */
export type TopicArgs<Options> = [options?: Options] | [params: TemplateParams, options?: Options]

/** Reads which topic is meant, and how. @throws {WseError} `INVALID_NAME`, `INVALID_OPTION` */
export function readTopic<Options extends SubscribeOptions>(
  name: string,
  args: readonly unknown[],
): { topic: string; options: Partial<Options> } {
  const isTemplate = typeof name === 'string' && name.includes('{')
  const [params, given] = isTemplate ? args : [null, args[0]]
  const topic = isTemplate ? fillTemplate(name, paramsOf(params)) : name
  checkTopic(topic)
  const options = optionGroup('subscribe', given as Options | undefined)
  knownMembers('subscribe', options, ['since', 'state', 'signal'])
  const { since } = options
  if (since !== undefined && since !== 'start' && !isPosition(since)) {
    throw invalidOption('since', "takes 'start', or the position of a subscription")
  }
  return { topic, options }
}

function paramsOf(params: unknown): TemplateParams {
  if (typeof params === 'object' && params !== null) return params as TemplateParams
  throw new WseError(WSE_ERROR.INVALID_NAME, {}, { message: 'a template takes an object of its parameters' })
}

function isPosition(since: unknown): since is TopicPosition {
  const { offset, epoch } = (since ?? {}) as Partial<TopicPosition>
  return Number.isSafeInteger(offset) && (offset as number) >= 0 && typeof epoch === 'string'
}
