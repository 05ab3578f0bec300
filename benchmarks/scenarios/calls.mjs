import { isDeepStrictEqual } from 'node:util'
import { crowd } from '../harness/crowd.mjs'
import { payloadOf } from '../harness/payloads.mjs'
import { tokenOf } from '../harness/tokens.mjs'

export default {
  name: 'calls',
  rank: 20,
  title: "Calls by the contender's own client",
  about: 'All clients in one process. Clients x calls in flight.',
  variants: {
    '1x64, 60 B': { clients: 1, inFlight: 64, bytes: 60 },
    '50x16, 60 B': { clients: 50, inFlight: 16, bytes: 60, quick: true },
    '200x1, 60 B': { clients: 200, inFlight: 1, bytes: 60 },
    '50x16, 4 KB': { clients: 50, inFlight: 16, bytes: 4_096 },
  },
  columns: [
    { key: 'server', title: 'server µs/call', better: 'less' },
    { key: 'client', title: 'client µs/call', better: 'less' },
    { key: 'rate', title: 'calls/s', better: 'more' },
  ],
  can: ({ connect }) => Boolean(connect),

  client: {
    async load(host, { port, clients, inFlight, bytes }) {
      const payload = payloadOf(bytes)
      const opened = await crowd(clients, (n) => host.contender.connect(port, tokenOf(n)))
      if (!isDeepStrictEqual(await opened[0].call(payload), payload)) throw new Error('the echo differs')
      for (const client of opened) for (let i = 0; i < inFlight; i++) keepCalling(host, client, payload)
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('load', { port, ...variant })
    return bench.window()
  },
}

async function keepCalling(host, client, payload) {
  for (;;) {
    await client.call(payload)
    host.count++
  }
}
