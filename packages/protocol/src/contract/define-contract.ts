import { checkParts } from './check-parts.js'
import type { AnyContract, Contract } from './contract.js'
import { createGuard } from './guard.js'
import { contractHash } from './hash.js'
import type { ContractParts, SideParts } from './shape.js'

/**
 * What both ends keep to: given to a server and its clients, both know names and types, and check what arrives. Schemas
 * are those of any library that follows Standard Schema.
 *
 * @throws {WseError} `INVALID_OPTION`; `details.option` is the path, for example `server.calls.add.input`
 * @example
 * export const chat = defineContract({
 *   server: { calls: { add: rpc({ input: v.object({ a: v.number(), b: v.number() }), output: v.number() }) } },
 *   client: { messages: { notice: v.string() } },
 * })
 */
export function defineContract<const Parts extends ContractParts>(parts: Parts): Contract<Parts> {
  checkParts(parts)
  const { identity, meta, welcome, challenge, topics, version } = parts as ContractParts
  const shape = {
    ...{ identity, meta, welcome, challenge: challenge && Object.freeze({ ...challenge }) },
    server: sideOf(parts.server),
    client: sideOf(parts.client),
    topics: Object.freeze({ ...topics }),
  }
  const contract: AnyContract = Object.freeze({
    ...shape,
    hash: contractHash(shape, version),
    guard: (side, options) => createGuard(contract, side, options),
  } satisfies AnyContract)
  return contract as unknown as Contract<Parts>
}

const sideOf = ({ calls, messages }: SideParts = {}) =>
  Object.freeze({ calls: Object.freeze({ ...calls }), messages: Object.freeze({ ...messages }) })
