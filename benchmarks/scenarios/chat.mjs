import { payloadOf } from '../harness/payloads.mjs'
import { frame } from '../wire/frames.mjs'
import { openLinks } from '../wire/links.mjs'

/** Who cannot follow is not buried: nobody speaks while so many messages have not been heard by all. */
const MOST_UNHEARD = 64

export default {
  name: 'chat',
  rank: 50,
  title: 'A room',
  about: `100 cheap clients in a room; one of them by chance says 100 B, at moments of chance, and all hear it.
Nobody speaks while ${MOST_UNHEARD} messages are on their way.`,
  variants: {
    '100 clients, 500 messages/s': { clients: 100, perSecond: 500 },
    '100 clients, 1,500 messages/s': { clients: 100, perSecond: 1_500, quick: true },
  },
  columns: [
    { key: 'server', title: 'server µs/delivery', better: 'less' },
    { key: 'rate', title: 'deliveries/s', better: 'more' },
  ],
  can: ({ Wire }) => Boolean(Wire?.chat),

  client: {
    async load(host, { port, clients, perSecond }) {
      const links = await openLinks(host.contender, port, clients, { listens: true })
      for (const link of links) {
        link.onTaken = (count) => {
          host.count += count
        }
      }
      const bytes = frame(host.contender.Wire.chat(payloadOf(100)))
      let said = 0
      atRandom(perSecond, () => {
        if (said - host.count / clients >= MOST_UNHEARD) return
        said++
        links[Math.floor(Math.random() * clients)].write(bytes, 1)
      })
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.client.ask('load', { port, ...variant })
    return bench.window()
  },
}

/** Moments of a Poisson process, as exactly as a timer of a millisecond allows. */
function atRandom(perSecond, act) {
  let next = performance.now()
  setInterval(() => {
    for (; next <= performance.now(); next += (-Math.log(1 - Math.random()) / perSecond) * 1_000) act()
  }, 1)
}
