import { WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { behaviour } from '../fixtures/matrix.js'
import { started } from '../streams/fixture.js'

behaviour('options of a message', (test) => {
  for (const options of [
    null,
    5,
    'latest',
    { latest: null },
    { latest: 5 },
    { latest: 'x'.repeat(129) },
    { latest: 'a', volatile: true },
    { latest: 'a', queue: { frames: 1 } },
    { queue: null },
    { queue: 5 },
    { queue: {} },
    { queue: { frames: 0 } },
    { queue: { frames: Number.NaN } },
    { queue: { frames: 1, overflow: 'boil' } },
    { queue: { frames: 1, frame: 1 } },
    { queue: { frames: 1 }, volatile: true },
  ]) {
    test(`${JSON.stringify(options)} is refused wherever it is given`, async (ends) => {
      const { server, client, conn } = await started(ends)
      for (const say of [
        () => client.send('x', 1, options as never),
        () => conn.send('x', 1, options as never),
        () => conn.client.send('x', 1, options as never),
        () => server.send('ann', 'x', 1, options as never),
        () => server.broadcast('x', 1, options as never),
      ]) {
        expect(say).toThrow(expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }))
      }
    })
  }
})
