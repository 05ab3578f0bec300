import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '../harness/statistics.mjs'

const PIECE = new Uint8Array(16_384)
/** Milliseconds between two reads of a reader that is paced. */
const TICK = 10
/** The first ones make room for buffers that are used again. */
const WARM_UP = { streams: 1, megabytes: 50 }
/** Milliseconds between two looks at how much memory is in use. */
const LOOK = 200

/** Notes the most memory that is in use, from now on. */
const watched = {
  watch(host) {
    const { rss } = process.memoryUsage()
    host.least = host.most = rss
    setInterval(() => {
      host.most = Math.max(host.most, process.memoryUsage().rss)
    }, LOOK).unref()
  },
  grown: ({ least, most }) => (most - least) / 1e6,
}

export default {
  name: 'streams',
  rank: 45,
  title: 'Streams of bytes',
  about: `A slow reader takes a hundredth of what the server could send it: the most that both
processes grow by. Ten streams of
2 MB/s on one connection, on which calls are made one after the other, by a client that takes no frame above 64 KiB.
One stream as fast as it goes.`,
  variants: {
    '200 MB to a slow reader': { megabytes: 200, perSecond: 3_000_000, streams: 1 },
    '20 MB to a slow reader': { megabytes: 20, perSecond: 3_000_000, streams: 1, quickOnly: true },
    '10 streams of 2 MB/s': { megabytes: 10, perSecond: 2_000_000, streams: 10, calls: true },
    'one stream': { megabytes: 200, streams: 1, quick: true },
  },
  columns: [
    { key: 'megabytes', title: 'MB/s', better: 'more' },
    { key: 'server', title: 'server +MB', better: 'less' },
    { key: 'client', title: 'client +MB', better: 'less' },
    { key: 'p50', title: 'call p50 ms', better: 'less' },
    { key: 'p99', title: 'call p99 ms', better: 'less' },
  ],
  can: ({ bundle }) => bundle !== undefined,

  server: {
    ...watched,
    serve(host) {
      host.server.native.streams.on('download', async (_, stream, { bytes }) => {
        for (let sent = 0; sent < bytes; sent += PIECE.length) await stream.write(PIECE)
        stream.end()
      })
    },
  },

  client: {
    ...watched,
    async open(host, { port }) {
      host.client = await host.contender.connect(port, undefined, { limits: { messageBytes: 65_536 } })
    },
    async read(host, { streams, megabytes, perSecond, calls }) {
      const reading = { on: true }
      const latency = calls ? callOn(host.client, reading) : null
      const one = () => readAll(host.client.native.openStream('download', { bytes: megabytes * 1e6 }), perSecond)
      await Promise.all(Array.from({ length: streams }, one))
      reading.on = false
      return (await latency) ?? {}
    },
  },

  async measure(bench, variant) {
    const port = await bench.listen()
    await bench.server.ask('serve')
    await bench.client.ask('open', { port })
    await bench.client.ask('read', WARM_UP)
    for (const end of [bench.server, bench.client]) {
      await end.ask('memory')
      await end.ask('watch')
    }
    const patience = 300_000
    const { said, seconds, foreign } = await bench.span(() => bench.client.ask('read', { ...variant, patience }))
    const [server, client] = await Promise.all([bench.server.ask('grown'), bench.client.ask('grown')])
    return { megabytes: (variant.megabytes * variant.streams) / seconds, server, client, ...said, foreign }
  },
}

/** Reads a stream, so many bytes a second where it is paced. */
async function readAll(stream, perSecond) {
  let budget = perSecond ? 0 : Number.POSITIVE_INFINITY
  for await (const piece of stream) {
    budget -= piece.length
    while (budget < 0) {
      await sleep(TICK)
      budget += (perSecond * TICK) / 1_000
    }
  }
}

/** Calls one after the other while `reading` goes on; how long they took, in ms. */
async function callOn(client, reading) {
  const times = []
  while (reading.on) {
    const started = performance.now()
    await client.call('x')
    times.push(performance.now() - started)
    await sleep(1)
  }
  const sorted = Float64Array.from(times).sort()
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
}
