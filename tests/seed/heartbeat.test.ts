import { expect } from 'vitest'
import { connOf, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const every5s = { heartbeat: { interval: 5_000, grace: 2_000 } }

behaviour('the heartbeat', (test) => {
  test('[P13] measures a round trip every 5 s, and tells both ends of the last one', async (ends) => {
    const { server, url } = await ends.server(every5s)
    const client = ends.client(url)
    await client.connect('ann')
    const conn = connOf(server, 'ann')
    const [atServer, atClient]: [number[], number[]] = [[], []]
    server.when.latency((of, ms) => of === conn && atServer.push(ms))
    client.when.latency((ms) => atClient.push(ms))
    for (let round = 1; round <= 4; round++) {
      await ends.clock.advance(5_000)
      await until(() => atServer.length === round)
    }
    expect(atClient).toEqual(atServer.slice(0, 3))
    expect([conn.latency, client.latency]).toEqual([atServer[3], atServer[2]])
  })

  test('[P11] is answered by the client itself: nobody hears of it, and the link stays', async (ends) => {
    const { server, url } = await ends.server(every5s)
    const client = ends.client(url)
    const told: string[] = []
    client.when.ignored((type) => told.push(type))
    server.when.ignored((_conn, type) => told.push(type))
    await client.connect('ann')
    for (let round = 1; round <= 12; round++) {
      const pong = server.when.latency()
      await ends.clock.advance(5_000)
      await pong
    }
    expect([client.status, told]).toEqual(['READY', []])
  })

  test('[P11] [E17] that is not answered ends the link', async (ends) => {
    const { server, url } = await ends.server({ ...every5s, resume: false })
    const peer = ends.peer(url)
    await peer.greet({ identity: 'ann' })
    const left = server.when.left()
    await ends.clock.advance(12_000)
    expect((await left).slice(1)).toEqual([4003, 'wse.no-pong'])
  })
})
