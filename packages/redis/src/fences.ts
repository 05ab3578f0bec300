import type { FenceRecord } from '@wse/protocol/backplane'

/** A fence that was taken over, by the answer of the script. */
export function fenceOf(answer: readonly unknown[]): FenceRecord {
  const [, generation, before] = answer
  return { generation: Number(generation), before: before === null || before === undefined ? null : String(before) }
}
