import { payloadOf } from '../harness/payloads.mjs'
import { Calls } from '../wire/calls.mjs'
import { openLinks } from '../wire/links.mjs'

export default {
  name: 'calls-cheap',
  rank: 30,
  title: 'Calls by a cheap client: the server alone',
  about: 'Precomputed calls over bare TCP; k answers in a chunk bring k calls in one write. Clients x calls in flight.',
  variants: {
    '50x16, 60 B': { clients: 50, inFlight: 16, bytes: 60, quick: true },
    '200x1, 60 B': { clients: 200, inFlight: 1, bytes: 60, quick: true },
    '50x16, 4 KB': { clients: 50, inFlight: 16, bytes: 4_096 },
    '50x16, 60 B, batching': {
      clients: 50,
      inFlight: 16,
      bytes: 60,
      batched: true,
      against: '50x16, 60 B',
      quick: true,
    },
  },
  columns: [
    { key: 'server', title: 'server µs/call', better: 'less' },
    { key: 'rate', title: 'calls/s', better: 'more' },
  ],
  can: ({ Wire }, { batched }) => Boolean(Wire?.call && (!batched || Wire.batch)),

  client: {
    async load(host, { port, clients, inFlight, bytes, batched }) {
      const { Wire } = host.contender
      const payload = payloadOf(bytes)
      const texts = Array.from({ length: inFlight }, (_, n) => Wire.call(payload, n))
      for (const link of await openLinks(host.contender, port, clients)) {
        const calls = batched ? new Calls([Wire.batch(texts)], inFlight) : new Calls(texts)
        link.onTaken = (count) => {
          host.count += count
          calls.answered(link, count)
        }
        calls.start(link)
      }
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('load', { port, ...variant })
    return bench.window()
  },
}
