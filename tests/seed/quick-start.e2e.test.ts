import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
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

it('the Quick Start of the seed runs as it stands', () => quickStart('server'))

it('the Quick Start of the seed runs with the client started first', () => quickStart('client'))
