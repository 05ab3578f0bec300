import { connect, createServer } from 'node:net'
import { payloadOf } from '../harness/payloads.mjs'
import { openLinks } from '../wire/links.mjs'

/** Turns that are on their way: one is read while the next is written. */
const AHEAD = 2

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
    /** Resolves to the port where the client reports each turn by a byte, so that reports cost next to nothing. */
    pace(host, { perTurn }) {
      const payload = payloadOf(100)
      const turn = () => {
        for (let i = 0; i < perTurn; i++) host.server.broadcast(payload)
      }
      const turns = oneByOne(turn)
      const server = createServer((socket) => {
        turns(AHEAD)
        socket.on('data', ({ length }) => turns(length))
      })
      return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))
    },
  },

  client: {
    async load(host, { port, receivers }) {
      host.links = await openLinks(host.contender, port, receivers, { listens: true })
    },
    begin(host, { pacePort, receivers, perTurn }) {
      const pace = connect({ port: pacePort, host: '127.0.0.1', noDelay: true })
      let missing = receivers * perTurn
      const take = (count) => {
        host.count += count
        missing -= count
        if (missing > 0) return
        missing += receivers * perTurn
        pace.write('.')
      }
      for (const link of host.links) link.onTaken = take
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('load', { port, ...variant })
    const pacePort = await bench.server.ask('pace', variant)
    await bench.client.ask('begin', { pacePort, ...variant })
    return bench.window()
  },
}

/** Runs `turn` as often as it is asked to, never twice in one turn of the event loop. */
function oneByOne(turn) {
  let due = 0
  const run = () => {
    turn()
    if (--due > 0) setImmediate(run)
  }
  return (count) => {
    if (due === 0) setImmediate(run)
    due += count
  }
}
