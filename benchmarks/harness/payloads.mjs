const RECORD = { id: 4711, name: 'ann', score: 0.5, tags: ['a', 'b'] }

/** A JSON value of `bytes` bytes: records, not one long string, which would cost a parser next to nothing. */
export function payloadOf(bytes) {
  const rows = []
  const size = (text) => JSON.stringify({ rows, text }).length
  while (size('') + JSON.stringify(RECORD).length + 1 < bytes) rows.push({ ...RECORD, id: RECORD.id + rows.length })
  return { rows, text: 'x'.repeat(bytes - size('')) }
}
