// One end of a measurement: does what it is told over IPC.

import { setTimeout as sleep } from 'node:timers/promises'
import { ownCpu } from './cpu.mjs'
import { loadContender, loadScenario } from './load.mjs'

/** Milliseconds after which timers of a handshake are gone. */
const SETTLING = 1_500

const [side, scenarioName, contenderName] = process.argv.slice(2)
const [scenario, contender] = await Promise.all([loadScenario(scenarioName), loadContender(contenderName)])

/** What the commands of one end share: `server` or whatever they keep here, and `count`, the operations so far. */
const host = { contender, operations: scenario.operations?.[contender.name] ?? scenario.operations?.default, count: 0 }

const commands = {
  async listen(host, options) {
    host.server = await contender.serve(options)
    return host.server.port
  },
  sample: () => ({ cpu: ownCpu(), at: performance.now(), count: host.count }),
  memory: heldMemory,
  ...scenario[side],
}

/** Bytes in use once what is not needed is gone. */
async function heldMemory(_, { settling = SETTLING }) {
  await sleep(settling)
  for (let i = 0; i < 2; i++) globalThis.gc()
  const { rss, heapUsed } = process.memoryUsage()
  return { rss, heap: heapUsed }
}

process.on('message', async ({ id, command, args }) => {
  if (id === undefined) return
  try {
    process.send({ id, value: await commands[command](host, args) })
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) })
  }
})
process.on('disconnect', () => process.exit())
