import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { idle } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

const quiet = { heartbeat: false } as const

behaviour('an idempotent call', { codecs: 'all' }, (test) => {
  test('[W34] whose server is gone is asked again of the next one, under the same id; a plain one is not', async (ends) => {
    const { server, url } = await ends.server(quiet)
    const asked: string[] = []
    const started = new Promise<void>((resolve) => {
      server.register('work', (_, name, { requestId }) => {
        asked.push(`first ${name} ${requestId}`)
        if (asked.length === 2) resolve()
        return new Promise(() => {})
      })
    })
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const safe = client.call('work', 'safe', { idempotent: true })
    const plain = client.call('work', 'plain')
    plain.catch(() => {})
    await started
    const lost = client.when.closed()
    const closing = server.close()
    await ends.clock.advance(6_000)
    await Promise.all([closing, lost])
    const next = await ends.server(quiet, url)
    next.server.register('work', (_, name, { requestId }) => {
      asked.push(`next ${name} ${requestId}`)
      return `${name} done`
    })
    for (; client.status !== 'READY'; await idle()) await ends.clock.advance(500)
    expect(await safe).toBe('safe done')
    await expect(plain).rejects.toMatchObject({ code: WSE_ERROR.RP_DISCONNECT })
    const [first = '', , again = ''] = asked
    expect([asked.length, again]).toEqual([3, first.replace('first', 'next')])
  })

  test('rejects where nobody is to be asked any more', async (ends) => {
    const { server, url } = await ends.server(quiet)
    const started = new Promise<void>((resolve) => {
      server.register('work', () => {
        resolve()
        return new Promise(() => {})
      })
    })
    const client = ends.client(url, { re: true })
    await client.connect('ann')
    const call = client.call('work', null, { idempotent: true })
    call.catch(() => {})
    await started
    await client.disconnect()
    await expect(call).rejects.toMatchObject({ code: WSE_ERROR.RP_DISCONNECT })
  })
})
