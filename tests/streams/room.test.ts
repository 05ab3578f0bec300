import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from './fixture.js'

behaviour('room for streams', (test) => {
  for (const re of [true, false]) {
    const session = re ? 'a session that survives its link' : 'a session of one link'

    test(`of ${session} is there again though nothing of it is acknowledged`, async (ends) => {
      const { server, client } = await started(ends, { re })
      server.register('ticks', function* (conn) {
        for (let i = 0; i < 5; i++) conn.send('noise', 'x'.repeat(30_000), { volatile: true })
        yield* [1, 2, 3]
      })
      expect(await all(client.stream('ticks'))).toEqual([1, 2, 3])
    })

    test(`of ${session} lets many begin at once without taking the reader for a slow one`, async (ends) => {
      const { server, client } = await started(ends, { re })
      const errors: unknown[] = []
      server.when.error((error) => errors.push(error))
      server.register('big', function* () {
        for (let i = 0; i < 20; i++) yield 'x'.repeat(16_000)
      })
      const streams = await Promise.all(Array.from({ length: 100 }, () => all(client.stream('big'))))
      expect(streams.every((items) => items.length === 20)).toBe(true)
      expect(errors).toEqual([])
    })
  }
})
