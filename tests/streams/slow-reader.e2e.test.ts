import { afterEach, expect, test } from 'vitest'
import { Program } from '../fixtures/program.js'

const MEGABYTES = 20
/** Bytes a second: a hundredth of what a server here sends. */
const SLOW = 2_000_000
const MOST = 15_000_000

/** Says how much the memory of its process has grown since `begin()`, at the most. */
const WATCH = `
  let least = 0
  let most = 0
  const look = () => { most = Math.max(most, process.memoryUsage().rss) }
  const begin = () => { least = most = process.memoryUsage().rss }
`

const SERVER = `
  import { WseServer } from '@wse/server'
  ${WATCH}
  const server = new WseServer({ port: 0, host: '127.0.0.1', identify: ({ accept }) => accept('ann') })
  const piece = new Uint8Array(16_384)
  server.streams.on('download', async (conn, stream, bytes) => {
    for (let sent = 0; sent < bytes; sent += piece.length) {
      await stream.write(piece)
      look()
    }
    stream.end()
  })
  server.register('begin', begin)
  server.register('grown', () => most - least)
  const { port } = await server.listen()
  console.log('listens on ' + port)
`

const client = (port: number) => `
  import { WseClient } from '@wse/client'
  ${WATCH}
  const client = new WseClient({ url: 'ws://127.0.0.1:${port}', re: true })
  await client.connect('ann')
  // Buffers that are used again are there before.
  for await (const _ of client.openStream('download', 50_000_000));
  await client.call('begin')
  begin()
  let read = 0
  const started = performance.now()
  for await (const piece of client.openStream('download', ${MEGABYTES} * 1e6)) {
    read += piece.length
    look()
    const due = (read / ${SLOW}) * 1_000 - (performance.now() - started)
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due))
  }
  console.log('grown ' + JSON.stringify({ read, client: most - least, server: await client.call('grown') }))
  await client.disconnect()
`

const programs: Program[] = []

afterEach(async () => {
  for (const program of programs.splice(0).reverse()) await program.stop()
})

async function start(text: string): Promise<Program> {
  const program = await Program.start(text)
  programs.push(program)
  return program
}

test('a stream through a reader a hundred times slower costs neither process 15 MB', { timeout: 60_000 }, async () => {
  const [, port] = await (await start(SERVER)).prints(/listens on (\d+)/)
  const [, grown = ''] = await (await start(client(Number(port)))).prints(/grown (.*)/)
  const { read, ...growth } = JSON.parse(grown)
  expect(read).toBeGreaterThanOrEqual(MEGABYTES * 1e6)
  for (const bytes of Object.values(growth)) expect(bytes).toBeLessThan(MOST)
})
