// node scripts/figures.mjs: writes what the reliability tests measured last into docs/reliability.md. Run them before.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { at } from './lib/root.mjs'

const folder = at('node_modules', '.cache', 'wse-figures')
const page = at('docs', 'reliability.md')

/** What is done to the ends; the tests are named by these ids. */
const FAULTS = {
  F1: 'kill -9 of a server in the midst of 200 calls (real processes)',
  F2: '2,000 clients, their server killed and restarted (real processes)',
  F3: 'half-open both ways',
  F4: 'half-open one way',
  F5: 'a cut in the midst of 1,000 frames each way',
  F6: 'an end without a close frame; a close frame nobody answers',
  F7: 'a session cut after every byte of it (real sockets)',
  F8: 'a session cut twice, at bytes drawn by seed (real sockets)',
  F9: 'links that die every 50 to 300 ms under load (real sockets, and in the test world)',
  F10: 'jitter of up to a second',
  F11: 'a slow, sliced link of 300 ms round trip',
  F12: 'a server that takes the link and never answers',
  F13: 'upgrades answered 200, 302, 401, 403, 429, 500, 503 in HTTP (real sockets)',
  F14: '2,000 clients after an outage (simulation)',
  F15: 'a drain in the midst of calls (500 clients in the test world, 100 on real sockets)',
  F16: 'a server that crashes again and again',
  F17: 'a new link while the old one is still open',
  F18: 'two tabs of one user who may have one device',
  F19: 'one of many does not read (100 connections in the test world; 100 MB on real sockets)',
  F20: 'an event loop that stands still',
  F21: 'a wall clock that is set',
  F22: 'a machine that sleeps',
  F23: 'a hidden tab, whose timers fire once a minute',
  F25: 'another network',
  F26: 'an authorisation that ends during an outage',
  F27: 'jumps in every state',
  F28: 'buffers filled to the brim, and beyond',
  F29: '1,000 sessions that wait, 200 back at once',
  F30: 'broadcasts to 2,000 of whom a tenth flap',
  F31: 'a server restarted, with another epoch',
  cost: 'an idle connection, bytes of heap',
}

const figures = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')))
  .sort((one, two) => one.id.localeCompare(two.id, 'en', { numeric: true }))

const rows = Object.entries(FAULTS).map(([id, fault]) => {
  const own = figures.filter((figure) => figure.id.split('-')[0] === id)
  return `| ${id === 'cost' ? '' : id} | ${fault} | ${own.map(tell).join('; ') || 'passes'} |`
})
const table = ['| | fault | measured |', '|---|---|---|', ...rows].join('\n')
const text = readFileSync(page, 'utf8')
const [before, , after] = text.split(/<!-- (?:end of )?figures -->/)
writeFileSync(page, `${before}<!-- figures -->\n${table}\n<!-- end of figures -->${after}`)

function tell({ id, ...values }) {
  const variant = id.split('-').slice(1).join(' ')
  const list = Object.entries(values).map(
    ([name, value]) => `${words(name)} ${typeof value === 'number' ? value.toLocaleString('en') : value}`,
  )
  return `${variant ? `*${variant}*: ` : ''}${list.join(', ')}`
}

/** `peakPer100ms` → `peak per 100 ms`, `readyMs` → `ready ms`. */
function words(name) {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/g, ' ').toLowerCase()
}
