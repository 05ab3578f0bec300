import { summaryOf, variantsIn } from '../harness/summary.mjs'
import { cell } from '../harness/table.mjs'

const WIDTH = 720
const LABELS = 150
const VALUES = 110
const BAR = 18
const ROW = 24
const HEAD = 34
const TOP = 30

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .variant, .value { fill: #59636e }
  .bar { fill: #b6bec8 }
  .base { fill: #7d8794 }
  .own { fill: #1a7f5a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .variant, .value { fill: #9aa4af }
    .bar { fill: #4b5563 }
    .base { fill: #8b949e }
    .own { fill: #3fb984 }
  }`

/** The first thing a scenario measures, as bars: a group for each variant, a bar for each contender. */
export function plotOf(records, scenario, contenders, stat) {
  const [{ key, title }] = scenario.columns
  let y = TOP
  const groups = variantsIn(records, scenario).map((variant) => {
    const bars = barsOf(records, scenario, variant, contenders, key, stat)
    const drawn = group(variant, bars, y)
    y += HEAD + bars.length * ROW
    return drawn
  })
  const size = `width="${WIDTH}" height="${y + 6}" viewBox="0 0 ${WIDTH} ${y + 6}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(`${scenario.title} · ${title}`)}">
<style>${STYLE}
</style>
${text(0, 18, `${scenario.title} · ${title}`, 'title')}
${groups.join('\n')}
</svg>
`
}

/** The control is raw ws once more: it belongs into tables. */
function barsOf(records, scenario, variant, contenders, key, stat) {
  const { against = variant } = scenario.variants[variant]
  return contenders.flatMap(({ name, label }) => {
    const shownFor = name === 'ws' ? against : variant
    const summary = name === 'ws-again' ? null : summaryOf(records, scenario, shownFor, name, stat)
    return summary === null ? [] : [{ name, label, ...summary[key] }]
  })
}

function group(variant, bars, y) {
  const most = Math.max(...bars.map(({ value }) => value))
  const drawn = bars.map((bar, i) => row(bar, most, y + HEAD + i * ROW - 6))
  return [text(0, y + HEAD - 14, variant, 'variant'), ...drawn].join('\n')
}

function row({ name, label, value, ratio }, most, y) {
  const length = Math.max(1, (Math.max(0, value) / most) * (WIDTH - LABELS - VALUES))
  const kind = name === 'ws' ? 'base' : name.startsWith('wse') ? 'own' : 'bar'
  return [
    text(0, y + 13, label),
    `<rect class="${kind}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
    text(LABELS + length + 8, y + 13, cell({ value, ratio }), 'value'),
  ].join('\n')
}

function text(x, y, said, kind) {
  const style = kind === undefined ? '' : ` class="${kind}"`
  return `<text x="${x.toFixed(1)}" y="${y}"${style}>${escaped(said)}</text>`
}

const escaped = (said) => said.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
