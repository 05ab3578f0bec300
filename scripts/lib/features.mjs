import { readFileSync } from 'node:fs'
import { at } from './root.mjs'

const read = (name) => JSON.parse(readFileSync(at('scripts/features', `${name}.json`), 'utf8'))

/** The systems whose documents WSE keeps: `{ name, document, guide, promises: [{ says, here, tests }] }`. */
export const seeds = ['wse-4', 'websocket-token-server', 'envuso', 'hyper-express', 'queue-run'].map(read)

/**
 * `letters`: how many rows each system has; `proposed`: what became of rows no document promises; `pending`: claims, and
 * rows proposed, that have no test because they are not built yet.
 */
export const { letters, proposed, pending } = read('rows')

const TAG = /\[([A-Z]\d+)\]/g

/** The row of a claim such as `W27 server.dropClient`: a tag, and words the title of its test has. */
export const rowOf = (claim) => claim.split(' ', 1)[0]

const allRows = Object.entries(letters).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
)
const allPromises = seeds.flatMap((seed) => seed.promises.map((promise) => ({ ...promise, of: seed.name })))

/**
 * The tagged tests of a report, each once though it ran over several transports: `[{ file, title, rows, passed }]`.
 * One that failed over any of them has not passed.
 */
export function taggedTests(tests) {
  const found = new Map()
  for (const { file, title, passed } of tests) {
    const rows = [...title.matchAll(TAG)].map(([, row]) => row)
    if (rows.length === 0) continue
    const plain = title.replace(/ over (memory|ws)(, \w+)?(?= ›|$)/g, '').replace(/(\[[A-Z]\d+\] ?)+/g, '')
    const key = `${file}\0${plain}`
    const before = found.get(key)
    const all = [...new Set([...(before?.rows ?? []), ...rows])]
    found.set(key, { file, title: plain, rows: all, passed: passed && (before?.passed ?? true) })
  }
  return [...found.values()].sort(bySeedFirst)
}

/** Tests made for the seeds say most about them. */
function bySeedFirst(a, b) {
  const place = ({ file, title }) => `${file.startsWith('tests/seed/') ? 0 : 1}${file}\0${title}`
  return place(a) < place(b) ? -1 : 1
}

/** The tests that prove a claim. */
export function proofsOf(claim, tagged) {
  const row = rowOf(claim)
  const words = claim.slice(row.length).trim().toLowerCase()
  return tagged.filter(({ rows, passed, title }) => passed && rows.includes(row) && title.toLowerCase().includes(words))
}

/** Rules as `fromRules` takes them. */
export function featureRules(tagged) {
  const promised = new Set(allPromises.flatMap(({ tests }) => tests.map(rowOf)))
  const isProved = (claim) => proofsOf(claim, tagged).length > 0
  const unproved = allPromises.flatMap(({ of, says, tests }) =>
    tests.filter((claim) => !isProved(claim) && !pending.includes(claim)).map((claim) => `${of}: ${says} [${claim}]`),
  )
  const strange = tagged.flatMap(({ file, title, rows }) =>
    rows.filter((row) => !allRows.includes(row)).map((row) => `${file}: [${row}] ${title}`),
  )
  const claims = new Set([...allPromises.flatMap(({ tests }) => tests), ...Object.keys(proposed)])
  return [
    { rule: 'every promise of a seed has a test that passes', faults: unproved },
    { rule: 'a tag is a row there is', faults: strange },
    { rule: 'what is pending has no test; take it from scripts/features/rows.json', faults: pending.filter(isProved) },
    { rule: 'what is pending is a claim, or a row proposed', faults: pending.filter((claim) => !claims.has(claim)) },
    {
      rule: 'every row is promised by a document, or says what became of it, and not both',
      faults: allRows.filter((row) => promised.has(row) === row in proposed),
    },
    {
      rule: 'every promise has its test and its place',
      faults: allPromises.filter(({ tests, here }) => tests.length === 0 || !here).map(({ says }) => says),
    },
  ]
}
