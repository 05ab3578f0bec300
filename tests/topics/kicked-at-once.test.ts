import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'

behaviour('a subscription that is ended as soon as it was made', { codecs: ['json'] }, (test) => {
  test('is known to have ended, however little before or after its answer that is', async (ends) => {
    const { server, url } = await ends.server()
    server.topic('t:{hops}', { authorize: async () => true })
    server.topics.when.joined((topic, conn) => {
      const kick = (hops: number) => {
        if (hops === 0) server.topics.kick(topic, conn)
        else void Promise.resolve().then(() => kick(hops - 1))
      }
      kick(Number(topic.slice('t:'.length)))
    })
    const ann = ends.client(url)
    await ann.connect('ann')
    for (let hops = 0; hops < 20; hops++) {
      const sub = ann.topic(`t:${hops}`)
      const ended: unknown[] = []
      sub.when.ended((error) => ended.push(error?.code))
      await until(() => ended.length > 0)
      expect([hops, ended, sub.state]).toEqual([hops, ['wse.topic.forbidden'], 'ended'])
    }
    expect(server.topics.names).toEqual([])
  })
})
