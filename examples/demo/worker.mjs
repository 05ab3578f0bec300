// One of the two workers, in a process of its own: `worker.mjs a 3` is the third run of worker a. See workers.mjs.
import { setTimeout as sleep } from 'node:timers/promises'
import { WseServer } from '@wse/server'

/** Milliseconds a piece of work takes at most. */
const LONGEST = 2_000

const name = process.argv[2]
const run = Number(process.argv[3])
const server = new WseServer({
  port: 0,
  host: '127.0.0.1',
  path: `/workers/${name}`,
  limits: { messageBytes: 1_024, messageRate: { perSecond: 20, burst: 100 } },
  // Anybody may have work done: a page names itself by a random id, which tells it from the others.
  identify: ({ identity, accept }) => accept(isId(identity) && identity, { name, run, pid: process.pid }),
})

server.register('work', async (_, n) => {
  await sleep(Math.random() * LONGEST)
  return { n, name, run }
})
server.when.error((error) => console.error(`worker ${name}: ${error.message}`))

// Signals reach all processes of a terminal or service: when to go is for the demo to say.
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {})
process.on('disconnect', () => process.exit())
process.once('message', async ({ to }) => {
  // Whoever is here is asked to leave within a second, does so make before break, and waits here for its answers.
  await server.drain({ to, spread: 1_000, timeout: 5_000 })
  process.disconnect()
})

const { port } = await server.listen()
process.send({ port })

function isId(identity) {
  return typeof identity === 'string' && identity.length === 36
}
