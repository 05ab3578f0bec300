import { Redis } from 'ioredis'

const BODY = 'x'.repeat(256)

/** What many would write: one connection, a promise for each. */
export async function publisher(path) {
  const redis = new Redis({ path, enableOfflineQueue: false, lazyConnect: true })
  await redis.connect()
  let last = Promise.resolve()
  return {
    publish(done) {
      last = redis.publish('t:bench', BODY)
      if (done) last.then(done)
    },
    settled: () => last,
  }
}

export async function subscriber(path) {
  const redis = new Redis({ path })
  const end = { got: 0 }
  redis.on('messageBuffer', () => {
    end.got++
  })
  await redis.subscribe('t:bench')
  return end
}
