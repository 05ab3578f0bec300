import { setTimeout as sleep } from 'node:timers/promises'
import { crowd } from '../harness/crowd.mjs'
import { Histogram } from '../harness/histogram.mjs'
import { payloadOf } from '../harness/payloads.mjs'
import { median, slope } from '../harness/statistics.mjs'
import { tokenOf } from '../harness/tokens.mjs'

const CLIENTS = 10
/** Calls in flight of each client while the full load is looked for. */
const IN_FLIGHT = 16
/** A machine that stood still for a moment is not to be punished for it: calls beyond it are left out. */
const MOST_IN_FLIGHT = 1_000
/** Milliseconds: how long it is looked for, between two samples, and after one. */
const PROBE = 5_000
const BETWEEN = 10_000
const CATCHING_UP = 500

export default {
  name: 'soak',
  rank: 90,
  title: 'Half of the load, for long',
  about: `${CLIENTS} own clients call with half the rate their server could answer. Memory after forced garbage collection
every ${BETWEEN / 1_000} s, as a straight line through the last half; the middle and the worst p99 of a minute,
collections left out.`,
  variants: { 'half load': {} },
  columns: [
    { key: 'serverHeap', title: 'server heap KB/min', better: 'less' },
    { key: 'clientHeap', title: 'client heap KB/min', better: 'less' },
    { key: 'serverRss', title: 'server RSS KB/min', better: 'less' },
    { key: 'p99', title: 'p99 µs', better: 'less' },
    { key: 'worst', title: 'worst p99 µs', better: 'less' },
    { key: 'rate', title: 'calls/s', better: 'more' },
  ],
  byName: true,
  contenders: ['wse'],
  rounds: 1,
  attempts: 1,
  ratios: false,
  can: ({ connect }) => Boolean(connect),

  client: {
    async probe(host, { port }) {
      host.payload = payloadOf(60)
      host.clients = await crowd(CLIENTS, (n) => host.contender.connect(port, tokenOf(n)))
      const until = performance.now() + PROBE
      const loops = host.clients.flatMap((client) => Array(IN_FLIGHT).fill(client))
      await Promise.all(loops.map((client) => keepCalling(host, client, until)))
      return host.count / (PROBE / 1_000)
    },
    load(host, { rate }) {
      Object.assign(host, { times: new Histogram(), answered: 0, dropped: 0 })
      const began = performance.now()
      let made = 0
      setInterval(() => {
        for (const due = ((performance.now() - began) / 1_000) * rate; made < due; made++) {
          if (made - host.dropped - host.answered < MOST_IN_FLIGHT) timed(host, made)
          else host.dropped++
        }
      }, 1)
    },
    /** While memory is sampled, calls wait for the garbage collector: their times are not the server's. */
    quiet(host, { quiet }) {
      host.quiet = quiet
    },
    /** p99 of what was answered since it was asked last. */
    p99: ({ times }) => times.drain(0.99),
  },

  async measure(bench) {
    const port = await bench.listen()
    const rate = (await bench.client.ask('probe', { port })) / 2
    await bench.client.ask('load', { rate })
    const { said, ...span } = await bench.span(() => sampled(bench))
    const { samples, p99s } = said
    const line = (pick) =>
      slope(samples.slice(samples.length >> 1).map((sample) => [sample.minute, pick(sample) / 1_024]))
    return {
      serverHeap: line(({ server }) => server.heap),
      clientHeap: line(({ client }) => client.heap),
      serverRss: line(({ server }) => server.rss),
      p99: median(p99s),
      worst: Math.max(...p99s),
      rate: span.operations / span.seconds,
      foreign: span.foreign,
      samples,
      p99s,
    }
  },
}

async function keepCalling(host, client, until) {
  while (performance.now() < until) {
    await client.call(host.payload)
    host.count++
  }
}

async function timed(host, n) {
  const began = performance.now()
  const countsTime = !host.quiet
  await host.clients[n % CLIENTS].call(host.payload)
  if (countsTime && !host.quiet) host.times.add((performance.now() - began) * 1_000)
  host.answered++
  host.count++
}

/** Memory of both ends all the while, and p99 of each minute. */
async function sampled(bench) {
  const samples = []
  const p99s = []
  const began = performance.now()
  while (samples.length * BETWEEN < bench.time.minutes * 60_000) {
    await sleep(BETWEEN)
    samples.push({ minute: (performance.now() - began) / 60_000, ...(await memory(bench)) })
    if (samples.length % (60_000 / BETWEEN) === 0) p99s.push(await bench.client.ask('p99'))
  }
  return { samples, p99s: p99s.length > 0 ? p99s : [await bench.client.ask('p99')] }
}

async function memory({ server, client }) {
  await client.ask('quiet', { quiet: true })
  const [ofServer, ofClient] = await Promise.all([server, client].map((end) => end.ask('memory', { settling: 0 })))
  await sleep(CATCHING_UP)
  await client.ask('quiet', { quiet: false })
  return { server: ofServer, client: ofClient }
}
