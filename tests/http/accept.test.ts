import { WSE_CLOSE, WSE_ERROR, WseServer } from '@wse/server'
import { createScriptedPeer, createTestClock, createTransportPair } from '@wse/testing'
import { describe, expect, test } from 'vitest'
import { anyone } from '../fixtures/ends.js'

const clock = createTestClock()

describe('a transport that is accepted by hand', () => {
  test('[H4] has the context and parameters of its request, and no hook is asked', async () => {
    const upgrade = () => {
      throw new Error('asked')
    }
    const server = new WseServer({ identify: anyone, clock, upgrade })
    const [here, there] = createTransportPair({ clock })
    const connected = server.when.connected()
    server.accept(there, { headers: {}, context: { user: 'ann' }, params: { room: '42' } })
    await createScriptedPeer(here).greet({ identity: 'ann' })
    const conn = await connected
    expect([conn.context, conn.params]).toEqual([{ user: 'ann' }, { room: '42' }])
    await server.close()
  })

  test('by a server that is switched off is asked to try again', async () => {
    const server = new WseServer({ identify: anyone, clock, enabled: false })
    const [here, there] = createTransportPair({ clock })
    const closed = new Promise((resolve) => {
      here.onClose = (code) => resolve(code)
    })
    server.accept(there)
    expect(await closed).toBe(WSE_CLOSE.TRY_AGAIN)
    await server.close()
  })
})

test.each([
  [{ upgrade: true }, 'upgrade'],
  [{ upgrade: {} }, 'upgrade'],
  [{ upgrade: () => {}, verifyClient: () => true }, 'verifyClient'],
  [{ enabled: 'false' }, 'enabled'],
  [{ enabled: 0 }, 'enabled'],
  [{ path: 'ws' }, 'path'],
  [{ path: '/{a}/{a}' }, 'path'],
  [{ origins: 'same' }, 'origins'],
])('[H3] the options %o are refused by the name of %s', (options, option) => {
  expect(() => new WseServer({ identify: anyone, ...(options as object) })).toThrow(
    expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option } }),
  )
})
