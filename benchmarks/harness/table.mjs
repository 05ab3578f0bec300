import { summaryOf } from './summary.mjs'

/** Three digits, or whole numbers with commas. */
export function shown(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return '-'
  if (Math.abs(number) >= 1_000) return Math.round(number).toLocaleString('en')
  return Math.abs(number) >= 100 ? number.toFixed(0) : number.toPrecision(3)
}

/** A value and its ratio to raw ws. */
export const cell = ({ value, ratio }) => (ratio === null ? shown(value) : `${shown(value)} (${ratio.toFixed(2)})`)

/** Rows of text, the first of them the head: who, then the columns of the scenario. */
export function rowsOf(records, scenario, variant, contenders, stat) {
  const head = [variant, ...scenario.columns.map(({ title }) => title)]
  const rows = contenders.flatMap(({ name, label }) => {
    const summary = summaryOf(records, scenario, variant, name, stat)
    if (summary === null) return []
    return [[label + marksOf(summary), ...scenario.columns.map(({ key }) => cell(summary[key]))]]
  })
  return [head, ...rows]
}

function marksOf({ rounds, disturbed, failures }) {
  const marks = [disturbed > 0 && `${disturbed} of ${rounds} disturbed`, failures > 0 && `failed ${failures} times`]
  const said = marks.filter(Boolean)
  return said.length === 0 ? '' : ` [${said.join(', ')}]`
}

/** The same for a terminal. */
export function aligned(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)))
  const pad = (text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))
  return rows.map((row) => `  ${row.map(pad).join('   ')}`).join('\n')
}
