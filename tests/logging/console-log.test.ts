import { consoleLog } from '@wse/server'
import { expect } from 'vitest'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const SECRET = 'hunter2'

behaviour('consoleLog', (test) => {
  test('T28 shows no credentials, wherever a client may put them', async (ends) => {
    const lines: string[] = []
    const log = consoleLog({ sink: (line) => lines.push(line) })
    const { server, url } = await ends.server({
      log: { ...log, authenticated: null },
      identify: ({ accept }) => accept('ann'),
    })
    server.useChallenge((_, __, quest) => quest({ nonce: SECRET }))
    server.register('login', () => {
      throw new Error('refused')
    })
    const client = ends.client(url)
    client.challenge((_, solve) => solve({ proof: SECRET }))
    await client.connect({ token: SECRET })
    await client.call('login', { user: 'ann', password: SECRET, headers: [{ Authorization: SECRET }] }).catch(() => {})
    await client.refresh({ token: SECRET })
    client.send('setPassword', SECRET)
    await until(() => lines.length === 3)
    expect(lines.join('\n')).not.toContain(SECRET)
    expect(lines[0]).toContain('received call login id=')
    expect(lines[1]).toContain('error wse.server.rp.failed call=login id=')
    expect(lines[2]).toMatch(/^received message setPassword id=\S+ cid=ann conn=\S+ \[redacted\]$/)
  })

  test('T56 writes one bounded line, whatever the names, ids and payloads of a peer are', async (ends) => {
    const lines: string[] = []
    const log = consoleLog({ sink: (line) => lines.push(line) })
    const evil = 'x\r\nerror forged cid=root \u001b[2J\u202e'
    const { server, url } = await ends.server({ log, identify: ({ identity, accept }) => accept(identity) })
    server.register(evil, () => {
      throw new Error(evil)
    })
    const client = ends.client(url)
    await client.connect(evil)
    await client.call(evil, { [evil]: evil.repeat(1_000) }).catch(() => {})
    client.send('chat', 'é'.repeat(10_000))
    await until(() => lines.length === 3)
    expect(connOf(server, evil).cid).toBe(evil)
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(512)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['received', 'error', 'received'])
  })

  test('T57 tells the reason of a close by nothing that could break a line', async (ends) => {
    const lines: string[] = []
    const { url } = await ends.server({ log: consoleLog({ sink: (line) => lines.push(line) }) })
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    peer.send(['~wse:\r\nforged', 1])
    await until(() => lines.length > 0)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^error wse\.server\.protocol-violation /)
    expect(lines[0]).not.toMatch(/[\p{Cc}]/u)
  })

  test('T58 hears of what is sent to those who are gone, and nothing is thrown', async (ends) => {
    const told: unknown[] = []
    const { server, url } = await ends.server({
      log: { sent: (event) => told.push('delivery' in event && event.delivery) },
    })
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const left = server.when.left()
    await client.disconnect()
    await left
    expect(conn.send('late')).toBe('dropped')
    expect(told).toEqual([{ sent: 0, queued: 0, dropped: 1 }])
  })
})
