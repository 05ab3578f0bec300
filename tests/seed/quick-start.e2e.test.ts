import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { createFaultProxy } from '../fixtures/fault-proxy/fault-proxy.js'
import { deferred } from '../fixtures/listen.js'
import { Program } from '../fixtures/program.js'

/** "Basic Server" of the seed's Quick Start, word for word but for the name of the package. */
const SERVER = `
import { WseServer } from '@wse/server'

// Simple authentication - accept everyone
function identify({ accept }) {
  accept('user-' + Date.now())
}

const server = new WseServer({ port: 4200, identify })

// Handle messages
server.channel.on('chat', (conn, message) => {
  console.log(\`\${conn.cid} says:\`, message)
  server.broadcast('chat', { user: conn.cid, message })
})

console.log('Server running on ws://localhost:4200')
`

/** "Basic Client", word for word but for the name of the package. */
const CLIENT = `
import { WseClient } from '@wse/client'

const client = new WseClient({ url: 'ws://localhost:4200', re: true })

// Connectnote  
// NOTE: if "re:true" - conect will be only resolved after first successful connection.
await client.connect()

// and send message
client.send('chat', 'Hello everyone!')

// Listen for messages
client.channel.on('chat', ({ user, message }) => {
  console.log(\`\${ user }: \${ message }\`)
})

// Jump to different server (e.g., different game level)
await client.jump('ws://level2.game.com:4200')
`

/** A port nobody listens on: 4200 may be taken on this machine. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Runs both programs, in the order given, with a second server to jump to. */
async function quickStart(first: 'server' | 'client'): Promise<void> {
  const port = await freePort()
  const chatted = deferred()
  const level2 = new WseServer({
    port: 0,
    // The chat goes round first, so that the test sees it before the client has moved on.
    identify: ({ accept }) => chatted.promise.then(() => accept('player')),
  })
  const at = await level2.listen()
  const joined = level2.when.joined()
  const texts = {
    server: SERVER.replaceAll('4200', String(port)),
    client: CLIENT.replace('level2.game.com:4200', `localhost:${at.port}`).replaceAll('4200', String(port)),
  }
  const order = first === 'server' ? (['server', 'client'] as const) : (['client', 'server'] as const)
  const programs: Record<string, Program> = {}
  try {
    for (const name of order) programs[name] = await Program.start(texts[name])
    const [, said] = (await programs.server?.prints(/^(user-\d+) says: Hello everyone!$/m)) ?? []
    const [, heard] = (await programs.client?.prints(/^(user-\d+): Hello everyone!$/m)) ?? []
    expect(heard).toBe(said)
    chatted.resolve(null)
    expect((await joined)[0].cid).toBe('player')
    expect(programs.server?.output).toContain(`Server running on ws://localhost:${port}\n`)
    // Both keep running, as servers and clients do.
    expect([programs.server?.running, programs.client?.running]).toEqual([true, true])
  } finally {
    await Promise.all(Object.values(programs).map((program) => program.stop()))
    await level2.close()
  }
}

it('[W1] [W10] [W11] [W13] [W22] the Quick Start of the seed runs as it stands', () => quickStart('server'))

it('[W20] the Quick Start of the seed runs with the client started first', () => quickStart('client'))

/** Runs beside the client's words: asks for something that takes a while, and says as whom it was answered. */
const ASKS = `
setTimeout(() => {
  client.when.ready((_, { resumed }) => console.log('ready again, resumed ' + resumed))
  console.log('asks')
  client.call('slow').then((answer) => console.log('answered ' + answer + ' as ' + client.cid))
}, 200)
`

/** Runs beside the server's: answers late, and asks the client back. */
const ANSWERS = `
server.register('slow', (conn) => new Promise((resolve) => setTimeout(() => resolve('late to ' + conn.cid), 800)))
`

it('[W21] [W24] the Quick Start of the seed keeps its cid and its pending calls through a cut', async () => {
  const port = await freePort()
  const proxy = await createFaultProxy(port)
  // The jump at its end waits for a server that does not decide, so that the old link stays in use.
  const undecided = new WseServer({ port: 0, identify: () => {}, limits: { handshakeTimeout: 60_000 } })
  const level2 = await undecided.listen()
  const server = await Program.start(SERVER.replaceAll('4200', String(port)) + ANSWERS)
  const words = CLIENT.replace('level2.game.com:4200', `localhost:${level2.port}`)
  const client = await Program.start(ASKS + words.replaceAll('4200', String(proxy.port)))
  try {
    const [, cid] = await server.prints(/^(user-\d+) says: Hello everyone!$/m)
    await client.prints(/asks/)
    await new Promise((resolve) => setTimeout(resolve, 100))
    proxy.cutAll()
    await client.prints(/ready again, resumed true/)
    const [, to, as] = await client.prints(/answered late to (user-\d+) as (user-\d+)/)
    expect([to, as]).toEqual([cid, cid])
  } finally {
    await Promise.all([server.stop(), client.stop(), undecided.close()])
    await proxy.close()
  }
})
