import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { WseClient } from '@wse/client'
import { afterEach, expect, it } from 'vitest'

let child: ChildProcess | null = null

afterEach(() => {
  child?.kill('SIGKILL')
})

it.each(['plain-http', 'express', 'fastify'])(
  '[W29] [Q23] the %s example serves HTTP and WebSockets, and stops when told',
  async (name) => {
    const script = new URL(`../../examples/${name}/server.mjs`, import.meta.url).pathname
    child = spawn(process.execPath, [script], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string]
    const client = new WseClient({ url: `${url.replace('http', 'ws')}/ws` })
    await client.connect('ann')
    expect(client.cid).toBe('ann')
    if (name === 'plain-http') {
      expect(await client.call('add', { a: 1, b: 2 })).toBe(3)
    } else {
      expect(await (await fetch(`${url}/online`)).json()).toEqual(['ann'])
      const heard = new Promise((resolve) => client.channel.on('notice', resolve))
      const body = JSON.stringify({ text: 'hi' })
      const posted = await fetch(`${url}/notify/ann`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect(await posted.json()).toEqual({ sent: 1, queued: 0, dropped: 0 })
      expect(await heard).toEqual({ text: 'hi' })
    }
    const closed = client.when.closed()
    child.kill('SIGTERM')
    expect(await closed).toEqual([4001, 'wse.restart'])
    await client.disconnect()
    await once(child, 'exit')
    expect(child.exitCode).toBe(0)
  },
)
