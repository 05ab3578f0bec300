import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WSE_ERROR, WseClient, type WseError } from '@wse/client'
import { expect, it } from 'vitest'
import { Program } from '../../fixtures/program.js'
import { figure } from '../figures.js'
import { freePort } from './free-port.js'

/** A server that notes in a file what ran, before it answers or is killed. */
const server = (port: number, ran: string) => `
import { appendFileSync } from 'node:fs'
import { WseServer } from '@wse/server'
const server = new WseServer({ port: ${port}, identify: ({ identity, accept }) => accept(identity) })
server.register('work', (conn, n) => {
  appendFileSync(${JSON.stringify(ran)}, n + '\\n')
  return n % 2 === 0 ? n : new Promise((resolve) => setTimeout(resolve, 400, n))
})
await server.listen()
console.log('listens')
`

it('F1 kill -9 of a server in the midst of 200 calls: all settle, none ran twice', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wse-kill-'))
  const ran = join(folder, 'ran')
  writeFileSync(ran, '')
  appendFileSync(ran, '')
  const port = await freePort()
  const first = await Program.start(server(port, ran))
  await first.prints(/listens/)
  const client = new WseClient({ url: `ws://127.0.0.1:${port}`, re: { floor: 20, base: 50, cap: 200 } })
  await client.connect('ann')
  const outcomes = new Map<number, 'resolved' | WseError>()
  const calls = Array.from({ length: 200 }, (_, n) => {
    // The second half is on its way when the process is killed.
    const call = n < 100 ? client.call('work', n) : later(() => client.call('work', n), (n - 100) % 7)
    return call.then(
      () => outcomes.set(n, 'resolved'),
      (error) => outcomes.set(n, error),
    )
  })
  await new Promise((resolve) => setTimeout(resolve, 5))
  const ready = client.when.ready()
  await first.kill()
  const killed = performance.now()
  const second = await Program.start(server(port, ran))
  await second.prints(/listens/)
  await ready
  const back = Math.round(performance.now() - killed)
  await Promise.all(calls)
  const runs = readFileSync(ran, 'utf8').trim().split('\n')
  const lost = [...outcomes].flatMap(([n, outcome]) => (outcome === 'resolved' ? [] : [{ n, error: outcome }]))
  const of = (certainty: string) => lost.filter(({ error }) => error.details.certainty === certainty).map(({ n }) => n)
  const [delivered, unknown] = [of('delivered'), of('unknown')]
  figure('F1', {
    calls: 200,
    settled: outcomes.size,
    delivered: delivered.length,
    unknown: unknown.length,
    ranTwice: runs.length - new Set(runs).size,
    readyMs: back,
  })
  expect(outcomes.size).toBe(200)
  expect(new Set(runs).size).toBe(runs.length)
  expect(lost.filter(({ error }) => error.code !== WSE_ERROR.RP_DISCONNECT)).toEqual([])
  // A process that is gone cannot say how far it came: only what it had acknowledged is certain.
  expect(delivered.filter((n) => !runs.includes(String(n)))).toEqual([])
  expect(delivered.length + unknown.length).toBe(lost.length)
  await client.disconnect()
  await second.stop()
  await first.stop()
  rmSync(folder, { recursive: true })
})

function later<T>(run: () => Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms)).then(run)
}
