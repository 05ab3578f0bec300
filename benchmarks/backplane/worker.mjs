import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { flood, paced } from './loads.mjs'
import { publisher, subscriber } from './raw.mjs'

const RAW = { publisher, subscriber }

const how = JSON.parse(process.argv[2])
const load = (name) => import(pathToFileURL(join(how.bundles, `${name}.mjs`)).href)
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

let end = null
const commands = {
  async ready() {
    if (how.contender.startsWith('raw')) end = await RAW[how.role](how.socket)
    else if (how.contender === 'redis')
      end = await (await import('./bare.mjs'))[how.role](how.socket, await load('redis'))
    else end = await (await import('./wse.mjs'))[how.role](how, { ...(await load('redis')), ...(await load('server')) })
  },
  cpu: () => ({ cpu: cpu(), got: end.got }),
  attach: ({ count }) => end.attach(count),
  async run({ load: kind, seconds }) {
    const before = cpu()
    const start = performance.now()
    const count = await (kind === 'paced' ? paced : flood)(end, seconds)
    const took = (performance.now() - start) / 1_000
    const spent = cpu() - before
    // What is under way arrives.
    await new Promise((resolve) => setTimeout(resolve, 200))
    return { count, seconds: took, cpu: spent }
  },
}

process.on('message', async ({ id, command, args }) => {
  try {
    process.send({ id, value: (await commands[command](args)) ?? null })
  } catch (error) {
    process.send({ id, error: String(error.stack ?? error) })
  }
})
