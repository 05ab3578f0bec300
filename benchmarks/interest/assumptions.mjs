/** What is assumed of an application. Each can be given on the command line, as `--members 50` or `--per-node 10000`. */
export const ASSUMPTIONS = {
  /** Connections of one node, for which figures are told. */
  perNode: 25_000,
  /** Connections of one node that are counted; fewer stand for all. */
  run: 25_000,
  /** Connections of one node that come and go, and that stand for all. */
  churning: 1_000,
  /** Channels each connection is on; its user is a subject besides. */
  channels: 3,
  /** Members of a channel that are online, on average. */
  members: 10,
  /** What each connection publishes a second, on its channels alike. */
  rate: 0.05,
  /** Connections of one tenant, whose members meet in the tenant's channels. */
  tenant: 1_000,
  /** Seconds a connection lasts, on average. */
  session: 600,
  /** Share of the connections that end which are back soon: a page that was loaded again. */
  back: 0.5,
  /** Seconds until those are back, on average. */
  gap: 0.5,
  /** Seconds between two changes of a channel by one connection, on average. */
  change: 60,
  /** Share of those after which it is back on the same channel, after `gap`. */
  undone: 0.3,
  /** Seconds of coming and going that are counted. */
  seconds: 30,
  /** Channels that are spread over shards, with as large a share of the users. */
  sample: 200_000,
  seed: 1,
}

/** Nodes, and how many Redis instances they have. */
export const SIZES = [
  { nodes: 4, shards: 1 },
  { nodes: 40, shards: 4 },
  { nodes: 400, shards: 32 },
  { nodes: 1_000, shards: 80 },
  { nodes: 4_000, shards: 320 },
]

/** The assumptions, with what was given on the command line in their place. */
export function assume(given) {
  const assumed = { ...ASSUMPTIONS }
  for (const [name, text] of Object.entries(given)) {
    const number = Number(text)
    if (text === '' || !(number >= 0)) throw new Error(`--${name} takes a number, not "${text}"`)
    assumed[name.replace(/-./, ([, letter]) => letter.toUpperCase())] = number
  }
  return { ...assumed, run: Math.min(assumed.run, assumed.perNode) }
}

/** Names of the assumptions on the command line. */
export const NAMES = Object.keys(ASSUMPTIONS).map((name) =>
  name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`),
)
