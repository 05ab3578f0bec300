import { WseClient } from '@wse/client'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { createFaultProxy } from '../../fixtures/fault-proxy/fault-proxy.js'
import { figure } from '../figures.js'

const MIB = 1_048_576
const FRAME = 'x'.repeat(64 * 1_024)
/** 100 MB. */
const FRAMES = 1_600
const NEIGHBOURS = 5

it('F19 of six clients one does not read 100 MB: 4002 for that one, the others are as quick as before', async () => {
  const server = new WseServer({ port: 0, identify: ({ identity, accept }) => accept(identity) })
  const { port } = await server.listen()
  const proxy = await createFaultProxy(port)
  let heard = 0
  let complete = () => {}
  const neighbours = await Promise.all(
    Array.from({ length: NEIGHBOURS }, async (_, i) => {
      const client = new WseClient({ url: `ws://127.0.0.1:${port}` })
      client.channel.on('frame', () => ++heard % NEIGHBOURS === 0 && complete())
      await client.connect(`neighbour ${i}`)
      return client
    }),
  )
  /** Broadcasts one frame after the other; how long each took to all neighbours, sorted, in ms. */
  const broadcast = async (frames: number, look = () => {}) => {
    const took: number[] = []
    for (let i = 0; i < frames; i++) {
      const from = performance.now()
      const all = new Promise<void>((resolve) => {
        complete = resolve
      })
      server.broadcast('frame', FRAME)
      server.broadcast('at', i, { latest: '' })
      look()
      await all
      took.push(performance.now() - from)
    }
    return took.sort((one, two) => one - two)
  }
  const p99 = (took: readonly number[]) => Math.round((took[Math.floor(took.length * 0.99)] as number) * 10) / 10

  await broadcast(200)
  const before = p99(await broadcast(FRAMES))
  const coming = proxy.next()
  const slow = new WseClient({ url: proxy.url, re: { floor: 1, base: 10 } })
  const [codes, reasons, states]: [number[], string[], number[]] = [[], [], []]
  slow.when.closed((code) => codes.push(code))
  slow.when.reset(({ reason }) => reasons.push(reason))
  slow.channel.on('at', (n) => states.push(n))
  let readies = 0
  slow.when.ready(() => readies++)
  await slow.connect('slow')
  const conn = [...(server.clients.get('slow')?.conns.values() ?? [])][0]
  const errors: string[] = []
  server.when.error(({ code }) => errors.push(code))
  const link = await coming
  link.stall('down')
  const rss = process.memoryUsage().rss
  let [most, grown] = [0, 0]
  const after = p99(
    await broadcast(FRAMES, () => {
      if (conn?.state === 'live') most = Math.max(most, conn.buffered)
      grown = Math.max(grown, process.memoryUsage().rss - rss)
    }),
  )
  expect(errors).toEqual(['wse.server.slow-reader'])
  expect([most > MIB, most < 4 * MIB + 3 * FRAME.length]).toEqual([true, true])
  expect(after).toBeLessThan(3 * before + 20)

  link.release('down')
  while (readies < 2) await new Promise((resolve) => setTimeout(resolve, 5))
  server.broadcast('at', -1, { latest: '' })
  while (states.at(-1) !== -1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(codes.length).toBe(1)
  // More was sent, and not read, than a session may keep: that is told.
  expect(reasons).toEqual(['server-buffer'])
  figure('F19-sockets', {
    megabytes: (FRAMES * FRAME.length) / MIB,
    bufferedMost: most,
    grownMiB: Math.round(grown / MIB),
    p99BeforeMs: before,
    p99Ms: after,
  })
  await Promise.all([slow, ...neighbours].map((client) => client.disconnect()))
  await server.close()
  await proxy.close()
}, 60_000)
