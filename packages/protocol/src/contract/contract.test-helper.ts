import * as v from 'valibot'
import type { Payload } from '../frames/payload.js'
import type { Answered, AnsweredCall } from './answered.js'
import { defineContract } from './define-contract.js'
import { rpc } from './rpc.js'
import { topic } from './topic.js'

const AsDate = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
)

/** The contract of most tests: something of everything. */
export const chat = defineContract({
  identity: v.object({ token: v.string() }),
  meta: v.object({ device: v.string() }),
  welcome: v.object({ name: v.string() }),
  challenge: { quest: v.object({ nonce: v.string() }), answer: v.string() },
  server: {
    calls: {
      add: rpc({
        input: v.object({ a: v.number(), b: v.number() }),
        output: v.number(),
        errors: { TOO_BIG: v.object({ max: v.number() }), CLOSED: v.object({}) },
      }),
      at: rpc({ input: AsDate, output: AsDate }),
      greet: rpc({ input: v.optional(v.string(), 'world'), output: v.string() }),
      reset: rpc({}),
      ticks: rpc({ input: v.object({ every: v.number() }), items: v.number(), output: v.string() }),
      upload: rpc({ chunks: v.instance(Uint8Array), output: v.number() }),
      translate: rpc({ input: v.string(), chunks: v.string(), items: v.string() }),
    },
    messages: { chat: v.object({ text: v.string() }), seen: AsDate, ping: v.undefined() },
  },
  client: {
    calls: { confirm: rpc({ input: v.string(), output: v.boolean() }) },
    messages: { notice: v.string() },
  },
  topics: {
    'room:{id}': topic({
      events: { said: v.object({ who: v.string(), text: v.string() }) },
      presence: v.object({ typing: v.boolean() }),
      history: { size: 100 },
    }),
  },
})

/** What a call is answered with by a handler that gets the input and the context. */
export function answerBy(
  { around }: Answered,
  payload: Payload,
  handler: (input: Payload, call: AnsweredCall) => unknown,
  chunks: AnsweredCall['chunks'] = [],
): Payload {
  const error = () => {
    throw new Error('not of the contract')
  }
  const call: AnsweredCall = { payload, error, chunks }
  return around(call, () => handler(call.payload, call))
}
