import { payloadOf } from '../harness/payloads.mjs'
import { quantile } from '../harness/statistics.mjs'
import { tokenOf } from '../harness/tokens.mjs'

export default {
  name: 'latency',
  rank: 10,
  title: 'Latency of a lone call',
  about: "One client of the contender's own, one call in flight, 60 B.",
  variants: { 'one call': { bytes: 60, quick: true } },
  columns: [
    { key: 'p50', title: 'p50 µs', better: 'less' },
    { key: 'p99', title: 'p99 µs', better: 'less' },
    { key: 'server', title: 'server µs/call', better: 'less' },
  ],
  can: ({ connect }) => Boolean(connect),

  client: {
    async load(host, { port, bytes }) {
      const client = await host.contender.connect(port, tokenOf(0))
      keepCalling(host, client, payloadOf(bytes))
    },
    begin(host) {
      host.times = []
    },
    quantiles({ times }) {
      const sorted = Float64Array.from(times).sort()
      return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('load', { port, ...variant })
    const costs = await bench.window(() => bench.client.ask('begin'))
    return { ...costs, ...(await bench.client.ask('quantiles')) }
  },
}

async function keepCalling(host, client, payload) {
  for (;;) {
    const began = performance.now()
    await client.call(payload)
    host.times?.push((performance.now() - began) * 1_000)
    host.count++
  }
}
