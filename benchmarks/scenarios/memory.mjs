import { openLinks } from '../wire/links.mjs'

/** What a server keeps for all is there before. */
const WARM_UP = 500

export default {
  name: 'memory',
  rank: 70,
  title: 'Memory of idle connections',
  about:
    'Authenticated connections of cheap clients, after forced garbage collection. Each end needs a file descriptor for each.',
  variants: { '10,000 connections': { count: 10_000 }, '2,000 connections': { count: 2_000, quickOnly: true } },
  columns: [
    { key: 'rss', title: 'RSS KB/connection', better: 'less' },
    { key: 'heap', title: 'heap KB/connection', better: 'less' },
  ],
  can: ({ Wire }) => Boolean(Wire),

  client: {
    async open(host, { port, count, from }) {
      await openLinks(host.contender, port, count, { from })
    },
  },

  async measure(bench, { count }) {
    const port = await bench.listen()
    await bench.client.ask('open', { port, count: WARM_UP, from: 0 })
    const before = await bench.server.ask('memory')
    const { said: after, foreign } = await bench.span(async () => {
      await bench.client.ask('open', { port, count, from: WARM_UP })
      return bench.server.ask('memory')
    })
    const each = (key) => (after[key] - before[key]) / count / 1_024
    return { rss: each('rss'), heap: each('heap'), foreign }
  },
}
