import * as WSE_ERROR from '../codes/error.js'
import { textOf } from '../error/describe.js'
import { WseError } from '../error/wse-error.js'
import type { Payload } from '../frames/payload.js'
import type { SendOptions } from '../link/send-options.js'
import { Answered, missingHandlers } from './answered.js'
import { Asked } from './asked.js'
import { policyOf, saysHow } from './message.js'
import { checker, checksOutgoing, type Outgoing } from './outgoing.js'
import { type Passage, passageOf } from './passage.js'
import { type Read, reader } from './read.js'
import type { ContractShape, Part, Schemas, Side } from './shape.js'
import { type TopicGuard, topicGuards } from './topic-guard.js'

/** How one end keeps a contract. */
export interface GuardOptions {
  /** When what leaves is checked as well. @default 'development' */
  readonly outgoing?: Outgoing | undefined
}

/** One end's view of a contract: what stands between the application and its peer. */
export interface Guard {
  readonly hash: string
  readonly identity: Passage
  readonly meta: Passage
  readonly welcome: Passage
  readonly quest: Passage
  readonly answer: Passage
  /** A call this end answers. @throws {WseError} `INVALID_NAME` */
  answered(name: string): Answered
  /** A call of the other end. @throws {WseError} `INVALID_NAME` */
  asked(name: string): Asked
  /** Reads a message that arrived; undefined for one the contract does not have. */
  heard(type: string): Read | undefined
  /**
   * Looks at a message that leaves; gives how it is sent, which the contract may say where the sender does not.
   *
   * @throws {WseError} `INVALID_NAME`, `INVALID_PAYLOAD`
   */
  said(type: string, payload: Payload, options?: SendOptions): SendOptions | undefined
  /** A topic, by its name; undefined for one the contract does not have. */
  topic(name: string): TopicGuard | undefined
  /** What to report when this end starts: calls of the contract it does not answer. */
  missing(answers: (name: string) => boolean): WseError | null
}

/** @throws {WseError} `INVALID_OPTION` */
export function createGuard(
  contract: ContractShape & { readonly hash: string },
  side: Side,
  options: GuardOptions = {},
): Guard {
  const checks = checksOutgoing(options.outgoing)
  const other = side === 'server' ? 'client' : 'server'
  const answered = mapOf(contract[side].calls, (rpc, name) => new Answered(name, rpc, checks))
  const asked = mapOf(contract[other].calls, (rpc, name) => new Asked(name, rpc, checks))
  const heard = readersOf(contract[side].messages)
  const said = mapOf(contract[other].messages, (schema, name) => ({
    check: checks ? checker(schema, name) : null,
    policy: policyOf(schema),
  }))
  const topics = topicGuards(contract.topics, checks)
  const passage = (part: Part, subject: string) => passageOf(part, subject, checks)
  return {
    hash: contract.hash,
    identity: passage(contract.identity, 'identity'),
    meta: passage(contract.meta, 'meta'),
    welcome: passage(contract.welcome, 'welcome'),
    quest: passage(contract.challenge?.quest, 'quest'),
    answer: passage(contract.challenge?.answer, 'answer to the quest'),
    answered: (name) => known(answered, name, `call of the ${side}`),
    asked: (name) => known(asked, name, `call of the ${other}`),
    heard: (type) => heard.get(type),
    said(type, payload, options) {
      const { check, policy } = known(said, type, `message to the ${other}`)
      check?.(payload)
      return policy === null || saysHow(options) ? options : { ...options, ...policy(payload) }
    },
    topic: (name) => topics.find(name)?.value,
    missing: (answers) => missingHandlers([...answered.keys()].filter((name) => !answers(name))),
  }
}

const readersOf = (messages: Schemas) => mapOf(messages, (schema, name) => reader(schema, name))

const mapOf = <Value, Made>(values: { readonly [name: string]: Value }, make: (value: Value, name: string) => Made) =>
  new Map(Object.entries(values).map(([name, value]) => [name, make(value, name)]))

function known<Value>(values: ReadonlyMap<string, Value>, name: string, what: string): Value {
  const value = values.get(name)
  if (value !== undefined) return value
  throw new WseError(WSE_ERROR.INVALID_NAME, {}, { message: `the contract has no ${what} by the name ${textOf(name)}` })
}
