import { costs } from '../harness/bench.mjs'
import { openLinks } from '../wire/links.mjs'

/** The first ones find code that was never run. */
const WARM_UP = 500

export default {
  name: 'connects',
  rank: 60,
  title: 'Connecting',
  about: 'Authenticated connects of cheap clients, 100 at once: upgrade, token, welcome.',
  variants: { '2,000 connects': { count: 2_000, quick: true } },
  columns: [
    { key: 'server', title: 'server µs/connect', better: 'less' },
    { key: 'rate', title: 'connects/s', better: 'more' },
  ],
  can: ({ Wire }) => Boolean(Wire),

  client: {
    async open(host, { port, count, from }) {
      await openLinks(host.contender, port, count, { from })
      host.count += count
    },
  },

  async measure(bench, { count }) {
    const port = await bench.listen()
    await bench.client.ask('open', { port, count: WARM_UP, from: 0 })
    return costs(await bench.span(() => bench.client.ask('open', { port, count, from: WARM_UP })))
  },
}
