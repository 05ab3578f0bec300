import { defineContract, type InferInput, rpc, type Schema, WseError } from '@wse/protocol'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

/** Payloads of one measurement. */
const CALLS = 1_000_000
const ROUNDS = 9

const schemas = {
  valibot: v.object({ a: v.number(), b: v.number(), text: v.string() }),
  zod: z.object({ a: z.number(), b: z.number(), text: z.string() }),
  arktype: type({ a: 'number', b: 'number', text: 'string' }),
}
const input: InferInput<typeof schemas.valibot> = { a: 1, b: 2, text: 'a text of the usual size' }

/** Nanoseconds a payload. */
function time(run: (payload: unknown) => unknown): number {
  const started = process.hrtime.bigint()
  for (let i = 0; i < CALLS; i++) run(input)
  return Number(process.hrtime.bigint() - started) / CALLS
}

const median = (numbers: number[]) =>
  numbers.toSorted((one, two) => one - two)[Math.floor(numbers.length / 2)] as number
const rounds = (run: (payload: unknown) => unknown) =>
  Math.round(median(Array.from({ length: ROUNDS }, () => time(run))))

const handler = (_who: undefined, { a, b }: { a: number; b: number }) => a + b

/** A handler as an application wrote it, with its input read, and with its result looked at as well. */
function measure(schema: Schema) {
  const contract = defineContract({
    server: { calls: { add: rpc({ input: schema, output: v.number() }) }, messages: { chat: schema } },
  })
  const answered = (outgoing: 'never' | 'always') => {
    const { around } = contract.guard('server', { outgoing }).answered('add')
    const error = () => new WseError('X')
    return (payload: unknown) => {
      const call = { payload, error, chunks: [] }
      return around(call, () => handler(undefined, call.payload))
    }
  }
  const heard = contract.guard('server').heard('chat')
  const bare = rounds((payload) => handler(undefined, payload as typeof input))
  const call = rounds(answered('never'))
  return {
    schema: rounds((payload) => schema['~standard'].validate(payload)),
    message: rounds((payload) => heard?.(payload)),
    call: { bare, read: call, added: call - bare, resultChecked: rounds(answered('always')) },
  }
}

const figures = Object.entries(schemas).map(([library, schema]) => [library, measure(schema)])
console.log(JSON.stringify({ ns: Object.fromEntries(figures) }))
