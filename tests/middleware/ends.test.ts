import { expect } from 'vitest'
import { idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { started } from '../streams/fixture.js'

behaviour('a session that ends while a call of it is taken', (test) => {
  test('leaves no time-out of its handler behind, and tells it', async (ends) => {
    const { server, client, conn } = await started(ends)
    let signal: AbortSignal | undefined
    server.register(
      'bye',
      (_, __, ctx) => {
        signal = ctx.signal
        conn.drop()
        return new Promise(() => {})
      },
      { timeout: 5_000 },
    )
    const before = ends.clock.timers.length
    await client.call('bye').catch(() => {})
    await until(() => server.inspect().links === 0)
    await idle()
    expect(signal?.aborted).toBe(true)
    expect(ends.clock.timers.length).toBeLessThanOrEqual(before)
  })

  test('a middleware that goes on late, twice, or never disturbs nobody', async (ends) => {
    const { server, client, conn } = await started(ends)
    const thrown: unknown[] = []
    const gone: (() => unknown)[] = []
    const ran: unknown[] = []
    server.use((ctx, next) => {
      if (ctx.name === 'never') return new Promise(() => {})
      gone.push(next)
      return ctx.name === 'late' ? 'answered' : next()
    })
    server.register('late', () => ran.push('late'))
    server.register('never', () => ran.push('never'))
    server.channel.on('chat', () => ran.push('chat'))
    expect(await client.call('late')).toBe('answered')
    const never = client.call('never').catch((error) => error.code)
    client.send('chat')
    await until(() => ran.length === 1)
    conn.drop()
    await never
    await until(() => server.inspect().links === 0)
    for (const next of gone) {
      try {
        next()
      } catch (error) {
        thrown.push((error as Error).message)
      }
    }
    expect(ran).toEqual(['chat', 'late'])
    expect(thrown).toEqual(['next() was called twice'])
  })
})
