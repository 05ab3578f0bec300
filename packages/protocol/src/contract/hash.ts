import type { AnyRpc, AnyTopic, ContractShape, Part } from './shape.js'

/**
 * Short text of what a contract consists of: names, kinds, and which parts are there, in any order. Schemas cannot be
 * looked into: what changes in them alone is told by `version`, which stands in front of it.
 */
export function contractHash(contract: ContractShape, version?: string | number): string {
  const { identity, meta, welcome, challenge, topics } = contract
  const lines = [
    ...linesOf('server', contract.server),
    ...linesOf('client', contract.client),
    ...Object.entries(topics).map(([template, topic]) => line('topic', template, topicParts(topic))),
  ]
  const ends = partsOf({ identity, meta, welcome, challenge: challenge?.quest })
  const digest = digestOf([...lines.sort(), ends, version ?? ''].join('\n'))
  return version === undefined ? digest : `${version}.${digest}`
}

function linesOf(side: string, { calls, messages }: ContractShape['server']): string[] {
  return [
    ...Object.entries(calls).map(([name, rpc]) => line(`${side} call`, name, rpcParts(rpc))),
    ...Object.keys(messages).map((name) => line(`${side} message`, name, '')),
  ]
}

const line = (kind: string, name: string, parts: string) => `${kind} ${JSON.stringify(name)} ${parts}`

const rpcParts = ({ input, output, items, chunks, errors }: AnyRpc) =>
  `${partsOf({ input, output, items, chunks })} ${JSON.stringify(Object.keys(errors).sort())}`

const topicParts = ({ presence, history, events }: AnyTopic) =>
  `${partsOf({ presence })} ${history !== undefined} ${JSON.stringify(Object.keys(events).sort())}`

const partsOf = (parts: { readonly [name: string]: Part }) =>
  Object.keys(parts)
    .filter((name) => parts[name] !== undefined)
    .join()

/** 16 hexadecimal digits: FNV-1a by two primes. It tells accidents apart, and is no proof against malice. */
function digestOf(text: string): string {
  return fnv(text, 0x01000193) + fnv(text, 0x85ebca6b)
}

function fnv(text: string, prime: number): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), prime)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
