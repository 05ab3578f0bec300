import { crowd } from '../harness/crowd.mjs'
import { payloadOf } from '../harness/payloads.mjs'
import { tokenOf } from '../harness/tokens.mjs'

export default {
  name: 'server-calls',
  rank: 35,
  title: 'Calls of the server to its clients',
  about: "The contender's own clients, all in one process. Clients x calls in flight.",
  variants: { '50x16, 60 B': { clients: 50, inFlight: 16, bytes: 60, quick: true } },
  columns: [
    { key: 'server', title: 'server µs/call', better: 'less' },
    { key: 'client', title: 'client µs/call', better: 'less' },
    { key: 'rate', title: 'calls/s', better: 'more' },
  ],
  can: ({ callsClients }) => Boolean(callsClients),

  server: {
    load(host, { inFlight, bytes }) {
      const payload = payloadOf(bytes)
      for (const client of host.server.clients()) {
        for (let i = 0; i < inFlight; i++) keepCalling(host, client, payload)
      }
    },
  },

  client: {
    async open(host, { port, clients }) {
      host.clients = await crowd(clients, (n) => host.contender.connect(port, tokenOf(n)))
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('open', { port, ...variant })
    await bench.server.ask('load', variant)
    return bench.window()
  },
}

async function keepCalling(host, client, payload) {
  for (;;) {
    await host.server.callClient(client, payload)
    host.count++
  }
}
