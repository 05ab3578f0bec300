import { isName } from '../frames/envelope.js'
import { count, duration, invalidOption, knownMembers, optionGroup } from '../limits/option.js'
import { checkName } from '../peer/procedures.js'
import { Templates } from '../topics/templates.js'
import type { AnyRpc, AnyTopic, ContractParts, TopicHistory } from './shape.js'
import { isSchema } from './standard-schema.js'
import { checkTemplate } from './template.js'

/** Longest version, in characters: it travels in the hash. */
const VERSION_LENGTH = 64

/** Codes of the SDK begin so. */
const RESERVED_CODES = 'wse.'

/** Every part of a contract, named by its path in the errors. */
const READERS: { readonly [Name in keyof ContractParts]-?: (path: string, part: unknown) => void } = {
  version: checkVersion,
  identity: checkSchema,
  meta: checkSchema,
  welcome: checkSchema,
  challenge: (path, part) => {
    if (part === undefined) return
    const challenge = group(path, part, ['quest', 'answer'])
    required(`${path}.quest`, challenge.quest)
    required(`${path}.answer`, challenge.answer)
  },
  server: checkSide,
  client: checkSide,
  topics: (path, part) => {
    each(path, part, checkTopic)
    checkTogether(path, part as ContractParts['topics'])
  },
}

/** Refuses what is no contract. @throws {WseError} `INVALID_OPTION` with the path of the part */
export function checkParts(parts: ContractParts): void {
  const given = group('contract', parts, Object.keys(READERS))
  for (const [name, check] of Object.entries(READERS)) check(name, given[name])
}

function checkVersion(path: string, version: unknown): void {
  const text = typeof version === 'number' ? String(version) : version
  if (text === undefined || (typeof text === 'string' && text.length > 0 && text.length <= VERSION_LENGTH)) return
  throw invalidOption(path, `takes a text of 1 to ${VERSION_LENGTH} characters, or a number`)
}

function checkSide(path: string, part: unknown): void {
  const { calls, messages } = group(path, part, ['calls', 'messages'])
  each(`${path}.calls`, calls, checkRpc)
  each(`${path}.messages`, messages, (name, schema) => {
    checkNamed(name)
    required(name.path, schema)
  })
}

function checkRpc(name: Named, part: unknown): void {
  checkNamed(name)
  const { path } = name
  const { type, errors, ...schemas } = (part ?? {}) as Partial<AnyRpc>
  if (type !== 'rpc' || errors === undefined) throw invalidOption(path, 'takes what rpc() returns')
  for (const [member, schema] of Object.entries(schemas)) checkSchema(`${path}.${member}`, schema)
  each(`${path}.errors`, errors, checkErrorSchema)
}

function checkErrorSchema({ path, key }: Named, schema: unknown): void {
  required(path, schema)
  if (isName(key) && !key.startsWith(RESERVED_CODES)) return
  throw invalidOption(path, `has a code that is empty, longer than 128 bytes, or begins with ${RESERVED_CODES}`)
}

function checkTopic(name: Named, part: unknown): void {
  checkNamed(name)
  const { path, key } = name
  checkTemplate(path, key)
  const { type, events, presence, history } = (part ?? {}) as Partial<AnyTopic>
  if (type !== 'topic') throw invalidOption(path, 'takes what topic() returns')
  checkSchema(`${path}.presence`, presence)
  if (history !== undefined) checkHistory(`${path}.history`, history)
  each(`${path}.events`, events, (event, schema) => {
    checkNamed(event)
    required(event.path, schema)
  })
}

function checkHistory(path: string, history: TopicHistory): void {
  knownMembers(path, optionGroup(path, history), ['size', 'ttl'])
  count(0, 0)(`${path}.size`, history.size)
  duration(1)(`${path}.ttl`, history.ttl)
}

/** No name may stand under two templates. */
function checkTogether(path: string, topics: ContractParts['topics'] = {}): void {
  const templates = new Templates<null>()
  for (const template of Object.keys(topics)) {
    if (!templates.add(template, null)) throw invalidOption(`${path}.${template}`, 'stands for the names of another')
  }
}

interface Named {
  readonly path: string
  readonly key: string
}

function checkNamed({ path, key }: Named): void {
  try {
    checkName(key)
  } catch (error) {
    throw invalidOption(path, (error as Error).message)
  }
}

function each(path: string, part: unknown, check: (name: Named, value: unknown) => void): void {
  for (const [key, value] of Object.entries(optionGroup(path, part as object | undefined))) {
    check({ path: `${path}.${key}`, key }, value)
  }
}

function group(path: string, part: unknown, known: readonly string[]): Record<string, unknown> {
  const members = optionGroup(path, part as Record<string, unknown> | undefined)
  knownMembers(path, members, known)
  return members
}

function checkSchema(path: string, part: unknown): void {
  if (part !== undefined) required(path, part)
}

function required(path: string, part: unknown): void {
  if (!isSchema(part)) throw invalidOption(path, 'takes a schema that follows Standard Schema v1')
}
