import { payloadOf } from '../harness/payloads.mjs'
import { AHEAD, paced, receive } from '../harness/turns.mjs'
import { openLinks } from '../wire/links.mjs'

export default {
  name: 'fan-out',
  rank: 40,
  title: 'Broadcasts',
  about: `100 B to everyone, so many messages in one turn of the event loop. A new turn begins when a turn's worth of
messages has been received; ${AHEAD} are on their way. Receivers are cheap TCP readers.`,
  variants: {
    '1,000 receivers, 1 a turn': { receivers: 1_000, perTurn: 1, quick: true },
    '1,000 receivers, 10 a turn': { receivers: 1_000, perTurn: 10, quick: true },
    '5,000 receivers, 1 a turn': { receivers: 5_000, perTurn: 1 },
    '5,000 receivers, 10 a turn': { receivers: 5_000, perTurn: 10 },
  },
  columns: [
    { key: 'server', title: 'server µs/delivery', better: 'less' },
    { key: 'rate', title: 'deliveries/s', better: 'more' },
  ],
  can: ({ Wire }) => Boolean(Wire),

  server: {
    pace(host, variant) {
      const payload = payloadOf(100)
      return paced(() => host.server.broadcast(payload), variant)
    },
  },

  client: {
    async load(host, { port, receivers }) {
      host.links = await openLinks(host.contender, port, receivers, { listens: true })
    },
    begin: receive,
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('load', { port, ...variant })
    const pacePort = await bench.server.ask('pace', variant)
    await bench.client.ask('begin', { pacePort, ...variant })
    return bench.window()
  },
}
